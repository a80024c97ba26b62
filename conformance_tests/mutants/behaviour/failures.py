"""Mutants of chapter 5 that fail: when the database is away, at odd requests, at broken ones."""

import re
from contextlib import suppress
from dataclasses import replace

from conformance_tests.data.samples import TAKING_TOKEN, WITH_BODY
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

OUTAGE = ("HARDENING-OUTAGE-01",)
FAILURE = ("HARDENING-FAILURE-01",)


@breaks(*TAKING_TOKEN, violates=(*OUTAGE, *FAILURE))
def fail_without_the_database(request: Request, server: GoodServer) -> Answer:
    """What needs the database is 500 while it is away."""
    answer = server.send(request)
    return _fail(answer) if answer.status == 503 else answer


@breaks(*TAKING_TOKEN, violates=OUTAGE)
def do_not_say_when_to_come_back(request: Request, server: GoodServer) -> Answer:
    """A 503 has no Retry-After."""
    answer = server.send(request)
    return answer.without_header("Retry-After") if answer.status == 503 else answer


@breaks(*TAKING_TOKEN, violates=OUTAGE)
def say_to_come_back_at_once(request: Request, server: GoodServer) -> Answer:
    """A 503 says to come back after no time."""
    answer = server.send(request)
    return answer.with_header("Retry-After", "0") if answer.status == 503 else answer


@breaks("get_me", violates=OUTAGE)
def take_nobody_for_signed_in_without_the_database(request: Request, server: GoodServer) -> Answer:
    """While the database is away, nobody is signed in."""
    answer = server.send(request)
    return answer.with_refusal(401, "invalid_token") if answer.status == 503 else answer


@breaks("list_posts", violates=OUTAGE)
def list_nothing_without_the_database(request: Request, server: GoodServer) -> Answer:
    """While the database is away, there are no posts."""
    answer = server.send(request)
    if answer.status != 503:
        return answer
    return answer.with_success(200, {"items": [], "next_cursor": None})


@breaks("register_user", violates=OUTAGE)
def call_the_outage_otherwise(request: Request, server: GoodServer) -> Answer:
    """Whoever registers while the database is away is told that the service is busy."""
    answer = server.send(request)
    return answer.with_refusal(503, "busy") if answer.status == 503 else answer


@breaks(*WITH_BODY, violates=FAILURE)
def fail_at_bodies_that_are_no_utf8(request: Request, server: GoodServer) -> Answer:
    """A body that is no UTF-8 is more than anybody expected."""
    return _fail_where(request, server, not _is_utf8(request.body))


def _is_utf8(body: bytes) -> bool:
    with suppress(ValueError):
        body.decode()
        return True
    return False


@breaks(*WITH_BODY, violates=FAILURE)
def fail_at_bodies_that_are_no_json(request: Request, server: GoodServer) -> Answer:
    """A body that is no JSON is more than anybody expected."""
    answer = server.send(request)
    return _fail(answer) if answer.status == 400 else answer


@breaks(*WITH_BODY, violates=FAILURE)
def fail_at_long_integers(request: Request, server: GoodServer) -> Answer:
    """An integer of thousands of digits is more than Python reads."""
    return _fail_where(request, server, bool(re.search(rb"\d{5000}", request.body)))


@breaks(*WITH_BODY, violates=FAILURE)
def fail_at_lone_surrogates(request: Request, server: GoodServer) -> Answer:
    """A lone surrogate is more than the database's driver takes."""
    return _fail_where(request, server, bool(re.search(rb"\\ud[89a-f]", request.body)))


@breaks(*WITH_BODY, violates=FAILURE)
def fail_at_nul(request: Request, server: GoodServer) -> Answer:
    """A NUL is more than the database takes."""
    return _fail_where(request, server, rb"\u0000" in request.body)


@breaks(violates=FAILURE)
def fail_at_nul_in_a_query(request: Request, server: GoodServer) -> Answer:
    """A NUL in a query is more than the database takes."""
    return _fail_where(request, server, "%00" in request.target)


@breaks(violates=FAILURE)
def fail_at_bytes_in_a_query(request: Request, server: GoodServer) -> Answer:
    """Bytes in a query that are no UTF-8 are more than anybody expected."""
    return _fail_where(request, server, "%ff" in request.target.lower())


@breaks(violates=FAILURE)
def fail_at_odd_paths(request: Request, server: GoodServer) -> Answer:
    """A path with bytes that are no UTF-8, or a NUL, is more than anybody expected."""
    return _fail_where(request, server, bool(re.search("%(ff|00|c0)", request.path.lower())))


@breaks("list_posts", violates=FAILURE)
def fail_at_large_limits(request: Request, server: GoodServer) -> Answer:
    """A limit of twenty digits is more than the database counts to."""
    return _fail_where(request, server, len(request.query.get("limit", "")) > 18)


@breaks("get_me", violates=FAILURE)
def fail_at_tokens_that_are_none(request: Request, server: GoodServer) -> Answer:
    """A token that is none is more than anybody expected."""
    return _fail_where(request, server, bool(request.token) and request.token.count(".") != 2)


@breaks("register_user", violates=FAILURE)
def fail_at_names_that_are_taken(request: Request, server: GoodServer) -> Answer:
    """A name that is taken is more than anybody expected."""
    answer = server.send(request)
    return _fail(answer) if answer.status == 409 else answer


def _fail_where(request: Request, server: GoodServer, is_odd: bool) -> Answer:
    answer = server.send(request)
    return _fail(answer) if is_odd else answer


def _fail(answer: Answer) -> Answer:
    return answer.with_refusal(500, "internal_error")


@breaks("create_post", violates=("HARDENING-ABORT-01",))
def act_on_what_has_come(request: Request, server: GoodServer) -> Answer:
    """A body that ends before its length is taken as far as it came."""
    if request.is_cut_short:
        request = replace(request, is_cut_short=False).with_content(request.body)
    return server.send(request)


@breaks("create_post", violates=("HARDENING-ABORT-02",))
def leave_off_where_nobody_waits(request: Request, server: GoodServer) -> Answer:
    """A post is left with its first tag when its author does not wait for the second."""
    tags, leaves = request.members.get("tags"), request.header("Connection") == "close"
    return server.send(request.with_members(tags=tags[:1]) if tags and leaves else request)


@breaks("create_post", violates=("HARDENING-ABORT-02",))
def run_out_of_connections(request: Request, server: GoodServer) -> Answer:
    """When somebody has left without waiting, nobody writes any more."""
    if request.header("Connection") == "close":
        server.overheard.noted["left"] = True
    is_stuck = "left" in server.overheard.noted
    answer = server.send(request)
    return answer.with_refusal(503, "database_unavailable") if is_stuck else answer
