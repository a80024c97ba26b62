"""Idempotency-Key: a POST that can be sent again when its answer got lost.

ninja declares the header and checks its form; Django gives nothing more. A key is stored in the
transaction of what it made; no answer is stored, because id, time and the request itself make
the same one again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils import timezone
from ninja import Header
from pydantic import AfterValidator, Field

from . import auth, errors, strict_json
from .auth import Caller
from .fields import new_id
from .locks import is_lock_timeout
from .users.models import IdempotencyKey, User

LIFETIME = timedelta(hours=24)
FORM = r'^([A-Za-z0-9._-]{1,64}|"[A-Za-z0-9._-]{1,64}")$'


def _unquote(key: str) -> str:
    return key.strip('"')


Key = Annotated[
    Annotated[str, Field(pattern=FORM), AfterValidator(_unquote)] | None,
    Header(None, alias="Idempotency-Key"),
]


@dataclass(frozen=True, slots=True)
class Making:
    """Who makes what: the id and the time of it, or of what the request made when it came first."""

    author: User
    made_id: UUID
    made_at: datetime
    is_repeated: bool


@contextmanager
def begin_write(
    *, caller: Caller, operation: str, key: str | None, request: Mapping[str, object]
) -> Iterator[Making]:
    """Begin the transaction of a write that is done once for each key.

    A twin waits here until the first one is done. Raises InvalidToken, RequestInProgress when
    it has waited too long, and InvalidRequest for a key that named another request.
    """
    with ExitStack() as transactions:
        try:
            transactions.enter_context(transaction.atomic())
            # Before the key: whoever deletes the caller deletes the keys after locking them.
            author = auth.hold_caller(caller)
            making = _claim(author, operation, key, request)
        except OperationalError as error:
            if key is not None and is_lock_timeout(error):
                raise errors.RequestInProgress from None
            raise
        yield making


def _claim(author: User, operation: str, key: str | None, request: Mapping[str, object]) -> Making:
    request_hash, made_id, made_at = _hash(request), new_id(), timezone.now()
    if key is None:
        return Making(author, made_id, made_at, is_repeated=False)
    kept = IdempotencyKey.objects.keep_idempotency_key(
        user_id=author.id,
        operation=operation,
        key=key,
        request_hash=request_hash,
        made_id=made_id,
        made_at=made_at,
    )
    if kept.made_at <= made_at - LIFETIME:
        kept.request_hash, kept.made_id, kept.made_at = request_hash, made_id, made_at
        kept.save()
    if kept.request_hash != request_hash:
        raise errors.InvalidRequest(
            strict_json.header_fault("Idempotency-Key", "idempotency_key_reused")
        )
    return Making(author, kept.made_id, kept.made_at, is_repeated=kept.made_id != made_id)


def _hash(request: Mapping[str, object]) -> str:
    written = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
