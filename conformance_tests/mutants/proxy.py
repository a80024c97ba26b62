"""A proxy in front of a good server: every exchange passes as it is, unless a break says no."""

import socketserver
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from conformance_tests.harness.local_server import LocalServer, run_beside
from conformance_tests.harness.targets import Target

from .breaks import Break
from .good_server import GoodServer
from .messages import Answer, Request, read_request

# How long nothing may come from a client before its request, or its connection, is over.
IDLE_SECONDS = 2.0


@contextmanager
def run_proxy(target: Target, fault: Break | None) -> Iterator[str]:
    """Yield the URL of a proxy with one break, or with none."""
    proxy = _Proxy(target, fault)
    with run_beside(proxy) as url:
        yield url
    proxy.check()


class _Proxy(LocalServer):
    def __init__(self, target: Target, fault: Break | None) -> None:
        super().__init__(_Connection)
        self._good = GoodServer(target)
        self._fault = fault
        self._errors: list[Exception] = []

    def answer(self, request: Request) -> Answer:
        if self._fault and self._good.find_operation(request) in self._fault.operations:
            return self._fault.answer(request, self._good)
        return self._good.send(request)

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        if isinstance(error, Exception):
            self._errors.append(error)

    def check(self) -> None:
        # A break that fails by itself answers nothing, and any test would seem to catch it.
        for error in self._errors:
            raise RuntimeError("the proxy failed") from error


class _Connection(socketserver.BaseRequestHandler):
    server: _Proxy

    def handle(self) -> None:
        """Answer one request after the other, until either side has enough."""
        self.request.settimeout(IDLE_SECONDS)
        with suppress(OSError), self.request.makefile("rb") as stream:
            while request := read_request(stream):
                answer = self.server.answer(request)
                self.request.sendall(answer.to_bytes())
                if request.ends_connection or answer.ends_connection:
                    return
