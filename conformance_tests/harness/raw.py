"""Raw bytes to the server: for paths, headers and framing that no well-behaved client sends."""

import socket
import threading
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

import httpx

from .answers import Answer
from .oracle import Oracle
from .transport import ANSWER_BYTES, ANSWER_SECONDS


class Wire:
    """Sends bytes on a connection of their own and reads one answer."""

    def __init__(self, base_url: str, oracle: Oracle) -> None:
        parts = urlsplit(base_url)
        self.host = parts.hostname or ""
        self.port = parts.port or 80
        self._oracle = oracle

    def get(self, target: str, *headers: str) -> Answer:
        """Send GET with a target exactly as given, and header lines; return the judged answer."""
        return self.send(self.compose("GET", target, *headers))

    def compose(self, method: str, target: str, *headers: str, body: bytes = b"") -> bytes:
        """Return the bytes of a request that is complete but for what the caller leaves out."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host}:{self.port}"]
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
        line = data.partition(b"\r\n")[0].decode("latin-1")
        try:
            return self._exchange(data, line)
        except (OSError, HTTPException, ValueError) as fault:
            kind = type(fault).__name__
            raise AssertionError(f"{line[:120]!r} got no full answer: {kind} {fault}") from None

    def _exchange(self, data: bytes, line: str) -> Answer:
        method, _, rest = line.partition(" ")
        with socket.create_connection((self.host, self.port), timeout=ANSWER_SECONDS) as opened:
            # The socket's own limit is for each read; this one is for all of them.
            watchdog = threading.Timer(ANSWER_SECONDS, _shut, [opened])
            watchdog.start()
            try:
                return _read(opened, data, method, rest.rpartition(" ")[0])
            finally:
                watchdog.cancel()


def _read(opened: socket.socket, data: bytes, method: str, path: str) -> Answer:
    # The server may answer and close before it has read everything.
    with suppress(ConnectionError):
        opened.sendall(data)
    response = HTTPResponse(opened, method=method)
    response.begin()
    content = response.read(ANSWER_BYTES)
    headers = httpx.Headers(response.getheaders())
    return Answer(method, path, response.status, headers, content, _read_headers(data))


def _read_headers(data: bytes) -> httpx.Headers:
    lines = data.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    pairs = [line.partition(b":")[::2] for line in lines]
    return httpx.Headers([(name, value.strip()) for name, value in pairs])


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
