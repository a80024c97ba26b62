"""Probes: what the file says is sent, and a difference is found unless it is listed."""

import json
from dataclasses import replace
from itertools import chain
from pathlib import Path

import httpx
import pytest
import yaml

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import load_contract, load_yaml
from conformance_tests.harness.contract_lint import find_repeated_keys
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.observations import Observations
from conformance_tests.harness.oracle import Oracle
from conformance_tests.harness.patience import Patience
from conformance_tests.harness.people import Person
from conformance_tests.harness.probes import PROBES_PATH, Probe, Prober, describe, load_probes
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.targets import find_implementations
from conformance_tests.one_system.comparison import (
    LISTED_PATH,
    Comparison,
    Sight,
    find_listed,
    load_listed,
    look,
)
from conformance_tests.one_system.probes import draw

URL = "http://127.0.0.1:1"
MEMBERS = {"rule", "ruled_by", "send", "headers", "body", "octets", "answer", "probes"}
INSTEAD = {"defined_by", "allowed"}
ENTRY = {"id", "what", "allowed", "why", "answers"}
TYPED = frozenset({("content-type", "application/json")})
FILE = r"""
group:
  - rule: Something is sent.
    ruled_by: [A-01]
    send: 'PUT /«it»'
    headers: ['A: «it»']
    body: '«e×3»«it»'
    answer: '200'
    probes:
      a text: 'é'
      more headers: {headers: ['B: «username»']}
      octets: {octets: "\xE9"}
      no body: {body: null}
      its own length: {headers: ['Content-Length: +1']}
"""


class Recorder(Wire):
    """A wire that sends nothing and keeps what should have been sent."""

    def __init__(self, oracle: Oracle) -> None:
        super().__init__(URL, oracle, Patience())
        self.sent = b""

    def send_unjudged(self, data: bytes) -> Answer:
        self.sent = data
        return Answer("GET", "/", 200, httpx.Headers(), b"")


@pytest.fixture
def sent(tmp_path: Path) -> dict[str, bytes]:
    """The bytes of each probe in the file above."""
    contract, path = load_contract(), tmp_path / "probes.yaml"
    path.write_text(FILE, encoding="utf-8")
    oracle = Oracle(contract, Secrets(), Observations(), "it")
    wire, api = Recorder(oracle), Api(URL, contract, oracle, Patience())
    prober = Prober(wire, Person(api, username="ann", email="ann@example.com", password="x"))
    return {probe.name: _record(wire, prober, probe) for probe in load_probes(path)}


def _record(wire: Recorder, prober: Prober, probe: Probe) -> bytes:
    prober.ask_unjudged(probe)
    return wire.sent


def compare(defined_by: str | None, listed: dict[str, str | None], **answers: str) -> Comparison:
    probe = Probe("group", "A rule.", "it", ("A-01",), "GET /", (), None, "utf-8", (), defined_by)
    return Comparison(probe, {name: Sight(one, TYPED) for name, one in answers.items()}, listed)


def test_what_varies_stands_in_every_place(sent: dict[str, bytes]) -> None:
    # Heads are sent byte for character, bodies in UTF-8.
    assert sent["a text"].startswith(b"PUT /\xe9 HTTP/1.1\r\nHost: 127.0.0.1:1\r\nA: \xe9\r\n")
    assert sent["a text"].endswith(b"\r\nContent-Length: 5\r\nConnection: close\r\n\r\neee\xc3\xa9")


def test_a_probe_adds_headers_to_those_of_its_rule(sent: dict[str, bytes]) -> None:
    assert b"\r\nA: \r\nB: ann\r\nContent-Length: 3\r\n" in sent["more headers"]


def test_octets_are_sent_as_they_are(sent: dict[str, bytes]) -> None:
    assert sent["octets"].endswith(b"\r\nContent-Length: 1\r\nConnection: close\r\n\r\n\xe9")


def test_no_length_is_told_of_no_body_or_beside_another(sent: dict[str, bytes]) -> None:
    assert b"Content-Length" not in sent["no body"]
    assert sent["its own length"].count(b"Content-Length") == 1


