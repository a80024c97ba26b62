"""Mutants of chapter 0: health, the description, the reference, paths and methods."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from conformance_tests.harness.plugin import get_contract
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

ME = "/api/v1/me"
DOCS = "/docs"
Node = dict[str, Any]


# ---- Health ----


@breaks("check_live", violates=("SYSTEM-LIVE-01",))
def ask_the_living_for_a_token(request: Request, server: GoodServer) -> Answer:
    """Whoever asks whether the server lives needs a token."""
    return server.send(request if request.token else request.with_target(request.method, ME))


@breaks("check_live", violates=("SYSTEM-LIVE-02",))
def call_only_those_with_a_database_alive(request: Request, server: GoodServer) -> Answer:
    """The server only lives while the database can be reached."""
    answer = server.send(request.with_target(request.method, "/readyz"))
    return answer.without_members("database") if answer.members else answer


@breaks("check_ready", violates=("SYSTEM-READY-01",))
def say_healthy_for_ok(request: Request, server: GoodServer) -> Answer:
    """Whoever asks whether the server is ready gets another word than `ok`."""
    answer = server.send(request)
    return answer.with_members(status="healthy") if answer.status == 200 else answer


@breaks("check_ready", violates=("SYSTEM-READY-02",))
def be_ready_without_looking(request: Request, server: GoodServer) -> Answer:
    """The server says that it is ready without looking for its database."""
    answer = server.send(request.with_target(request.method, "/livez"))
    return answer.with_members(database="ok") if answer.members else answer


# ---- The description ----


def _describe(request: Request, server: GoodServer, change: Callable[[Node], object]) -> Answer:
    answer = server.send(request)
    document = answer.members
    if answer.status != 200 or not document:
        return answer
    change(document)
    return answer.with_body(document)


def _find(document: Node, operation_id: str) -> Node:
    operation = get_contract().operations[operation_id]
    found: Node = document["paths"][operation.path][operation.method.lower()]
    return found


@breaks("get_openapi", violates=("SYSTEM-OPENAPI-01",))
def describe_itself_in_openapi_3_0(request: Request, server: GoodServer) -> Answer:
    """The description says that it is of OpenAPI 3.0."""
    return _describe(request, server, lambda document: document.update(openapi="3.0.3"))


@breaks("get_openapi", violates=("SYSTEM-OPENAPI-02",))
def leave_an_operation_out_of_the_description(request: Request, server: GoodServer) -> Answer:
    """The description lacks an operation."""
    return _describe(request, server, lambda document: document["paths"][ME].pop("delete"))


@breaks("get_openapi", violates=("SYSTEM-OPENAPI-02",))
def describe_operations_by_made_up_names(request: Request, server: GoodServer) -> Answer:
    """An operation of the description has the name that the framework made up."""
    name = "delete_me_api_v1_me_delete"
    return _describe(
        request, server, lambda document: _find(document, "delete_me").update(operationId=name)
    )


@breaks("get_openapi", violates=("SYSTEM-OPENAPI-03",))
def describe_no_parameters_of_a_list(request: Request, server: GoodServer) -> Answer:
    """The description does not say what may be asked of the list of tags."""
    return _describe(
        request, server, lambda document: _find(document, "list_tags").update(parameters=[])
    )


@breaks("get_openapi", violates=("SYSTEM-OPENAPI-04",))
def describe_bodies_without_what_they_need(request: Request, server: GoodServer) -> Answer:
    """In the description nothing is required of the body of a log-in."""
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    return _describe(
        request, server, lambda document: _find(document, "log_in").update(requestBody=body)
    )


@breaks("get_openapi", violates=("SYSTEM-OPENAPI-04",))
def describe_successes_without_their_members(request: Request, server: GoodServer) -> Answer:
    """In the description nothing is required of the answer to a log-in."""
    success = {"content": {"application/json": {"schema": {"type": "object"}}}}
    return _describe(
        request,
        server,
        lambda document: _find(document, "log_in")["responses"].update({"200": success}),
    )


@breaks("get_openapi", violates=("SYSTEM-OPENAPI-05",))
def describe_no_refusal_of_a_missing_post(request: Request, server: GoodServer) -> Answer:
    """In the description every post is found."""
    return _describe(
        request, server, lambda document: _find(document, "get_post")["responses"].pop("404")
    )


@breaks("check_live", "check_ready", "get_openapi", violates=("SYSTEM-ANONYMOUS-01",))
def look_at_credentials_in_chapter_0(request: Request, server: GoodServer) -> Answer:
    """A bad token is refused even where nobody needs one."""
    if not request.token:
        return server.send(request)
    answer = server.send(request.with_target("GET", ME))
    return answer if answer.status == 401 else server.send(request)


# ---- Paths ----


@breaks(violates=("SYSTEM-PATH-01",))
def answer_everything(request: Request, server: GoodServer) -> Answer:
    """A path that nobody knows answers 200 with an empty object."""
    answer = server.send(request)
    if answer.status != 404 or not _is_nowhere(request):
        return answer
    return answer.with_status(200, "OK").with_body({})


def _is_nowhere(request: Request) -> bool:
    methods = [request.method, "GET", "POST", "PUT", "PATCH", "DELETE"]
    return not any(get_contract().find(method, request.path) for method in methods)


@breaks(violates=("SYSTEM-PATH-01",))
def ask_for_a_token_before_the_path(request: Request, server: GoodServer) -> Answer:
    """Without a token a path that nobody knows is 401."""
    answer = server.send(request)
    if answer.status != 404 or request.token or not _is_nowhere(request):
        return answer
    return server.send(request.turn_to("GET", ME, "", None))


@breaks(violates=("SYSTEM-PATH-01",))
def tell_options_of_every_path(request: Request, server: GoodServer) -> Answer:
    """OPTIONS is answered for whatever path."""
    answer = server.send(request)
    if request.method != "OPTIONS" or answer.status != 404:
        return answer
    return server.send(request.with_target("OPTIONS", "/livez"))


def _take_for(request: Request, server: GoodServer, path: str) -> Answer:
    """Answer as another path would, where the one that was sent leads nowhere."""
    answer = server.send(request)
    if answer.status != 404 or path == request.path:
        return answer
    return server.send(
        request.with_target(request.method, request.target.replace(request.path, path, 1))
    )


@breaks(violates=("SYSTEM-PATH-02",))
def forgive_a_slash_at_the_end(request: Request, server: GoodServer) -> Answer:
    """A slash at the end of a path makes no difference."""
    return _take_for(request, server, request.path.rstrip("/") or "/")


@breaks(violates=("SYSTEM-PATH-02",))
def redirect_from_a_slash_at_the_end(request: Request, server: GoodServer) -> Answer:
    """A path with a slash at its end is redirected to the one without."""
    answer = server.send(request)
    if answer.status != 404 or not request.path.endswith("/"):
        return answer
    return answer.with_status(308, "Permanent Redirect").with_header(
        "Location", request.path.rstrip("/") or "/"
    )


@breaks(violates=("SYSTEM-PATH-02",))
def merge_slashes(request: Request, server: GoodServer) -> Answer:
    """Slashes that follow each other in a path count as one."""
    return _take_for(request, server, re.sub("/{2,}", "/", request.path))


@breaks(violates=("SYSTEM-PATH-03",))
def resolve_dot_segments(request: Request, server: GoodServer) -> Answer:
    """A path with dot segments is resolved to another one."""
    return _take_for(request, server, _resolve(request.path))


@breaks(violates=("SYSTEM-PATH-03",))
def resolve_encoded_dot_segments(request: Request, server: GoodServer) -> Answer:
    """A path with dot segments that are percent-encoded is resolved to another one."""
    if "/../" in request.path or "/./" in request.path:
        return server.send(request)
    return _take_for(request, server, _resolve(re.sub("%2[EeFf]", _decode, request.path)))


def _resolve(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept)


def _decode(found: re.Match[str]) -> str:
    return unquote(found[0])


@breaks(violates=("SYSTEM-PATH-04",))
def read_paths_in_any_case(request: Request, server: GoodServer) -> Answer:
    """Capitals in a path make no difference."""
    return _take_for(request, server, request.path.lower())


@breaks(violates=("SYSTEM-PATH-04",))
def drop_parameters_of_paths(request: Request, server: GoodServer) -> Answer:
    """What stands behind a `;` in a path is dropped."""
    return _take_for(request, server, re.sub(";[^/]*", "", request.path))


@breaks(violates=("SYSTEM-PATH-04",))
def drop_slashes_in_values(request: Request, server: GoodServer) -> Answer:
    """An encoded slash at the end of a value in a path makes no difference."""
    return _take_for(request, server, re.sub("(?:%2[Ff])+$", "", request.path))


@breaks(violates=("SYSTEM-PATH-04",))
def forgive_file_extensions(request: Request, server: GoodServer) -> Answer:
    """An ending like that of a file makes no difference to a path."""
    return _take_for(request, server, request.path.removesuffix(".json"))


@breaks(violates=("SYSTEM-PATH-05",))
def overlook_a_line_feed_at_the_end(request: Request, server: GoodServer) -> Answer:
    """The pattern of a path also fits with a line feed behind it."""
    return _take_for(request, server, re.sub("%0[Aa]$", "", request.path))


@breaks(violates=("SYSTEM-PATH-05",))
def end_paths_at_a_nul(request: Request, server: GoodServer) -> Answer:
    """A NUL ends a path, whatever follows."""
    return _take_for(request, server, request.path.partition("%00")[0])


@breaks(violates=("SYSTEM-PATH-05",))
def drop_what_is_no_utf_8(request: Request, server: GoodServer) -> Answer:
    """Bytes that are no UTF-8 fall out of a path."""
    path = unquote(request.path, errors="ignore")
    return _take_for(request, server, path if path.isascii() and path.isprintable() else "/")


@breaks(violates=("SYSTEM-PATH-05",))
def refuse_unfit_paths_as_bad_requests(request: Request, server: GoodServer) -> Answer:
    """A path with a NUL in it is 400."""
    answer = server.send(request)
    return answer.with_status(400, "Bad Request") if "%00" in request.path else answer


@breaks(violates=("SYSTEM-PATH-06",))
def leave_the_administration_open(request: Request, server: GoodServer) -> Answer:
    """The framework's own administration is served beside the API."""
    answer = server.send(request)
    return answer.with_status(200, "OK") if request.path == "/admin/" else answer


