"""Entity tags: which version a client has seen, and whether it may be changed (RFC 9110 §13).

FastAPI hands over and describes the headers; Starlette knows entity tags for its files only. It
leaves to you what a tag is made of, reading lists of them, the 304, the 428, and that comparing
and writing are one step: services compare what they have locked.
"""

import re
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Header, Response

from . import errors

# What a route takes by these names, its service takes as it was sent.
IfMatch = Annotated[str | None, Header(alias="If-Match")]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]

# Added to the description of an operation that may answer it.
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    HTTPStatus.NOT_MODIFIED.value: {"description": "The reader has the present representation"}
}
# Told where If-Match is missing, and where it does not fit.
REFUSALS = (errors.PreconditionRequired, errors.PreconditionFailed)
_ANY = "*"
# RFC 9110 §8.8.3, alone between commas.
_ENTITY_TAG = re.compile(r'(?:^|,)[ \t]*((?:W/)?"[!#-~\x80-\xff]*")[ \t]*(?=,|$)')


def tag(version: int) -> dict[str, str]:
    """Return the header that tells the entity tag of a version."""
    return {"ETag": _quote(version)}


def answer(response: Response, version: int, if_none_match: str | None) -> None:
    """Tell the entity tag, and 304 to a reader who has it (RFC 9110 §13.1.2).

    FastAPI sends no body with a 304.
    """
    present = _quote(version)
    response.headers["ETag"] = present
    if not _read_tags(if_none_match or "").isdisjoint({_ANY, present, f"W/{present}"}):
        response.status_code = HTTPStatus.NOT_MODIFIED


def require_match(if_match: str | None, version: int) -> None:
    """Raise PreconditionRequired (RFC 6585 §3) or PreconditionFailed where they do not fit."""
    if if_match is None:
        raise errors.PreconditionRequired
    if _read_tags(if_match).isdisjoint({_ANY, _quote(version)}):
        raise errors.PreconditionFailed


def _quote(version: int) -> str:
    return f'"{version}"'


def _read_tags(sent: str) -> set[str]:
    return {_ANY} if sent.strip() == _ANY else set(_ENTITY_TAG.findall(sent))
