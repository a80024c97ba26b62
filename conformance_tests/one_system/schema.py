"""`python -m conformance_tests.one_system.schema`: the tables of each migration history.

What is compared with the first implementation: columns with their types and nullability, keys
and their actions, uniques, checks and indexes, each a line.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from conformance_tests.harness.command import end_well
from conformance_tests.harness.deployment import Plan, open_plan
from conformance_tests.harness.exits import Exit
from conformance_tests.harness.options import DATABASES
from conformance_tests.harness.targets import find_implementations

from .system import make_database
from .tables import Tables, compare, describe_tables


def main(arguments: Sequence[str]) -> int:
    """Print a table for each kind of database, and return whether all are the same."""
    parser = argparse.ArgumentParser(prog="nox -s schema --", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, help="one kind only (default: both)")
    chosen = parser.parse_args(arguments).database
    return end_well(lambda: _run([kind for kind in DATABASES if chosen in (None, kind)]))


def _run(databases: Sequence[str]) -> Exit:
    same = [_check(kind) for kind in databases]
    return Exit.CONFORMANT if all(same) else Exit.NOT_CONFORMANT


def _check(database: str) -> bool:
    with open_plan("uniform", database) as plan:
        found = _migrate_all(plan)
    reference, *others = found
    differences = {name: compare(found[reference], found[name]) for name in others}
    print(f"{database}, compared with {reference}")
    for line in (*_draw(found, differences), *_tell(differences)):
        print(f"  {line}")
    return not any(differences.values())


def _migrate_all(plan: Plan) -> Mapping[str, Tables]:
    implementations = list(find_implementations().values())
    with ThreadPoolExecutor(max_workers=len(implementations)) as pool:
        urls = pool.map(lambda one: make_database(one, plan), implementations)
        named = zip(implementations, urls, strict=True)
        return {one.name: describe_tables(url) for one, url in named}


def _draw(found: Mapping[str, Tables], differences: Mapping[str, Sequence[str]]) -> Iterator[str]:
    tables = sorted({table for tables in found.values() for table in tables})
    yield "table".ljust(20) + "".join(name.rjust(14) for name in found)
    for table in tables:
        cells = [_count(table, found[name], differences.get(name, ())) for name in found]
        yield table.ljust(20) + "".join(cell.rjust(14) for cell in cells)


def _count(table: str, tables: Tables, differences: Sequence[str]) -> str:
    other = sum(line[2:].startswith(f"{table}: ") for line in differences)
    return f"{other} differ" if other else f"{len(tables.get(table, ()))} lines"


def _tell(differences: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, lines in differences.items():
        yield f"{name}: {len(lines)} lines differ" if lines else f"{name}: the same tables"
        yield from lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