@breaks(violates=("SYSTEM-PATH-06",))
def serve_hidden_files(request: Request, server: GoodServer) -> Answer:
    """The file with the settings can be read from everywhere."""
    answer = server.send(request)
    return answer.with_status(200, "OK") if request.path == "/.env" else answer


# ---- The reference ----


@breaks(violates=("SYSTEM-REFERENCE-01",))
def load_the_reference_from_elsewhere(request: Request, server: GoodServer) -> Answer:
    """The page of the reference loads its scripts from another host."""
    answer = server.send(request)
    if request.path != DOCS or not answer.body:
        return answer
    return answer.with_content(answer.body.replace(b'src="/', b'src="https://example.com/'))


@breaks(violates=("SYSTEM-REFERENCE-01",))
def describe_another_document(request: Request, server: GoodServer) -> Answer:
    """The page of the reference reads another description than the one that is served."""
    answer = server.send(request)
    if request.path != DOCS or not answer.body:
        return answer
    return answer.with_content(answer.body.replace(b"/openapi.json", b"/swagger.json"))


@breaks(violates=("SYSTEM-REFERENCE-02",))
def let_the_reference_load_everything(request: Request, server: GoodServer) -> Answer:
    """The policy of the reference admits scripts from everywhere."""
    answer = server.send(request)
    policy = answer.header("Content-Security-Policy")
    if request.path != DOCS or not policy:
        return answer
    wide = policy.replace("script-src ", "script-src https: ")
    return answer.with_header("Content-Security-Policy", wide)


