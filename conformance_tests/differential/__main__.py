"""`python -m conformance_tests.differential [NAME …]`: do all answer alike, whatever is asked?"""

import sys
import time
from collections.abc import Sequence

from conformance_tests.harness.command import end_well
from conformance_tests.harness.deployment import Deployment, deploy, open_plan
from conformance_tests.harness.exits import Exit, NoServer
from conformance_tests.harness.screen import Screen

from .progress import Progress
from .report import draw_totals, tell_difference
from .search import open_stage, search
from .stage import Stage
from .wish import Wish, read_wish


def main(arguments: Sequence[str]) -> int:
    """Play sequences, print what was answered, and return whether all answered alike."""
    return end_well(lambda: _run(read_wish(arguments)))


def _run(wish: Wish) -> Exit:
    began = time.monotonic()
    print(f"seed {wish.seed}, {wish.sequences:,} sequences, {wish.database}", flush=True)
    with open_plan("uniform", wish.database) as plan:
        deployment = deploy(wish.implementations, plan)
        for failure in deployment.failures.values():
            raise NoServer(failure)
        with open_stage(list(deployment.targets.values())) as stage:
            verdict = _play(wish, stage)
        _check_alive(deployment)
    print(f"{time.monotonic() - began:.0f} s in all")
    return verdict


def _play(wish: Wish, stage: Stage) -> Exit:
    console = Screen()
    progress = Progress(console, stage, wish.sequences)
    with progress.show():
        difference = search(stage, wish.sequences, wish.seed, progress.count)
    console.print("\n".join(["", *draw_totals(stage.totals), ""]))
    if difference:
        console.print("\n".join([*tell_difference(difference), ""]))
    names = ", ".join(actor.name for actor in stage.actors)
    found = "a difference" if difference else "no difference"
    calls = f"{stage.totals.total():,} calls to each of {names}"
    console.print(f"{found} in {stage.played:,} sequences, {calls}")
    return Exit.NOT_CONFORMANT if difference else Exit.CONFORMANT


def _check_alive(deployment: Deployment) -> None:
    for told in deployment.find_dead().values():
        raise NoServer(told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
