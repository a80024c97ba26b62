"""Users, and what they keep: whom they follow, and the names of their requests.

A deleted user leaves an empty row, so that nobody gets the name again.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from .. import text
from ..database import Base, new_id

# PostgreSQL would sort by the rules of its language; the contract sorts by code point.
NameType = String(30).with_variant(String(30, collation="C"), "postgresql")


class User(Base):
    """An account, or what is left of one: then `deleted_at` is set."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("username", name="users_username_key"),
        UniqueConstraint("email_folded", name="users_email_folded_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(NameType)
    email: Mapped[str | None] = mapped_column(String(254))
    email_folded: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(String(50))
    bio: Mapped[str] = mapped_column(String(500))
    search_text: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(10))
    is_active: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    # Counted by the queries that show users, and only there.
    posts_count: Mapped[int] = query_expression()
    followers_count: Mapped[int] = query_expression()
    following_count: Mapped[int] = query_expression()

    def set_email(self, email: str | None) -> None:
        """Set the e-mail address, and the form in which it is unique."""
        self.email = email
        self.email_folded = None if email is None else text.fold(email)

    def set_display_name(self, display_name: str) -> None:
        """Set the displayed name, and the text in which a search looks."""
        self.display_name = display_name
        self.search_text = text.searchable(self.username, display_name)

    def erase(self, moment: datetime) -> None:
        """Leave nothing of the account but its name, which stays taken."""
        self.set_email(None)
        self.password_hash = None
        self.display_name = self.bio = self.search_text = ""
        self.role = "user"
        self.is_active = False
        self.updated_at = self.deleted_at = moment


class Follow(Base):
    """That one user follows another."""

    __tablename__ = "follows"
    __table_args__ = (Index("follows_followed_id_idx", "followed_id", "follower_id"),)

    follower_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    followed_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )


class IdempotencyKey(Base):
    """A user's name for a request, and what that request made."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        UniqueConstraint("user_id", "operation", "key", name="idempotency_keys_user_id_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", deferrable=True, initially="DEFERRED")
    )
    operation: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(64))
    request_hash: Mapped[str] = mapped_column(String(64))
    made_id: Mapped[UUID]
    made_at: Mapped[datetime]
