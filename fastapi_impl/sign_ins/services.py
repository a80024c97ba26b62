"""The rules of signing in: who gets tokens, for how long, and what ends them."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from .. import auth, database, errors, passwords, text
from ..settings import load_settings
from ..users import queries as user_queries
from . import queries, throttle
from .models import RefreshToken, SignIn
from .schemas import Credentials, TokenPair


async def log_in(
    session: AsyncSession, *, credentials: Credentials, client_address: str
) -> TokenPair:
    """Return the tokens of a new sign-in.

    Raises TooManyAttempts, or InvalidCredentials for an unknown e-mail, a wrong password
    and an inactive account alike.
    """
    await throttle.count_attempt(session, email=credentials.email, client_address=client_address)
    account = await user_queries.find_account(session, text.fold(credentials.email))
    await session.rollback()  # nothing is held open while a password is hashed
    password_hash = account.password_hash if account else None
    right = await passwords.verify_password(password_hash, credentials.password)
    if account is None or not right:
        raise errors.InvalidCredentials
    await database.begin_write(session)
    user = await user_queries.lock_user(session, account.id)
    # By now the password that was verified may be an old one.
    if user is None or not user.is_active or user.password_hash != password_hash:
        raise errors.InvalidCredentials
    await throttle.forgive_attempt(session, email=credentials.email, client_address=client_address)
    tokens = _sign_in(session, user.id)
    await session.commit()
    return tokens


async def refresh_tokens(session: AsyncSession, *, refresh_token: str) -> TokenPair:
    """Return new tokens of the same sign-in; the token that was sent is used up.

    Raises InvalidRefreshToken. A used token ends the whole sign-in, for one of the two
    who sent it has stolen it (RFC 9700 §4.14.2).
    """
    await database.begin_write(session)
    moment = database.now()
    found = await queries.find_refresh_token(session, _hash(refresh_token))
    if found is None or not _is_alive(found.SignIn, moment):
        raise errors.InvalidRefreshToken
    if found.RefreshToken.used_at is not None:
        await queries.end_sign_in(session, found.SignIn.id, moment)
        await session.commit()
        raise errors.InvalidRefreshToken
    found.RefreshToken.used_at = moment
    tokens = _make_tokens(session, found.SignIn, moment)
    await session.commit()
    return tokens


async def log_out(session: AsyncSession, *, sign_in_id: UUID) -> None:
    """End this sign-in, and no other."""
    await database.begin_write(session)
    await queries.end_sign_in(session, sign_in_id, database.now())
    await session.commit()


def _sign_in(session: AsyncSession, user_id: UUID) -> TokenPair:
    moment = database.now()
    lifetime = timedelta(seconds=load_settings().REFRESH_TOKEN_SECONDS)
    sign_in = SignIn(
        id=database.new_id(), user_id=user_id, created_at=moment, expires_at=moment + lifetime
    )
    session.add(sign_in)
    return _make_tokens(session, sign_in, moment)


def _make_tokens(session: AsyncSession, sign_in: SignIn, moment: datetime) -> TokenPair:
    refresh_token = secrets.token_urlsafe(32)
    session.add(
        RefreshToken(sign_in_id=sign_in.id, token_hash=_hash(refresh_token), created_at=moment)
    )
    access_token = auth.make_access_token(
        user_id=sign_in.user_id, sign_in_id=sign_in.id, issued_at=moment
    )
    return TokenPair(
        access_token=access_token,
        expires_in=load_settings().ACCESS_TOKEN_SECONDS,
        refresh_token=refresh_token,
    )


def _is_alive(sign_in: SignIn, moment: datetime) -> bool:
    return sign_in.ended_at is None and sign_in.expires_at > moment


def _hash(refresh_token: str) -> str:
    return hashlib.sha256(refresh_token.encode()).hexdigest()
