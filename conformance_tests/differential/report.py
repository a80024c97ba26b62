"""What was found, for a person: a difference with its script, and how often what was answered."""

import textwrap
from collections.abc import Iterator

from conformance_tests.harness.probes import describe

from .script import write_script
from .stage import Difference, Totals

WIDTH = 80
FIRST = 18
SHOWN_PARTS = 12
SHOWN_TEXT = 300
GLUE = "\u00a0"


def tell_difference(difference: Difference) -> Iterator[str]:
    """Yield a script that leads to a difference, and what each implementation answered."""
    yield f"A DIFFERENCE, in the last of these {len(difference.calls)} calls:"
    yield ""
    yield write_script(difference.calls)
    yield ""
    for name, answer in difference.answers.items():
        told = describe(answer) if answer.status else answer.content.decode()
        yield from _fold(f"# {name.ljust(FIRST - 2)}{told}")
    yield "#"
    parts = list(difference.find_differing())
    for part, sides in parts[:SHOWN_PARTS]:
        yield f"# {part}"
        for name, told in sides.items():
            yield from _fold(f"#   {name.ljust(FIRST - 4)}{told[:SHOWN_TEXT]}")
    if len(parts) > SHOWN_PARTS:
        yield f"# and {len(parts) - SHOWN_PARTS} more parts"


def draw_totals(totals: Totals) -> Iterator[str]:
    """Yield a row for each operation: how often it got which status."""
    for operation in sorted({operation for operation, _ in totals}):
        statuses = sorted((status, n) for (name, status), n in totals.items() if name == operation)
        # No line ends between a status and its number.
        told = "  ".join(f"{status}{GLUE}×{GLUE}{number:,}" for status, number in statuses)
        for line in _wrap(operation.ljust(FIRST) + told, FIRST * " "):
            yield line.replace(GLUE, " ")


def _fold(line: str) -> Iterator[str]:
    yield from _wrap(line, "#".ljust(FIRST))


def _wrap(line: str, indent: str) -> Iterator[str]:
    yield from textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True
    )
