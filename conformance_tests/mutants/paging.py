"""How careless servers page: by numbers, by what stands at the cursor, by cursors of anything."""

from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from conformance_tests.harness.listing import KEYS

from .errands import is_empty, list_all, list_faults
from .good_server import GoodServer
from .messages import Answer, Request

DEFAULT_LIMIT = 20


class Question(NamedTuple):
    """What a list was asked, its page aside."""

    operation: str
    path: str
    filters: dict[str, str]
    token: str


def page_by_number(request: Request, server: GoodServer) -> Answer:
    """Return a page whose cursor is the number of rows before it."""
    return _cut(request, server, lambda keys: [str(number) for number in range(1, len(keys) + 1)])


def page_behind_item(request: Request, server: GoodServer) -> Answer:
    """Return a page whose cursor is the last item before it, which has to be there still."""
    return _cut(request, server, lambda keys: keys)


def forgive_cursor(
    request: Request, server: GoodServer, is_forgiven: Callable[[Question, Question], bool]
) -> Answer:
    """Begin anew with a cursor that was made for another question, if that may be."""
    answer, noted = server.send(request), server.overheard.noted
    asked = _describe(request, server)
    noted["cursor", answer.members.get("next_cursor")] = asked
    made = noted.get(("cursor", request.query.get("cursor")))
    if not is_cursor_refused(answer) or made is None or not is_forgiven(made, asked):
        return answer
    return server.send(request.with_query(cursor=None))


def begin_anew_for_bad_cursor(request: Request, server: GoodServer) -> Answer:
    """Return the first page for a cursor that is no good."""
    answer = server.send(request)
    is_refused = is_cursor_refused(answer)
    return server.send(request.with_query(cursor=None)) if is_refused else answer


def take_empty_cursor_for_none(request: Request, server: GoodServer) -> Answer:
    """Return the first page for a cursor without a letter."""
    return server.send(request.with_query(cursor=None) if is_empty(request, "cursor") else request)


def promise_page_more(request: Request, server: GoodServer) -> Answer:
    """Return a last page, where it is full, with the cursor of an empty one."""
    if request.query.get("cursor") == "end":
        return server.send(request.with_query(cursor=None)).with_members(items=[], next_cursor=None)
    answer, limit = server.send(request), int(request.query.get("limit", DEFAULT_LIMIT))
    is_full = len(answer.members.get("items", [])) == limit
    is_last = answer.members.get("next_cursor") is None
    return answer.with_members(next_cursor="end") if is_full and is_last else answer


def is_cursor_refused(answer: Answer) -> bool:
    """Tell whether a cursor was no good."""
    return ("cursor", "invalid_cursor") in list_faults(answer)


def _describe(request: Request, server: GoodServer) -> Question:
    told = {name: request.query[name] for name in request.query if name not in ("cursor", "limit")}
    return Question(server.find_operation(request), request.path, told, request.token)


def _cut(
    request: Request, server: GoodServer, make_cursors: Callable[[list[str]], list[str]]
) -> Answer:
    first = server.send(request.with_query(cursor=None))
    if first.status != HTTPStatus.OK:
        return first
    items, name = list_all(request, server), KEYS[server.find_operation(request)]
    cursors = make_cursors([str(one[name]) for one in items])
    begin = _find_behind(request.query.get("cursor"), cursors)
    end = begin + int(request.query.get("limit", DEFAULT_LIMIT))
    following = cursors[end - 1] if end < len(items) else None
    return first.with_members(items=items[begin:end], next_cursor=following)


def _find_behind(cursor: str | None, cursors: list[str]) -> int:
    if cursor is None:
        return 0
    return cursors.index(cursor) + 1 if cursor in cursors else len(cursors)
