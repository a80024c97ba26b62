"""Where words for a person go: a terminal of any encoding, or a pipe whose reader has left."""

import io
import os
import sys
from typing import IO

from rich.console import Console


class Screen(Console):
    """Plain lines to standard output."""

    def __init__(self) -> None:
        super().__init__(soft_wrap=True, highlight=False, markup=False, file=sys.stdout)

    def on_broken_pipe(self) -> None:
        """Go on without a reader: there are reports to write and servers to stop."""
        self.quiet = True
        drop_unread(self.file)


def drop_unread(stream: IO[str]) -> None:
    """Let what is still to be written go nowhere, or Python complains of it at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def write_in_any_encoding() -> None:
    """Let no character that a terminal does not know end a run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
