"""The HTTP server in front: what it makes of requests before the application sees them."""

import json
import re
import time
from collections.abc import Mapping
from secrets import token_hex

import pytest

from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
REQUEST_ID = re.compile(rb"x-request-id: *(\S+)", re.IGNORECASE)
VERSION = re.compile(rb"^(?:server|via):.*\d|[a-z]/\d+\.\d", re.IGNORECASE | re.MULTILINE)
POST = json.dumps({"title": "Garlic", "body": ""}).encode()
SIZE = b"%x" % len(POST)
CHUNKED = b"%b\r\n%b\r\n0\r\n\r\n" % (SIZE, POST)
TE = "Transfer-Encoding: chunked"
REFUSED = "refused"

TOLD_TWICE = {
    "the whole body first": (f"Content-Length: {len(CHUNKED)}", TE),
    "the whole body last": (TE, f"Content-Length: {len(CHUNKED)}"),
    "a part of the body": ("Content-Length: 4", TE),
    "no body": (TE, "Content-Length: 0"),
}
NO_LENGTHS = {
    "a sign": "+{0}",
    "hexadecimal": "{0:#x}",
    "an underscore": "0_{0}",
    "nothing": "",
    "a list that differs": "{0}, 0",
    "two that differ": "{0}\r\nContent-Length: 0",
    "another digit": "\xb2",
}
NO_CODINGS = {
    "nothing": "",
    "another coding": "gzip",
    "chunked first": "chunked, gzip",
    "no coding behind it": "chunked\r\nTransfer-Encoding: identity",
    "quotes": '"chunked"',
    "a control in front": "\x0bchunked",
}
# Whoever passes over what is wrong in the first ones finds all of the body.
BAD_SIZES = {
    "an underscore": b"0_" + SIZE,
    "a sign": b"+" + SIZE,
    "a prefix": b"0x" + SIZE,
    "a space in front": b" " + SIZE,
    "a carriage return alone": SIZE + b";a\rb",
    "a line feed in its extension": SIZE + b";a\nb",
    "below zero": b"-" + SIZE,
    "a letter beyond hexadecimal": b"x",
    "no size": b"",
    "less than there is": b"2",
}
BAD_LINES = {
    "folded": "X-Word: a\r\n b",
    "a space before the colon": "X-Word : a",
    "no colon": "X-Word",
    "no name": ": a",
}
BAD_CHARACTERS = {
    "a bracket in the name": "X(Word: a",
    "a NUL in the name": "X\0Word: a",
    "a letter beyond ASCII in the name": "X\xe9Word: a",
    "a NUL in the value": "X-Word: a\0b",
    "a carriage return in the value": "X-Word: a\rb",
    "a header behind a carriage return": "X-Request-ID: a\rSet-Cookie: a=b",
    "another control in the value": "X-Word: a\x01b",
}
BAD_REQUEST_LINES = {
    "one word": b"GARLIC",
    "a tab": b"GET\t/livez HTTP/1.1",
    "a space in the target": b"GET /livez ? HTTP/1.1",
    "a NUL in the target": b"GET /livez\0 HTTP/1.1",
    "a carriage return in the target": b"GET /livez\r HTTP/1.1",
    "a bracket in the method": b"GE(T /livez HTTP/1.1",
    "no method": b" /livez HTTP/1.1",
    "another protocol": b"GET /livez HTCPCP/1.1",
    "the protocol in small letters": b"GET /livez http/1.1",
    "the beginning of TLS": b"\x16\x03\x01\x02\x00\x01",
}
OCTETS = 8_000
FIELDS = 60
TOO_MANY_OCTETS = 1024 * 1024


def judge(said: bytes) -> str:
    """Return `refused` where the first request was and nothing follows, else all statuses."""
    statuses = [int(status) for status in STATUS.findall(said)]
    if len(statuses) == 1 and (400 <= statuses[0] < 500 or statuses[0] == 501):
        return REFUSED
    return ", ".join(map(str, statuses)) or "no answer"


