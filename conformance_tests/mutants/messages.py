"""Requests and answers as they stand on the wire: kept byte for byte, changed only on purpose."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from http import HTTPStatus
from io import BufferedReader, BufferedRWPair
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from conformance_tests.harness.plugin import get_contract

BODILESS = (204, 304)
# Those that belong to a refusal, by its status.
HEADERS = {
    401: {"WWW-Authenticate": 'Bearer error="invalid_token"'},
    415: {"Accept": "application/json"},
    429: {"Retry-After": "1"},
    503: {"Retry-After": "1"},
}
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;[^\r\n]*)?\r\n")
Stream = BufferedReader | BufferedRWPair


@dataclass(frozen=True)
class Message:
    """The lines of a head with their ends, and a body with its framing."""

    lines: tuple[bytes, ...]
    body: bytes = b""

    def to_bytes(self) -> bytes:
        """Return what goes over the wire."""
        return b"".join(self.lines) + self.body

    def header(self, name: str) -> str:
        """Return the first header of a name, or an empty text."""
        wanted = name.lower().encode()
        for line in self.lines[1:]:
            found, colon, value = line.partition(b":")
            if colon and found.lower() == wanted:
                return value.strip().decode("latin-1")
        return ""

    def without_header(self, name: str) -> Self:
        """Return the message without the headers of a name."""
        wanted = name.lower().encode()
        first, *rest = self.lines
        kept = [line for line in rest if line.partition(b":")[0].lower() != wanted]
        return replace(self, lines=(first, *kept))

    def with_header(self, name: str, value: str) -> Self:
        """Return the message with exactly one header of a name."""
        bare = self.without_header(name)
        line = f"{name}: {value}\r\n".encode("latin-1")
        return replace(bare, lines=(*bare.lines[:-1], line, bare.lines[-1]))

    def with_lines(self, *lines: bytes) -> Self:
        """Return the message with further header lines, whatever it has already."""
        return replace(self, lines=(*self.lines[:-1], *lines, self.lines[-1]))

    @property
    def members(self) -> dict[str, Any]:
        """The members of the body, where it is a JSON object."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    def with_members(self, **changes: Any) -> Self:
        """Return the message with some members of its body changed or added."""
        return self.with_body({**self.members, **changes})

    def with_text(self, name: str, change: Callable[[str], str]) -> Self:
        """Return the message with one member of its body changed, where that is a text."""
        text = self.members.get(name)
        return self.with_members(**{name: change(text)}) if isinstance(text, str) else self

    def without_members(self, *names: str) -> Self:
        """Return the message without some members of its body."""
        members = self.members
        return self.with_body({name: members[name] for name in members if name not in names})

    def with_body(self, value: object) -> Self:
        """Return the message with another value as its JSON."""
        return self.with_content(json.dumps(value).encode())

    def with_content(self, body: bytes) -> Self:
        """Return the message with other bytes as its body, of the length that it tells."""
        bare = self.without_header("Transfer-Encoding")
        return replace(bare.with_header("Content-Length", str(len(body))), body=body)

    @property
    def ends_connection(self) -> bool:
        """Whether nothing may follow on the same connection (RFC 9112 §9.3)."""
        told = self.header("Connection").lower()
        return "close" in told or (b"HTTP/1.0" in self.lines[0] and "keep-alive" not in told)


@dataclass(frozen=True)
class Request(Message):
    """A request. Where it is cut short, it is kept as far as it came."""

    # The connection that brought it: more can be read from it, and something said at once.
    stream: Stream = field(kw_only=True, repr=False, compare=False)
    # Whether the client broke off within it, and whether nobody can tell where it ends.
    is_cut_short: bool = False
    is_endless: bool = False

    @property
    def method(self) -> str:
        """The method."""
        return self.lines[0].partition(b" ")[0].decode("latin-1")

    @property
    def target(self) -> str:
        """The path and the query, as they were sent."""
        return self.lines[0].partition(b" ")[2].rpartition(b" ")[0].decode("latin-1")

    @property
    def path(self) -> str:
        """The path without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query, with the last value of each parameter."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def token(self) -> str:
        """The bearer token, or an empty text."""
        scheme, _, token = self.header("Authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def ends_connection(self) -> bool:
        """Whether nothing may follow, be it that nobody knows where it would begin."""
        return self.is_endless or super().ends_connection

    @property
    def waits_to_be_asked(self) -> bool:
        """Whether the body only follows when the client is told to go on (RFC 9110 §10.1.1)."""
        return "100-continue" in self.header("Expect").lower() and not self.body

    def ask_for_body(self) -> Self:
        """Tell the client to go on, and return the whole request."""
        self.stream.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.stream.flush()
        return self.without_header("Expect").read_on()

    def read_on(self) -> Self:
        """Return the request with its body, as far as it comes."""
        body, is_cut_short, is_endless = bytearray(), False, False
        try:
            for part in _read_body(self.stream, self):
                body += part
        except ConnectionError:
            is_cut_short = True
        # Who stops within a body waits for an answer: whether there is one, the server decides.
        except (TimeoutError, ValueError):
            is_endless = True
        return replace(self, body=bytes(body), is_cut_short=is_cut_short, is_endless=is_endless)

    def with_token(self, token: str) -> Self:
        """Return the request as somebody else's."""
        return self.with_header("Authorization", f"Bearer {token}")

    def with_query(self, **changes: str | None) -> Self:
        """Return the request with some parameters of its query changed, or left out for None."""
        told = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        changed = {name: [value] if value is not None else [] for name, value in changes.items()}
        query = urlencode({**told, **changed}, doseq=True)
        return self.with_target(self.method, f"{self.path}?{query}" if query else self.path)

    def with_target(self, method: str, target: str) -> Self:
        """Return the request to another place."""
        version = self.lines[0].rpartition(b" ")[2]
        first = f"{method} {target} ".encode("latin-1") + version
        return replace(self, lines=(first, *self.lines[1:]))

    def turn_to(self, method: str, target: str, token: str, members: dict[str, Any] | None) -> Self:
        """Return another request, of which only the host is the same."""
        host = f"Host: {self.header('Host')}\r\n".encode("latin-1")
        bare = replace(self, lines=(self.lines[0], host, b"\r\n"), body=b"")
        asked = bare.with_target(method, target)
        if token:
            asked = asked.with_token(token)
        if members is None:
            return asked
        return asked.with_header("Content-Type", "application/json").with_body(members)


