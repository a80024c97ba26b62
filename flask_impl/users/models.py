"""Users. A deleted one leaves an empty row, so that nobody gets the name again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .. import text
from ..database import Base, new_id

# PostgreSQL would sort by the rules of its language; the contract sorts by code point.
UsernameType = String(30).with_variant(String(30, collation="C"), "postgresql")


class User(Base):
    """An account, or what is left of one: then `deleted_at` is set."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("username", name="users_username_key"),
        UniqueConstraint("email_folded", name="users_email_folded_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(UsernameType)
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
