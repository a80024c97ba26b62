"""Comments on posts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, new_id
from ..posts.models import Post
from ..users.models import User


class Comment(Base):
    """A comment. Its id tells its place in time; its version counts its changes."""

    __tablename__ = "comments"
    __table_args__ = (
        Index("comments_post_id_idx", "post_id", "id"),
        Index("comments_author_id_idx", "author_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    post_id: Mapped[UUID] = mapped_column(
        ForeignKey("posts.id", deferrable=True, initially="DEFERRED")
    )
    author_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", deferrable=True, initially="DEFERRED")
    )
    body: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    author: Mapped[User] = relationship(lazy="raise")
    post: Mapped[Post] = relationship(lazy="raise")