@breaks(violates=("SYSTEM-REFERENCE-02",))
def leave_the_reference_without_a_policy(request: Request, server: GoodServer) -> Answer:
    """The page of the reference has the policy of all other answers."""
    answer = server.send(request)
    if request.path != DOCS:
        return answer
    common = server.ask(request, "GET", "/livez").header("Content-Security-Policy")
    return answer.with_header("Content-Security-Policy", common)


@breaks(violates=("SYSTEM-REFERENCE-03",))
def show_the_reference_to_the_signed_in(request: Request, server: GoodServer) -> Answer:
    """Whoever sends a bad token does not see the reference."""
    shown = request.path != DOCS or not request.token
    return server.send(request if shown else request.with_target("GET", ME))


@breaks(violates=("SYSTEM-REFERENCE-03",))
def have_only_get_for_the_reference(request: Request, server: GoodServer) -> Answer:
    """The reference has neither HEAD nor OPTIONS."""
    is_other = request.path == DOCS and request.method != "GET"
    return server.send(request.with_target("PUT", DOCS) if is_other else request)


@breaks(violates=("SYSTEM-REFERENCE-03",))
def answer_options_of_the_reference_with_the_page(request: Request, server: GoodServer) -> Answer:
    """OPTIONS of the reference is answered with the page."""
    is_asked = request.path == DOCS and request.method == "OPTIONS"
    return server.send(request.with_target("GET", DOCS) if is_asked else request)