def expect_refused(wire: Wire, requests: Mapping[str, bytes]) -> None:
    """Fail, and name every request concerned, unless each is refused and is the last one."""
    __tracebackhide__ = True
    behind = compose_next(wire)
    told = {case: judge(wire.overhear(request + behind)) for case, request in requests.items()}
    assert told == dict.fromkeys(requests, REFUSED)


def compose_get(wire: Wire, *lines: str, first: bytes = b"GET /livez HTTP/1.1") -> bytes:
    """Return a request for /livez that leaves the connection open."""
    told = [first, f"Host: {wire.authority}".encode()]
    return b"\r\n".join([*told, *(line.encode("latin-1") for line in lines), b"", b""])


def compose_post(wire: Wire, author: Person, *lines: str, body: bytes) -> bytes:
    """Return a request that writes a post and leaves the connection open."""
    told = [f"Authorization: Bearer {author.access_token}", "Content-Type: application/json"]
    return compose_get(wire, *told, *lines, first=b"POST /api/v1/posts HTTP/1.1") + body


def compose_next(wire: Wire) -> bytes:
    """Return the last request of a connection, behind the one that is tried."""
    return wire.compose("GET", "/livez", "X-Request-ID: behind")


# ---- Where a message ends ----


@pytest.mark.requirement("HARDENING-SERVER-01")
def test_length_told_twice_ends_the_connection(wire: Wire, someone: Person) -> None:
    requests = {
        case: compose_post(wire, someone, *lines, body=CHUNKED)
        for case, lines in TOLD_TWICE.items()
    }
    chunked = compose_post(wire, someone, TE, body=CHUNKED)
    requests["chunks in HTTP/1.0"] = chunked.replace(b"HTTP/1.1", b"HTTP/1.0", 1)
    said = {case: wire.overhear(one + compose_next(wire)) for case, one in requests.items()}
    answers = {case: len(STATUS.findall(text)) for case, text in said.items()}
    assert answers == dict.fromkeys(requests, 1)


@pytest.mark.requirement("HARDENING-SERVER-02")
def test_length_that_is_no_number_is_refused(wire: Wire, someone: Person) -> None:
    lengths = {case: form.format(len(POST)) for case, form in NO_LENGTHS.items()}
    requests = {
        case: compose_post(wire, someone, f"Content-Length: {length}", body=POST)
        for case, length in lengths.items()
    }
    expect_refused(wire, requests)


@pytest.mark.requirement("HARDENING-SERVER-03")
def test_coding_that_does_not_end_in_chunks_is_refused(wire: Wire, someone: Person) -> None:
    requests = {
        case: compose_post(wire, someone, f"Transfer-Encoding: {coding}", body=CHUNKED)
        for case, coding in NO_CODINGS.items()
    }
    expect_refused(wire, requests)


@pytest.mark.requirement("HARDENING-SERVER-04")
def test_chunk_of_no_size_is_refused(wire: Wire, someone: Person) -> None:
    requests = {
        case: compose_post(wire, someone, TE, body=b"%b\r\n%b\r\n0\r\n\r\n" % (size, POST))
        for case, size in BAD_SIZES.items()
    }
    expect_refused(wire, requests)


@pytest.mark.requirement("HARDENING-SERVER-05")
def test_chunks_without_an_end_are_not_acted_on(wire: Wire, someone: Person) -> None:
    tag = f"t{token_hex(6)}"
    body = json.dumps({"title": "Garlic", "body": "", "tags": [tag]}).encode()
    chunk = b"%x\r\n%b\r\n" % (len(body), body)
    wire.break_off(compose_post(wire, someone, TE, body=chunk))
    assert someone.list_posts(query={"tag": tag}).items == []


@pytest.mark.requirement("HARDENING-SERVER-06")
def test_requests_sent_together_are_answered_in_their_order(wire: Wire) -> None:
    names = ["first", "second", "third"]
    requests = [compose_get(wire, f"X-Request-ID: {name}") for name in names]
    said = wire.converse(b"".join(requests) + compose_next(wire))
    answered = [name.decode() for name in REQUEST_ID.findall(said)]
    assert answered == [*names, "behind"]


