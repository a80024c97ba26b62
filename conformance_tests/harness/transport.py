"""Bytes to and from a server, bounded: no answer, however odd, holds the suite for long."""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator

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


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class BoundedTransport(httpx.BaseTransport):
    """A transport whose every exchange ends within ANSWER_SECONDS, headers and body together."""

    def __init__(self, kept_connections: int) -> None:
        self._exchange = _Exchange()
        self._pool = self._open_pool(kept_connections)
        # A body that is sent in pieces cannot be sent once more: its connection is new.
        self._unkept = self._open_pool(kept_connections=0)

    def _open_pool(self, kept_connections: int) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            max_connections=100,
            max_keepalive_connections=kept_connections,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=_BoundedBackend(self._exchange),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises one of NETWORK_FAULTS where no answer comes."""
        self._exchange.begin()
        try:
            return self._send(request)
        except LOST:
            # A server may close a kept connection at any time (RFC 9112 §9.5), so also just now.
            if self._exchange.has_connected:
                raise
            return self._send(request)

    def _send(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        sent = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        pool = self._pool if isinstance(request.stream, httpx.ByteStream) else self._unkept
        answer = pool.handle_request(sent)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
        self._unkept.close()


def read_body(response: httpx.Response) -> bytes:
    """Return the body as sent. Raises AssertionError where it is larger than ANSWER_BYTES."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_raw():
        parts.append(part)
        size += len(part)
        if size > ANSWER_BYTES:
            raise AssertionError(f"its body goes on after {ANSWER_BYTES} bytes")
    return b"".join(parts)
