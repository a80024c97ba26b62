"""Pages by keyset: a walk that misses nothing and repeats nothing while rows come and go.

SQLAlchemy compares and orders by the key; cursors and the shape of a page are ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from . import cursors, errors, strict_json
from .settings import load_settings
from .shapes import PageQuery


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of a page, and the cursor of the next one, if there is one."""

    items: Sequence[Any]
    next_cursor: str | None


async def fetch_page(
    session: AsyncSession,
    statement: Select[Any],
    *,
    key: InstrumentedAttribute[Any],
    sort: str,
    query: PageQuery,
    question: Sequence[str],
) -> Slice:
    """Return the page of `statement` that `query` asks for, in the order of a unique key.

    `sort` begins with "-" for the descending order; `question` is the operation, and whom or
    what it is about. Raises InvalidRequest for a cursor that belongs to another question.
    """
    question = (*question, sort)
    position = read_position(query, question)
    if position is not None:
        last = key.type.python_type(position)
        statement = statement.where(key < last if sort.startswith("-") else key > last)
    order = key.desc() if sort.startswith("-") else key.asc()
    # One row more than asked for tells whether a page follows, and costs no count.
    rows = (await session.scalars(statement.order_by(order).limit(query.limit + 1))).all()
    return cut_page(rows, query, question, lambda row: str(getattr(row, key.key)))


def read_position(query: PageQuery, question: Sequence[str]) -> str | None:
    """Return the key behind which the page begins, None for the first page.

    Raises InvalidRequest for a cursor that belongs to another question.
    """
    if query.cursor is None:
        return None
    try:
        secret = load_settings().JWT_SECRET
        return cursors.read_cursor(secret, _scope(query, question), query.cursor)
    except cursors.InvalidCursor:
        raise errors.InvalidRequest(strict_json.query_fault("cursor", "invalid_cursor")) from None


def cut_page(
    rows: Sequence[Any], query: PageQuery, question: Sequence[str], get_key: Callable[[Any], str]
) -> Slice:
    """Return the rows of a page, of which one more was fetched where another page follows."""
    items = rows[: query.limit]
    if len(rows) == len(items):
        return Slice(items, None)
    secret, last_key = load_settings().JWT_SECRET, get_key(items[-1])
    return Slice(items, cursors.make_cursor(secret, _scope(query, question), last_key))


def link_next(request: Request, page: Slice) -> dict[str, str]:
    """Return the header that leads from this page to the next one, if there is one (RFC 8288)."""
    if page.next_cursor is None:
        return {}
    query = urlencode({**request.query_params, "cursor": page.next_cursor})
    return {"Link": f'<?{query}>; rel="next"'}


def _scope(query: PageQuery, question: Sequence[str]) -> list[str | None]:
    filters = query.model_dump(exclude={"limit", "cursor", "sort"})
    return [*question, *(filters[name] for name in sorted(filters))]
