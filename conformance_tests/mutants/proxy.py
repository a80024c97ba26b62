"""A proxy in front of a good server: every exchange passes as it is, unless a mutant says no."""

import socketserver
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from conformance_tests.harness.local_server import LocalServer, run_beside
from conformance_tests.harness.targets import Target

from .good_server import GoodServer
from .log import Log, tell_as_it_is
from .messages import Answer, Request, read_request
from .mutant import Mutant

# How long nothing may come from a client before its request, or its connection, is over.
IDLE_SECONDS = 2.0


class Mutation:
    """The mutant of the moment. The proxies ask it for every answer."""

    def __init__(self, good: GoodServer | None = None, log: Log | None = None) -> None:
        self._good = good
        self._log = log
        self._mutant: Mutant | None = None
        self._errors: list[Exception] = []

    def begin(self, mutant: Mutant | None) -> None:
        """Be wrong in another way from now on, or in none."""
        self._mutant = mutant
        self._errors.clear()
        if self._log:
            self._log.begin()

    def end(self) -> None:
        """Be wrong no more, and undo what would be in the way of the next mutant."""
        self._mutant = None
        if self._good:
            self._good.restore_admins()

    def answer(self, request: Request, good: GoodServer) -> Answer:
        """Return the answer of the mutant, where it has its own, or that of the good server."""
        mutant = self._mutant
        is_wrong = mutant and mutant.concerns(good.find_operation(request))
        answer = mutant.answer(request, good) if mutant and is_wrong else good.send(request)
        if self._log:
            self._log.follow(request, mutant.tell if mutant else tell_as_it_is)
        return answer

    def note(self, error: Exception) -> None:
        """Remember that an answer could not be made."""
        self._errors.append(error)

    def check(self) -> None:
        """Raise RuntimeError where the mutant itself failed.

        It answered nothing then, and any test would seem to notice it.
        """
        for error in self._errors:
            raise RuntimeError("the proxy failed") from error


@contextmanager
def run_proxies(target: Target) -> Iterator[tuple[Target, Mutation]]:
    """Yield the target as it looks through the proxies, and what they are told to do."""
    with ExitStack() as stack:
        # In the folder of the run where there is one: it goes also when this process is ended.
        beside = Path(target.logs[0]).parent if target.logs else None
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mutants-", dir=beside))
        shown = Path(folder, "server.log")
        good = GoodServer(target)
        good.remember_admin()
        mutation = Mutation(good, Log(target.logs, shown))
        url = stack.enter_context(run_beside(_Proxy(mutation, good)))
        through = replace(target, base_url=url, logs=(str(shown),) if target.logs else ())
        if target.outage_url:
            lost = GoodServer(replace(target, base_url=target.outage_url))
            outage_url = stack.enter_context(run_beside(_Proxy(mutation, lost)))
            through = replace(through, outage_url=outage_url)
        yield through, mutation


class _Proxy(LocalServer):
    def __init__(self, mutation: Mutation, good: GoodServer) -> None:
        super().__init__(_Connection)
        self._mutation = mutation
        self._good = good

    def answer(self, request: Request) -> Answer:
        return self._mutation.answer(request, self._good)

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        if isinstance(error, Exception):
            self._mutation.note(error)


class _Connection(socketserver.BaseRequestHandler):
    server: _Proxy

    def handle(self) -> None:
        """Answer one request after the other, until either side has enough."""
        self.request.settimeout(IDLE_SECONDS)
        with suppress(OSError), self.request.makefile("rwb") as stream:
            while request := read_request(stream):
                answer = self.server.answer(request)
                self.request.sendall(answer.to_bytes())
                if request.ends_connection or answer.ends_connection:
                    return
