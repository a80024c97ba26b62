"""What is asked of users. A deleted user is nowhere among the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import QuerySet

from .. import text

if TYPE_CHECKING:
    from .models import User


class UserQuerySet(QuerySet["User"]):
    """Users, as the rules ask for them."""

    def find_user(self, username: str) -> User | None:
        """Return the user of this name."""
        return self.visible().filter(username=username).first()

    def find_account(self, email_folded: str) -> tuple[UUID, str | None] | None:
        """Return id and password hash of the account with this e-mail address."""
        accounts = self.filter(email_folded=email_folded)
        return accounts.values_list("id", "password").first()

    def lock_user(self, user_id: UUID) -> User | None:
        """Return a user whom nobody else changes or deletes until the transaction ends."""
        return self.visible().filter(id=user_id).select_for_update().first()

    def lock_user_by_name(self, username: str) -> User | None:
        """Return a user by name, locked in the same way."""
        return self.visible().filter(username=username).select_for_update().first()

    def lock_active_admins(self) -> list[User]:
        """Return the active admins, locked in one order: two of them cannot both step down."""
        admins = self.visible().filter(role="admin", is_active=True)
        return list(admins.order_by("id").select_for_update())

    def hold_user(self, user_id: UUID) -> User | None:
        """Return a user whom nobody deletes until the transaction ends.

        Django knows no lock that many may share: what is theirs is made one by one.
        """
        return self.visible().filter(id=user_id).select_for_update(no_key=True).first()

    def is_username_taken(self, username: str) -> bool:
        """Return whether somebody has this name, or once had it."""
        return self.filter(username=username).exists()

    def is_email_taken(self, email_folded: str) -> bool:
        """Return whether an account has this e-mail address."""
        return self.filter(email_folded=email_folded).exists()

    def matching(self, *, search: str | None) -> Self:
        """Return all users whose name or displayed name holds `search`."""
        if search is None:
            return self.visible()
        return self.visible().filter(search_text__contains=text.fold(search))

    def visible(self) -> Self:
        """Return the users that were not deleted."""
        return self.filter(deleted_at=None)
