"""Accounts, sign-ins, posts and tags."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)
USERNAME = sa.String(30).with_variant(sa.String(30, collation="C"), "postgresql")


def upgrade() -> None:
    _create_users()
    _create_sign_ins()
    _create_posts()


def downgrade() -> None:
    for table in (
        "post_tags",
        "tags",
        "posts",
        "login_attempts",
        "refresh_tokens",
        "sign_ins",
        "users",
    ):
        op.drop_table(table)


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", USERNAME, nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("email_folded", sa.String(254)),
        sa.Column("password_hash", sa.Text()),
        sa.Column("display_name", sa.String(50), nullable=False),
        sa.Column("bio", sa.String(500), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME),
        sa.PrimaryKeyConstraint("id", name="users_pkey"),
        sa.UniqueConstraint("username", name="users_username_key"),
        sa.UniqueConstraint("email_folded", name="users_email_folded_key"),
    )


def _create_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("id", name="sign_ins_pkey"),
        _foreign_key("sign_ins", "user_id", "users.id"),
    )
    op.create_index("sign_ins_user_id_idx", "sign_ins", ["user_id"])
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.PrimaryKeyConstraint("id", name="refresh_tokens_pkey"),
        sa.UniqueConstraint("token_hash", name="refresh_tokens_token_hash_key"),
        _foreign_key("refresh_tokens", "sign_in_id", "sign_ins.id"),
    )
    op.create_index("refresh_tokens_sign_in_id_idx", "refresh_tokens", ["sign_in_id"])
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_ends_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="login_attempts_pkey"),
        sa.UniqueConstraint("digest", name="login_attempts_digest_key"),
    )


def _create_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("published_at", TIME),
        sa.PrimaryKeyConstraint("id", name="posts_pkey"),
        _foreign_key("posts", "author_id", "users.id"),
    )
    op.create_index("posts_author_id_idx", "posts", ["author_id", "id"])
    op.create_index("posts_status_idx", "posts", ["status", "id"])
    op.create_table(
        "tags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("id", name="tags_pkey"),
        sa.UniqueConstraint("name", name="tags_name_key"),
    )
    op.create_table(
        "post_tags",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "tag_id", name="post_tags_pkey"),
        _foreign_key("post_tags", "post_id", "posts.id"),
        _foreign_key("post_tags", "tag_id", "tags.id"),
    )
    op.create_index("post_tags_tag_id_idx", "post_tags", ["tag_id", "post_id"])


def _foreign_key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [target],
        name=f"{table}_{column}_fkey",
        deferrable=True,
        initially="DEFERRED",
    )
