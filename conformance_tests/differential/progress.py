"""What a person sees meanwhile: a line that counts in a terminal, a line now and then in a log."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from .stage import Stage

LINES = 10


class Progress:
    """Tells how many sequences were played."""

    def __init__(self, console: Console, stage: Stage, expected: int) -> None:
        self._console = console
        self._stage = stage
        self._expected = expected
        self._began = time.monotonic()
        self._is_live = console.is_terminal and not os.environ.get("CI")

    @contextmanager
    def show(self) -> Iterator[None]:
        """Draw a line in a terminal until the block ends."""
        if not self._is_live:
            yield
            return
        with Live(get_renderable=self._draw, console=self._console, refresh_per_second=4):
            yield

    def count(self) -> None:
        """Print a line for a log, when enough has happened since the last one."""
        step = max(1, self._expected // LINES)
        if not self._is_live and self._stage.played % step == 0:
            self._console.print(self.describe())

    def describe(self) -> str:
        """Return how far it is."""
        seconds = time.monotonic() - self._began
        if self._stage.latest:
            return f"they differ; looking for the shortest such sequence, {seconds:.0f} s"
        return f"{self._stage.played:,} of {self._expected:,} sequences, {seconds:.0f} s"

    def _draw(self) -> Text:
        return Text(self.describe())
