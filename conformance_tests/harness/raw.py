"""Raw bytes to the server: for paths, headers and framing that no well-behaved client sends."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

import httpx

from .answers import Answer
from .oracle import Oracle
from .patience import Patience
from .transport import ANSWER_BYTES, ANSWER_SECONDS

# A target in absolute form names the host too (RFC 9112 §3.2.2).
HOST_OF_TARGET = re.compile("^http://[^/?]*")
# After so long nobody says more where it may be that more is waited for.
SILENCE_SECONDS = 2.0


class Wire:
    """Sends bytes on a connection of their own and reads one answer."""

    def __init__(self, base_url: str, oracle: Oracle, patience: Patience) -> None:
        parts = urlsplit(base_url)
        self.address = (parts.hostname or "", parts.port or 80)
        # As a Host header and a target in absolute form name it: IPv6 in brackets.
        host = f"[{parts.hostname}]" if ":" in self.address[0] else parts.hostname
        self.authority = f"{host}:{self.address[1]}"
        self._oracle = oracle
        self._patience = patience

    def get(self, target: str, *headers: str) -> Answer:
        """Send GET with a target exactly as given, and header lines; return the judged answer."""
        return self.send(self.compose("GET", target, *headers))

    def compose(self, method: str, target: str, *headers: str, body: bytes = b"") -> bytes:
        """Return the bytes of a request that is complete but for what the caller leaves out."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.authority}"]
        lines += [*headers, "Connection: close", "", ""]
        return "\r\n".join(lines).encode("latin-1") + body

    def send(self, data: bytes) -> Answer:
        """Send bytes and return the answer, judged like every other."""
        __tracebackhide__ = True
        answer = self.send_unjudged(data)
        self._oracle.judge(answer)
        return answer

    def send_unjudged(self, data: bytes) -> Answer:
        """Send bytes and return the answer, for requests that a server may refuse by itself."""
        __tracebackhide__ = True
        method, path = _read_target(data)
        with self._connect(data) as opened:
            answer = _read(opened, data, method, path)
        self._oracle.observations.note(answer)
        return answer

    def converse(self, data: bytes) -> bytes:
        """Send bytes and return all that is said until the connection ends, unjudged."""
        __tracebackhide__ = True
        with self._connect(data) as opened:
            return self._note(data, _read_all(opened, data))

    def overhear(self, data: bytes) -> bytes:
        """Send bytes and return what is said until nobody says more, unjudged.

        For requests of which a server may think that there is more to come.
        """
        __tracebackhide__ = True
        with self._connect(data) as opened:
            opened.settimeout(SILENCE_SECONDS)
            _write(opened, data)
            said = b""
            with suppress(OSError):
                while piece := opened.recv(65_536):
                    said += piece
            return self._note(data, said)

    def send_when_asked(self, head: bytes, body: bytes) -> bytes:
        """Send a head, its body as soon as anything is said, and return all that is said."""
        __tracebackhide__ = True
        with self._connect(head) as opened:
            opened.sendall(head)
            said = opened.recv(65_536)
            return self._note(head + body, said + _read_all(opened, body))

    def break_off(self, data: bytes) -> bytes:
        """Send bytes that are not all, end one's own side, and return all that is said."""
        __tracebackhide__ = True
        with self._connect(data) as opened:
            opened.sendall(data)
            opened.shutdown(socket.SHUT_WR)
            return self._note(data, _read_all(opened, b""))

    def walk_away(self, data: bytes) -> None:
        """Send bytes and close the connection without waiting for an answer."""
        __tracebackhide__ = True
        with self._connect(data) as opened:
            opened.sendall(data)

    def _note(self, data: bytes, said: bytes) -> bytes:
        method, path = _read_target(data)
        told = said.partition(b" ")[2][:3]
        status = int(told) if told.isdigit() else 0
        self._oracle.observations.note(
            Answer(method, path, status, httpx.Headers(), said, _read_headers(data), b"", data)
        )
        return said

    @contextmanager
    def _connect(self, data: bytes) -> Iterator[socket.socket]:
        __tracebackhide__ = True
        with self._patience.ask():
            try:
                with (
                    socket.create_connection(self.address, ANSWER_SECONDS) as opened,
                    _watch(opened),
                ):
                    yield opened
            except (OSError, HTTPException, ValueError) as fault:
                self._note(data, b"")
                line, kind = data.partition(b"\r\n")[0].decode("latin-1"), type(fault).__name__
                raise AssertionError(f"{line[:120]!r} got no full answer: {kind} {fault}") from None


@contextmanager
def _watch(opened: socket.socket) -> Iterator[None]:
    # The socket's own limit is for each read; this one is for all of them.
    watchdog = threading.Timer(ANSWER_SECONDS, _shut, [opened])
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def _read(opened: socket.socket, data: bytes, method: str, path: str) -> Answer:
    _write(opened, data)
    # The response holds the connection too, so it is closed whatever it says.
    with HTTPResponse(opened, method=method) as response:
        response.begin()
        content = response.read(ANSWER_BYTES)
        headers = httpx.Headers(response.getheaders())
        sent = data.partition(b"\r\n\r\n")[2]
        return Answer(
            method, path, response.status, headers, content, _read_headers(data), sent, data
        )


def _read_all(opened: socket.socket, data: bytes) -> bytes:
    _write(opened, data)
    said = b""
    with suppress(ConnectionError):
        while piece := opened.recv(65_536):
            said += piece
    return said


def _write(opened: socket.socket, data: bytes) -> None:
    # The server may answer and close before it has read everything.
    with suppress(ConnectionError):
        opened.sendall(data)


def _read_target(data: bytes) -> tuple[str, str]:
    method, _, rest = data.partition(b"\r\n")[0].decode("latin-1").partition(" ")
    return method, HOST_OF_TARGET.sub("", rest.rpartition(" ")[0])


def _read_headers(data: bytes) -> httpx.Headers:
    lines = data.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    pairs = [line.partition(b":")[::2] for line in lines]
    return httpx.Headers([(name, value.strip()) for name, value in pairs])


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
