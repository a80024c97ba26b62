"""What is asked of users. A deleted user is nowhere among the answers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Q, QuerySet

from .. import text
from ..counts import count_of
from ..locks import hold

if TYPE_CHECKING:
    from .models import Follow, IdempotencyKey, User  # noqa: F401 (named in a string)


class UserQuerySet(QuerySet["User"]):
    """Users, as the rules ask for them."""

    def find_user(self, username: str) -> User | None:
        """Return the user of this name."""
        return self.visible().filter(username=username).first()

    def find_profile(self, username: str) -> User | None:
        """Return the user of this name, with what is counted of them."""
        return self.visible().counted().filter(username=username).first()

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

    def lock_with_admins(self, username: str) -> list[User]:
        """Return the user of this name and the active admins, locked in one order.

        So two admins cannot both step down, nor wait for each other. Nobody is deleted by this
        lock: what is theirs can be made meanwhile.
        """
        is_admin = Q(role="admin", is_active=True)
        users = self.visible().filter(Q(username=username) | is_admin).order_by("id")
        return list(users.select_for_update(no_key=True))

    def hold_user(self, user_id: UUID) -> User | None:
        """Return a user whom nobody deletes until the transaction ends.

        Many may hold one user: what is theirs can be made side by side.
        """
        return hold(self.visible().filter(id=user_id))

    def hold_user_by_name(self, username: str) -> User | None:
        """Return a user by name, held in the same way."""
        return hold(self.visible().filter(username=username))

    def is_username_taken(self, username: str) -> bool:
        """Return whether somebody has this name, or once had it."""
        return self.filter(username=username).exists()

    def is_email_taken(self, email_folded: str) -> bool:
        """Return whether an account has this e-mail address."""
        return self.filter(email_folded=email_folded).exists()

    def matching(self, *, search: str | None) -> Self:
        """Return all users whose name or displayed name holds `search`."""
        users = self.visible().counted()
        if search is None:
            return users
        return users.filter(search_text__contains=text.fold(search))

    def followers_of(self, username: str) -> Self:
        """Return all who follow the user of this name."""
        return self.visible().counted().filter(following__username=username)

    def followed_by(self, username: str) -> Self:
        """Return all whom the user of this name follows."""
        return self.visible().counted().filter(followers__username=username)

    def is_there(self, username: str) -> bool:
        """Return whether there is a user of this name."""
        return self.visible().filter(username=username).exists()

    def counted(self) -> Self:
        """Return the users with what is counted of them."""
        return self.annotate(
            posts_count=count_of("posts.Post", "author", status="published"),
            followers_count=count_of("users.Follow", "followed"),
            following_count=count_of("users.Follow", "follower"),
        )

    def visible(self) -> Self:
        """Return the users that were not deleted."""
        return self.filter(deleted_at=None)


class FollowQuerySet(QuerySet["Follow"]):
    """Who follows whom, as the rules ask for it."""

    def add_follow(self, *, follower_id: UUID, followed_id: UUID) -> None:
        """Make one user follow another, once."""
        follow = self.model(follower_id=follower_id, followed_id=followed_id)
        self.bulk_create([follow], ignore_conflicts=True)

    def remove_follow(self, *, follower_id: UUID, followed_id: UUID) -> None:
        """Make one user follow another no longer."""
        self.filter(follower=follower_id, followed=followed_id).delete()

    def delete_follows_of(self, user_id: UUID) -> None:
        """Make nobody follow a user, and the user nobody."""
        theirs = self.filter(Q(follower=user_id) | Q(followed=user_id))
        # In one order, or two deletions could wait for each other.
        in_order = theirs.order_by("follower_id", "followed_id").select_for_update()
        list(in_order.values_list("follower"))
        theirs.delete()


class IdempotencyKeyQuerySet(QuerySet["IdempotencyKey"]):
    """The names of requests, as the rules ask for them."""

    def keep_idempotency_key(
        self,
        *,
        user_id: UUID,
        operation: str,
        key: str,
        request_hash: str,
        made_id: UUID,
        made_at: datetime,
    ) -> IdempotencyKey:
        """Return what is kept under a user's key, locked; what is told here where nothing was."""
        name = {"user_id": user_id, "operation": operation, "key": key}
        making = {"request_hash": request_hash, "made_id": made_id, "made_at": made_at}
        self.bulk_create([self.model(**name, **making)], ignore_conflicts=True)
        return self.select_for_update().get(**name)

    def delete_idempotency_keys_of(self, user_id: UUID) -> None:
        """Forget the requests of a user."""
        self.filter(user=user_id).delete()
