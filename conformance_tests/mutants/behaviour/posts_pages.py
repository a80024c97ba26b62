"""Mutants of chapter 2: pages of posts, and their cursors."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from string import ascii_letters, digits
from uuid import UUID

from conformance_tests.mutants.errands import list_all
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks
from conformance_tests.mutants.paging import (
    begin_anew_for_bad_cursor,
    forgive_cursor,
    is_cursor_refused,
    page_behind_item,
    page_by_number,
    promise_page_more,
    take_empty_cursor_for_none,
)

# In the order of their values, by which letters of base64 differ in bits.
LETTERS = ascii_letters[26:] + ascii_letters[:26] + digits + "-_"


@breaks("list_posts", violates=("POSTS-PAGE-01",))
def cut_large_limits(request: Request, server: GoodServer) -> Answer:
    """A limit beyond the largest is the largest."""
    return server.send(_change_limit(request, lambda limit: min(limit, 100)))


@breaks("list_posts", violates=("POSTS-PAGE-01",))
def take_no_limit_for_the_usual_one(request: Request, server: GoodServer) -> Answer:
    """A limit of 0 is the usual one."""
    return server.send(_change_limit(request, lambda limit: limit or 20))


@breaks("list_posts", violates=("POSTS-PAGE-01",))
def show_ten_posts_unless_told(request: Request, server: GoodServer) -> Answer:
    """A page has ten posts unless told."""
    return server.send(request.with_query(**{"limit": "10", **request.query}))


@breaks("list_posts", violates=("POSTS-PAGE-01",))
def show_twenty_posts_at_most(request: Request, server: GoodServer) -> Answer:
    """A page has at most twenty posts, whatever the limit."""
    return server.send(_change_limit(request, lambda limit: 20 if 20 < limit <= 100 else limit))


def _change_limit(request: Request, change: Callable[[int], int]) -> Request:
    limit = request.query.get("limit", "")
    return request.with_query(limit=str(change(int(limit)))) if limit.isdecimal() else request


@breaks("list_posts", violates=("POSTS-PAGE-02",))
def promise_one_page_more(request: Request, server: GoodServer) -> Answer:
    """Behind a last page that is full there is an empty one."""
    return promise_page_more(request, server)


@breaks("list_posts", violates=("POSTS-PAGE-02",))
def leave_out_a_last_page_that_is_not_full(request: Request, server: GoodServer) -> Answer:
    """A walk ends before a page that is not full."""
    answer = server.send(request)
    cursor, limit = answer.members.get("next_cursor"), int(request.query.get("limit", "20"))
    following = server.send(request.with_query(cursor=cursor)).members if cursor else {}
    too_few = cursor and len(following["items"]) < limit
    return answer.with_members(next_cursor=None) if too_few else answer


@breaks("list_posts", violates=("POSTS-PAGE-02",))
def forget_the_filters_behind_the_first_page(request: Request, server: GoodServer) -> Answer:
    """Tag and search count on the first page only."""
    goes_on = "cursor" in request.query
    return page_by_number(request.with_query(q=None, tag=None) if goes_on else request, server)


@breaks("list_posts", violates=("POSTS-PAGE-02",))
def take_a_cursor_once(request: Request, server: GoodServer) -> Answer:
    """A cursor is good for one use."""
    answer, cursor = server.send(request), request.query.get("cursor")
    used = server.overheard.noted.setdefault("used cursors", set())
    if cursor in used:
        return server.send(request.with_query(cursor="used"))
    used.add(cursor or "none")
    return answer


@breaks("list_posts", violates=("POSTS-PAGE-03",))
def number_the_posts(request: Request, server: GoodServer) -> Answer:
    """A cursor is the number of posts before it."""
    return page_by_number(request, server)


@breaks("list_posts", violates=("POSTS-PAGE-03",))
def go_on_from_a_post_that_is_there(request: Request, server: GoodServer) -> Answer:
    """A walk ends where the post at the cursor is gone."""
    return page_behind_item(request, server)


@breaks("list_posts", violates=("POSTS-PAGE-04",))
def begin_anew_for_bad_cursors(request: Request, server: GoodServer) -> Answer:
    """A cursor that is no good is none."""
    return begin_anew_for_bad_cursor(request, server)


@breaks("list_posts", violates=("POSTS-PAGE-04",))
def take_an_empty_cursor_for_none(request: Request, server: GoodServer) -> Answer:
    """An empty cursor is none."""
    return take_empty_cursor_for_none(request, server)


@breaks("list_posts", violates=("POSTS-PAGE-04",))
def take_padding_behind_a_cursor(request: Request, server: GoodServer) -> Answer:
    """Padding behind a cursor is left out."""
    return _without_behind(request, server, "=")


@breaks("list_posts", violates=("POSTS-PAGE-04",))
def take_a_line_feed_behind_a_cursor(request: Request, server: GoodServer) -> Answer:
    """A line feed behind a cursor is left out."""
    return _without_behind(request, server, "\n")


@breaks("list_posts", violates=("POSTS-PAGE-04",))
def take_spare_bits_of_a_cursor(request: Request, server: GoodServer) -> Answer:
    """The last letter of a cursor may have bits that mean nothing."""
    cursor = request.query.get("cursor")
    if not cursor:
        return server.send(request)
    place = LETTERS.find(cursor[-1]) // 4 * 4
    return server.send(request.with_query(cursor=cursor[:-1] + LETTERS[place]))


@breaks("list_posts", violates=("POSTS-PAGE-04",))
def believe_any_cursor(request: Request, server: GoodServer) -> Answer:
    """A cursor is an id, encoded, and nobody looks at its signature."""
    answer = server.send(request)
    if not is_cursor_refused(answer):
        return answer
    try:
        key = urlsafe_b64decode(request.query["cursor"].partition(".")[0] + "==").decode()
        last = str(UUID(key))
    except (KeyError, ValueError):
        return answer
    items = [one for one in list_all(request, server, q="the") if one["id"] < last]
    begun = server.send(request.with_query(cursor=None))
    return begun.with_members(items=items, next_cursor=None)


def _without_behind(request: Request, server: GoodServer, letters: str) -> Answer:
    cursor = request.query.get("cursor")
    return server.send(request.with_query(cursor=cursor.rstrip(letters)) if cursor else request)


@breaks("list_posts", violates=("POSTS-PAGE-05",))
def take_cursors_of_other_filters(request: Request, server: GoodServer) -> Answer:
    """A cursor is good for other filters too."""
    return forgive_cursor(
        request, server, lambda made, asked: made.filters.keys() != asked.filters.keys()
    )


@breaks("list_posts", violates=("POSTS-PAGE-05",))
def take_cursors_of_other_values(request: Request, server: GoodServer) -> Answer:
    """A cursor is good for other values of the same filters."""
    return forgive_cursor(
        request, server, lambda made, asked: made.filters.keys() == asked.filters.keys()
    )


@breaks("list_posts", violates=("POSTS-PAGE-05",))
def take_cursors_of_the_other_order(request: Request, server: GoodServer) -> Answer:
    """A cursor is good for the other order too."""
    return forgive_cursor(
        request, server, lambda made, asked: asked.filters == {**made.filters, "sort": "created_at"}
    )


@breaks("list_posts", "list_users", violates=("POSTS-PAGE-05",))
def take_cursors_of_the_other_list(request: Request, server: GoodServer) -> Answer:
    """A cursor of users is good for posts, and one of posts for users."""
    return forgive_cursor(request, server, lambda made, asked: made.path != asked.path)
