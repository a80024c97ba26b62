"""Mutants of chapter 4: idempotency keys."""

import hashlib
import re
from http import HTTPStatus
from typing import NamedTuple

from conformance_tests.mutants.errands import ask, find_fault, refuse
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

MAKING = ("create_post", "create_comment")
KEY = "Idempotency-Key"
REUSED = "idempotency_key_reused"


class First(NamedTuple):
    """The first request with a key, and its answer."""

    request: Request
    answer: Answer


def remember(request: Request, server: GoodServer) -> tuple[Answer, First | None]:
    """Return the answer of the good server, and what came of the key before."""
    known: dict[str, First] = server.overheard.noted.setdefault("first with a key", {})
    first, answer = known.get(read_key(request)), server.send(request)
    if answer.status == HTTPStatus.CREATED and read_key(request):
        known.setdefault(read_key(request), First(request, answer))
    return answer, first


def read_key(request: Request) -> str:
    """Return the key of a request, without quotes."""
    return request.header(KEY).strip('"')


def is_reused(answer: Answer) -> bool:
    """Tell whether a key was refused because it stood for another request."""
    return any(fault["code"] == REUSED for fault in answer.members.get("errors", []))


def refuse_key(request: Request, server: GoodServer) -> Answer:
    """Return a refusal of a key that stands for another request."""
    return find_fault(request, server, {"header": KEY}, REUSED)


# ---- Again ----


@breaks(*MAKING, violates=("HTTP-KEY-01",))
def ignore_keys(request: Request, server: GoodServer) -> Answer:
    """A request with a key is done as often as it is sent."""
    return server.send(request.without_header(KEY))


@breaks(*MAKING, violates=("HTTP-KEY-01",))
def make_again_and_answer_as_before(request: Request, server: GoodServer) -> Answer:
    """A repeated request is answered as the first time, and done again."""
    answer, first = remember(request, server)
    if first and answer.status == HTTPStatus.CREATED:
        server.send(request.without_header(KEY))
    return answer


@breaks(*MAKING, violates=("HTTP-KEY-01",))
def repeat_with_200(request: Request, server: GoodServer) -> Answer:
    """A repeated request is answered with 200."""
    answer, first = remember(request, server)
    is_again = first and answer.status == HTTPStatus.CREATED
    return answer.with_status(HTTPStatus.OK, "OK") if is_again else answer


@breaks(*MAKING, violates=("HTTP-KEY-01",))
def repeat_the_body_alone(request: Request, server: GoodServer) -> Answer:
    """A repeated request is answered with the body of the first answer, and none of its headers."""
    answer, first = remember(request, server)
    is_again = first and answer.status == HTTPStatus.CREATED
    return answer.without_header("Location").without_header("ETag") if is_again else answer


@breaks("create_comment", violates=("HTTP-KEY-01",))
def forget_the_case_of_keys(request: Request, server: GoodServer) -> Answer:
    """Two keys are the same if only their case differs."""
    return server.send(
        request.with_header(KEY, key.lower()) if (key := read_key(request)) else request
    )


@breaks("create_comment", violates=("HTTP-KEY-01",))
def make_equal_comments_once(request: Request, server: GoodServer) -> Answer:
    """Without a key, a request is a repetition where its body is."""
    digest = hashlib.sha256(request.path.encode() + request.body).hexdigest()
    return server.send(request if read_key(request) else request.with_header(KEY, digest))


@breaks(*MAKING, violates=("HTTP-KEY-02",))
def repeat_what_it_is_now(request: Request, server: GoodServer) -> Answer:
    """A repeated request is answered with what was made as it is now."""
    answer, now = _send_and_look(request, server)
    if answer.status != HTTPStatus.CREATED or now.status != HTTPStatus.OK:
        return answer
    return answer.with_content(now.body).with_header("ETag", now.header("ETag"))


@breaks(*MAKING, violates=("HTTP-KEY-02",))
def repeat_what_is_gone_as_404(request: Request, server: GoodServer) -> Answer:
    """A repeated request is 404 where what was made is gone."""
    answer, now = _send_and_look(request, server)
    is_gone = answer.status == HTTPStatus.CREATED and now.status == HTTPStatus.NOT_FOUND
    return now if is_gone else answer


