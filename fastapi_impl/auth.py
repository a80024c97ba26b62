"""Who is calling: access tokens, and the caller that each request may have.

FastAPI gives dependencies, and describes the token scheme; PyJWT checks the token; the header
is read here.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from . import database, errors
from .database import SessionDep
from .settings import load_settings
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


class BearerToken(HTTPBearer):
    """The token of a request: None without one, InvalidToken for what cannot be one."""

    async def __call__(self, request: HTTPConnection) -> HTTPAuthorizationCredentials | None:
        # RFC 6750 §2.1. Several headers come joined by a comma, which no token holds.
        header = request.headers.get("Authorization", "")
        scheme, _, credentials = header.partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = credentials.strip(" ")
        if not _JWT.fullmatch(token):
            raise errors.InvalidToken
        return HTTPAuthorizationCredentials(scheme=scheme, credentials=token)


# Added to the description of an operation that needs no token: by itself FastAPI says that
# every one that looks for a token needs it.
TOKEN_OPTIONAL: dict[str, Any] = {"security": [{}]}

bearer_token = BearerToken(bearerFormat="JWT", scheme_name="bearer")


def make_access_token(*, user_id: UUID, sign_in_id: UUID, issued_at: datetime) -> str:
    """Return a signed access token, good for ACCESS_TOKEN_SECONDS (RFC 7519)."""
    settings = load_settings()
    issued = int(issued_at.timestamp())
    claims = {
        "iss": settings.JWT_ISSUER,
        "aud": settings.JWT_AUDIENCE,
        "sub": str(user_id),
        "sid": str(sign_in_id),
        "jti": str(database.new_id()),
        "iat": issued,
        "exp": issued + settings.ACCESS_TOKEN_SECONDS,
    }
    return jwt.encode(claims, settings.JWT_SECRET, algorithm=ALGORITHM, headers=HEADER)


async def load_caller(
    request: Request,
    session: SessionDep,
    token: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer_token)],
) -> Caller | None:
    """Return who is calling: None without a token. Raises InvalidToken for a bad one."""
    if token is None:
        return None
    claims = _read_access_token(token.credentials)
    caller = await identify(session, user_id=claims.sub, sign_in_id=claims.sid)
    request.state.user_id = caller.user_id  # for the log
    return caller


OptionalCaller = Annotated[Caller | None, Depends(load_caller)]


async def identify(session: AsyncSession, *, user_id: UUID, sign_in_id: UUID) -> Caller:
    """Return the caller as they are at this moment. Raises InvalidToken.

    A write that waited for a lock asks once more: meanwhile it may have shut them out.
    """
    row = await queries.find_caller(
        session, sign_in_id=sign_in_id, user_id=user_id, moment=database.now()
    )
    if row is None:
        raise errors.InvalidToken
    return Caller(*row)


async def hold_caller(session: AsyncSession, caller: Caller) -> User:
    """Return the caller's row, which nobody deletes until the transaction ends.

    Raises InvalidToken.
    """
    user = await user_queries.hold_user(session, caller.user_id)
    if user is None:
        raise errors.InvalidToken
    return user


async def login_required(caller: OptionalCaller) -> Caller:
    """Return who is calling. Raises MissingToken for a request without a token."""
    if caller is None:
        raise errors.MissingToken
    return caller


CurrentUser = Annotated[Caller, Depends(login_required)]


def _read_access_token(token: str) -> Claims:
    settings = load_settings()
    try:
        decoded = jwt.decode_complete(
            token,
            settings.JWT_SECRET,
            algorithms=[ALGORITHM],
            issuer=settings.JWT_ISSUER,
            audience=settings.JWT_AUDIENCE,
        )
        claims = Claims.model_validate(decoded["payload"])
    except (jwt.InvalidTokenError, ValidationError):
        raise errors.InvalidToken from None
    # A token of another kind is none of ours (RFC 8725 §3.11).
    if decoded["header"] != HEADER:
        raise errors.InvalidToken
    return claims
