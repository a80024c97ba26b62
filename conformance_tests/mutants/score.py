"""The score: how many of the mutants were noticed, kind by kind, and which were not."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance_tests.harness.requirements import Register

from .mutant import Mutant
from .session import GOOD, Trial

WIDTH = 80
# How a mutant ends: its tests failed, could not even begin, or noticed nothing.
KILLED, BLOCKED, SURVIVED = ENDS = ("killed", "blocked", "survived")
ENDS_BY_STATUS = {"fail": KILLED, "warn": KILLED, "blocked": BLOCKED}


@dataclass(frozen=True)
class Score:
    """What came of a run over some mutants."""

    mutants: Sequence[Mutant]
    trials: Mapping[str, Trial]
    register: Register
    without_mutant: Sequence[str]

    @property
    def is_good(self) -> bool:
        """Whether nothing survived, and the server without a mutant passed everything."""
        bad = (self.list_ended(SURVIVED), self.false_alarms, self.unkilled, self.trials[GOOD].error)
        return not any(bad)

    @property
    def false_alarms(self) -> list[str]:
        """The requirements that do not hold although nothing was broken."""
        return [one for one, status in self.trials[GOOD].statuses.items() if status != "pass"]

    @property
    def unkilled(self) -> list[str]:
        """The requirements that must hold, and of which no test ever failed."""
        tried = {one for mutant in self.mutants for one in mutant.violates}
        killed = {one for mutant in self.list_ended(KILLED) for one in mutant.violates}
        open_ones = {*tried, *self.without_mutant} - killed
        musts = (one.id for one in self.register.requirements if one.level == "MUST")
        return [one for one in musts if one in open_ones]

    def list_ended(self, end: str) -> list[Mutant]:
        """Return the mutants that ended in one way."""
        return [one for one in self.mutants if self.judge(one) == end]

    def judge(self, mutant: Mutant) -> str:
        """Return how a mutant ended: as the requirement which noticed the least."""
        statuses = self.trials[mutant.name].statuses
        ends = [ENDS_BY_STATUS.get(statuses.get(one, ""), SURVIVED) for one in mutant.violates]
        return max(ends, key=ENDS.index)

    def describe(self) -> dict[str, Any]:
        """Return the content of mutants.json."""
        return {
            "total": len(self.mutants),
            **{end: len(self.list_ended(end)) for end in (KILLED, BLOCKED)},
            "survived": [self._describe(one) for one in self.list_ended(SURVIVED)],
            "requirements_without_mutant": list(self.without_mutant),
            "mutants": [self._describe(one) for one in self.mutants],
        }

    def _describe(self, mutant: Mutant) -> dict[str, Any]:
        trial = self.trials[mutant.name]
        return {
            "name": mutant.name,
            "kind": mutant.kind,
            "sentence": mutant.sentence,
            "end": self.judge(mutant),
            "requirements": {one: trial.statuses.get(one, "no test") for one in mutant.violates},
            "tests": list(trial.failed_tests),
            "seconds": round(trial.seconds, 2),
        }

    def tell(self) -> Iterator[str]:
        """Yield what a person reads at the end."""
        yield _draw("kind", ["mutants", *ENDS])
        kinds = dict.fromkeys(one.kind for one in self.mutants)
        for kind in kinds:
            yield _draw(kind, self._count([one for one in self.mutants if one.kind == kind]))
        if len(kinds) > 1:
            yield _draw("all", self._count(self.mutants))
        for mutant in self.list_ended(SURVIVED):
            yield from self._tell_survivor(mutant)
        yield from self._tell_control()
        yield from _tell_list("Fails although nothing is broken", self.false_alarms)
        yield from _tell_list("Must hold, and no mutant makes a test of it fail", self.unkilled)

    def _count(self, mutants: Sequence[Mutant]) -> list[int]:
        ends = [self.judge(one) for one in mutants]
        return [len(ends), *(ends.count(end) for end in ENDS)]

    def _tell_control(self) -> Iterator[str]:
        error = self.trials[GOOD].error
        if error:
            yield ""
            yield "Nobody knows what fails although nothing is broken"
            yield from _fold(f"The trial without a mutant itself failed: {error}")

    def _tell_survivor(self, mutant: Mutant) -> Iterator[str]:
        trial = self.trials[mutant.name]
        yield ""
        yield f"SURVIVED {mutant.name}"
        yield from _fold(mutant.sentence)
        if trial.error:
            yield from _fold(f"The mutant itself failed: {trial.error}")
        for one in mutant.violates:
            yield f"  {one}: {trial.statuses.get(one, 'not tried')}"


def _draw(heading: str, cells: Sequence[object]) -> str:
    return f"{heading:<24}" + "".join(f"{cell:>10}" for cell in cells)


def _tell_list(heading: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield ""
        yield from textwrap.wrap(f"{heading}: {', '.join(names)}.", WIDTH, break_on_hyphens=False)


def _fold(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
