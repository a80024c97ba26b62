"""What the tests found: for each target its counts, its requirements and its failures."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from .requirements import APPLICATION, GROUPS, SERVER, Register

# From bad to good: a requirement is worth the worst of its tests.
STATUSES = ("fail", "blocked", "not applicable", "pass")
COUNTED = {"fail": "failed", "blocked": "failed", "not applicable": "skipped", "pass": "passed"}

# What pytest puts before a message, and a reader does not need.
RAISED = re.compile(r"^(AssertionError|[\w.]+\.Blocked): ")


@dataclass(frozen=True)
class Failure:
    """One test that failed, or could not begin, on one target."""

    test: str
    requirements: tuple[str, ...]
    status: str
    message: str


@dataclass
class Outcome:
    """What one target did."""

    counts: Counter[str] = field(default_factory=Counter)
    requirements: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def add(self, status: str, requirements: tuple[str, ...]) -> None:
        """Count one test."""
        self.counts[COUNTED[status]] += 1
        for one in requirements:
            known = self.requirements.get(one, "pass")
            self.requirements[one] = min(known, status, key=STATUSES.index)


class Outcomes:
    """The outcomes of all targets, put together from pytest's reports."""

    def __init__(self, names: Sequence[str], register: Register) -> None:
        self.by_group = {group: {name: Outcome() for name in names} for group in GROUPS}
        self._names = names
        self._register = register
        self._worst: dict[str, str] = {}

    @property
    def by_target(self) -> Mapping[str, Outcome]:
        """What is said of each application."""
        return self.by_group[APPLICATION]

    def add_report(self, report: pytest.TestReport) -> tuple[str, str] | None:
        """Take one report; return target and status when its test is over."""
        properties = _read_properties(report)
        name = find_target(report.nodeid, self._names)
        if name is None:
            return None
        status = _judge(report, properties)
        requirements = tuple(properties.get("requirements", "").split())
        outcome = self._choose(requirements)[name]
        if status in ("fail", "blocked"):
            message = read_message(report) + _tell_latest(properties)
            failure = Failure(report.nodeid, requirements, status, message)
            outcome.failures.append(failure)
        if status != "pass":
            worst = self._worst.get(report.nodeid, "pass")
            self._worst[report.nodeid] = min(worst, status, key=STATUSES.index)
        if report.when in ("setup", "call"):
            return None
        status = self._worst.pop(report.nodeid, "pass")
        outcome.add(status, requirements)
        return name, status

    def _choose(self, requirements: tuple[str, ...]) -> Mapping[str, Outcome]:
        groups = self._register.find_groups(requirements)
        return self.by_group[SERVER if groups == {SERVER} else APPLICATION]


def find_target(test: str, names: Iterable[str]) -> str | None:
    """Return the target that a test's id tells: the first of its parameters."""
    told = test.partition("[")[2]
    fitting = [name for name in names if told.startswith((f"{name}-", f"{name}]"))]
    return max(fitting, key=len, default=None)


def read_message(report: pytest.TestReport) -> str:
    """Return why a test failed, without the way through the suite's code."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash else str(report.longrepr)
    return RAISED.sub("", str(text)).strip()


def _tell_latest(properties: dict[str, str]) -> str:
    latest = properties.get("latest")
    return f"\nin the answer {latest}" if latest else ""


def _judge(report: pytest.TestReport, properties: dict[str, Any]) -> str:
    if report.skipped:
        return "not applicable"
    if report.passed:
        return "pass"
    return "blocked" if "blocked" in properties else "fail"


def _read_properties(report: pytest.TestReport) -> dict[str, str]:
    return {name: str(value) for name, value in report.user_properties}