@breaks(violates=("SYSTEM-REFERENCE-03",))
def show_the_reference_below_its_path(request: Request, server: GoodServer) -> Answer:
    """Whatever stands below the reference shows the reference."""
    return _take_for(request, server, re.sub("^/docs/.*", DOCS, request.path))


# ---- Methods ----


@breaks(violates=("SYSTEM-METHOD-01",))
def say_404_for_a_wrong_method(request: Request, server: GoodServer) -> Answer:
    """A known path is not found under a method that it does not have."""
    answer = server.send(request)
    return (
        server.send(request.turn_to("GET", "/nothing", "", None))
        if (answer.status == 405)
        else answer
    )


@breaks(violates=("SYSTEM-METHOD-01",))
def read_methods_in_any_case(request: Request, server: GoodServer) -> Answer:
    """Small letters in a method make no difference."""
    return server.send(request.with_target(request.method.upper(), request.target))


@breaks(violates=("SYSTEM-METHOD-01",))
def repeat_what_was_traced(request: Request, server: GoodServer) -> Answer:
    """TRACE is answered with the request."""
    answer = server.send(request)
    if request.method != "TRACE":
        return answer
    head = b"".join(request.lines)
    return (
        answer.with_status(200, "OK").with_header("Content-Type", "message/http").with_content(head)
    )


@breaks(violates=("SYSTEM-UPGRADE-01",))
def refuse_other_protocols(request: Request, server: GoodServer) -> Answer:
    """An offer to change the protocol is refused instead of overlooked."""
    answer = server.send(request)
    return answer.with_status(426, "Upgrade Required") if request.header("Upgrade") else answer


@breaks(violates=("SYSTEM-METHOD-02",))
def obey_a_header_that_names_a_method(request: Request, server: GoodServer) -> Answer:
    """A header says which method is meant."""
    method = request.header("X-HTTP-Method-Override")
    return server.send(request.with_target(method, request.target) if method else request)


@breaks(violates=("SYSTEM-METHOD-02",))
def obey_a_parameter_that_names_a_method(request: Request, server: GoodServer) -> Answer:
    """A parameter of the query says which method is meant."""
    method = request.query.get("_method")
    return server.send(request.with_target(method, request.path) if method else request)
