"""Bodies have a size limit, with a length and in chunks, and no byte of one is a request."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

import pytest

from conformance_tests.data.samples import CONTRACT, WITH_BODY, body_for, call
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.oracle import Oracle
from conformance_tests.harness.patience import Patience
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.targets import Target

Body = bytes | Iterable[bytes]
Send = Callable[[str, Body], Answer]

# The contract's limit, which no schema can say (HARDENING-SIZE-01).
LIMIT = CONTRACT.general_limit("body_bytes")
# What is sent in more than one way: a POST for everybody, and a PATCH of those who have a token.
SOME = ["log_in", "update_me"]
TOO_LARGE = (413, "body_too_large")
UNKNOWN_FIELD = [("#/surprise", "unknown_field")]
JSON = {"Content-Type": "application/json"}
PIECES = {"a few pieces": 64, "single bytes": 1}
SMUGGLED = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: smuggled\r\n\r\n"
# Refused before the body is looked at, or within it.
REFUSED = [
    ("POST", "/nothing", "application/json"),
    ("POST", "/livez", "application/json"),
    ("POST", "/api/v1/posts", "application/json"),
    ("POST", "/api/v1/users", "text/plain"),
    ("POST", "/api/v1/users", "application/json"),
]


@pytest.fixture
def send(
    target: Target, contract: Contract, oracle: Oracle, patience: Patience, someone: Person
) -> Send:
    """Send a body on a connection of its own.

    A server may drop a connection on which it left a body unread, and a body in pieces cannot
    be sent again.
    """

    def send_body(operation_id: str, body: Body) -> Answer:
        token = someone.access_token
        with closing(Api(target.base_url, contract, oracle, patience)) as api:
            return call(api, operation_id, token=token, content=body, headers=JSON)

    return send_body


@pytest.mark.requirement("HARDENING-SIZE-01")
def test_largest_body_is_read(send: Send) -> None:
    faults = {name: send(name, _make_wrong_body(name, LIMIT)).faults for name in SOME}
    assert faults == dict.fromkeys(SOME, UNKNOWN_FIELD)


@pytest.mark.requirement("HARDENING-SIZE-02", "HARDENING-ORDER-07")
def test_one_byte_more_is_413(send: Send) -> None:
    problems = {name: send(name, _make_wrong_body(name, LIMIT + 1)).problem for name in WITH_BODY}
    assert problems == dict.fromkeys(WITH_BODY, TOO_LARGE)


@pytest.mark.requirement("HARDENING-SIZE-01", "HARDENING-SIZE-03")
def test_largest_chunked_body_is_read(send: Send) -> None:
    body = _split(_make_wrong_body("create_post", LIMIT), 65_536)
    assert send("create_post", body).faults == UNKNOWN_FIELD


@pytest.mark.requirement("HARDENING-SIZE-03", "HARDENING-ORDER-07")
def test_one_byte_more_in_chunks_is_413(send: Send) -> None:
    bodies = {name: _make_wrong_body(name, LIMIT + 1) for name in SOME}
    problems = {name: send(name, _split(body, 65_536)).problem for name, body in bodies.items()}
    assert problems == dict.fromkeys(SOME, TOO_LARGE)


@pytest.mark.requirement("HARDENING-SIZE-03")
def test_chunked_body_is_not_cut_to_fit(send: Send) -> None:
    # Its beginning alone, up to the limit, would be a change that is well-formed.
    assert send("update_me", _split(b"{}".ljust(LIMIT + 1), 65_536)).problem == TOO_LARGE


@pytest.mark.requirement("HARDENING-SIZE-04")
@pytest.mark.parametrize("size", PIECES.values(), ids=list(PIECES))
def test_chunked_body_is_put_together(send: Send, size: int) -> None:
    told = {"title": "Knoblauch für Øystein 🧄", "body": "Im Oktober.\n" * 20}
    body = _split(json.dumps(told, ensure_ascii=False).encode(), size)
    answer = send("create_post", body)
    assert answer.status == 201
    assert {name: answer.json[name] for name in told} == told


@pytest.mark.requirement("HARDENING-SIZE-05")
@pytest.mark.parametrize(("method", "path", "media_type"), REFUSED)
def test_connection_goes_on_after_a_refusal(
    wire: Wire, method: str, path: str, media_type: str
) -> None:
    refused = _compose(wire, method, path, media_type, b"Garlic")
    said = wire.converse(refused + wire.compose("GET", "/livez", "X-Request-ID: the-next"))
    is_closed = b"connection: close" in said.lower().partition(b"\r\n\r\n")[0]
    assert (b"the-next" in said) is not is_closed


@pytest.mark.requirement("HARDENING-SIZE-05")
@pytest.mark.parametrize(("method", "path", "media_type"), REFUSED)
def test_body_that_is_refused_is_no_request(
    wire: Wire, method: str, path: str, media_type: str
) -> None:
    said = wire.converse(_compose(wire, method, path, media_type, SMUGGLED) + _last(wire))
    assert said.startswith(b"HTTP/1.1 4")
    assert b"smuggled" not in said


@pytest.mark.requirement("HARDENING-SIZE-05")
@pytest.mark.parametrize("read", [LIMIT, LIMIT + 1])
def test_end_of_a_body_that_is_too_large_is_no_request(wire: Wire, read: int) -> None:
    body = b" " * read + SMUGGLED
    refused = _compose(wire, "POST", "/api/v1/users", JSON["Content-Type"], body)
    said = wire.converse(refused + _last(wire))
    assert said.startswith(b"HTTP/1.1 413 ")
    assert b"smuggled" not in said


def _make_wrong_body(operation_id: str, size: int) -> bytes:
    # The fault stands at the end: who finds it has read everything.
    text = json.dumps({**body_for(operation_id), "surprise": 1}).encode()
    return text[:1] + b" " * (size - len(text)) + text[1:]


def _split(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def _compose(wire: Wire, method: str, path: str, media_type: str, body: bytes) -> bytes:
    headers = [f"Content-Type: {media_type}", f"Content-Length: {len(body)}"]
    request = wire.compose(method, path, *headers, body=body)
    return request.replace(b"Connection: close\r\n", b"", 1)


def _last(wire: Wire) -> bytes:
    return wire.compose("GET", "/livez")
