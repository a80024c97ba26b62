"""How a miniature serves: it reads one request from each connection and answers it in its way."""

import re
import socket
import socketserver
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedIOBase

LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Request:
    """As much of a request as miniatures look at."""

    method: str
    target: str
    head: bytes


Way = Callable[[socket.socket, Request], None]


def serve(way: Way, port: int) -> None:
    """Answer in this way, until the process ends."""
    _Server(("127.0.0.1", port), _make_handler(way)).serve_forever()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


def _make_handler(way: Way) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                way(self.request, _read(self.rfile))
                # Who closes before everything is read takes back what was sent.
                self.request.shutdown(socket.SHUT_WR)
                self.rfile.read()

    return Handler


def _read(stream: BufferedIOBase) -> Request:
    head = b"".join(iter(lambda: stream.readline().rstrip(b"\r\n") + b"\n", b"\n"))
    length = LENGTH.search(head)
    stream.read(int(length[1]) if length else 0)
    method, _, rest = head.partition(b"\n")[0].decode("latin-1").partition(" ")
    return Request(method, rest.rpartition(" ")[0], head)


def compose(status: str, headers: dict[str, str], body: bytes) -> bytes:
    """Return the bytes of an answer. A Content-Length may be a lie, or empty for none at all."""
    told = {"Content-Length": str(len(body)), **headers, "Connection": "close"}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
