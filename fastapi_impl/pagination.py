"""Pages by keyset: a walk that misses nothing and repeats nothing while rows come and go.

SQLAlchemy compares and orders by the key; cursors and the shape of a page are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
    operation: str,
) -> Slice:
    """Return the page of `statement` that `query` asks for, in the order of a unique key.

    `sort` begins with "-" for the descending order. Raises InvalidRequest for a cursor
    that belongs to another operation, other filters or another sort.
    """
    secret = load_settings().JWT_SECRET
    scope = _scope(operation, sort, query)
    if query.cursor is not None:
        last_key = _read_cursor(secret, scope, query.cursor, key)
        statement = statement.where(key < last_key if sort.startswith("-") else key > last_key)
    order = key.desc() if sort.startswith("-") else key.asc()
    # One row more than asked for tells whether a page follows, and costs no count.
    rows = (await session.scalars(statement.order_by(order).limit(query.limit + 1))).all()
    items = rows[: query.limit]
    if len(rows) == len(items):
        return Slice(items, None)
    return Slice(items, cursors.make_cursor(secret, scope, str(getattr(items[-1], key.key))))


def _scope(operation: str, sort: str, query: PageQuery) -> list[str | None]:
    filters = query.model_dump(exclude={"limit", "cursor", "sort"})
    return [operation, sort, *(filters[name] for name in sorted(filters))]


def _read_cursor(
    secret: str, scope: list[str | None], cursor: str, key: InstrumentedAttribute[Any]
) -> Any:
    try:
        return key.type.python_type(cursors.read_cursor(secret, scope, cursor))
    except cursors.InvalidCursor:
        raise errors.InvalidRequest(strict_json.query_fault("cursor", "invalid_cursor")) from None
