"""A body without an end in sight: refused with 413, and no memory is spent on it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from conformance_tests.harness.servers import Program, measure_memory

from .trial import Finding, Trial

PIECE = 64 * 1024
PIECES = 20 * 1024 * 1024 // PIECE
GROWTH = 8 * 1024 * 1024
PAUSE = 0.005


@dataclass
class Memory:
    """What a server held before, and the most that it held since."""

    before: int
    peak: int

    @property
    def growth(self) -> int:
        """How many bytes came at most."""
        return self.peak - self.before


def try_big(trial: Trial) -> Finding:
    """Send 20 MB in chunks (RFC 9112 §7.1), so that no length tells it before."""
    author = trial.subject.people.register("author")
    author.sign_in_again()
    headers = {"Content-Type": "application/json"}
    with _watch_memory(trial.subject.program) as memory:
        answer = author.create_post(content=_make_pieces(), headers=headers)
    seen = f"{answer.status}, memory +{memory.growth / 2**20:.1f} MB"
    fits = answer.problem == (413, "body_too_large") and memory.growth < GROWTH
    return Finding(fits and author.get_me().status == 200, seen)


def _make_pieces() -> Iterator[bytes]:
    yield b'{"title": "A big one", "body": "'
    for _ in range(PIECES):
        yield PIECE * b"a"
    yield b'"}'


@contextmanager
def _watch_memory(program: Program) -> Iterator[Memory]:
    now = measure_memory(program)
    memory, is_over = Memory(now, now), threading.Event()

    def watch() -> None:
        while not is_over.wait(PAUSE):
            memory.peak = max(memory.peak, measure_memory(program))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        is_over.set()
        thread.join()
        memory.peak = max(memory.peak, measure_memory(program))
