"""`python -m conformance_tests.one_system.probes`: how many probes there are, and which differ."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from conformance_tests.harness.command import end_well
from conformance_tests.harness.deployment import open_plan
from conformance_tests.harness.exits import Exit
from conformance_tests.harness.options import DATABASES
from conformance_tests.harness.targets import find_implementations

from .comparison import Comparison, compare_all
from .system import make_database, start_system

COLUMNS = ("probes", "differ", "defects")


def main(arguments: Sequence[str]) -> int:
    """Print a table of the groups and what differs; return whether all of it is listed."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}.probes", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default=DATABASES[0])
    database = parser.parse_args(arguments).database
    return end_well(lambda: _run(database))


def _run(database: str) -> Exit:
    comparisons = _compare_on(database)
    print("\n".join(draw(comparisons)))
    has_defects = any(comparison.defects for comparison in comparisons)
    return Exit.NOT_CONFORMANT if has_defects else Exit.CONFORMANT


def draw(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Yield a row for each group, and the answers to each probe that differs or is a defect."""
    yield "group".ljust(20) + "".join(word.rjust(14) for word in COLUMNS)
    for group in dict.fromkeys(one.probe.group for one in comparisons):
        yield _draw_row(group, [one for one in comparisons if one.probe.group == group])
    yield _draw_row("all", comparisons)
    for comparison in comparisons:
        if comparison.differs or comparison.defects:
            yield from _tell(comparison)


def _draw_row(name: str, comparisons: Sequence[Comparison]) -> str:
    differ = sum(one.differs for one in comparisons)
    defects = sum(bool(one.defects) for one in comparisons)
    return name.ljust(20) + "".join(str(n).rjust(14) for n in (len(comparisons), differ, defects))


def _tell(comparison: Comparison) -> Iterator[str]:
    probe = comparison.probe
    yield ""
    yield f"{probe.defined_by or ', '.join(probe.ruled_by)}: {probe.rule}"
    yield f"  {probe.name}"
    yield from (f"    {name.ljust(14)}{one.answer}" for name, one in comparison.sights.items())
    yield from (f"    defect: {defect}" for defect in comparison.defects)


def _compare_on(database: str) -> list[Comparison]:
    implementations = list(find_implementations().values())
    with open_plan("uniform", database) as plan:
        url = make_database(implementations[0], plan)
        system = start_system(implementations, url, plan)
        try:
            return compare_all(system)
        finally:
            system.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
