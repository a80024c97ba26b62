"""`python -m conformance_tests.fuzz`: requests that nobody thought of, and their answers."""

import sys
import time
from collections.abc import Sequence

from conformance_tests.harness.command import end_well, prepare_results
from conformance_tests.harness.exits import Exit
from conformance_tests.harness.results import write_json

from .report import Row, describe_run, draw_table, tell_row
from .session import fuzz_all
from .wish import Wish, read_wish


def main(arguments: Sequence[str]) -> int:
    """Fuzz what was asked for, print what came of it, and return whether every answer was right."""
    return end_well(lambda: _run(read_wish(arguments)))


def _run(wish: Wish) -> Exit:
    began = time.monotonic()
    prepare_results(wish.results)
    print(f"seed {wish.seed}, {wish.examples} examples, on {wish.database}", flush=True)
    rows: list[Row] = []
    for row in fuzz_all(wish):
        rows.append(row)
        print("\n".join(tell_row(row)), flush=True)
    print("\n".join(draw_table(rows)))
    seconds = time.monotonic() - began
    write_json(wish.results / "fuzz.json", describe_run(wish, rows, seconds))
    failures = sum(row.finding.failures for row in rows)
    print(f"\n{failures} failures; {wish.results}/fuzz.json, {seconds:.0f} s in all")
    return Exit.NOT_CONFORMANT if failures else Exit.CONFORMANT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
