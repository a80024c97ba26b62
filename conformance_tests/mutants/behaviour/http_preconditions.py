"""Mutants of chapter 4: If-Match."""

from http import HTTPStatus

from conformance_tests.mutants.errands import ask, find_caller, refuse
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

from .entity_tag_lists import (
    change_held,
    has_earlier,
    keep_line,
    split_everywhere,
    write_as_numbers,
)

UPDATING = ("update_post", "update_comment")
DELETING = ("delete_post", "delete_comment")
CHANGING = (*UPDATING, *DELETING)
NEVER = '"never"'


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-01",))
def take_asterisks_for_tags(request: Request, server: GoodServer) -> Answer:
    """`*` in If-Match is an entity tag that nothing has."""
    is_any = request.header("If-Match") == "*"
    return server.send(request.with_header("If-Match", NEVER) if is_any else request)


@breaks(*DELETING, violates=("HTTP-PRECONDITION-02",))
def delete_without_a_precondition(request: Request, server: GoodServer) -> Answer:
    """Who has not said what they have seen may delete."""
    return server.send(request if request.header("If-Match") else _with_any(request))


@breaks(*UPDATING, violates=("HTTP-PRECONDITION-02",))
def change_without_a_precondition(request: Request, server: GoodServer) -> Answer:
    """Who has not said what they have seen may change."""
    return server.send(request if request.header("If-Match") else _with_any(request))


@breaks(*UPDATING, violates=("HTTP-PRECONDITION-02",))
def change_nothing_without_a_precondition(request: Request, server: GoodServer) -> Answer:
    """A change that changes nothing needs no If-Match."""
    is_needed = request.members or request.header("If-Match")
    return server.send(request if is_needed else _with_any(request))


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-02",))
def do_what_is_refused_without_a_precondition(request: Request, server: GoodServer) -> Answer:
    """A change without If-Match is refused, and done."""
    return _refuse_and_do(request, server, HTTPStatus.PRECONDITION_REQUIRED)


@breaks(*DELETING, violates=("HTTP-PRECONDITION-02", "HTTP-PRECONDITION-04"))
def let_admins_delete_unseen(request: Request, server: GoodServer) -> Answer:
    """An admin deletes whatever is there."""
    is_admin = find_caller(request, server).get("role") == "admin"
    return server.send(_with_any(request) if is_admin else request)


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-03",))
def read_no_lists(request: Request, server: GoodServer) -> Answer:
    """An If-Match with several entity tags fits nothing."""
    return server.send(_never_where(request, "," in request.header("If-Match")))


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-03",))
def read_no_empty_elements(request: Request, server: GoodServer) -> Answer:
    """A list in If-Match that begins or ends with a comma fits nothing."""
    held = request.header("If-Match")
    return server.send(_never_where(request, held.startswith(",") or held.endswith(",")))


@breaks(*UPDATING, violates=("HTTP-PRECONDITION-03",))
def read_the_first_line(request: Request, server: GoodServer) -> Answer:
    """Of several lines If-Match the first one counts."""
    return server.send(keep_line(request, "If-Match", 0))


@breaks(*UPDATING, violates=("HTTP-PRECONDITION-03",))
def read_the_last_line(request: Request, server: GoodServer) -> Answer:
    """Of several lines If-Match the last one counts."""
    return server.send(keep_line(request, "If-Match", -1))


@breaks(*DELETING, violates=("HTTP-PRECONDITION-03",))
def delete_by_asterisks_alone(request: Request, server: GoodServer) -> Answer:
    """A deletion with an entity tag is always refused."""
    return server.send(_never_where(request, '"' in request.header("If-Match")))


def _never_where(request: Request, is_bad: bool) -> Request:
    return request.with_header("If-Match", NEVER) if is_bad else request


@breaks(*UPDATING, violates=("HTTP-PRECONDITION-04",))
def change_whatever_was_seen(request: Request, server: GoodServer) -> Answer:
    """If-Match has to be there, and may say anything."""
    return server.send(_with_any(request) if request.header("If-Match") else request)


