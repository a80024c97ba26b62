"""Pages by keyset: a walk that misses nothing and repeats nothing while rows come and go.

Django compares and orders by the key; cursors and the shape of a page are ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

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
    question: Sequence[str],
) -> Slice[Row]:
    """Return the page of `queryset` that `query` asks for, in the order of a unique key.

    `sort` begins with "-" for the descending order; `question` is the operation, and whom or
    what it is about. Raises InvalidRequest for a cursor that belongs to another question.
    """
    question = (*question, sort)
    position = read_position(query, question)
    if position is not None:
        beyond = f"{key}__lt" if sort.startswith("-") else f"{key}__gt"
        queryset = queryset.filter(**{beyond: position})
    order = f"-{key}" if sort.startswith("-") else key
    # One row more than asked for tells whether a page follows, and costs no count.
    rows = list(queryset.order_by(order)[: query.limit + 1])
    return cut_page(rows, query, question, lambda row: str(getattr(row, key)))


def read_position(query: PageQuery, question: Sequence[str]) -> str | None:
    """Return the key behind which the page begins, None for the first page.

    Raises InvalidRequest for a cursor that belongs to another question.
    """
    if query.cursor is None:
        return None
    try:
        return cursors.read_cursor(settings.API.JWT_SECRET, _scope(query, question), query.cursor)
    except cursors.InvalidCursor:
        raise errors.InvalidRequest(strict_json.query_fault("cursor", "invalid_cursor")) from None


def cut_page(
    rows: Sequence[Row], query: PageQuery, question: Sequence[str], get_key: Callable[[Row], str]
) -> Slice[Row]:
    """Return the rows of a page, of which one more was fetched where another page follows."""
    items = rows[: query.limit]
    if len(rows) == len(items):
        return Slice(items, None)
    secret, last_key = settings.API.JWT_SECRET, get_key(items[-1])
    return Slice(items, cursors.make_cursor(secret, _scope(query, question), last_key))


def link_next(request: HttpRequest, response: HttpResponse, page: Slice[Row]) -> None:
    """Lead from this page to the next one, if there is one (RFC 8288)."""
    if page.next_cursor is not None:
        query = request.GET.copy()
        query["cursor"] = page.next_cursor
        response["Link"] = f'<?{query.urlencode()}>; rel="next"'


def _scope(query: PageQuery, question: Sequence[str]) -> list[str | None]:
    filters: dict[str, Any] = query.model_dump(exclude={"limit", "cursor", "sort"})
    return [*question, *(filters[name] for name in sorted(filters))]
