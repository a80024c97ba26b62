"""JSON is read strictly: what RFC 8259 and RFC 7493 do not admit is 400, the rest is read."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from conformance_tests.data.refusals import Refusals
from conformance_tests.data.samples import CONTRACT, WITH_BODY, call
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.contract import load_yaml
from conformance_tests.harness.people import Person

TEXTS: dict[str, dict[str, str]] = load_yaml(Path(__file__).parent / "data" / "json_texts.yaml")
MALFORMED = (400, "malformed_json")
READ = (422, "invalid_request")
# The contract's limits, which no schema can say (HARDENING-JSON-05, HARDENING-SIZE-01).
DEEPEST = CONTRACT.general_limit("body_depth")
LARGEST = CONTRACT.general_limit("body_bytes")
NESTINGS = {"arrays": ("[", "]"), "objects": ('{"a":', "}")}


@pytest.mark.requirement("HARDENING-JSON-01", "HARDENING-FAILURE-01")
def test_what_is_not_json_is_400(someone: Person) -> None:
    _expect_all(someone, MALFORMED, _encode("not_json"))


@pytest.mark.requirement("HARDENING-JSON-02")
def test_name_given_twice_is_400(someone: Person) -> None:
    _expect_all(someone, MALFORMED, _encode("repeated_names"))


@pytest.mark.requirement("HARDENING-JSON-03", "HARDENING-FAILURE-01")
def test_what_is_no_number_is_400(someone: Person) -> None:
    _expect_all(someone, MALFORMED, _encode("beyond_numbers"))


@pytest.mark.requirement("HARDENING-JSON-03", "HARDENING-FAILURE-01")
def test_integer_beyond_a_double_is_400(someone: Person) -> None:
    # The largest double has as many digits as the first, and begins with a 1.
    texts = {f"{digits} nines": b"[" + b"9" * digits + b"]" for digits in (309, 100_000)}
    _expect_all(someone, MALFORMED, texts)


@pytest.mark.requirement("HARDENING-JSON-04", "HARDENING-FAILURE-01")
def test_what_is_not_utf8_is_400(someone: Person) -> None:
    _expect_all(someone, MALFORMED, _encode("not_utf8", "latin-1"))


@pytest.mark.requirement(
    "HARDENING-JSON-01", "HARDENING-JSON-02", "HARDENING-JSON-03", "HARDENING-JSON-04"
)
def test_what_is_json_is_read(someone: Person) -> None:
    _expect_all(someone, READ, _encode("well_formed"))


@pytest.mark.requirement("HARDENING-JSON-01", "HARDENING-JSON-02")
def test_every_operation_reads_strictly(refusals: Refusals) -> None:
    problems = {name: refusals.get(name, "no JSON").problem for name in WITH_BODY}
    assert problems == dict.fromkeys(WITH_BODY, MALFORMED)


@pytest.mark.requirement("HARDENING-JSON-05")
def test_nesting_has_a_limit(someone: Person) -> None:
    _expect_all(someone, READ, {kind: _nest(kind, DEEPEST) for kind in NESTINGS})
    _expect_all(someone, MALFORMED, {kind: _nest(kind, DEEPEST + 1) for kind in NESTINGS})


@pytest.mark.requirement("HARDENING-JSON-06", "HARDENING-FAILURE-01")
def test_deepest_nesting_is_refused_quickly(someone: Person) -> None:
    _expect_quick_refusal(someone, _nest("arrays", (LARGEST - 1) // 2))


@pytest.mark.requirement("HARDENING-JSON-06", "HARDENING-FAILURE-01")
def test_nesting_that_is_never_closed_is_refused_quickly(someone: Person) -> None:
    _expect_quick_refusal(someone, b'["' * (LARGEST // 2))


def _encode(group: str, encoding: str = "utf-8") -> dict[str, bytes]:
    return {case: text.encode(encoding) for case, text in TEXTS[group].items()}


def _expect_all(person: Person, problem: tuple[int, str], texts: Mapping[str, bytes]) -> None:
    problems = {case: _send(person, "update_me", text).problem for case, text in texts.items()}
    assert problems == dict.fromkeys(texts, problem)


def _expect_quick_refusal(person: Person, text: bytes) -> None:
    began = time.monotonic()
    assert _send(person, "update_me", text).problem == MALFORMED
    assert time.monotonic() - began < 1
    assert person.get_me().status == 200


def _send(person: Person, operation_id: str, text: bytes) -> Answer:
    headers = {"Content-Type": "application/json"}
    return call(person, operation_id, content=text, headers=headers)


def _nest(kind: str, times: int) -> bytes:
    opening, closing = NESTINGS[kind]
    innermost = "1" if opening.endswith(":") else ""
    return (opening * times + innermost + closing * times).encode()