# ---- What a head may be ----


@pytest.mark.requirement("HARDENING-SERVER-07")
def test_header_of_no_form_is_refused(wire: Wire) -> None:
    expect_refused(wire, {case: compose_get(wire, line) for case, line in BAD_LINES.items()})


@pytest.mark.requirement("HARDENING-SERVER-08")
def test_header_with_unfit_characters_is_refused(wire: Wire) -> None:
    requests = {case: compose_get(wire, line) for case, line in BAD_CHARACTERS.items()}
    expect_refused(wire, requests)


@pytest.mark.requirement("HARDENING-SERVER-10")
def test_request_names_its_host(wire: Wire) -> None:
    said = wire.converse(b"GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert STATUS.findall(said) == [b"400"]


@pytest.mark.requirement("HARDENING-SERVER-09")
def test_first_line_of_no_form_is_refused(wire: Wire) -> None:
    requests = {case: compose_get(wire, first=line) for case, line in BAD_REQUEST_LINES.items()}
    expect_refused(wire, requests)


@pytest.mark.requirement("HARDENING-SERVER-11")
def test_trailer_is_no_header(wire: Wire, someone: Person) -> None:
    body = CHUNKED.removesuffix(b"\r\n") + b"X-Request-ID: trailer\r\n\r\n"
    said = wire.converse(compose_post(wire, someone, TE, "Connection: close", body=body))
    assert STATUS.findall(said) == [b"201"]
    assert REQUEST_ID.findall(said) != [b"trailer"]


# ---- How much a head may hold ----


@pytest.mark.requirement("HARDENING-SERVER-12")
def test_long_target_is_read(wire: Wire) -> None:
    answer = wire.get("/livez?".ljust(OCTETS, "a"))
    assert answer.problem == (422, "invalid_request")


@pytest.mark.requirement("HARDENING-SERVER-13")
def test_long_field_and_many_fields_are_read(wire: Wire) -> None:
    many = [f"X-Word-{number}: a" for number in range(FIELDS)]
    assert wire.get("/livez", f"X-Word: {'a' * OCTETS}", *many).status == 200


@pytest.mark.requirement("HARDENING-SERVER-14")
def test_endless_head_is_refused(wire: Wire) -> None:
    endless = "a" * TOO_MANY_OCTETS
    many = (f"X-Word-{number}: {'a' * 240}" for number in range(TOO_MANY_OCTETS // 256))
    requests = {
        "target": compose_get(wire, first=f"GET /livez?{endless} HTTP/1.1".encode()),
        "field": compose_get(wire, f"X-Word: {endless}"),
        "fields": compose_get(wire, *many),
    }
    expect_refused(wire, requests)


# ---- What is said ----


@pytest.mark.requirement("HARDENING-SERVER-15")
def test_who_waits_to_be_asked_for_a_body_is_asked(wire: Wire, someone: Person) -> None:
    lines = [f"Content-Length: {len(POST)}", "Expect: 100-continue", "Connection: close"]
    said = wire.send_when_asked(compose_post(wire, someone, *lines, body=b""), POST)
    assert STATUS.findall(said) == [b"100", b"201"]


@pytest.mark.requirement("HARDENING-SERVER-16")
def test_answer_has_a_date(wire: Wire) -> None:
    dates = [wire.get(path).headers["Date"] for path in ("/livez", "/nothing")]
    assert [bool(time.strptime(one, "%a, %d %b %Y %H:%M:%S GMT")) for one in dates] == [True] * 2


@pytest.mark.requirement("HARDENING-SERVER-17")
def test_answer_tells_no_version(wire: Wire) -> None:
    said = [wire.converse(wire.compose("GET", path)) for path in ("/livez", "/nothing")]
    said.append(wire.overhear(compose_get(wire, first=b"GARLIC")))
    # The version in the first line is that of HTTP.
    told = [VERSION.findall(one.partition(b"\r\n")[2]) for one in said]
    assert told == [[]] * len(said)
