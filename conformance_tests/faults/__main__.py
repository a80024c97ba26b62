"""`python -m conformance_tests.faults`: what is lost when something breaks."""

import sys
import time
from collections.abc import Sequence

from conformance_tests.harness.command import end_well, prepare_results
from conformance_tests.harness.exits import Exit
from conformance_tests.harness.results import write_json

from .report import Row, describe_run, draw_table, tell_row
from .session import try_all
from .wish import Wish, read_wish


def main(arguments: Sequence[str]) -> int:
    """Try the faults, print what came of them, and return whether every promise held."""
    return end_well(lambda: _run(read_wish(arguments)))


def _run(wish: Wish) -> Exit:
    began = time.monotonic()
    prepare_results(wish.results)
    print(f"seed {wish.seed}, served by the {wish.server} servers", flush=True)
    rows: list[Row] = []
    try:
        for row in try_all(wish):
            rows.append(row)
            print("\n".join(tell_row(row)), flush=True)
    finally:
        # Whatever ends the session early, what was found until then is not lost.
        _report(wish, rows, time.monotonic() - began)
    holds = all(row.finding.holds for row in rows)
    return Exit.CONFORMANT if holds else Exit.NOT_CONFORMANT


def _report(wish: Wish, rows: Sequence[Row], seconds: float) -> None:
    write_json(wish.results / "faults.json", describe_run(wish, rows, seconds))
    print("\n".join(draw_table(rows)))
    held = sum(row.finding.holds for row in rows)
    print(f"\n{held} of {len(rows)} hold; {wish.results}/faults.json, {seconds:.0f} s in all")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
