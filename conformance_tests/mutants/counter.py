"""What a person sees while mutants are tried: how many are done, in one line or now and then."""

import time

from rich.console import Console
from rich.status import Status

from .session import GOOD, Trial

QUIET_SECONDS = 15.0


class Counter:
    """Counts trials: drawn anew in a terminal, a line every so often in a log."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._done = 0
        self._said_at = time.monotonic()
        self._status = Status(self._describe(), console=console)
        if console.is_terminal:
            self._status.start()

    def follow(self, trial: Trial) -> None:
        """Count one trial."""
        self._done += 1
        if trial.error:
            who = "The trial without a mutant" if trial.mutant == GOOD else trial.mutant
            self._console.print(f"{who} failed by itself: {trial.error}")
        if self._console.is_terminal:
            self._status.update(self._describe())
        elif time.monotonic() - self._said_at > QUIET_SECONDS:
            self._said_at = time.monotonic()
            self._console.print(self._describe())

    def end(self) -> None:
        """Draw no more."""
        self._status.stop()

    def _describe(self) -> str:
        return f"{self._done} of {self._total} tried"
