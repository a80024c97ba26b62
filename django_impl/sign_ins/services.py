"""The rules of signing in: who gets tokens, for how long, and what ends them."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .. import auth, errors, passwords, text
from ..users.models import User
from . import throttle
from .models import RefreshToken, SignIn
from .schemas import Credentials, TokenPair


def log_in(*, credentials: Credentials, client_address: str) -> TokenPair:
    """Return the tokens of a new sign-in.

    Raises TooManyAttempts, or InvalidCredentials for an unknown e-mail, a wrong password
    and an inactive account alike.
    """
    throttle.count_attempt(email=credentials.email, client_address=client_address)
    account = User.objects.find_account(text.fold(credentials.email))
    user_id, password_hash = account or (None, None)
    # No transaction is open while a password is hashed.
    right = passwords.verify_password(password_hash, credentials.password)
    if user_id is None or not right:
        raise errors.InvalidCredentials
    with transaction.atomic():
        user = User.objects.lock_user(user_id)
        # By now the password that was verified may be an old one.
        if user is None or not user.is_active or user.password != password_hash:
            raise errors.InvalidCredentials
        throttle.forgive_attempt(email=credentials.email, client_address=client_address)
        return _sign_in(user)


def refresh_tokens(*, refresh_token: str) -> TokenPair:
    """Return new tokens of the same sign-in; the token that was sent is used up.

    Raises InvalidRefreshToken. A used token ends the whole sign-in, for one of the two
    who sent it has stolen it (RFC 9700 §4.14.2).
    """
    tokens = _exchange(_hash(refresh_token))
    if tokens is None:  # raised out here, because in a transaction it would undo the end
        raise errors.InvalidRefreshToken
    return tokens


def log_out(*, sign_in_id: UUID) -> None:
    """End this sign-in, and no other."""
    SignIn.objects.end_sign_in(sign_in_id, timezone.now())


@transaction.atomic
def _exchange(token_hash: str) -> TokenPair | None:
    moment = timezone.now()
    found = RefreshToken.objects.find_refresh_token(token_hash)
    if found is None or not _is_alive(found.sign_in, moment):
        return None
    if found.used_at is not None:
        SignIn.objects.end_sign_in(found.sign_in.id, moment)
        return None
    found.used_at = moment
    found.save()
    return _make_tokens(found.sign_in, moment)


def _sign_in(user: User) -> TokenPair:
    moment = timezone.now()
    lifetime = timedelta(seconds=settings.API.REFRESH_TOKEN_SECONDS)
    sign_in = SignIn.objects.create(user=user, created_at=moment, expires_at=moment + lifetime)
    return _make_tokens(sign_in, moment)


def _make_tokens(sign_in: SignIn, moment: datetime) -> TokenPair:
    refresh_token = secrets.token_urlsafe(32)
    RefreshToken.objects.create(sign_in=sign_in, token_hash=_hash(refresh_token), created_at=moment)
    access_token = auth.make_access_token(
        user_id=sign_in.user_id, sign_in_id=sign_in.id, issued_at=moment
    )
    return TokenPair(
        access_token=access_token,
        expires_in=settings.API.ACCESS_TOKEN_SECONDS,
        refresh_token=refresh_token,
    )


def _is_alive(sign_in: SignIn, moment: datetime) -> bool:
    return sign_in.ended_at is None and sign_in.expires_at > moment


def _hash(refresh_token: str) -> str:
    return hashlib.sha256(refresh_token.encode()).hexdigest()
