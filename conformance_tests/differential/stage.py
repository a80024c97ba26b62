"""The stage: a sequence is played by all implementations, call by call, until two differ."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.exits import NoServer
from conformance_tests.harness.plugin import get_contract

from .actors import Actor
from .calls import Call
from .provisions import provide
from .sights import Sight

# How often each operation got each status, from all implementations alike.
Totals = Counter[tuple[str, int]]


class Difference(Exception):
    """Not all answers to the last of these calls are the same."""

    def __init__(
        self, calls: Sequence[Call], answers: Mapping[str, Answer], sights: Mapping[str, Sight]
    ) -> None:
        super().__init__("the answers differ")
        self.calls = calls
        self.answers = answers
        self.sights = sights

    def find_differing(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield each part that is not the same, with what it is at each implementation."""
        for part in dict.fromkeys(part for sight in self.sights.values() for part in sight):
            told = {name: sight.get(part, "-") for name, sight in self.sights.items()}
            if len(set(told.values())) > 1:
                yield part, told
                if part == "status":
                    # Those of another status are others.
                    return


@dataclass
class Stage:
    """All implementations, and what they were asked so far."""

    actors: Sequence[Actor]
    pool: ThreadPoolExecutor

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.totals: Totals = Counter()
        self.played = 0
        self.latest: Difference | None = None
        self._marks = count(1)
        self._calls: list[Call] = []

    def play(self, sequence: Sequence[Call]) -> None:
        """Play one sequence. Raises Difference as soon as answers differ."""
        mark = f"{next(self._marks):010}"
        self._calls = []
        for actor in self.actors:
            actor.begin(mark)
        try:
            for call in sequence:
                self._perform(call)
        finally:
            self._clear()
        self.played += 1

    def _perform(self, call: Call) -> None:
        for hole in call.holes:
            self._fill(hole)
        # Somebody without an account any more can provide nothing, and nothing can be asked then.
        if self._knows(call.holes):
            self._send(call)

    def _fill(self, hole: str) -> None:
        if not self._knows([hole]):
            for provision in provide(hole):
                self._perform(provision)

    def _knows(self, holes: Sequence[str]) -> bool:
        return set(holes) <= self.actors[0].values.keys()

    def _send(self, call: Call) -> None:
        self._calls.append(call)
        results = list(self.pool.map(lambda actor: actor.send(call), self.actors))
        answers = {one.name: told[0] for one, told in zip(self.actors, results, strict=True)}
        sights = {one.name: told[1] for one, told in zip(self.actors, results, strict=True)}
        first, *others = sights.values()
        statuses = [answer.status for answer in answers.values()]
        if any(other != first for other in others) or 0 in statuses:
            self.latest = Difference([*self._calls], answers, sights)
            raise self.latest
        self.totals[_name(call), statuses[0]] += 1

    def _clear(self) -> None:
        # A server that is gone shows in the answers of the next sequence.
        with suppress(AssertionError, NoServer):
            list(self.pool.map(Actor.clear, self.actors))


def _name(call: Call) -> str:
    if call.method == get_contract().operations[call.operation].method:
        return call.operation
    return call.method if call.method in ("HEAD", "OPTIONS") else "another method"
