"""What is asked of sign-ins."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from ..counts import all_of

if TYPE_CHECKING:
    from .models import LoginAttempt, RefreshToken, SignIn  # noqa: F401 (named in a string)


class SignInQuerySet(QuerySet["SignIn"]):
    """Sign-ins, as the rules ask for them."""

    def find_caller(
        self, *, sign_in_id: UUID, user_id: UUID, moment: datetime
    ) -> tuple[UUID, str, str, UUID] | None:
        """Return user id, username, role and sign-in id, if all of it is in force.

        The one statement that authenticates: log-out, replay, password change, deactivation
        and role are seen at once.
        """
        alive = self.filter(id=sign_in_id, ended_at=None, expires_at__gt=moment)
        theirs = alive.filter(user=user_id, user__is_active=True, user__deleted_at=None)
        callers = theirs.values_list("user_id", "user__username", "user__role", "id")
        return next(iter(callers), None)  # `first` would put them in order, and there is one

    def end_sign_ins_of(self, user_id: UUID, moment: datetime) -> None:
        """End every sign-in of a user, and so every token they hold."""
        self.filter(user=user_id, ended_at=None).update(ended_at=moment)

    def end_sign_in(self, sign_in_id: UUID, moment: datetime) -> None:
        """End one sign-in."""
        self.filter(id=sign_in_id, ended_at=None).update(ended_at=moment)

    def delete_sign_ins_of(self, user_id: UUID) -> None:
        """Delete every sign-in of a user whose row is locked, and the tokens.

        Ending them first waits for refreshes under way, which would add one more token.
        """
        self.end_sign_ins_of(user_id, timezone.now())
        theirs = self.filter(user=user_id)
        all_of("sign_ins.RefreshToken").filter(sign_in__in=theirs).delete()
        theirs.delete()


class RefreshTokenQuerySet(QuerySet["RefreshToken"]):
    """Refresh tokens, as the rules ask for them."""

    def find_refresh_token(self, token_hash: str) -> RefreshToken | None:
        """Return a refresh token and its sign-in, both locked until the transaction ends."""
        # In the order of `delete_sign_ins_of`.
        tokens = self.select_related("sign_in").select_for_update(of=("sign_in", "self"))
        return tokens.filter(token_hash=token_hash).first()


class LoginAttemptQuerySet(QuerySet["LoginAttempt"]):
    """Counts of failed log-ins, as the throttle asks for them."""

    def lock_login_attempt(self, digest: str, *, window_ends_at: datetime) -> LoginAttempt:
        """Return the count of a digest, locked; a count of zero where there was none."""
        fresh = self.model(digest=digest, failures=0, window_ends_at=window_ends_at)
        self.bulk_create([fresh], ignore_conflicts=True)
        return self.select_for_update().get(digest=digest)

    def uncount_login_attempt(self, digest: str) -> None:
        """Take one failure off the count of a digest."""
        self.filter(digest=digest, failures__gt=0).update(failures=F("failures") - 1)
