"""SIGTERM with a request in flight: it is finished, nobody new is served, and the server ends."""

import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from subprocess import TimeoutExpired

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire

from .evidence import find_lost
from .rows import hold_writes
from .subject import Subject
from .trial import Finding, Trial

# Until the request waits for the lock, until the server has noticed, until the lock is let go.
ARRIVAL, NOTICE, HELD = 0.3, 0.3, 0.7
LIMIT = 10.0
# docs/decisions/0009-servers.md: some end with 0, and some by the signal after their work.
CLEAN = (0, -signal.SIGTERM)


@dataclass(frozen=True)
class End:
    """How a server ended: its exit code, None where it had to be killed, and after how long."""

    code: int | None
    seconds: float


def try_stop(trial: Trial) -> Finding:
    """Stop the server while a write waits for a lock and another connection is kept idle."""
    subject = trial.subject
    author = subject.people.register("author")
    author.sign_in_again()
    with _keep_idle(subject.wire), ThreadPoolExecutor() as pool:
        with hold_writes(subject.database_url):
            waiting = pool.submit(_write, author)
            time.sleep(ARRIVAL)
            began = time.monotonic()
            subject.program.process.send_signal(signal.SIGTERM)
            time.sleep(NOTICE)
            late = pool.submit(_ask_anew, subject.wire)
            time.sleep(HELD)
        end = _wait_for_end(subject, began)
        written, newcomer = waiting.result(), late.result()
    subject.restart()
    lost = not isinstance(written, Answer) or bool(find_lost(subject.api, [written]))
    fits = not lost and newcomer in ("refused", "503") and end.code in CLEAN
    return Finding(fits, _tell(written, newcomer, end))


def _tell(written: Answer | str, newcomer: str, end: End) -> str:
    told = str(written.status) if isinstance(written, Answer) else written
    code = "killed" if end.code is None else f"exit code {end.code}"
    return f"in flight {told}, new ones {newcomer}, {code} after {end.seconds:.1f} s"


def _write(author: Person) -> Answer | str:
    try:
        return author.create_post(json={"title": "In flight", "body": "Some words."})
    except AssertionError:
        return "unanswered"


def _ask_anew(wire: Wire) -> str:
    try:
        return str(wire.get("/livez").status)
    except AssertionError:
        return "refused"


def _wait_for_end(subject: Subject, began: float) -> End:
    process = subject.program.process
    try:
        code: int | None = process.wait(max(0.0, began + LIMIT - time.monotonic()))
    except TimeoutExpired:
        code = None
        subject.kill()
    return End(code, time.monotonic() - began)


@contextmanager
def _keep_idle(wire: Wire) -> Iterator[None]:
    with socket.create_connection(wire.address, timeout=5) as idle:
        idle.sendall(f"GET /livez HTTP/1.1\r\nHost: {wire.authority}\r\n\r\n".encode())
        idle.recv(1024)
        yield
