"""Entity tags: which version a client has seen, and whether it may be changed (RFC 9110 §13).

Django parses and quotes tags, and ninja declares the headers. Django's `condition` would
compare before the view begins; comparing and writing have to be one step, so services compare
what they have locked. What a tag is made of and the 428 are left to you, too.
"""

from http import HTTPStatus
from typing import Annotated, TypeVar

from django.http import HttpResponse
from django.utils.http import parse_etags, quote_etag
from ninja import Header, Status

from . import errors

Row = TypeVar("Row")

IfMatch = Annotated[str | None, Header(None, alias="If-Match")]
IfNoneMatch = Annotated[str | None, Header(None, alias="If-None-Match")]


def tag(response: HttpResponse, version: int) -> None:
    """Tell the entity tag of a version."""
    response["ETag"] = quote_etag(str(version))


def answer(
    response: HttpResponse, row: Row, version: int, if_none_match: str | None
) -> Row | Status[None]:
    """Return the row, or 304 for a reader who has it (RFC 9110 §13.1.2)."""
    tag(response, version)
    known = [known.removeprefix("W/") for known in parse_etags(if_none_match or "")]
    if "*" in known or response["ETag"] in known:
        return Status(HTTPStatus.NOT_MODIFIED, None)
    return row


def require_match(if_match: str | None, version: int) -> None:
    """Raise PreconditionRequired (RFC 6585 §3) or PreconditionFailed where they do not fit."""
    if if_match is None:
        raise errors.PreconditionRequired
    named = parse_etags(if_match)
    if "*" not in named and quote_etag(str(version)) not in named:
        raise errors.PreconditionFailed
