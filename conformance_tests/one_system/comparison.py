"""Every probe at every implementation: what differs, and what is said of it.

A difference stands in implementation_defined.yaml with each one's answer, or it is a defect.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import CONTRACT_PATH, load_yaml
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.observations import Observations
from conformance_tests.harness.oracle import Oracle
from conformance_tests.harness.patience import Patience
from conformance_tests.harness.people import Person
from conformance_tests.harness.plugin import get_contract
from conformance_tests.harness.probes import Probe, Prober, describe, load_probes
from conformance_tests.harness.raw import Wire

from .system import System, at_once

LISTED_PATH = CONTRACT_PATH.with_name("implementation_defined.yaml")
# Another value in each answer: only whether it is there can be compared.
UNLIKE = ("x-request-id", "location", "etag", "retry-after")
# Only there on a page that another one follows, and others write while a page is read.
PASSING = {"link"}
# Lists of words whose case does not count (RFC 9110 §5.1, RFC 9111 §5.2).
CASELESS = ("vary", "cache-control")

Headers = frozenset[tuple[str, str]]
# By the id of the entry, by the implementation and, where these get different ones, by the probe.
Listed = Mapping[str, Mapping[str, str | Mapping[str, str]]]


@dataclass(frozen=True)
class Sight:
    """What of an answer can be compared with that of another implementation."""

    answer: str
    headers: Headers


@dataclass(frozen=True)
class Comparison:
    """What each implementation made of one probe, and what is listed of it."""

    probe: Probe
    sights: Mapping[str, Sight]
    listed: Mapping[str, str | None]

    @property
    def differs(self) -> bool:
        """Whether not all answers are the same."""
        return len(set(self.sights.values())) > 1

    @cached_property
    def defects(self) -> list[str]:
        """What differs and is not listed, and what is listed and not so."""
        found = self._find_false() if self.probe.defined_by else self._find_differing()
        return [*found, *self._find_other_headers()]

    def _find_differing(self) -> Iterator[str]:
        if len({sight.answer for sight in self.sights.values()}) > 1:
            yield "the answers differ, and a requirement rules them"

    def _find_false(self) -> Iterator[str]:
        for name, sight in self.sights.items():
            if sight.answer != self.listed[name]:
                told = self.listed[name] or "no answer"
                yield f"{self.probe.defined_by} lists of {name}: {told}"

    def _find_other_headers(self) -> Iterator[str]:
        # Those of another status are others.
        first: dict[str, tuple[str, Headers]] = {}
        for name, sight in self.sights.items():
            other, headers = first.setdefault(sight.answer, (name, sight.headers))
            yield from _tell_more(name, sight.headers - headers, other)
            yield from _tell_more(other, headers - sight.headers, name)


def compare_all(system: System) -> list[Comparison]:
    """Send every probe to every implementation, and compare what comes back."""
    probes, listed, person = load_probes(), load_listed(), system.people.register("ann")
    person.sign_in_again()
    columns = at_once(lambda api: _send_all(api, person, probes), list(system.served.values()))
    return [
        Comparison(
            probe=probe,
            sights=dict(zip(system.served, row, strict=True)),
            listed={name: find_listed(listed, probe, name) for name in system.served},
        )
        for probe, row in zip(probes, zip(*columns, strict=True), strict=True)
    ]


def load_listed() -> Listed:
    """Read the answers of implementation_defined.yaml."""
    return {entry["id"]: entry["answers"] for entry in load_yaml(LISTED_PATH)}


def find_listed(listed: Listed, probe: Probe, name: str) -> str | None:
    """Return the answer that is listed for a probe at an implementation."""
    told = listed.get(probe.defined_by or "", {}).get(name)
    return told if told is None or isinstance(told, str) else told.get(probe.name)


def look(answer: Answer) -> Sight:
    """Return what of an answer can be compared."""
    told = {name.lower(): value for name, value in answer.headers.items()}
    known = sorted((told.keys() & _list_headers()) - PASSING)
    return Sight(describe(answer), frozenset((name, _even(name, told[name])) for name in known))


def _send_all(api: Api, person: Person, probes: Sequence[Probe]) -> list[Sight]:
    oracle = Oracle(get_contract(), Secrets(), Observations(), api.base_url)
    prober = Prober(Wire(api.base_url, oracle, Patience()), person)
    return [look(prober.ask_unjudged(probe)) for probe in probes]


@cache
def _list_headers() -> set[str]:
    """Return the media type and every header that the contract names for some answer."""
    contract = get_contract()
    rules = [one.responses.values() for one in contract.operations.values()]
    every = chain(contract.without_operation.values(), *rules)
    return {"content-type", *(header.name.lower() for rule in every for header in rule.headers)}


def _even(name: str, value: str) -> str:
    if name in UNLIKE:
        return "…"
    if name == "content-type":
        return value.partition(";")[0].strip().lower()
    words = value.lower() if name in CASELESS else value
    return ", ".join(sorted(word.strip() for word in words.split(",")))


def _tell_more(name: str, headers: Headers, other: str) -> Iterator[str]:
    for header, value in sorted(headers):
        yield f"the answer of {name} has {header}: {value}, that of {other} has not"
