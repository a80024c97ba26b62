"""How long a silent server is asked on: one count for everybody who asks it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore

from .transport import ANSWER_SECONDS

# After so many requests in a row that ran into the time limit or met nobody, and after so many
# in all, nobody sends one more: a test asks much, and each silence costs ANSWER_SECONDS.
TRIES = 3
TRIES_IN_ALL = 12
# How it shows that nobody listens any more.
ABSENT = (httpcore.ConnectError, ConnectionRefusedError)
THE_SERVER = "the server"
LEFT = f"left {TRIES} requests in a row without a full answer, or {TRIES_IN_ALL} in all"
GIVEN_UP = f"not asked: {THE_SERVER} {LEFT}"


class GivenUp(AssertionError):
    """A request was not sent, because nobody waits for this server any more."""


class Patience:
    """Counts the requests that one server left without a full answer in time, or did not take."""

    def __init__(self, who: str = THE_SERVER, *, beside: "Patience | None" = None) -> None:
        self._who = who
        # Whoever gives that server up needs this one no more.
        self._beside = beside
        self._lock = threading.Lock()
        self._silences = 0
        self._silences_in_all = 0
        self._silent_until = 0.0

    @contextmanager
    def ask(self) -> Iterator[None]:
        """Enclose one request. Raises GivenUp where the server is not asked any more."""
        __tracebackhide__ = True
        self._check()
        began = time.monotonic()
        try:
            yield
        except AssertionError as error:
            # The words of the client stand over what happened on the wire.
            self._note(began, error.__context__)
            raise
        self._note(began, None)

    def _check(self) -> None:
        __tracebackhide__ = True
        if self._beside:
            self._beside._check()
        if self._silences >= TRIES or self._silences_in_all >= TRIES_IN_ALL:
            raise GivenUp(f"not asked: {self._who} {LEFT}")

    def _note(self, began: float, fault: BaseException | None) -> None:
        ended = time.monotonic()
        # A watchdog may ring a little early.
        is_silent = ended - began >= 0.9 * ANSWER_SECONDS
        with self._lock:
            if not is_silent and not isinstance(fault, ABSENT):
                self._silences = 0
            elif began >= self._silent_until:
                # Requests that were sent together are not in a row: they count as one.
                self._silences += 1
                self._silences_in_all += 1
                self._silent_until = ended
