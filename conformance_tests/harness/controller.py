"""The run inside pytest, in the process of the command: starts servers, follows the tests."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from xdist.workermanage import NodeManager  # type: ignore[import-untyped]  # it has none

from .deployment import Deployment
from .observations import Observations
from .others import Others
from .outcomes import Outcomes, find_target
from .plugin import OBSERVATIONS, get_register, hand_over, take_over
from .progress import Progress


class Controller:
    """A pytest plugin. Servers start in it, because by then pytest knows its own options."""

    def __init__(
        self,
        names: Sequence[str],
        start: Callable[[], Deployment],
        progress: Progress,
        chapter: int | None,
    ) -> None:
        self.deployment = Deployment()
        self.outcomes = Outcomes(names, get_register())
        self.observations = Observations()
        self.interrupted = False
        self.unreadable: list[str] = []
        # Where the workers write down what they were answered.
        self._answers = tempfile.TemporaryDirectory(prefix="conformance-answers-")
        self._start = start
        self._progress = progress
        self._chapter = chapter

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Start the servers, before any worker begins."""
        began = time.monotonic()
        self._progress.begin()
        self.deployment = self._start()
        seconds = time.monotonic() - began
        for name in self.deployment.targets:
            self._progress.started(name, f"ready after {seconds:.1f} s")
        for name in self.deployment.failures:
            self._progress.started(name, "not started")
        if not self.deployment.targets:
            pytest.exit("no server", returncode=3)
        targets = list(self.deployment.targets.values())
        # One worker for each that runs. What xdist was told before may have been more.
        session.config.option.tx = ["popen"] * len(targets)
        take_over(session.config, hand_over(targets, self._chapter))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker what it must know: one target, whose tests it finds and runs alone."""
        number = int(node.gateway.id.removeprefix("gw"))
        target = list(self.deployment.targets.values())[number]
        told = hand_over([target], self._chapter, self._answers.name)
        node.workerinput["conformance"] = told

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Learn from a worker which tests there are."""
        self._expect(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn which tests there are where this process runs them itself."""
        self._expect([item.nodeid for item in session.items])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note test files that could not be read; the workers send theirs too."""
        if report.failed:
            self.unreadable.append(f"{report.nodeid}: {report.longrepr}")

    def _expect(self, tests: list[str]) -> None:
        names = [find_target(test, self.outcomes.by_target) for test in tests]
        for name, count in Counter(names).items():
            if name is not None:
                self._progress.expects(name, count)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Follow the tests."""
        over = self.outcomes.add_report(report)
        if over:
            self._progress.done(*over)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker saw."""
        self.observations.merge(getattr(node, "workeroutput", {}).get("observed", {}))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember that a person, and not pytest.exit, ended the tests."""
        if excinfo.type is KeyboardInterrupt:
            self.interrupted = True
            # Else the workers are given ten seconds to finish what nobody waits for any more.
            NodeManager.EXIT_TIMEOUT = 0

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take over what this process saw where it ran the tests itself."""
        self.observations.merge(session.config.stash[OBSERVATIONS].to_plain())
        self._progress.end()

    def read_others(self) -> Others:
        """Return what all targets were answered, and forget it."""
        others = Others(Path(self._answers.name))
        self._answers.cleanup()
        return others
