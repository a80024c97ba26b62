"""What was found, for a person as a table in eighty columns, and for programs as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from conformance_tests.harness.results import SUITE_VERSION

from .evidence import Finding
from .wish import Wish

COLUMNS = {"operations": 11, "2xx": 5, "cases": 8, "checks": 9, "excused": 9, "failures": 9, "s": 5}
LEGEND = "2xx: operations that ever succeeded; excused: refusals that no document foresees"
SHOWN_DETAILS = 5


@dataclass(frozen=True)
class Row:
    """One implementation, called by nobody in particular or by somebody with a token."""

    implementation: str
    caller: str
    finding: Finding
    seconds: float

    @property
    def name(self) -> str:
        """Both of them."""
        return f"{self.implementation}, {self.caller}"


def tell_row(row: Row) -> Iterator[str]:
    """Yield how one run ended, and in Schemathesis's own words what failed."""
    details = row.finding.details
    yield f"{row.name}: {row.finding.failures} failures ({row.seconds:.1f} s)"
    for detail in details[:SHOWN_DETAILS]:
        yield f"\n{row.name}: {detail}\n"
    if len(details) > SHOWN_DETAILS:
        yield f"{row.name}: more in the log and in the XML file, {len(details)} in all\n"


def draw_table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a line for each run."""
    yield "called by".ljust(24) + _align(COLUMNS)
    for row in rows:
        found = row.finding
        counts = [found.operations, found.succeeded, found.cases, found.checks]
        counts += [found.excused, found.failures, round(row.seconds)]
        yield row.name.ljust(24) + _align(f"{count:,}" for count in counts)
    yield LEGEND


def _align(cells: Iterable[str]) -> str:
    return "".join(cell.rjust(width) for cell, width in zip(cells, COLUMNS.values(), strict=True))


def describe_run(wish: Wish, rows: Sequence[Row], seconds: float) -> dict[str, object]:
    """Return the content of fuzz.json."""
    return {
        "suite_version": SUITE_VERSION,
        "database": wish.database,
        "seed": wish.seed,
        "examples": wish.examples,
        "seconds": round(seconds, 1),
        "runs": [_describe(row) for row in rows],
    }


def _describe(row: Row) -> dict[str, object]:
    who = {"implementation": row.implementation, "caller": row.caller}
    return {**who, **asdict(row.finding), "seconds": round(row.seconds, 1)}
