"""Mutants of chapter 1: other users, their list, and its pages."""

import re
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

ME = "/api/v1/me"
USERS = "/api/v1/users"
User = dict[str, Any]


# ---- One user ----


@breaks("get_user", violates=("ACCOUNTS-USER-01", "HARDENING-EXPOSURE-02"))
def show_email_addresses(request: Request, server: GoodServer) -> Answer:
    """Whoever reads a user reads the e-mail address too."""
    answer = server.send(request)
    if answer.status != 200 or not answer.body:
        return answer
    return answer.with_members(email=server.overheard.emails.get(answer.members["username"]))


@breaks("get_user", violates=("ACCOUNTS-USER-01",))
def show_users_to_the_signed_in(request: Request, server: GoodServer) -> Answer:
    """Only who is signed in can read a user."""
    return server.send(request if request.token else request.with_target("GET", ME))


@breaks("get_user", violates=("ACCOUNTS-USER-01",))
def show_admins_another_name(request: Request, server: GoodServer) -> Answer:
    """An admin reads another user than everybody else."""
    answer = server.send(request)
    reader = server.ask(request, "GET", ME, request.token)
    is_shown = answer.status == 200 and reader.members.get("role") == "admin"
    return answer.with_members(display_name="Somebody") if is_shown else answer


@breaks("get_user", "update_user", violates=("ACCOUNTS-USER-03",))
def read_usernames_in_any_case(request: Request, server: GoodServer) -> Answer:
    """A username in a path may be written in capitals."""
    return server.send(request.with_target(request.method, request.target.lower()))


@breaks(violates=("ACCOUNTS-USER-03",))
def overlook_white_space_behind_usernames(request: Request, server: GoodServer) -> Answer:
    """White space behind a username in a path is overlooked."""
    if not request.path.startswith(USERS):
        return server.send(request)
    path = re.sub("(?:%20|%0A)+$", "", request.path)
    return server.send(
        request.with_target(request.method, path + request.target[len(request.path) :])
    )


# ---- The list ----


def change_items(
    request: Request, server: GoodServer, change: Callable[[list[User]], list[User]]
) -> Answer:
    answer = server.send(request)
    items = answer.members.get("items")
    return answer.with_members(items=change(items)) if items else answer


@breaks("list_users", violates=("ACCOUNTS-LIST-01",))
def list_users_as_a_dictionary_does(request: Request, server: GoodServer) -> Answer:
    """The underscore counts for nothing in the order of users."""
    return change_items(
        request,
        server,
        lambda users: sorted(users, key=lambda user: user["username"].replace("_", "")),
    )


@breaks("list_users", violates=("ACCOUNTS-LIST-01",))
def list_the_oldest_users_first(request: Request, server: GoodServer) -> Answer:
    """Users are listed in the order in which they came."""
    return change_items(
        request, server, lambda users: sorted(users, key=lambda user: user["created_at"])
    )


@breaks("list_users", violates=("ACCOUNTS-LIST-02",))
def list_no_deactivated_users(request: Request, server: GoodServer) -> Answer:
    """Deactivated users are not listed."""
    token = server.log_in_as_admin(request)
    return change_items(
        request,
        server,
        lambda users: [one for one in users if _is_active(request, server, token, one)],
    )


@breaks("get_user", violates=("ACCOUNTS-LIST-02",))
def show_no_deactivated_users(request: Request, server: GoodServer) -> Answer:
    """The profile of a deactivated user cannot be read."""
    answer, token = server.send(request), server.log_in_as_admin(request)
    if answer.status != 200 or _is_active(request, server, token, answer.members):
        return answer
    return server.ask(request, "GET", f"{USERS}/x{token_hex(6)}")


def _is_active(request: Request, server: GoodServer, token: str, user: User) -> bool:
    account = server.ask(request, "PATCH", f"{USERS}/{user['username']}", token, {})
    return bool(account.members["is_active"])


# ---- Pages ----


@breaks("list_users", violates=("ACCOUNTS-PAGE-01",))
def overlook_the_limit_of_users(request: Request, server: GoodServer) -> Answer:
    """A page of users has the same size whatever is asked."""
    is_good = request.query.get("limit", "").isdecimal()
    return server.send(request.with_query(limit=None) if is_good else request)


@breaks("list_users", violates=("ACCOUNTS-PAGE-01",))
def cap_the_limit_of_users(request: Request, server: GoodServer) -> Answer:
    """A limit beyond the largest is taken for the largest."""
    limit = request.query.get("limit", "")
    is_large = limit.isdecimal() and int(limit) > 100
    return server.send(request.with_query(limit="100") if is_large else request)


