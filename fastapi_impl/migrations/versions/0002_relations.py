"""Comments, likes, followers, and the names of repeated requests."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)
NAME = sa.String(30, collation="C")


def upgrade() -> None:
    _create_comments()
    _create_likes()
    _create_follows()
    _create_idempotency_keys()
    _sort_tags_by_code_point()
    # Published posts of an author can now be counted in the index alone.
    op.drop_index("posts_author_id_idx", "posts")
    op.create_index("posts_author_status_idx", "posts", ["author_id", "status", "id"])


def downgrade() -> None:
    op.drop_index("posts_author_status_idx", "posts")
    op.create_index("posts_author_id_idx", "posts", ["author_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("tags", "name", type_=sa.String(30, collation="default"))
    for table in ("idempotency_keys", "follows", "likes", "comments"):
        op.drop_table(table)


def _create_comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="comments_pkey"),
        _foreign_key("comments", "post_id", "posts.id"),
        _foreign_key("comments", "author_id", "users.id"),
    )
    op.create_index("comments_post_id_idx", "comments", ["post_id", "id"])
    op.create_index("comments_author_id_idx", "comments", ["author_id"])


def _create_likes() -> None:
    op.create_table(
        "likes",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "user_id", name="likes_pkey"),
        _foreign_key("likes", "post_id", "posts.id"),
        _foreign_key("likes", "user_id", "users.id"),
    )
    op.create_index("likes_user_id_idx", "likes", ["user_id"])


def _create_follows() -> None:
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.Uuid(), nullable=False),
        sa.Column("followed_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("follower_id", "followed_id", name="follows_pkey"),
        _foreign_key("follows", "follower_id", "users.id"),
        _foreign_key("follows", "followed_id", "users.id"),
    )
    op.create_index("follows_followed_id_idx", "follows", ["followed_id", "follower_id"])


def _create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.String(30), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("made_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="idempotency_keys_pkey"),
        sa.UniqueConstraint("user_id", "operation", "key", name="idempotency_keys_user_id_key"),
        _foreign_key("idempotency_keys", "user_id", "users.id"),
    )


def _sort_tags_by_code_point() -> None:
    # SQLite does so by itself; PostgreSQL would sort by the rules of its language.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("tags", "name", type_=NAME)


def _foreign_key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [target],
        name=f"{table}_{column}_fkey",
        deferrable=True,
        initially="DEFERRED",
    )