def test_an_answer_is_told_with_each_fault_once() -> None:
    body = {"code": "invalid_request", "errors": 2 * [{"pointer": "#/a", "code": "blank"}]}
    headers = httpx.Headers({"Content-Type": "application/problem+json"})
    problem = Answer("GET", "/", 422, headers, json.dumps(body).encode())
    assert describe(problem) == "422 invalid_request, #/a blank"
    assert describe(replace(problem, content=b"")) == "422"
    assert describe(replace(problem, headers=httpx.Headers())) == "422"


def test_no_name_stands_twice() -> None:
    for path in (PROBES_PATH, LISTED_PATH):
        assert list(find_repeated_keys(yaml.compose(path.read_bytes(), yaml.CSafeLoader))) == []


def test_probes_have_the_form_that_the_file_tells() -> None:
    for rule in chain.from_iterable(load_yaml(PROBES_PATH).values()):
        assert rule.keys() <= MEMBERS | INSTEAD, rule["rule"]
        for name, told in rule["probes"].items():
            case = told if isinstance(told, dict) else {"it": told}
            texts = [case[one] for one in case.keys() - {"headers", "allowed"}]
            assert case.keys() <= MEMBERS | INSTEAD | {"it"}, name
            assert all(isinstance(one, str | None) for one in (name, *texts)), name


def test_only_what_is_not_ruled_may_be_answered_in_more_than_one_way() -> None:
    for probe in load_probes():
        assert (len(probe.answers) > 1) is (probe.defined_by is not None), probe.name


def test_what_is_listed_is_allowed() -> None:
    listed = load_listed()
    for probe in load_probes():
        if probe.defined_by:
            answers = {find_listed(listed, probe, name) for name in find_implementations()}
            assert answers <= {*probe.answers}, probe.name


def test_every_difference_is_told_of_every_implementation() -> None:
    for entry in load_yaml(LISTED_PATH):
        assert entry.keys() == ENTRY
        assert entry["answers"].keys() >= find_implementations().keys(), entry["id"]


def test_equal_answers_are_no_defect() -> None:
    compared = compare(None, {}, one="200", two="200")
    assert (compared.differs, compared.defects) == (False, [])


def test_a_difference_that_is_listed_is_no_defect() -> None:
    compared = compare("A", {"one": "200", "two": "404"}, one="200", two="404")
    assert (compared.differs, compared.defects) == (True, [])


def test_a_difference_that_is_not_listed_is_a_defect() -> None:
    assert compare(None, {"one": None, "two": None}, one="200", two="404").defects
    assert compare("A", {"one": "200", "two": None}, one="200", two="404").defects == [
        "A lists of two: no answer"
    ]


def test_what_is_listed_and_not_so_is_a_defect() -> None:
    compared = compare("A", {"one": "200", "two": "404"}, one="200", two="200")
    assert compared.defects == ["A lists of two: 404"]


def test_another_header_is_a_defect() -> None:
    compared = compare(None, {}, one="200", two="200")
    other = Sight("200", frozenset({("content-type", "text/html")}))
    compared = replace(compared, sights={**compared.sights, "two": other})
    assert compared.differs
    assert len(compared.defects) == 2


def test_only_what_the_contract_names_is_compared() -> None:
    headers = {"Server": "x", "Allow": "PUT, GET", "X-Request-ID": "1", "Cache-Control": "No-Store"}
    sight = look(Answer("GET", "/", 204, httpx.Headers(headers), b""))
    expected = {"allow": "GET, PUT", "x-request-id": "…", "cache-control": "no-store"}
    assert dict(sight.headers) == expected


def test_the_table_counts_what_differs_and_what_is_wrong() -> None:
    listed: dict[str, str | None] = {"one": "200", "two": "404"}
    equal, differing = compare(None, {}, one="200", two="200"), compare("A", listed, one="200")
    wrong = compare(None, {}, one="200", two="404")
    lines = list(draw([equal, replace(differing, sights=wrong.sights), wrong]))
    assert lines[1].split() == ["group", "3", "2", "1"]
    assert lines[2].split() == ["all", "3", "2", "1"]
    assert all(len(line) <= 80 for line in lines)
