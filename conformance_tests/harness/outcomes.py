"""What the tests found: for each target its counts, its requirements and its failures."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from .evidence import Evidence, read_evidence
from .requirements import APPLICATION, GROUPS, SERVER, Register

# From bad to good: a requirement is worth the worst of its tests.
HARNESS_ERROR, FAIL, SETUP_FAILED, BLOCKED, WARN, NOT_APPLICABLE, PASS = STATUSES = (
    "harness error",
    "fail",
    "set-up failed",
    "blocked",
    "warn",
    "not applicable",
    "pass",
)
# What a test was that ended so, in words that are counted.
COUNTED = {
    PASS: "passed",
    FAIL: "failed",
    WARN: "warned",
    BLOCKED: "blocked",
    SETUP_FAILED: "not set up",
    NOT_APPLICABLE: "skipped",
    HARNESS_ERROR: "errors",
}
# What somebody has to look at.
BAD = (HARNESS_ERROR, FAIL, SETUP_FAILED, BLOCKED, WARN)

# What pytest puts before a message, and a reader does not need.
RAISED = re.compile(r"^(AssertionError|[\w.]+\.(Blocked|GivenUp)): ")
REASON = "not applicable: "


@dataclass(frozen=True)
class Failure:
    """One test that failed or could not begin on one target. `by` is what it waits for."""

    test: str
    requirements: tuple[str, ...]
    status: str
    message: str
    by: str = ""
    evidence: Evidence = field(default_factory=Evidence)


@dataclass
class Outcome:
    """What one target did."""

    counts: Counter[str] = field(default_factory=Counter)
    requirements: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    # Why something was not applicable, and what.
    reasons: dict[str, set[str]] = field(default_factory=dict)

    def add(self, status: str, requirements: Iterable[str]) -> None:
        """Count one test."""
        self.counts[COUNTED[status]] += 1
        for one in requirements:
            self.note(status, one)

    def note(self, status: str, requirement: str) -> None:
        """Let a requirement be worth no more than one of its tests."""
        known = self.requirements.get(requirement, PASS)
        self.requirements[requirement] = min(known, status, key=STATUSES.index)


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
        # Where a worker died, the report is not its own: only the id tells of whom it is.
        name = properties.get("target") or find_target(report.nodeid, self._names)
        if name is None or name not in self._names:
            return None
        requirements = tuple(properties.get("requirements", "").split())
        outcome = self._choose(requirements)[name]
        status = self._judge(report, properties, requirements)
        if status in BAD:
            outcome.failures.append(_describe(report, properties, requirements, status))
        elif status == NOT_APPLICABLE:
            outcome.reasons.setdefault(_read_reason(report), set()).update(requirements)
        self._keep_worst(report.nodeid, status)
        if report.when in ("setup", "call"):
            return None
        return name, self._end(outcome, report.nodeid, requirements)

    def _choose(self, requirements: tuple[str, ...]) -> Mapping[str, Outcome]:
        groups = self._register.find_groups(requirements)
        return self.by_group[SERVER if groups == {SERVER} else APPLICATION]

    def _judge(
        self, report: pytest.TestReport, properties: Mapping[str, str], named: Sequence[str]
    ) -> str:
        if report.passed:
            return PASS
        if report.skipped:
            return NOT_APPLICABLE
        # What no test has written tells of a worker that died, and nothing of the target.
        status = properties.get("status", FAIL if "target" in properties else HARNESS_ERROR)
        # Of what only should hold a failure is a warning.
        return WARN if status == FAIL and named and all(map(self._is_should, named)) else status

    def _keep_worst(self, test: str, status: str) -> None:
        if status != PASS:
            self._worst[test] = min(self._worst.get(test, PASS), status, key=STATUSES.index)

    def _end(self, outcome: Outcome, test: str, requirements: Sequence[str]) -> str:
        status = self._worst.pop(test, PASS)
        outcome.counts[COUNTED[status]] += 1
        for one in requirements:
            is_warning = status == FAIL and self._is_should(one)
            outcome.note(WARN if is_warning else status, one)
        return status

    def _is_should(self, requirement: str) -> bool:
        known = self._register.by_id.get(requirement)
        return known is not None and known.level == "SHOULD"


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


def _describe(
    report: pytest.TestReport,
    properties: Mapping[str, str],
    requirements: tuple[str, ...],
    status: str,
) -> Failure:
    latest = properties.get("latest")
    message = read_message(report) + (f"\nin the answer {latest}" if latest else "")
    evidence = read_evidence(properties["evidence"]) if "evidence" in properties else Evidence()
    by = properties.get("by", "")
    return Failure(report.nodeid, requirements, status, message, by, evidence)


def _read_reason(report: pytest.TestReport) -> str:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.partition(REASON)[2] or told


def _read_properties(report: pytest.TestReport) -> dict[str, str]:
    return {name: str(value) for name, value in report.user_properties}
