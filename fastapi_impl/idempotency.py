"""Idempotency-Key: a POST that can be sent again when its answer got lost.

FastAPI reads the header, checks its form and describes it, and gives nothing more. A key is
stored in the transaction of what it made; no answer is stored, because id, time and the request
itself make the same one again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Header
from pydantic import AfterValidator, Field
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from . import auth, database, errors, strict_json
from .auth import Caller
from .users import queries
from .users.models import User

LIFETIME = timedelta(hours=24)
FORM = r'^([A-Za-z0-9._-]{1,64}|"[A-Za-z0-9._-]{1,64}")$'


def _unquote(key: str) -> str:
    return key.strip('"')


Key = Annotated[
    Annotated[str, Field(pattern=FORM), AfterValidator(_unquote)] | None,
    Header(alias="Idempotency-Key"),
]


@dataclass(frozen=True, slots=True)
class Making:
    """Who makes what: the id and the time of it, or of what the request made when it came first."""

    author: User
    made_id: UUID
    made_at: datetime
    is_repeated: bool


async def begin_write(
    session: AsyncSession,
    *,
    caller: Caller,
    operation: str,
    key: str | None,
    request: Mapping[str, object],
) -> Making:
    """Begin the transaction of a write that is done once for each key.

    A twin waits here until the first one is done. Raises InvalidToken, RequestInProgress when
    it has waited too long, and InvalidRequest for a key that named another request.
    """
    try:
        await database.begin_write(session)
        # Before the key: whoever deletes the caller deletes the keys after locking them.
        author = await auth.hold_caller(session, caller)
        return await _claim(session, author, operation, key, request)
    except OperationalError as error:
        if key is not None and database.is_lock_timeout(error):
            raise errors.RequestInProgress from None
        raise


async def _claim(
    session: AsyncSession,
    author: User,
    operation: str,
    key: str | None,
    request: Mapping[str, object],
) -> Making:
    request_hash, made_id, made_at = _hash(request), database.new_id(), database.now()
    if key is None:
        return Making(author, made_id, made_at, is_repeated=False)
    kept = await queries.keep_idempotency_key(
        session,
        user_id=author.id,
        operation=operation,
        key=key,
        request_hash=request_hash,
        made_id=made_id,
        made_at=made_at,
    )
    if kept.made_at <= made_at - LIFETIME:
        kept.request_hash, kept.made_id, kept.made_at = request_hash, made_id, made_at
    if kept.request_hash != request_hash:
        raise errors.InvalidRequest(
            strict_json.header_fault("Idempotency-Key", "idempotency_key_reused")
        )
    return Making(author, kept.made_id, kept.made_at, is_repeated=kept.made_id != made_id)


def _hash(request: Mapping[str, object]) -> str:
    written = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
