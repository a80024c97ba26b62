"""Who is calling: access tokens, and the caller that each request may have.

ninja asks `auth=` before anything else, and reads the header; PyJWT checks the token.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import jwt
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import errors
from .fields import new_id
from .sign_ins.models import SignIn
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


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Whoever sent no token. ninja lets nobody pass for whom there is no object."""

    user_id: None = None


class AnyRequest(HttpRequest):
    """A request to an operation that asks for no token."""

    auth: Caller | Anonymous


class UserRequest(HttpRequest):
    """A request to an operation that asks for one."""

    auth: Caller


class Bearer(HttpBearer):
    """An access token. Raises InvalidToken for a bad one, wherever it is sent."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Return the caller whose token it is."""
        claims = _read_access_token(token.strip(" "))
        return identify(user_id=claims.sub, sign_in_id=claims.sid)


bearer = Bearer()


def make_access_token(*, user_id: UUID, sign_in_id: UUID, issued_at: datetime) -> str:
    """Return a signed access token, good for ACCESS_TOKEN_SECONDS (RFC 7519)."""
    issued = int(issued_at.timestamp())
    claims = {
        "iss": settings.API.JWT_ISSUER,
        "aud": settings.API.JWT_AUDIENCE,
        "sub": str(user_id),
        "sid": str(sign_in_id),
        "jti": str(new_id()),
        "iat": issued,
        "exp": issued + settings.API.ACCESS_TOKEN_SECONDS,
    }
    secret = settings.API.JWT_SECRET
    return jwt.encode(claims, secret, algorithm=ALGORITHM, headers=HEADER)


def allow_anonymous(_request: HttpRequest) -> Anonymous:
    """Let a request without a token pass."""
    return Anonymous()


def identify(*, user_id: UUID, sign_in_id: UUID) -> Caller:
    """Return the caller as they are at this moment. Raises InvalidToken.

    A write that waited for a lock asks once more: meanwhile it may have shut them out.
    """
    row = SignIn.objects.find_caller(sign_in_id=sign_in_id, user_id=user_id, moment=timezone.now())
    if row is None:
        raise errors.InvalidToken
    return Caller(*row)


def hold_caller(caller: Caller) -> User:
    """Return the caller's row, which nobody deletes until the transaction ends.

    Raises InvalidToken.
    """
    user = User.objects.hold_user(caller.user_id)
    if user is None:
        raise errors.InvalidToken
    return user


def _read_access_token(token: str) -> Claims:
    # RFC 6750 §2.1. WSGI joins several headers by a comma, which no token holds.
    if not _JWT.fullmatch(token):
        raise errors.InvalidToken
    try:
        decoded = jwt.decode_complete(
            token,
            settings.API.JWT_SECRET,
            algorithms=[ALGORITHM],
            issuer=settings.API.JWT_ISSUER,
            audience=settings.API.JWT_AUDIENCE,
        )
        claims = Claims.model_validate(decoded["payload"])
    except (jwt.InvalidTokenError, ValidationError):
        raise errors.InvalidToken from None
    # A token of another kind is none of ours (RFC 8725 §3.11).
    if decoded["header"] != HEADER:
        raise errors.InvalidToken
    return claims