@breaks(*MAKING, violates=("HTTP-KEY-02",))
def make_what_is_gone_again(request: Request, server: GoodServer) -> Answer:
    """The key of what was deleted is free again."""
    answer, now = _send_and_look(request, server)
    is_gone = answer.status == HTTPStatus.CREATED and now.status == HTTPStatus.NOT_FOUND
    return server.send(request.without_header(KEY)) if is_gone else answer


def _send_and_look(request: Request, server: GoodServer) -> tuple[Answer, Answer]:
    answer = server.send(request)
    place = answer.header("Location") if request.header(KEY) else ""
    return answer, ask(request, server, "GET", place) if place else answer


@breaks("create_comment", violates=("HTTP-KEY-02",))
def look_for_the_post_before_the_key(request: Request, server: GoodServer) -> Answer:
    """A repeated comment is 404 where its post is gone."""
    post = ask(request, server, "GET", request.path.rpartition("/")[0])
    return post if post.status == HTTPStatus.NOT_FOUND else server.send(request)


# ---- Something else under the same key ----


@breaks(*MAKING, violates=("HTTP-KEY-03",))
def make_whatever_the_body_is(request: Request, server: GoodServer) -> Answer:
    """A key with another body is passed over, and another thing made."""
    answer = server.send(request)
    return server.send(request.without_header(KEY)) if is_reused(answer) else answer


@breaks(*MAKING, violates=("HTTP-KEY-03",))
def repeat_whatever_the_body_is(request: Request, server: GoodServer) -> Answer:
    """A key with another body repeats the first answer."""
    answer, first = remember(request, server)
    return first.answer if first and is_reused(answer) else answer


@breaks("create_post", violates=("HTTP-KEY-03",))
def forget_the_status_of_a_body(request: Request, server: GoodServer) -> Answer:
    """Two bodies are the same where all but their status is."""
    return _forget(request, server, "status")


@breaks("create_post", violates=("HTTP-KEY-03",))
def forget_the_tags_of_a_body(request: Request, server: GoodServer) -> Answer:
    """Two bodies are the same where all but their tags are."""
    return _forget(request, server, "tags")


def _forget(request: Request, server: GoodServer, name: str) -> Answer:
    answer, first = remember(request, server)
    if first is None or not is_reused(answer):
        return answer
    bodies = [one.without_members(name).members for one in (request, first.request)]
    return first.answer if bodies[0] == bodies[1] else answer


@breaks("create_comment", violates=("HTTP-KEY-03",))
def trim_bodies_before_comparing(request: Request, server: GoodServer) -> Answer:
    """Two comments are the same where they are without white space and capitals."""
    answer, first = remember(request, server)
    if first is None or not is_reused(answer):
        return answer
    texts = [one.members["body"].strip().lower() for one in (request, first.request)]
    return first.answer if texts[0] == texts[1] else answer


@breaks("create_comment", violates=("HTTP-KEY-03",))
def forget_the_post_of_a_comment(request: Request, server: GoodServer) -> Answer:
    """A key repeats its answer whatever post the comment is on."""
    answer, first = remember(request, server)
    is_same = first and first.request.members == request.members
    return first.answer if first and is_same and is_reused(answer) else answer


@breaks(*MAKING, violates=("HTTP-KEY-03",))
def blame_the_body(request: Request, server: GoodServer) -> Answer:
    """A key with another body is told as a fault of the body."""
    answer = server.send(request)
    return find_fault(request, server, {"pointer": "#"}, REUSED) if is_reused(answer) else answer


@breaks(*MAKING, violates=("HTTP-KEY-03",))
def refuse_another_body_and_make_it(request: Request, server: GoodServer) -> Answer:
    """A key with another body is refused, and the other thing made all the same."""
    answer = server.send(request)
    if is_reused(answer):
        server.send(request.without_header(KEY))
    return answer


# ---- Whose key it is ----


@breaks(*MAKING, violates=("HTTP-KEY-04",))
def share_keys_among_users(request: Request, server: GoodServer) -> Answer:
    """Who sends the key and the body of somebody else gets the answer of that one."""
    known: dict[object, Answer] = server.overheard.noted.setdefault("answers to a key", {})
    question = read_key(request), request.path, request.body
    if read_key(request) and question not in known:
        known[question] = server.send(request)
    return known[question] if read_key(request) else server.send(request)


