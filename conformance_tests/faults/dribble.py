"""Clients who send a byte now and then, and how long everybody else waits meanwhile."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire

from .trial import Finding, Trial

SOCKETS = 50
SECONDS = 3.0
PAUSE = 0.1
# What everybody else may wait at most.
LIMIT = 1.0


def judge_dribble(trial: Trial, author: Person, head: bytes, rest: bytes) -> Finding:
    """Serve others while fifty clients send the rest of a request slowly."""
    wire, api = trial.subject.wire, trial.subject.api
    others = (
        partial(wire.get, "/livez"),
        api.list_posts,
        partial(author.create_post, json={"title": "Beside slow ones", "body": "Some words."}),
    )
    with _dribble(wire, head, rest) as until:
        waits = _measure(others, until)
    worst = max(waits)
    return Finding(worst < LIMIT, f"others waited {worst:.2f} s at most ({len(waits)} asked)")


def _measure(requests: Sequence[Callable[[], Answer]], until: float) -> list[float]:
    waits = []
    while time.monotonic() < until:
        for request in requests:
            began = time.monotonic()
            request()
            waits.append(time.monotonic() - began)
    return waits


@contextmanager
def _dribble(wire: Wire, head: bytes, rest: bytes) -> Iterator[float]:
    with ExitStack() as stack:
        opened = [stack.enter_context(_begin(wire, head)) for _ in range(SOCKETS)]
        until = time.monotonic() + SECONDS
        thread = threading.Thread(target=_send, args=[opened, rest, until], daemon=True)
        thread.start()
        yield until
        thread.join()


def _begin(wire: Wire, head: bytes) -> socket.socket:
    opened = socket.create_connection(wire.address, timeout=5)
    opened.sendall(head)
    return opened


def _send(opened: Sequence[socket.socket], rest: bytes, until: float) -> None:
    for position in range(len(rest)):
        if time.monotonic() > until:
            break
        for one in opened:
            with suppress(OSError):
                one.sendall(rest[position : position + 1])
        time.sleep(PAUSE)
    # Now and not later: who waits for these to end is to be measured, not left to a timeout.
    for one in opened:
        one.close()
