"""Hypothesis looks for a sequence that is answered differently, and then for the shortest."""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky

from conformance_tests.harness.targets import Target

from .actors import Actor
from .calls import Call
from .sequences import sequences
from .stage import Difference, Stage


@contextmanager
def open_stage(targets: list[Target]) -> Iterator[Stage]:
    """Yield a stage with an actor for each target."""
    actors = [Actor(target) for target in targets]
    with ThreadPoolExecutor(len(actors)) as pool:
        try:
            for actor in actors:
                actor.sign_in()
            yield Stage(actors, pool)
        finally:
            for actor in actors:
                actor.close()


def search(
    stage: Stage, number: int, chosen_seed: int, after_each: Callable[[], None]
) -> Difference | None:
    """Play so many sequences; return the smallest difference, if there is any."""
    played: set[tuple[Call, ...]] = set()

    @seed(chosen_seed)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(sequences())
    def play(sequence: list[Call]) -> None:
        # Hypothesis repeats itself often; only to find the shortest it has to.
        assume(stage.latest or tuple(sequence) not in played)
        played.add(tuple(sequence))
        stage.play(sequence)
        after_each()

    with tempfile.TemporaryDirectory(prefix="differential-") as folder:
        # It keeps notes about Unicode, by default where one stands.
        set_hypothesis_home_dir(Path(folder))
        try:
            play()
        except (Difference, Flaky):
            # One that does not come again is one all the same.
            return stage.latest
    return None
