"""Posts, their tags, and who likes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from .. import text
from ..database import Base, new_id
from ..users.models import NameType, User

post_tags = Table(
    "post_tags",
    Base.metadata,
    Column(
        "post_id", ForeignKey("posts.id", deferrable=True, initially="DEFERRED"), primary_key=True
    ),
    Column(
        "tag_id", ForeignKey("tags.id", deferrable=True, initially="DEFERRED"), primary_key=True
    ),
    Index("post_tags_tag_id_idx", "tag_id", "post_id"),
)


class Tag(Base):
    """A tag, whichever posts have it."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("name", name="tags_name_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(NameType)


class Post(Base):
    """A post. Its id tells its place in time; its version counts its changes."""

    __tablename__ = "posts"
    __table_args__ = (
        Index("posts_author_status_idx", "author_id", "status", "id"),
        Index("posts_status_idx", "status", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    author_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", deferrable=True, initially="DEFERRED")
    )
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))
    search_text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    author: Mapped[User] = relationship(lazy="raise")
    tags: Mapped[list[Tag]] = relationship(secondary=post_tags, lazy="raise")

    # Counted by the queries that list posts, and only there.
    likes_count: Mapped[int] = query_expression()
    comments_count: Mapped[int] = query_expression()

    def set_text(self, title: str, body: str) -> None:
        """Set title and body, and the text in which a search looks."""
        self.title = title
        self.body = body
        self.search_text = text.searchable(title, body)

    def set_status(self, status: str, moment: datetime) -> None:
        """Set the status; a post has a time of publication just while it is published."""
        if status != self.status:
            self.status = status
            self.published_at = moment if status == "published" else None


class Like(Base):
    """That a user likes a post."""

    __tablename__ = "likes"
    __table_args__ = (Index("likes_user_id_idx", "user_id"),)

    post_id: Mapped[UUID] = mapped_column(
        ForeignKey("posts.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