@breaks(*MAKING, violates=("HTTP-KEY-04",))
def keep_keys_for_one_user(request: Request, server: GoodServer) -> Answer:
    """A key that somebody has used is refused to everybody else with another body."""
    answer, first = remember(request, server)
    is_other = first and first.request.body != request.body
    return refuse_key(request, server) if is_other else answer


@breaks(*MAKING, violates=("HTTP-KEY-04",))
def keep_keys_for_one_operation(request: Request, server: GoodServer) -> Answer:
    """A key that was used for a comment is refused for a post."""
    answer, first = remember(request, server)
    is_other = first and server.find_operation(first.request) != server.find_operation(request)
    return refuse_key(request, server) if is_other else answer


@breaks(*MAKING, violates=("HTTP-KEY-04",))
def keep_keys_for_one_sign_in(request: Request, server: GoodServer) -> Answer:
    """A key is forgotten with the sign-in that used it."""
    key = hashlib.sha256(f"{read_key(request)} {request.token}".encode()).hexdigest()
    return server.send(request.with_header(KEY, key) if request.header(KEY) else request)


# ---- The form of a key ----


@breaks(*MAKING, violates=("HTTP-KEY-05",))
def cut_keys(request: Request, server: GoodServer) -> Answer:
    """Of a key the first 63 characters count."""
    key = read_key(request)
    return server.send(request.with_header(KEY, key[:63]) if len(key) == 64 else request)


@breaks(*MAKING, violates=("HTTP-KEY-05",))
def take_quotes_for_a_part_of_keys(request: Request, server: GoodServer) -> Answer:
    """A key in quotes is another one than the same without."""
    is_quoted = re.fullmatch('"[A-Za-z0-9._-]{1,60}"', request.header(KEY))
    key = f"q-{read_key(request)}"
    return server.send(request.with_header(KEY, key) if is_quoted else request)


@breaks(*MAKING, violates=("HTTP-KEY-05",))
def pass_over_wrong_keys(request: Request, server: GoodServer) -> Answer:
    """A key of another form is passed over."""
    answer = server.send(request)
    return server.send(request.without_header(KEY)) if _is_wrong(answer) else answer


@breaks(*MAKING, violates=("HTTP-KEY-05",))
def take_keys_of_any_length(request: Request, server: GoodServer) -> Answer:
    """A key may be as long as it likes."""
    key = hashlib.sha256(read_key(request).encode()).hexdigest()
    return server.send(request.with_header(KEY, key) if len(read_key(request)) > 64 else request)


@breaks(*MAKING, violates=("HTTP-KEY-05",))
def trim_quotes_anywhere(request: Request, server: GoodServer) -> Answer:
    """Quotes at one end of a key are passed over."""
    key = read_key(request)
    return server.send(request.with_header(KEY, key) if key else request)


@breaks(*MAKING, violates=("HTTP-KEY-05",))
def take_the_first_of_two_keys(request: Request, server: GoodServer) -> Answer:
    """Of two keys the first one counts."""
    key = request.header(KEY)
    return server.send(request.with_header(KEY, key) if key else request)


@breaks(*MAKING, violates=("HTTP-KEY-05",))
def tell_wrong_keys_as_malformed(request: Request, server: GoodServer) -> Answer:
    """A key of another form is 400."""
    answer = server.send(request)
    if not _is_wrong(answer):
        return answer
    return refuse(request, server, HTTPStatus.BAD_REQUEST, "malformed_json")


@breaks("create_post", violates=("HTTP-KEY-05",))
def look_at_keys_before_the_body(request: Request, server: GoodServer) -> Answer:
    """A wrong key is told where the body is no JSON text."""
    return _tell_key_first(request, server, HTTPStatus.BAD_REQUEST)


@breaks("create_post", violates=("HTTP-KEY-05",))
def tell_keys_beside_the_body(request: Request, server: GoodServer) -> Answer:
    """A wrong key is told where something in the body is wrong."""
    return _tell_key_first(request, server, HTTPStatus.UNPROCESSABLE_ENTITY)


