"""Cursors: where a page ended, signed and bound to the question that was asked.

Equal in every implementation and decided by no framework: read it once.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence


class InvalidCursor(ValueError):
    """The cursor was not made for this question, or not by this API."""


def make_cursor(secret: str, scope: Sequence[str | None], last_key: str) -> str:
    """Return the cursor that continues after `last_key`.

    `scope` is the operation, its filters and its sort: the cursor is good for no other.
    """
    key = last_key.encode()
    return f"{_encode(key)}.{_encode(_sign(secret, scope, key))}"


def read_cursor(secret: str, scope: Sequence[str | None], cursor: str) -> str:
    """Return the key after which the next page begins.

    Raises InvalidCursor for anything that `make_cursor` did not make for this scope.
    """
    try:
        last_key = _decode(cursor.partition(".")[0]).decode()
    except ValueError:
        raise InvalidCursor from None
    # Whole strings are compared, so that one key has one cursor: base64 has spare bits.
    expected = make_cursor(secret, scope, last_key)
    if not hmac.compare_digest(expected.encode(), cursor.encode()):
        raise InvalidCursor
    return last_key


def _sign(secret: str, scope: Sequence[str | None], key: bytes) -> bytes:
    # A key of its own, derived by a label: a cursor never helps to forge a token.
    cursor_key = hmac.digest(secret.encode(), b"cursor", hashlib.sha256)
    question = json.dumps(scope).encode()
    return hmac.digest(cursor_key, question + b"\n" + key, hashlib.sha256)


def _encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _decode(value: str) -> bytes:
    return urlsafe_b64decode(value.encode("ascii") + b"=" * (-len(value) % 4))