@breaks("list_users", violates=("ACCOUNTS-PAGE-01",))
def take_a_limit_of_no_users_for_none(request: Request, server: GoodServer) -> Answer:
    """A limit of 0 is taken for none."""
    is_zero = request.query.get("limit") == "0"
    return server.send(request.with_query(limit=None) if is_zero else request)


@breaks("list_users", violates=("ACCOUNTS-PAGE-01",))
def have_smaller_pages_of_users_unless_told(request: Request, server: GoodServer) -> Answer:
    """A page holds ten users unless told."""
    is_silent = "limit" not in request.query
    return server.send(request.with_query(limit="10") if is_silent else request)


@breaks("list_users", violates=("ACCOUNTS-PAGE-02",))
def expect_more_behind_a_full_page_of_users(request: Request, server: GoodServer) -> Answer:
    """A page that is full has a next one, though nothing is on it."""
    if request.query.get("cursor") == "end":
        return server.send(request.with_query(cursor=None, q=token_hex(9)))
    answer = server.send(request)
    is_full = str(len(answer.members.get("items", []))) == request.query.get("limit")
    is_last = is_full and answer.members["next_cursor"] is None
    return answer.with_members(next_cursor="end") if is_last else answer


@breaks("list_users", violates=("ACCOUNTS-PAGE-02",))
def repeat_the_user_at_the_cursor(request: Request, server: GoodServer) -> Answer:
    """A page begins with the user that the page before ended with."""
    noted = server.overheard.noted.setdefault(repeat_the_user_at_the_cursor, {})
    answer, cursor = server.send(request), request.query.get("cursor")
    items = answer.members.get("items")
    if not items:
        return answer
    noted[answer.members["next_cursor"]] = items[-1]
    return answer.with_members(items=[noted[cursor], *items[:-1]]) if cursor else answer


@breaks("list_users", violates=("ACCOUNTS-PAGE-03",))
def begin_users_anew_for_a_bad_cursor(request: Request, server: GoodServer) -> Answer:
    """A cursor that is no good shows the first page."""
    answer = server.send(request)
    codes = [one["code"] for one in answer.members.get("errors", [])]
    return server.send(request.with_query(cursor=None)) if "invalid_cursor" in codes else answer


@breaks("list_users", violates=("ACCOUNTS-PAGE-03",))
def take_cursors_of_other_searches_of_users(request: Request, server: GoodServer) -> Answer:
    """A cursor that was made for one search is good for every other."""
    made = server.overheard.noted.setdefault(take_cursors_of_other_searches_of_users, set())
    cursor = request.query.get("cursor")
    answer = server.send(request)
    if answer.status == 422 and cursor in made:
        return server.send(request.with_query(cursor=None))
    made.add(answer.members.get("next_cursor"))
    return answer


@breaks("list_users", violates=("ACCOUNTS-PAGE-03",))
def take_cursors_of_users_that_were_changed(request: Request, server: GoodServer) -> Answer:
    """A cursor that was cut or changed at its end shows the first page."""
    made = server.overheard.noted.setdefault(take_cursors_of_users_that_were_changed, set())
    cursor = request.query.get("cursor", "")
    answer = server.send(request)
    if (
        answer.status == 422
        and cursor not in made
        and cursor[:-2] in {one[: len(cursor) - 2] for one in made}
    ):
        return server.send(request.with_query(cursor=None))
    made.add(answer.members.get("next_cursor") or "")
    return answer


@breaks("list_users", violates=("ACCOUNTS-PAGE-04",))
def count_pages_of_users_from_the_beginning(request: Request, server: GoodServer) -> Answer:
    """A cursor only says how many users were shown before."""
    limit, cursor = int(request.query.get("limit", "20")), request.query.get("cursor", "0")
    everybody = server.send(request.with_query(limit="100", cursor=None))
    items = everybody.members.get("items", [])
    end = int(cursor) + limit
    return everybody.with_members(
        items=items[int(cursor) : end], next_cursor=str(end) if end < len(items) else None
    )


@breaks("list_users", violates=("ACCOUNTS-PAGE-04",))
def stop_where_the_user_at_the_cursor_went(request: Request, server: GoodServer) -> Answer:
    """A walk ends when the user at its cursor was deleted."""
    noted = server.overheard.noted.setdefault(stop_where_the_user_at_the_cursor_went, {})
    answer, last = server.send(request), noted.get(request.query.get("cursor"))
    if last and server.ask(request, "GET", f"{USERS}/{last}").status == 404:
        return answer.with_members(items=[], next_cursor=None)
    if answer.members.get("items"):
        noted[answer.members["next_cursor"]] = answer.members["items"][-1]["username"]
    return answer
