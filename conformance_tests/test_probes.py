"""Every probe of data/probes.yaml gets the answer that the contract rules, and never a 5xx."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pytest

from conformance_tests.harness.patience import GivenUp
from conformance_tests.harness.people import Blocked, People, Person
from conformance_tests.harness.plugin import get_register
from conformance_tests.harness.probes import Probe, Prober, describe, load_probes
from conformance_tests.harness.raw import Wire

HEADING = "probe | expected | got"


def find_chapter(probe: Probe) -> int:
    return get_register().by_id[probe.ruled_by[0]].chapter


def list_cases() -> Iterator[Any]:
    """Yield the probes of each group and chapter, marked with all that rules them."""
    probes = sorted(load_probes(), key=find_chapter)
    for (chapter, group), found in groupby(probes, lambda one: (find_chapter(one), one.group)):
        together = list(found)
        mark = pytest.mark.requirement(*find_rulers(together))
        yield pytest.param(together, marks=mark, id=f"{group}-{chapter}")


def find_rulers(probes: Sequence[Probe]) -> list[str]:
    return sorted({one for probe in probes for one in probe.ruled_by})


@pytest.fixture
def prober(wire: Wire, caller: Person) -> Prober:
    return Prober(wire, caller)


@pytest.fixture
def caller(probes: Sequence[Probe], people: People, request: pytest.FixtureRequest) -> Person:
    """Somebody signed in. Chapter 0 has no accounts, and so nobody needs one to be asked of it."""
    if find_chapter(probes[0]) == 0:
        return people.invent()
    someone: Person = request.getfixturevalue("someone")
    return someone


@pytest.mark.parametrize("probes", [*list_cases()])
def test_probes_get_their_answers(
    prober: Prober, probes: Sequence[Probe], request: pytest.FixtureRequest
) -> None:
    answers = {probe: ask(prober, probe) for probe in probes}
    wrong = [probe for probe in probes if answers[probe] not in probe.answers]
    if wrong:
        # Many requirements rule these probes: those that hold are not to be told as broken.
        request.node.user_properties.append(("requirements", " ".join(find_rulers(wrong))))
        lines = [f"{one.name} | {' or '.join(one.answers)} | {answers[one]}" for one in wrong]
        raise AssertionError("\n".join([HEADING, *lines]))


def ask(prober: Prober, probe: Probe) -> str:
    try:
        return describe(prober.ask(probe))
    except (Blocked, GivenUp):
        raise
    except AssertionError as fault:
        return str(fault)
