"""Bytes to and from a server, bounded: no answer, however odd, holds the suite for long."""

import ssl
import threading
import time
from collections.abc import Iterable

import httpcore
import httpx

ANSWER_SECONDS = 10.0
ANSWER_BYTES = 8 * 1024 * 1024
# Less than any server keeps an idle connection: so none closes it just as we send.
IDLE_SECONDS = 1.0
KEPT_CONNECTIONS = 10

NETWORK_FAULTS = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    OSError,
)
# How the loss of a connection shows that was open before.
LOST = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError)

# An answer of which the body is still to come, and the connection it comes by.
Begun = tuple[httpcore.HTTPConnection, httpcore.Response]


class _Exchange(threading.local):
    """The exchange of this thread: when it must be over, and whether it opened a connection."""

    deadline = 0.0
    has_connected = False

    def begin(self) -> None:
        self.deadline = time.monotonic() + ANSWER_SECONDS
        self.has_connected = False

    def remaining(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this answer is over")
        return left


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, exchange: _Exchange) -> None:
        self._inner = inner
        self._exchange = exchange

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._exchange.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._exchange.remaining())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._exchange.remaining())
        return _BoundedStream(secured, self._exchange)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _BoundedBackend(httpcore.NetworkBackend):
    def __init__(self, exchange: _Exchange) -> None:
        self._inner = httpcore.SyncBackend()
        self._exchange = exchange

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self._exchange.has_connected = True
        stream = self._inner.connect_tcp(
            host, port, self._exchange.remaining(), local_address, socket_options
        )
        return _BoundedStream(stream, self._exchange)


class _Connections:
    """Connections to one server, each with one request at a time; some are kept for the next.

    For each request a pool of httpcore asks all of its connections how they are: too dear here.
    """

    def __init__(self, kept: int, exchange: _Exchange) -> None:
        self._kept = kept
        self._backend = _BoundedBackend(exchange)
        self._idle: list[httpcore.HTTPConnection] = []
        self._lock = threading.Lock()

    def take(self, origin: httpcore.Origin) -> httpcore.HTTPConnection:
        """Return the connection that was used last and is open still, or else a new one."""
        with self._lock:
            while self._idle:
                latest = self._idle.pop()
                if not latest.has_expired():
                    return latest
                latest.close()
        return self.open(origin)

    def open(self, origin: httpcore.Origin) -> httpcore.HTTPConnection:
        """Return a new connection."""
        return httpcore.HTTPConnection(
            origin, keepalive_expiry=IDLE_SECONDS, network_backend=self._backend
        )

    def give_back(self, used: httpcore.HTTPConnection) -> None:
        """Keep a connection for the next request, or close it."""
        with self._lock:
            if used.is_idle() and len(self._idle) < self._kept:
                self._idle.append(used)
                return
        used.close()

    def close(self) -> None:
        """Close every connection that is kept."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()


class BoundedTransport:
    """Sends requests. Each exchange ends within ANSWER_SECONDS, headers and body together."""

    def __init__(self, kept_connections: int) -> None:
        self._exchange = _Exchange()
        self._connections = _Connections(kept_connections, self._exchange)

    def exchange(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        """Send one request and return what is answered: status, headers and body.

        Raises one of NETWORK_FAULTS where no answer comes, and AssertionError where it is endless.
        """
        self._exchange.begin()
        connection, answer = self._begin(request)
        try:
            content = _read_body(answer)
        finally:
            answer.close()
            self._connections.give_back(connection)
        return answer.status, httpx.Headers(answer.headers), content

    def _begin(self, request: httpx.Request) -> Begun:
        try:
            return self._send(request)
        except LOST:
            # A server may close a kept connection at any time (RFC 9112 §9.5), so also just now.
            if self._exchange.has_connected:
                raise
            return self._send(request)

    def _send(self, request: httpx.Request) -> Begun:
        sent = _translate(request)
        # A body that is sent in pieces cannot be sent once more: its connection is new.
        is_whole = isinstance(request.stream, httpx.ByteStream)
        choose = self._connections.take if is_whole else self._connections.open
        connection = choose(sent.url.origin)
        try:
            return connection, connection.handle_request(sent)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()


def _translate(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _read_body(answer: httpcore.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_stream():
        parts.append(part)
        size += len(part)
        if size > ANSWER_BYTES:
            raise AssertionError(f"its body goes on after {ANSWER_BYTES} bytes")
    return b"".join(parts)
