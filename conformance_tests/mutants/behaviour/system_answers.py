"""Mutants of chapter 0: what all answers share, and how refusals are told."""

import json
import re
from http import HTTPStatus

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

# Where an answer is read without anybody being prepared by it.
READ = ("check_live", "check_ready", "get_openapi", "get_me", "list_posts")


@breaks(violates=("SYSTEM-MEDIA-01",))
def send_problems_as_plain_json(request: Request, server: GoodServer) -> Answer:
    """A refusal is `application/json` like every answer."""
    answer = server.send(request)
    is_refused = answer.status >= HTTPStatus.BAD_REQUEST
    return answer.with_header("Content-Type", "application/json") if is_refused else answer


@breaks(*READ, violates=("SYSTEM-MEDIA-01",))
def name_another_charset(request: Request, server: GoodServer) -> Answer:
    """A success says that it is written in ISO 8859-1."""
    answer = server.send(request)
    told = "application/json; charset=iso-8859-1"
    return answer.with_header("Content-Type", told) if answer.status == 200 else answer


@breaks("get_me", violates=("SYSTEM-ANSWER-01",))
def tell_more_than_documented(request: Request, server: GoodServer) -> Answer:
    """The own account comes with a member that the contract does not know."""
    answer = server.send(request)
    return answer.with_members(id=1) if answer.status == 200 and answer.body else answer


@breaks("list_posts", violates=("SYSTEM-ANSWER-01",))
def answer_with_an_undocumented_status(request: Request, server: GoodServer) -> Answer:
    """A page of a list is 206."""
    answer = server.send(request)
    return answer.with_status(206, "Partial Content") if answer.status == 200 else answer


@breaks(*READ, violates=("SYSTEM-ANSWER-02",))
def send_answers_in_chunks(request: Request, server: GoodServer) -> Answer:
    """A body comes in chunks, and nobody knows its length before its end."""
    answer = server.send(request)
    if not answer.body:
        return answer
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(answer.body), answer.body)
    framed = answer.with_content(chunks).without_header("Content-Length")
    return framed.with_header("Transfer-Encoding", "chunked")


@breaks("get_me", violates=("SYSTEM-ANSWER-03",))
def tell_milliseconds(request: Request, server: GoodServer) -> Answer:
    """A time has three digits behind the second."""
    return _write_times(server.send(request), r"(\.\d{3})\d{3}Z", r"\1Z")


@breaks("get_me", violates=("SYSTEM-ANSWER-03",))
def tell_times_with_an_offset(request: Request, server: GoodServer) -> Answer:
    """A time in UTC ends in `+00:00`."""
    return _write_times(server.send(request), r"(\.\d{6})Z", r"\1+00:00")


def _write_times(answer: Answer, pattern: str, otherwise: str) -> Answer:
    if not answer.members:
        return answer
    return answer.with_content(re.sub(pattern, otherwise, answer.body.decode()).encode())


def _change_problem(answer: Answer, **members: object) -> Answer:
    is_told = answer.status >= HTTPStatus.BAD_REQUEST and answer.members.get("code")
    return answer.with_members(**members) if is_told else answer


@breaks(violates=("SYSTEM-PROBLEM-01",))
def add_an_instance_to_problems(request: Request, server: GoodServer) -> Answer:
    """A problem has the `instance` of RFC 9457 too."""
    return _change_problem(server.send(request), instance=request.path)


@breaks(violates=("SYSTEM-PROBLEM-01",))
def tell_no_details(request: Request, server: GoodServer) -> Answer:
    """A problem has an empty `detail`."""
    return _change_problem(server.send(request), detail="")


@breaks(violates=("SYSTEM-PROBLEM-01",))
def give_every_problem_the_type_of_none(request: Request, server: GoodServer) -> Answer:
    """The type of every problem is `about:blank`."""
    return _change_problem(server.send(request), type="about:blank")


@breaks(violates=("SYSTEM-PROBLEM-01",))
def list_errors_everywhere(request: Request, server: GoodServer) -> Answer:
    """A problem has `errors`, though its status is not 422."""
    answer = server.send(request)
    return answer if answer.status == 422 else _change_problem(answer, errors=[])


@breaks(violates=("SYSTEM-PROBLEM-01",))
def list_no_errors(request: Request, server: GoodServer) -> Answer:
    """A problem lacks `errors`, though its status is 422."""
    answer = server.send(request)
    return answer.without_members("errors") if answer.members.get("errors") else answer


@breaks(violates=("SYSTEM-PROBLEM-02",))
def show_a_stack(request: Request, server: GoodServer) -> Answer:
    """A problem tells in which file and line it was noticed."""
    stack = 'Traceback (most recent call last): File "/srv/api/routes.py", line 7, in route'
    return _change_problem(server.send(request), detail=stack)


