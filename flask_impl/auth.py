"""Who is calling: access tokens, and the caller that each request may have.

Flask gives `before_request` and `g`; PyJWT checks the token; the header is read here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Annotated, Any
from uuid import UUID

import jwt
from flask import current_app, g, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from . import database, errors
from .sign_ins import queries
from .users import queries as user_queries
from .users.models import User

ALGORITHM = "HS256"
HEADER = {"alg": ALGORITHM, "typ": "access+jwt"}
END_OF_TIME = 253402300799  # the year 9999, the last that RFC 3339 can write
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")

Id = Annotated[UUID, Field(strict=False)]


class Claims(BaseModel):
    """What an access token says. `exp` is compared by PyJWT, its type is checked here."""

    model_config = ConfigDict(strict=True)

    iss: str
    aud: str
    sub: Id
    sid: Id
    jti: Id
    iat: Annotated[int, Field(le=END_OF_TIME)]
    exp: Annotated[int, Field(le=END_OF_TIME)]


@dataclass(frozen=True, slots=True)
class Caller:
    """The user who sent the request, as the authenticating statement saw them."""

    user_id: UUID
    username: str
    role: str
    sign_in_id: UUID


def make_access_token(*, user_id: UUID, sign_in_id: UUID, issued_at: datetime) -> str:
    """Return a signed access token, good for ACCESS_TOKEN_SECONDS (RFC 7519)."""
    issued = int(issued_at.timestamp())
    claims = {
        "iss": current_app.config["JWT_ISSUER"],
        "aud": current_app.config["JWT_AUDIENCE"],
        "sub": str(user_id),
        "sid": str(sign_in_id),
        "jti": str(database.new_id()),
        "iat": issued,
        "exp": issued + current_app.config["ACCESS_TOKEN_SECONDS"],
    }
    secret = current_app.config["JWT_SECRET"]
    return jwt.encode(claims, secret, algorithm=ALGORITHM, headers=HEADER)


def load_caller() -> None:
    """Set `g.caller`: None without a token, InvalidToken with a bad one."""
    token = _bearer_token()
    if token is None:
        g.caller = None
        return
    claims = _read_access_token(token)
    session = database.get_session()
    g.caller = identify(session, user_id=claims.sub, sign_in_id=claims.sid)


def identify(session: Session, *, user_id: UUID, sign_in_id: UUID) -> Caller:
    """Return the caller as they are at this moment. Raises InvalidToken.

    A write that waited for a lock asks once more: meanwhile it may have shut them out.
    """
    row = queries.find_caller(
        session, sign_in_id=sign_in_id, user_id=user_id, moment=database.now()
    )
    if row is None:
        raise errors.InvalidToken
    return Caller(*row)


def hold_caller(session: Session, caller: Caller) -> User:
    """Return the caller's row, which nobody deletes until the transaction ends.

    Raises InvalidToken.
    """
    user = user_queries.hold_user(session, caller.user_id)
    if user is None:
        raise errors.InvalidToken
    return user


def login_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse the view to a request without a token."""

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        if g.caller is None:
            raise errors.MissingToken
        return view(**arguments)

    return guarded


def _bearer_token() -> str | None:
    # RFC 6750 §2.1. WSGI joins several headers by a comma, which no token holds.
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = credentials.strip(" ")
    if not _JWT.fullmatch(token):
        raise errors.InvalidToken
    return token


def _read_access_token(token: str) -> Claims:
    try:
        decoded = jwt.decode_complete(
            token,
            current_app.config["JWT_SECRET"],
            algorithms=[ALGORITHM],
            issuer=current_app.config["JWT_ISSUER"],
            audience=current_app.config["JWT_AUDIENCE"],
        )
        claims = Claims.model_validate(decoded["payload"])
    except (jwt.InvalidTokenError, ValidationError):
        raise errors.InvalidToken from None
    # A token of another kind is none of ours (RFC 8725 §3.11).
    if decoded["header"] != HEADER:
        raise errors.InvalidToken
    return claims
