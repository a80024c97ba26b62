"""Mutants of chapter 5 that look at the faults of a request in another order."""

from collections.abc import Container

from conformance_tests.data.samples import (
    CONTRACT,
    NEEDING_TOKEN,
    NOWHERE,
    OPERATIONS,
    WITH_BODY,
    members_of,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

ME = "/api/v1/me"
LIMIT = CONTRACT.general_limit("body_bytes")
ON_OBJECTS = [one.operation_id for one in OPERATIONS if "{" in one.path]
CHANGES = ("update_user", "update_post", "update_comment")
DELETIONS = ("delete_post", "delete_comment")


@breaks(violates=("HARDENING-ORDER-01",))
def look_at_tokens_before_paths(request: Request, server: GoodServer) -> Answer:
    """A bad token is told where no path or no method fits."""
    answer = server.send(request)
    if answer.status not in (404, 405) or not request.token:
        return answer
    asked = server.ask(request, "GET", ME, request.token)
    return asked if asked.status == 401 else answer


@breaks(violates=("HARDENING-ORDER-01",))
def want_a_token_before_an_id(request: Request, server: GoodServer) -> Answer:
    """Who changes anything without a token learns nothing of paths."""
    answer = server.send(request)
    is_secret = answer.status == 404 and request.method == "PATCH" and not request.token
    return answer.with_refusal(401, "missing_token") if is_secret else answer


@breaks(*NEEDING_TOKEN, violates=("HARDENING-ORDER-02",))
def look_at_media_types_before_tokens(request: Request, server: GoodServer) -> Answer:
    """Who is not signed in is told of the media type of a body first."""
    return _put_first(request, server, (415,))


@breaks(*NEEDING_TOKEN, violates=("HARDENING-ORDER-02",))
def look_at_bodies_before_tokens(request: Request, server: GoodServer) -> Answer:
    """Who is not signed in is told first that a body is not JSON."""
    return _put_first(request, server, (400,))


@breaks(*NEEDING_TOKEN, violates=("HARDENING-ORDER-02",))
def look_at_forms_before_tokens(request: Request, server: GoodServer) -> Answer:
    """Who is not signed in is told of the faults in a query or a body first."""
    return _put_first(request, server, (422,))


def _put_first(request: Request, server: GoodServer, statuses: Container[int]) -> Answer:
    answer = server.send(request)
    if answer.status != 401 or not (request.body or "?" in request.target):
        return answer
    told = server.send(request.with_token(server.log_in_as_admin(request)))
    return told if told.status in statuses else answer


@breaks(*WITH_BODY, violates=("HARDENING-ORDER-03",))
def look_at_bodies_before_media_types(request: Request, server: GoodServer) -> Answer:
    """A body is read first, and then it is seen whether it should be."""
    answer = server.send(request)
    if answer.status != 415:
        return answer
    told = server.send(request.with_header("Content-Type", "application/json"))
    return told if told.status == 400 else answer


@breaks(*WITH_BODY, violates=("HARDENING-ORDER-03",))
def look_at_queries_before_media_types(request: Request, server: GoodServer) -> Answer:
    """A query is read before the media type is looked at."""
    answer = server.send(request)
    return _look_at_query(request, server, answer) if answer.status == 415 else answer


@breaks(*WITH_BODY, violates=("HARDENING-ORDER-03",))
def look_at_queries_before_bodies(request: Request, server: GoodServer) -> Answer:
    """A query is read before a body is."""
    answer = server.send(request)
    return _look_at_query(request, server, answer) if answer.status == 400 else answer


def _look_at_query(request: Request, server: GoodServer, answer: Answer) -> Answer:
    plain = request.with_header("Content-Type", "application/json").with_body({"unknown": 1})
    told = server.send(plain)
    return told if told.status == 422 and "?" in request.target else answer


@breaks("log_in", "update_me", "change_password", violates=("HARDENING-ORDER-04",))
def look_at_the_throttle_before_the_form(request: Request, server: GoodServer) -> Answer:
    """Whoever has guessed too often is told so before anything else."""
    known = members_of(server.find_operation(request))
    unknown = [name for name in request.members if name not in known]
    told = server.send(request.without_members(*unknown)) if unknown else None
    return told if told and told.status == 429 else server.send(request)


@breaks(*ON_OBJECTS, violates=("HARDENING-ORDER-05",))
def look_for_objects_before_the_form(request: Request, server: GoodServer) -> Answer:
    """What is not there is told before the faults of a request are."""
    answer = server.send(request)
    is_nowhere = answer.status == 422 and any(
        nowhere in request.path for nowhere in NOWHERE.values()
    )
    return answer.with_refusal(404, "not_found") if is_nowhere else answer


@breaks(*CHANGES, violates=("HARDENING-ORDER-05",))
def look_at_the_owner_before_the_form(request: Request, server: GoodServer) -> Answer:
    """Who may not change a thing is told so before the faults of the change are."""
    answer = server.send(request)
    told = server.send(request.with_body({})) if answer.status == 422 else answer
    return told if told.status == 403 else answer


@breaks(*DELETIONS, violates=("HARDENING-ORDER-05",))
def look_at_the_owner_before_the_query(request: Request, server: GoodServer) -> Answer:
    """Who may not delete a thing is told so before the faults of the query are."""
    answer = server.send(request)
    change = request.with_target("PATCH", request.path)
    asked = change.with_header("Content-Type", "application/json").with_body({})
    told = server.send(asked) if answer.status == 422 else answer
    return told if told.status == 403 else answer


@breaks("update_user", violates=("HARDENING-ORDER-06",))
def look_for_another_admin_before_asking_who_it_is(request: Request, server: GoodServer) -> Answer:
    """Whoever asks learns that an admin is the last one."""
    answer = server.send(request)
    is_told = answer.status == 403 and request.path.endswith("admin")
    return answer.with_refusal(409, "last_admin") if is_told else answer


@breaks(*WITH_BODY, violates=("HARDENING-ORDER-07",))
def look_at_the_form_before_the_size(request: Request, server: GoodServer) -> Answer:
    """The form of a body is told before its size."""
    body = b" ".join(request.body.split()) if len(request.body) > LIMIT else b""
    told = server.send(request.with_content(body)) if body else None
    return told if told and told.status == 422 else server.send(request)
