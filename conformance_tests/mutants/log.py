"""The log as the tests read it: what the good server wrote, unless a mutant tells it otherwise."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from .messages import Request

# Told what was written since the last request, and by which request, it returns what stands there.
Tell = Callable[[str, Request], str]


def tell_as_it_is(text: str, request: Request) -> str:
    """Return what the good server wrote."""
    return text


class Log:
    """A copy of the good server's logs that grows with every answer."""

    def __init__(self, sources: Sequence[str], shown: Path) -> None:
        self._positions = {Path(source): 0 for source in sources}
        self._shown = shown
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Show nothing of what was written until now."""
        with self._lock:
            for source in self._positions:
                self._positions[source] = source.stat().st_size
            self._shown.write_bytes(b"")

    def follow(self, request: Request, tell: Tell) -> None:
        """Show what was written since, the way a mutant tells it."""
        with self._lock:
            text = "".join(self._read_on(source) for source in self._positions)
            with self._shown.open("a", encoding="utf-8", newline="") as shown:
                shown.write(tell(text, request))

    def _read_on(self, source: Path) -> str:
        with source.open("rb") as file:
            file.seek(self._positions[source])
            lines, end, _ = file.read().rpartition(b"\n")
        self._positions[source] += len(lines + end)
        return (lines + end).decode()
