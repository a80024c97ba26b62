"""Entity tags: which version a client has seen, and whether it may be changed (RFC 9110 §13).

Werkzeug parses the headers and compares tags. It leaves to you what a tag is made of, the
428, and that comparing and writing are one step: services compare what they have locked.
"""

from http import HTTPStatus
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ETags
from werkzeug.http import quote_etag

from . import errors


def tag(version: int) -> dict[str, str]:
    """Return the header that tells the entity tag of a version."""
    return {"ETag": quote_etag(str(version))}


def answer(members: dict[str, Any], version: int) -> ResponseReturnValue:
    """Return the representation, or 304 to a reader who has it (RFC 9110 §13.1.2)."""
    if request.if_none_match.contains_weak(str(version)):
        return "", HTTPStatus.NOT_MODIFIED, tag(version)
    return members, HTTPStatus.OK, tag(version)


def get_if_match() -> ETags | None:
    """Return the entity tags that the client would change, None if it does not say."""
    return request.if_match if "If-Match" in request.headers else None


def require_match(if_match: ETags | None, version: int) -> None:
    """Raise PreconditionRequired (RFC 6585 §3) or PreconditionFailed where they do not fit."""
    if if_match is None:
        raise errors.PreconditionRequired
    if not if_match.contains(str(version)):
        raise errors.PreconditionFailed
