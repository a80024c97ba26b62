"""Requests and answers as they stand on the wire: kept byte for byte, changed only on purpose."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BufferedReader
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

BODILESS = (204, 304)


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

    @property
    def members(self) -> dict[str, Any]:
        """The members of the body, where it is a JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def with_members(self, **changes: Any) -> Self:
        """Return the message with some members of its body changed or added."""
        return self.with_body({**self.members, **changes})

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

    def with_token(self, token: str) -> Self:
        """Return the request as somebody else's."""
        return self.with_header("Authorization", f"Bearer {token}")

    def with_target(self, method: str, target: str) -> Self:
        """Return the request to another place."""
        version = self.lines[0].rpartition(b" ")[2]
        first = f"{method} {target} ".encode("latin-1") + version
        return replace(self, lines=(first, *self.lines[1:]))


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


def read_request(stream: BufferedReader) -> Request | None:
    """Read one request, as far as it comes; None where there is no other."""
    lines = tuple(_read_head(stream))
    if not lines:
        return None
    request, body = Request(lines), bytearray()
    # Who stops within a body waits for an answer: whether there is one, the server decides.
    with suppress(TimeoutError):
        for part in _read_body(stream, request):
            body += part
    return replace(request, body=bytes(body))


def read_answer(stream: BufferedReader, method: str) -> Answer:
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


def _read_head(stream: BufferedReader) -> Iterator[bytes]:
    while line := stream.readline():
        yield line
        if line in (b"\r\n", b"\n"):
            return


def _read_body(stream: BufferedReader, message: Message) -> Iterator[bytes]:
    if message.header("Transfer-Encoding"):
        yield from _read_chunks(stream)
    elif message.header("Content-Length").isdigit():
        yield from _read_part(stream, int(message.header("Content-Length")))


def _read_chunks(stream: BufferedReader) -> Iterator[bytes]:
    # A size that is none ends it: what a server makes of that is for the server to say.
    while size := stream.readline():
        yield size
        try:
            length = int(size.partition(b";")[0], 16)
        except ValueError:
            return
        if length == 0:
            yield from _read_head(stream)
            return
        yield from _read_part(stream, length + len(b"\r\n"))


def _read_part(stream: BufferedReader, length: int) -> Iterator[bytes]:
    while length > 0 and (part := stream.read1(length)):
        yield part
        length -= len(part)
