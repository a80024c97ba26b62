"""What a person sees while the tests run: a line for each target, live in a terminal."""

import os
import time
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table

from .outcomes import NOT_APPLICABLE, PASS


class Progress(Protocol):
    """Hears what happens."""

    def begin(self) -> None:
        """The run begins."""

    def started(self, name: str, what: str) -> None:
        """A target was started, or was not."""

    def expects(self, name: str, tests: int) -> None:
        """So many tests are for a target."""

    def done(self, name: str, status: str) -> None:
        """One test of a target is over."""

    def end(self) -> None:
        """The run is over."""


def choose_progress(console: Console, names: Sequence[str]) -> Progress:
    """Return live lines for a person at a terminal, plain ones for a log."""
    if console.is_terminal and not os.environ.get("CI"):
        return LiveProgress(console, names)
    return PlainProgress(console)


class Tally:
    """How far one target is."""

    def __init__(self) -> None:
        self.state = "starting"
        self.expected = 0
        self.statuses: Counter[str] = Counter()
        self.began = time.monotonic()
        self.seconds = 0.0

    def count(self, status: str) -> None:
        """Note one test."""
        self.statuses[status] += 1
        self.seconds = time.monotonic() - self.began

    @property
    def done(self) -> int:
        """How many tests are over."""
        return self.statuses.total()

    @property
    def failed(self) -> int:
        """How many of them failed or could not begin."""
        return self.statuses.total() - self.statuses[PASS] - self.statuses[NOT_APPLICABLE]

    @property
    def is_complete(self) -> bool:
        """Whether every expected test is over."""
        return 0 < self.expected <= self.done


class PlainProgress:
    """A line when a target was started and one when its tests are over."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tallies: dict[str, Tally] = {}

    def begin(self) -> None:
        """Say nothing yet."""

    def started(self, name: str, what: str) -> None:
        """Print what became of the start."""
        self._tallies[name] = Tally()
        self._print(f"{name}: {what}")

    def expects(self, name: str, tests: int) -> None:
        """Note how many tests there are."""
        self._tallies.setdefault(name, Tally()).expected = tests

    def done(self, name: str, status: str) -> None:
        """Print a line with the last test."""
        tally = self._tallies.setdefault(name, Tally())
        tally.count(status)
        if tally.is_complete:
            self._print(
                f"{name}: {tally.done} tests done, {tally.failed} failed, {tally.seconds:.1f} s"
            )

    def end(self) -> None:
        """Say nothing more."""

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False)


class LiveProgress:
    """A table that is drawn anew: target, state, done, failed, seconds."""

    def __init__(self, console: Console, names: Sequence[str]) -> None:
        self._tallies = {name: Tally() for name in names}
        self._live = Live(
            get_renderable=self._draw,
            console=console,
            refresh_per_second=8,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def begin(self) -> None:
        """Start to draw."""
        self._live.start()

    def started(self, name: str, what: str) -> None:
        """Show what became of the start."""
        tally = self._tallies[name] = Tally()
        tally.state = what

    def expects(self, name: str, tests: int) -> None:
        """Note how many tests there are."""
        self._tallies[name].expected = tests

    def done(self, name: str, status: str) -> None:
        """Count one test."""
        self._tallies[name].count(status)

    def end(self) -> None:
        """Draw for the last time."""
        self._live.stop()

    def _draw(self) -> Table:
        table = Table(box=None, pad_edge=False)
        table.add_column("implementation")
        for heading in ("done", "of", "failed", "seconds"):
            table.add_column(heading, justify="right")
        table.add_column("")
        for name, tally in self._tallies.items():
            table.add_row(name, *_describe(tally))
        return table


def _describe(tally: Tally) -> list[str]:
    running = time.monotonic() - tally.began
    seconds = tally.seconds if tally.is_complete else running
    figures = [str(tally.done), str(tally.expected or "-"), str(tally.failed), f"{seconds:.1f}"]
    if tally.is_complete:
        return [*figures, "done"]
    return [*figures, "testing" if tally.done else tally.state]
