"""The suite bites: what a break violates is what the suite finds, and nothing without a break."""

from collections.abc import Iterator

import pytest

from conformance_tests.harness.exits import Exit
from conformance_tests.harness.plugin import get_register
from conformance_tests.harness.targets import Target, find_implementations
from conformance_tests.mutants.breaks import BREAKS, Break
from conformance_tests.mutants.trials import Findings, start_good_server, try_breaks, try_good

EVERY_VIOLATED = sorted({one for fault in BREAKS.values() for one in fault.violates})


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    if not find_implementations():
        pytest.skip("there is no implementation to break")
    with start_good_server() as started:
        yield started


@pytest.fixture(scope="module")
def findings(target: Target) -> dict[str, Findings]:
    return try_breaks(BREAKS.values(), target)


@pytest.mark.parametrize("fault", BREAKS.values(), ids=BREAKS)
def test_each_break_is_caught_by_the_tests_of_what_it_violates(
    fault: Break, findings: dict[str, Findings]
) -> None:
    found = findings[fault.name]
    print(f"{fault.sentence} Caught by: {', '.join(found.failed_tests)}")
    assert found.exit_code == Exit.NOT_CONFORMANT, found.said
    # A test may name more than one requirement, so others may fail with these.
    verdicts = {one: found.requirements.get(one) for one in fault.violates}
    assert verdicts == dict.fromkeys(fault.violates, "fail"), found.said


def test_a_proxy_that_breaks_nothing_passes_the_same_tests(target: Target) -> None:
    found = try_good(target, EVERY_VIOLATED)
    assert found.exit_code == Exit.CONFORMANT, found.said
    assert {found.requirements.get(one) for one in EVERY_VIOLATED} == {"pass"}


def test_breaks_violate_requirements_of_the_register() -> None:
    assert set(EVERY_VIOLATED) <= set(get_register().by_id)