@breaks(violates=("SYSTEM-PROBLEM-02",))
def show_sql(request: Request, server: GoodServer) -> Answer:
    """A problem tells which statement found nothing."""
    answer = server.send(request)
    statement = "SELECT users.id FROM users WHERE users.username = ?"
    return _change_problem(answer, detail=statement) if answer.status == 404 else answer


@breaks(violates=("SYSTEM-PROBLEM-03",))
def repeat_refused_members(request: Request, server: GoodServer) -> Answer:
    """A 422 tells which value it is that it does not like."""
    answer = server.send(request)
    if answer.status != 422 or not request.members:
        return answer
    errors = [{**one, "detail": json.dumps(request.members)} for one in answer.members["errors"]]
    return answer.with_members(errors=errors)


@breaks("list_posts", violates=("SYSTEM-PROBLEM-03",))
def repeat_refused_parameters(request: Request, server: GoodServer) -> Answer:
    """A 422 tells which query it is that it does not like."""
    return _change_problem(server.send(request), detail=f"Refused: {request.target[-80:]}")


@breaks("register_user", violates=("SYSTEM-PROBLEM-03",))
def repeat_what_is_taken(request: Request, server: GoodServer) -> Answer:
    """A 409 tells what it is that is taken."""
    told = f"{request.members.get('username')} or {request.members.get('email')} is taken."
    return _tell_at(409, told, request, server)


@breaks(violates=("SYSTEM-PROBLEM-03",))
def repeat_paths(request: Request, server: GoodServer) -> Answer:
    """A 404 tells which path it did not find."""
    return _tell_at(404, f"Nothing at {request.path}.", request, server)


@breaks(violates=("SYSTEM-PROBLEM-03",))
def repeat_tokens(request: Request, server: GoodServer) -> Answer:
    """A 401 tells which access token was no good."""
    return _tell_at(401, f"Not a token: {request.token}", request, server)


@breaks("log_in", "refresh_tokens", violates=("SYSTEM-PROBLEM-03",))
def repeat_credentials(request: Request, server: GoodServer) -> Answer:
    """A refused log-in tells the credentials that were no good."""
    return _change_problem(server.send(request), detail=json.dumps(request.members))


@breaks(violates=("SYSTEM-PROBLEM-03",))
def repeat_what_is_no_json(request: Request, server: GoodServer) -> Answer:
    """A 400 tells where the text stops being JSON."""
    return _tell_at(400, f"Not JSON: {request.body[:80].decode('latin-1')}", request, server)


@breaks(violates=("SYSTEM-PROBLEM-03",))
def repeat_media_types(request: Request, server: GoodServer) -> Answer:
    """A 415 tells which media type it does not take."""
    return _tell_at(415, f"Cannot read {request.header('Content-Type')}.", request, server)


def _tell_at(status: int, told: str, request: Request, server: GoodServer) -> Answer:
    answer = server.send(request)
    return _change_problem(answer, detail=told) if answer.status == status else answer


# ---- Addresses and wishes ----


@breaks(violates=("SYSTEM-PATH-07",))
def take_paths_without_decoding_them(request: Request, server: GoodServer) -> Answer:
    """A percent-encoded letter in a path makes another path."""
    is_plain = not re.search("%[3-7]", request.path)
    return server.send(request if is_plain else request.with_target(request.method, "/nothing"))


@breaks(violates=("SYSTEM-PATH-08",))
def take_no_absolute_targets(request: Request, server: GoodServer) -> Answer:
    """A target with the host in front of the path leads nowhere."""
    is_plain = not request.target.startswith("http")
    return server.send(request if is_plain else request.with_target(request.method, "/nothing"))


@breaks(violates=("SYSTEM-MEDIA-02",))
def refuse_what_is_not_accepted(request: Request, server: GoodServer) -> Answer:
    """Whoever does not accept JSON gets 406."""
    answer = server.send(request)
    accepted = request.header("Accept")
    if not accepted or "json" in accepted or "*/*" in accepted:
        return answer
    return answer.with_status(406, "Not Acceptable")


@breaks(violates=("SYSTEM-MEDIA-02",))
def write_html_for_browsers(request: Request, server: GoodServer) -> Answer:
    """Whoever would like HTML best gets a page."""
    answer = server.send(request)
    if not request.header("Accept").startswith("text/html") or not answer.body:
        return answer
    page = b"<!doctype html><pre>" + answer.body
    return answer.with_header("Content-Type", "text/html").with_content(page)


@breaks(violates=("SYSTEM-RANGE-01",))
def send_the_range_that_was_asked_for(request: Request, server: GoodServer) -> Answer:
    """Whoever asks for a range gets a piece of the answer."""
    answer = server.send(request)
    if not request.header("Range") or answer.status != 200 or not answer.body:
        return answer
    piece = answer.with_status(206, "Partial Content").with_content(answer.body[:10])
    return piece.with_header("Content-Range", f"bytes 0-9/{len(answer.body)}")