@dataclass(frozen=True)
class Answer(Message):
    """An answer."""

    @property
    def status(self) -> int:
        """The status code."""
        return int(self.lines[0].split()[1])

    def with_status(self, status: int, reason: str) -> Self:
        """Return the answer with another status."""
        version = self.lines[0].partition(b" ")[0]
        return replace(self, lines=(version + f" {status} {reason}\r\n".encode(), *self.lines[1:]))

    def with_no_content(self) -> Self:
        """Return the answer as one that has nothing to tell but its success."""
        bare = self.without_header("Content-Type").without_header("Content-Length")
        return replace(bare.with_status(204, "No Content"), body=b"")

    def with_success(self, status: int, value: object) -> Self:
        """Return the answer turned into a success that has a value as its JSON."""
        bare = self.with_status(status, HTTPStatus(status).phrase)
        for name in ("WWW-Authenticate", "Retry-After"):
            bare = bare.without_header(name)
        return bare.with_header("Content-Type", "application/json").with_body(value)

    def with_refusal(self, status: int, code: str) -> Self:
        """Return the answer turned into a problem, with the headers that belong to its status."""
        refused = self.with_status(status, HTTPStatus(status).phrase)
        for name, value in HEADERS.get(status, {}).items():
            refused = refused.with_header(name, value)
        title, detail = _list_titles().get(code, "Not told"), "It went wrong."
        told = {"type": f"/problems/{code}", "title": title, "status": status, "code": code}
        typed = refused.with_header("Content-Type", "application/problem+json")
        return typed.with_body({**told, "detail": detail})


def make_refusal(status: HTTPStatus) -> Answer:
    """Return what a server in front says by itself: a status, nothing more, and good-bye."""
    lines = (f"HTTP/1.1 {status} {status.phrase}", "Content-Length: 0", "Connection: close", "")
    return Answer(tuple(f"{line}\r\n".encode() for line in lines))


@cache
def _list_titles() -> dict[str, str]:
    schemas = get_contract().document["components"]["schemas"].values()
    shapes = [schema.get("properties", {}) for schema in schemas]
    problems = [shape for shape in shapes if "const" in shape.get("code", {})]
    return {shape["code"]["const"]: shape["title"]["const"] for shape in problems}


def read_request(stream: Stream) -> Request | None:
    """Read one request, as far as it comes; None where there is no other."""
    lines = tuple(_read_head(stream))
    if not lines:
        return None
    request = Request(lines, stream=stream)
    return request if request.waits_to_be_asked else request.read_on()


def read_answer(stream: Stream, method: str) -> Answer:
    """Read one answer. Raises ConnectionError where there is none."""
    lines = tuple(_read_head(stream))
    if not lines:
        raise ConnectionError("no answer")
    answer = Answer(lines)
    if method == "HEAD" or answer.status in BODILESS:
        return answer
    if answer.header("Content-Length") or answer.header("Transfer-Encoding"):
        return replace(answer, body=b"".join(_read_body(stream, answer)))
    return replace(answer, body=stream.read())


def _read_head(stream: Stream) -> Iterator[bytes]:
    while line := stream.readline():
        yield line
        if line in (b"\r\n", b"\n"):
            return


def _read_body(stream: Stream, message: Message) -> Iterator[bytes]:
    if message.header("Transfer-Encoding"):
        yield from _read_chunks(stream)
    elif message.header("Content-Length").isdecimal():
        yield from _read_part(stream, int(message.header("Content-Length")))


def _read_chunks(stream: Stream) -> Iterator[bytes]:
    while line := stream.readline():
        yield line
        size = CHUNK_SIZE.fullmatch(line)
        if size is None:
            raise ValueError(f"not the size of a chunk: {line!r}")
        if int(size[1], 16) == 0:
            yield from _read_head(stream)
            return
        yield from _read_part(stream, int(size[1], 16) + len(b"\r\n"))
    raise ConnectionError("no last chunk")


def _read_part(stream: Stream, length: int) -> Iterator[bytes]:
    while length > 0:
        part = stream.read1(length)
        if not part:
            raise ConnectionError("no more of a body")
        yield part
        length -= len(part)
