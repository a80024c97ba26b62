"""One process that tries mutants: pytest reads the suite once, and runs what each one needs."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from conformance_tests.harness.observations import Observations
from conformance_tests.harness.outcomes import Outcomes
from conformance_tests.harness.plugin import (
    OBSERVATIONS,
    find_requirements,
    get_register,
    hand_over,
    take_over,
)
from conformance_tests.harness.run import list_arguments, list_test_files
from conformance_tests.harness.targets import Target

from .catalogue import load_mutants
from .mutant import Mutant
from .proxy import Mutation, run_proxies

# The name under which a good server without any mutant is tried.
GOOD = "none"
# What it tests stands in a file of its own (data/probes.yaml).
PROBES = "test_probes.py"


@dataclass(frozen=True)
class Trial:
    """What the suite said of one mutant. `error` is why the mutant itself could not be tried."""

    mutant: str
    statuses: dict[str, str]
    failed_tests: tuple[str, ...]
    messages: tuple[str, ...]
    seconds: float
    error: str = ""


def work(target: Target, wanted: Sequence[str], todo: "Queue[Any]", done: "Queue[Any]") -> None:
    """Try mutants from a queue until it says None; `wanted` are all they can break."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        trials = _Trials(target, todo, done)
        files = [one for one in list_test_files() if PROBES in one or _names_any(one, wanted)]
        code = pytest.main([*list_arguments(), *files], plugins=[trials])
    # Whoever waits for trials learns by it that there will be none.
    sys.exit(code)


def _names_any(path: str, wanted: Sequence[str]) -> bool:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return any(one in text for one in wanted)


class _Trials:
    """A pytest plugin that runs chosen tests again and again instead of all of them once."""

    def __init__(self, target: Target, todo: "Queue[Any]", done: "Queue[Any]") -> None:
        self._target = target
        self._todo = todo
        self._done = done
        self._opened = contextlib.ExitStack()
        self._mutation = Mutation()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        through, self._mutation = self._opened.enter_context(run_proxies(self._target))
        take_over(session.config, hand_over([through], None))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for name, requirements in iter(self._todo.get, None):
            mutant = None if name == GOOD else load_mutants()[name]
            self._done.put(self._try(name, mutant, requirements, session.items))
        return True

    def pytest_sessionfinish(self) -> None:
        self._opened.close()

    def _try(
        self,
        name: str,
        mutant: Mutant | None,
        requirements: Sequence[str],
        items: Sequence[pytest.Item],
    ) -> Trial:
        # No trial needs what earlier ones were answered, and there are many.
        items[0].config.stash[OBSERVATIONS] = Observations()
        chosen = [one for one in items if set(requirements) & set(find_requirements(one))]
        outcomes = Outcomes([self._target.name], get_register())
        began = time.monotonic()
        self._mutation.begin(mutant)
        for report in _run(chosen):
            outcomes.add_report(report)
        seconds = time.monotonic() - began
        self._mutation.end()
        try:
            self._mutation.check()
        except RuntimeError as error:
            return Trial(name, {}, (), (), seconds, repr(error.__cause__))
        return _describe(name, requirements, outcomes, self._target.name, seconds)


def _run(items: Sequence[pytest.Item]) -> Iterator[pytest.TestReport]:
    # After the last test everything is taken down, so that nobody from this trial meets the next.
    for item, following in zip(items, [*items[1:], None], strict=True):
        yield from runtestprotocol(item, log=False, nextitem=following)


def _describe(
    name: str, requirements: Sequence[str], outcomes: Outcomes, target: str, seconds: float
) -> Trial:
    found = [group[target] for group in outcomes.by_group.values()]
    statuses = {one: status for group in found for one, status in group.requirements.items()}
    failures = [failure for group in found for failure in group.failures]
    return Trial(
        name,
        {one: statuses.get(one, "no test") for one in requirements},
        tuple(dict.fromkeys(_shorten(one.test) for one in failures if one.status == "fail")),
        tuple(dict.fromkeys(one.message for one in failures)),
        seconds,
    )


def _shorten(test: str) -> str:
    return test.rpartition("/")[2].partition("[")[0]
