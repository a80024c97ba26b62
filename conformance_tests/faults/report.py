"""What was found, for a person as a table in eighty columns, and for programs as JSON."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from conformance_tests.harness.failures import WIDTH
from conformance_tests.harness.results import SUITE_VERSION

from .trial import Finding
from .wish import Wish

FIRST = 14
SHOWN_DETAILS = 5


@dataclass(frozen=True)
class Row:
    """One fault on one implementation, with one database."""

    fault: str
    database: str
    implementation: str
    finding: Finding
    seconds: float


def tell_row(row: Row) -> Iterator[str]:
    """Yield how one trial ended, with what is wrong below it."""
    verdict = "holds" if row.finding.holds else "FAILS"
    told = f"{row.database} {row.implementation} {row.fault}: {verdict} ({row.seconds:.1f} s)"
    yield told[:WIDTH]
    details = [row.finding.seen, *row.finding.details]
    for detail in details[: SHOWN_DETAILS + 1]:
        yield from textwrap.wrap(detail, WIDTH, initial_indent="  ", subsequent_indent="  ")
    if len(details) > SHOWN_DETAILS + 1:
        yield f"  and {len(details) - SHOWN_DETAILS - 1} more"


def draw_table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a table of fault × implementation for each database."""
    for database in dict.fromkeys(row.database for row in rows):
        there = [row for row in rows if row.database == database]
        names = list(dict.fromkeys(row.implementation for row in there))
        width = (WIDTH - FIRST) // len(names)
        yield ""
        yield database.ljust(FIRST) + "".join(name.ljust(width) for name in names).rstrip()
        for fault in dict.fromkeys(row.fault for row in there):
            cells = {row.implementation: row for row in there if row.fault == fault}
            yield from _draw_row(fault, [cells.get(name) for name in names], width)


def _draw_row(fault: str, cells: Sequence[Row | None], width: int) -> Iterator[str]:
    columns = [[fault.ljust(FIRST)], *(_fold(cell, width) for cell in cells)]
    for line in range(max(len(column) for column in columns)):
        widths = (FIRST, *(width for _ in cells))
        parts = [
            (column[line] if line < len(column) else "").ljust(room)
            for column, room in zip(columns, widths, strict=True)
        ]
        yield "".join(parts).rstrip()


def _fold(cell: Row | None, width: int) -> list[str]:
    if cell is None:
        return ["-"]
    verdict = "" if cell.finding.holds else "FAILS: "
    return textwrap.wrap(verdict + cell.finding.seen, width - 2)


def describe_run(wish: Wish, rows: Sequence[Row], seconds: float) -> dict[str, object]:
    """Return the content of faults.json."""
    return {
        "suite_version": SUITE_VERSION,
        "server": wish.server,
        "seed": wish.seed,
        "rounds": wish.rounds,
        "seconds": round(seconds, 1),
        "trials": [_describe(row) for row in rows],
    }


def _describe(row: Row) -> dict[str, object]:
    where = {"fault": row.fault, "database": row.database, "implementation": row.implementation}
    return {**where, **asdict(row.finding), "seconds": round(row.seconds, 1)}