@breaks(*DELETING, violates=("HTTP-PRECONDITION-04",))
def delete_whatever_was_seen(request: Request, server: GoodServer) -> Answer:
    """The If-Match of a deletion has to be there, and may say anything."""
    return server.send(_with_any(request) if request.header("If-Match") else request)


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-04",))
def compare_weakly(request: Request, server: GoodServer) -> Answer:
    """A weak entity tag in If-Match is compared like a strong one."""
    return server.send(change_held(request, "If-Match", lambda held: held.replace("W/", "")))


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-04",))
def compare_as_numbers(request: Request, server: GoodServer) -> Answer:
    """Entity tags in If-Match are compared as numbers."""
    return server.send(change_held(request, "If-Match", write_as_numbers))


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-04",))
def split_at_every_comma(request: Request, server: GoodServer) -> Answer:
    """A comma within an entity tag in If-Match ends it."""
    return server.send(change_held(request, "If-Match", split_everywhere))


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-04",))
def look_for_the_tag_within_others(request: Request, server: GoodServer) -> Answer:
    """An entity tag that begins with the present one is taken for it."""
    tag = ask(request, server, "GET", request.path).header("ETag")
    is_like = tag and tag[:-1] in request.header("If-Match")
    return server.send(request.with_header("If-Match", tag) if is_like else request)


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-04",))
def take_earlier_tags(request: Request, server: GoodServer) -> Answer:
    """An entity tag that it once had lets a change through."""
    tag = ask(request, server, "GET", request.path).header("ETag")
    is_earlier = has_earlier(request.header("If-Match"), tag)
    return server.send(_with_any(request) if is_earlier else request)


@breaks("update_post", violates=("HTTP-PRECONDITION-04",))
def change_tags_unseen(request: Request, server: GoodServer) -> Answer:
    """A change of nothing but the tags does not look at If-Match."""
    is_free = list(request.members) == ["tags"] and request.header("If-Match")
    return server.send(_with_any(request) if is_free else request)


@breaks(*UPDATING, violates=("HTTP-PRECONDITION-04",))
def change_nothing_unseen(request: Request, server: GoodServer) -> Answer:
    """A change that changes nothing does not look at If-Match."""
    is_free = not request.members and request.header("If-Match")
    return server.send(_with_any(request) if is_free else request)


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-04",))
def do_what_is_refused_unseen(request: Request, server: GoodServer) -> Answer:
    """A change of what was not seen is refused, and done."""
    return _refuse_and_do(request, server, HTTPStatus.PRECONDITION_FAILED)


def _with_any(request: Request) -> Request:
    return request.with_header("If-Match", "*")


def _refuse_and_do(request: Request, server: GoodServer, status: HTTPStatus) -> Answer:
    answer = server.send(request)
    if answer.status == status:
        server.send(_with_any(request))
    return answer


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-05",))
def ask_for_a_precondition_before_looking(request: Request, server: GoodServer) -> Answer:
    """A change without If-Match is 428 where nothing is, or nothing that one may see."""
    return _ask_first(request, server, HTTPStatus.NOT_FOUND)


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-05",))
def ask_for_a_precondition_before_permission(request: Request, server: GoodServer) -> Answer:
    """A change without If-Match is 428 where one may not make it."""
    return _ask_first(request, server, HTTPStatus.FORBIDDEN)


@breaks(*UPDATING, violates=("HTTP-PRECONDITION-05",))
def ask_for_a_precondition_before_the_body(request: Request, server: GoodServer) -> Answer:
    """A change without If-Match is 428 where its body is wrong."""
    return _ask_first(request, server, HTTPStatus.UNPROCESSABLE_ENTITY)


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-05",))
def compare_before_permission(request: Request, server: GoodServer) -> Answer:
    """Who may not make a change is told that they have not seen the present state."""
    answer = server.send(request)
    is_other = request.header("If-Match") not in ("", "*")
    if answer.status != HTTPStatus.FORBIDDEN or not is_other:
        return answer
    return refuse(request, server, HTTPStatus.PRECONDITION_FAILED, "precondition_failed")


def _ask_first(request: Request, server: GoodServer, status: HTTPStatus) -> Answer:
    answer = server.send(request)
    if answer.status != status or request.header("If-Match"):
        return answer
    return refuse(request, server, HTTPStatus.PRECONDITION_REQUIRED, "precondition_required")


@breaks(*CHANGING, violates=("HTTP-PRECONDITION-06",))
def compare_and_then_write(request: Request, server: GoodServer) -> Answer:
    """The entity tag is compared first and the change made after that, in two steps."""
    tag = ask(request, server, "GET", request.path).header("ETag")
    return server.send(_with_any(request) if tag == request.header("If-Match") else request)
