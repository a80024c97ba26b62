"""The rules of signing in: who gets tokens, for how long, and what ends them."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from .. import auth, database, errors, passwords, text
from ..users import queries as user_queries
from . import queries, throttle
from .models import RefreshToken, SignIn
from .schemas import Credentials, TokenPair


def log_in(session: Session, *, credentials: Credentials, client_address: str) -> TokenPair:
    """Return the tokens of a new sign-in.

    Raises TooManyAttempts, or InvalidCredentials for an unknown e-mail, a wrong password
    and an inactive account alike.
    """
    throttle.count_attempt(session, email=credentials.email, client_address=client_address)
    account = user_queries.find_account(session, text.fold(credentials.email))
    session.rollback()  # nothing is held open while a password is hashed
    password_hash = account.password_hash if account else None
    right = passwords.verify_password(password_hash, credentials.password)
    if account is None or not right:
        raise errors.InvalidCredentials
    database.begin_write(session)
    user = user_queries.lock_user(session, account.id)
    # By now the password that was verified may be an old one.
    if user is None or not user.is_active or user.password_hash != password_hash:
        raise errors.InvalidCredentials
    throttle.forgive_attempt(session, email=credentials.email, client_address=client_address)
    tokens = _sign_in(session, user.id)
    session.commit()
    return tokens


def refresh_tokens(session: Session, *, refresh_token: str) -> TokenPair:
    """Return new tokens of the same sign-in; the token that was sent is used up.

    Raises InvalidRefreshToken. A used token ends the whole sign-in, for one of the two
    who sent it has stolen it (RFC 9700 §4.14.2).
    """
    database.begin_write(session)
    moment = database.now()
    found = queries.find_refresh_token(session, _hash(refresh_token))
    if found is None or not _is_alive(found.SignIn, moment):
        raise errors.InvalidRefreshToken
    if found.RefreshToken.used_at is not None:
        queries.end_sign_in(session, found.SignIn.id, moment)
        session.commit()
        raise errors.InvalidRefreshToken
    found.RefreshToken.used_at = moment
    tokens = _make_tokens(session, found.SignIn, moment)
    session.commit()
    return tokens


def log_out(session: Session, *, sign_in_id: UUID) -> None:
    """End this sign-in, and no other."""
    database.begin_write(session)
    queries.end_sign_in(session, sign_in_id, database.now())
    session.commit()


def _sign_in(session: Session, user_id: UUID) -> TokenPair:
    moment = database.now()
    lifetime = timedelta(seconds=current_app.config["REFRESH_TOKEN_SECONDS"])
    sign_in = SignIn(
        id=database.new_id(), user_id=user_id, created_at=moment, expires_at=moment + lifetime
    )
    session.add(sign_in)
    return _make_tokens(session, sign_in, moment)


def _make_tokens(session: Session, sign_in: SignIn, moment: datetime) -> TokenPair:
    refresh_token = secrets.token_urlsafe(32)
    session.add(
        RefreshToken(sign_in_id=sign_in.id, token_hash=_hash(refresh_token), created_at=moment)
    )
    access_token = auth.make_access_token(
        user_id=sign_in.user_id, sign_in_id=sign_in.id, issued_at=moment
    )
    return TokenPair(
        access_token=access_token,
        expires_in=current_app.config["ACCESS_TOKEN_SECONDS"],
        refresh_token=refresh_token,
    )


def _is_alive(sign_in: SignIn, moment: datetime) -> bool:
    return sign_in.ended_at is None and sign_in.expires_at > moment


def _hash(refresh_token: str) -> str:
    return hashlib.sha256(refresh_token.encode()).hexdigest()