def _tell_key_first(request: Request, server: GoodServer, status: HTTPStatus) -> Answer:
    answer = server.send(request)
    is_good = re.fullmatch('"?[A-Za-z0-9._-]{1,64}"?', request.header(KEY) or "-")
    if answer.status != status or is_good or _is_wrong(answer):
        return answer
    return find_fault(request, server, {"header": KEY}, "invalid_format")


def _is_wrong(answer: Answer) -> bool:
    faults = answer.members.get("errors", [])
    return any("header" in fault and fault["code"] == "invalid_format" for fault in faults)


# ---- What does not use a key up, and what is the same body ----


@breaks(*MAKING, violates=("HTTP-KEY-06",))
def use_keys_up_in_refusals(request: Request, server: GoodServer) -> Answer:
    """A key whose request was 422 stands for that request."""
    return _use_up(request, server, HTTPStatus.UNPROCESSABLE_ENTITY)


@breaks("create_comment", violates=("HTTP-KEY-06",))
def use_keys_up_where_nothing_is(request: Request, server: GoodServer) -> Answer:
    """A key whose request was 404 stands for that request."""
    return _use_up(request, server, HTTPStatus.NOT_FOUND)


@breaks("create_post", violates=("HTTP-KEY-06",))
def use_keys_up_in_unreadable_requests(request: Request, server: GoodServer) -> Answer:
    """A key whose request was 400 stands for that request."""
    return _use_up(request, server, HTTPStatus.BAD_REQUEST)


def _use_up(request: Request, server: GoodServer, status: HTTPStatus) -> Answer:
    used: set[str] = server.overheard.noted.setdefault("keys of refused requests", set())
    answer = server.send(request)
    if answer.status == status and read_key(request):
        used.add(read_key(request))
    is_used = answer.status == HTTPStatus.CREATED and read_key(request) in used
    return refuse_key(request, server) if is_used else answer


@breaks("create_post", violates=("HTTP-KEY-07",))
def compare_bodies_as_written(request: Request, server: GoodServer) -> Answer:
    """Two bodies are the same where every byte is."""
    answer, first = remember(request, server)
    is_other = first and first.request.body != request.body
    return refuse_key(request, server) if is_other else answer


@breaks("create_post", violates=("HTTP-KEY-07",))
def compare_bodies_without_defaults(request: Request, server: GoodServer) -> Answer:
    """A default that is spelled out makes another body."""
    answer, first = remember(request, server)
    is_other = first and first.request.members != request.members
    return refuse_key(request, server) if is_other else answer


@breaks("create_post", violates=("HTTP-KEY-07",))
def sort_tags_before_comparing(request: Request, server: GoodServer) -> Answer:
    """Tags in another order are the same body."""
    answer, first = remember(request, server)
    if first is None or not is_reused(answer):
        return answer
    tags = [sorted(one.members.get("tags", [])) for one in (request, first.request)]
    return first.answer if tags[0] == tags[1] else answer


@breaks("create_comment", violates=("HTTP-KEY-07",))
def mind_the_case_of_ids(request: Request, server: GoodServer) -> Answer:
    """The id of a post in capital letters makes another request."""
    answer, first = remember(request, server)
    is_other = first and first.request.path != request.path
    return refuse_key(request, server) if is_other else answer


# ---- At once ----


@breaks(*MAKING, violates=("HTTP-KEY-08",))
def keep_keys_when_all_is_done(request: Request, server: GoodServer) -> Answer:
    """A key counts from the first answer on, and whoever comes sooner does it again."""
    known: dict[str, Answer] = server.overheard.noted.setdefault("keys of what is done", {})
    key = read_key(request)
    if key in known:
        return known[key]
    answer = server.send(request.without_header(KEY))
    if key and answer.status == HTTPStatus.CREATED:
        known[key] = answer
    return answer


@breaks(*MAKING, violates=("HTTP-KEY-08",))
def let_twins_wait_for_ever(request: Request, server: GoodServer) -> Answer:
    """Who comes while the first is on its way is not told when to come again."""
    known: set[str] = server.overheard.noted.setdefault("keys on their way", set())
    key = read_key(request)
    if key in known:
        return refuse(request, server, HTTPStatus.CONFLICT, "request_in_progress")
    known.add(key)
    answer = server.send(request)
    known.discard(key)
    return answer
