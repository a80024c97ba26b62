"""Pages by keyset: a walk that misses nothing and repeats nothing while rows come and go.

Django compares and orders by the key; cursors and the shape of a page are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet

from . import cursors, errors, strict_json
from .shapes import PageQuery

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """The rows of a page, and the cursor of the next one, if there is one."""

    items: Sequence[Row]
    next_cursor: str | None


def fetch_page(
    queryset: QuerySet[Row],
    *,
    key: str,
    sort: str,
    query: PageQuery,
    operation: str,
) -> Slice[Row]:
    """Return the page of `queryset` that `query` asks for, in the order of a unique key.

    `sort` begins with "-" for the descending order. Raises InvalidRequest for a cursor
    that belongs to another operation, other filters or another sort.
    """
    secret = settings.API.JWT_SECRET
    scope = _scope(operation, sort, query)
    if query.cursor is not None:
        last_key = _read_cursor(secret, scope, query.cursor)
        beyond = f"{key}__lt" if sort.startswith("-") else f"{key}__gt"
        queryset = queryset.filter(**{beyond: last_key})
    order = f"-{key}" if sort.startswith("-") else key
    # One row more than asked for tells whether a page follows, and costs no count.
    rows = list(queryset.order_by(order)[: query.limit + 1])
    items = rows[: query.limit]
    if len(rows) == len(items):
        return Slice(items, None)
    return Slice(items, cursors.make_cursor(secret, scope, str(getattr(items[-1], key))))


def _scope(operation: str, sort: str, query: PageQuery) -> list[str | None]:
    filters: dict[str, Any] = query.model_dump(exclude={"limit", "cursor", "sort"})
    return [operation, sort, *(filters[name] for name in sorted(filters))]


def _read_cursor(secret: str, scope: list[str | None], cursor: str) -> str:
    try:
        return cursors.read_cursor(secret, scope, cursor)
    except cursors.InvalidCursor:
        raise errors.InvalidRequest(strict_json.query_fault("cursor", "invalid_cursor")) from None
