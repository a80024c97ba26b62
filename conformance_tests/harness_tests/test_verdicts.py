"""Verdicts: only what was tested and holds is called conformant."""

from typing import Literal

import pytest

from conformance_tests.harness.outcomes import Failure, Outcome, Outcomes, find_target
from conformance_tests.harness.requirements import APPLICATION, SERVER, Register, Requirement
from conformance_tests.harness.results import decide

REGISTER = Register(
    chapters=(),
    requirements=tuple(
        Requirement(one, 0, level, "It holds.", (), "this API", "1.0")
        for one, level in {"A-01": "MUST", "A-02": "MUST", "B-01": "SHOULD"}.items()
    ),
)


def judge(*results: tuple[str, str], complete: bool = True) -> str:
    outcome = Outcome()
    for one, status in results:
        outcome.add(status, (one,))
        if status in ("fail", "blocked"):
            outcome.failures.append(Failure("test", (one,), status, "it broke"))
    return decide("it", outcome, REGISTER, complete=complete).verdict


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([("A-01", "pass"), ("A-02", "pass"), ("B-01", "pass")], "conformant"),
        ([("A-01", "pass"), ("A-02", "pass"), ("B-01", "fail")], "conformant"),
        ([("A-01", "pass"), ("A-02", "pass")], "conformant"),
        ([("A-01", "pass")], "partial"),
        ([("A-01", "pass"), ("A-02", "not applicable")], "partial"),
        ([("A-01", "pass"), ("A-02", "pass"), ("A-02", "not applicable")], "partial"),
        ([("A-01", "pass"), ("A-02", "blocked")], "not conformant"),
        ([("A-01", "pass"), ("A-01", "fail"), ("A-02", "pass")], "not conformant"),
        ([("A-01", "pass"), ("A-02", "pass"), ("Z-01", "fail")], "not conformant"),
        ([], "not run"),
    ],
)
def test_verdict(results: list[tuple[str, str]], verdict: str) -> None:
    assert judge(*results) == verdict


def test_what_was_not_observed_keeps_a_target_from_conforming() -> None:
    assert judge(("A-01", "pass"), ("A-02", "pass"), complete=False) == "partial"


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("tests/test_it.py::test[flask]", "flask"),
        ("tests/test_it.py::test[flask-django]", "flask"),
        ("tests/test_it.py::test[flask-async-1]", "flask-async"),
        ("tests/test_it.py::test[[::1]:80-x[y]]", "[::1]:80"),
        ("tests/test_it.py::test[flasks]", None),
        ("tests/test_it.py::test", None),
    ],
)
def test_the_target_leads_the_parameters(test: str, name: str | None) -> None:
    assert find_target(test, ["flask", "flask-async", "django", "[::1]:80"]) == name


def test_what_is_about_the_server_is_counted_apart() -> None:
    groups = {"A-01": APPLICATION, "S-01": SERVER}
    requirements = (
        Requirement(one, 0, "MUST", "It holds.", (), "this API", "1.0", group=group)
        for one, group in groups.items()
    )
    outcomes = Outcomes(["flask"], Register((), tuple(requirements)))
    for one in groups:
        outcomes.add_report(report(one, outcome="failed", when="call"))
        outcomes.add_report(report(one, outcome="passed", when="teardown"))
    found = {group: by_name["flask"].requirements for group, by_name in outcomes.by_group.items()}
    assert found == {APPLICATION: {"A-01": "fail"}, SERVER: {"S-01": "fail"}}


def test_a_worker_that_died_says_nothing_of_the_target() -> None:
    outcomes = Outcomes(["flask"], REGISTER)
    died = report("A-01", outcome="failed", when="call")
    died.user_properties = []
    outcomes.add_report(died)
    [failure] = outcomes.by_target["flask"].failures
    assert failure.status == "harness error"


def test_a_target_is_found_whatever_pytest_makes_of_its_name() -> None:
    outcomes = Outcomes(["größe"], REGISTER)
    told = report("A-01", outcome="failed", when="teardown")
    told.nodeid = "test_it.py::test_A-01[gr\\xf6\\xdfe]"
    told.user_properties = [("target", "größe"), ("requirements", "A-01")]
    assert outcomes.add_report(told) == ("größe", "fail")


def report(
    requirement: str, *, outcome: Literal["passed", "failed"], when: Literal["call", "teardown"]
) -> pytest.TestReport:
    test = f"test_it.py::test_{requirement}[flask]"
    properties = [("target", "flask"), ("requirements", requirement)]
    return pytest.TestReport(
        test, ("", 0, ""), {}, outcome, "it broke", when, (), 0, 0, 0, properties
    )
