"""JSON is read strictly: what RFC 8259 and RFC 7493 do not admit is 400, the rest is read."""

import time
from pathlib import Path

import pytest

from conformance_tests.data.samples import WITH_BODY, call
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.contract import load_yaml
from conformance_tests.harness.people import People, Person

TEXTS: dict[str, dict[str, str]] = load_yaml(Path(__file__).parent / "data" / "json_texts.yaml")
MALFORMED = (400, "malformed_json")
READ = (422, "invalid_request")
# The contract's limits, which no schema can say (HARDENING-JSON-05, HARDENING-SIZE-01).
DEEPEST = 32
LARGEST = 1_048_576
# Two programs may differ in how they read: one that anybody may call, one for users.
TWO_OPERATIONS = ("register_user", "update_me")
NESTINGS = {"arrays": ("[", "]"), "objects": ('{"a":', "}"), "both": ('[{"a":', "}]")}


@pytest.fixture(scope="module")
def someone(people: People) -> Person:
    """Somebody with an account."""
    return people.register("someone")


def cases(group: str) -> pytest.MarkDecorator:
    """Parametrise over the texts of a group."""
    texts = TEXTS[group]
    return pytest.mark.parametrize("text", list(texts.values()), ids=list(texts))


@pytest.mark.requirement("HARDENING-JSON-01", "HARDENING-FAILURE-01")
@cases("not_json")
def test_what_is_not_json_is_400(someone: Person, text: str) -> None:
    for operation_id in TWO_OPERATIONS:
        assert _send(someone, operation_id, text.encode()).problem == MALFORMED


@pytest.mark.requirement("HARDENING-JSON-01")
@pytest.mark.parametrize("text", [b"", b"{"], ids=["nothing", "half"])
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_every_operation_refuses_what_is_not_json(
    someone: Person, operation_id: str, text: bytes
) -> None:
    assert _send(someone, operation_id, text).problem == MALFORMED


@pytest.mark.requirement("HARDENING-JSON-02")
@cases("repeated_names")
def test_name_given_twice_is_400(someone: Person, text: str) -> None:
    for operation_id in TWO_OPERATIONS:
        assert _send(someone, operation_id, text.encode()).problem == MALFORMED


@pytest.mark.requirement("HARDENING-JSON-03", "HARDENING-FAILURE-01")
@cases("beyond_numbers")
def test_what_is_no_number_is_400(someone: Person, text: str) -> None:
    for operation_id in TWO_OPERATIONS:
        assert _send(someone, operation_id, text.encode()).problem == MALFORMED


@pytest.mark.requirement("HARDENING-JSON-03", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("digits", [4301, 100_000])
def test_endless_number_is_400(someone: Person, digits: int) -> None:
    text = b"[" + b"9" * digits + b"]"
    for operation_id in TWO_OPERATIONS:
        assert _send(someone, operation_id, text).problem == MALFORMED


@pytest.mark.requirement("HARDENING-JSON-04", "HARDENING-FAILURE-01")
@cases("not_utf8")
def test_what_is_not_utf8_is_400(someone: Person, text: str) -> None:
    for operation_id in TWO_OPERATIONS:
        assert _send(someone, operation_id, text.encode("latin-1")).problem == MALFORMED


@pytest.mark.requirement(
    "HARDENING-JSON-01", "HARDENING-JSON-02", "HARDENING-JSON-03", "HARDENING-JSON-04"
)
@cases("well_formed")
def test_what_is_json_is_read(someone: Person, text: str) -> None:
    for operation_id in TWO_OPERATIONS:
        assert _send(someone, operation_id, text.encode()).problem == READ


@pytest.mark.requirement("HARDENING-JSON-05")
@pytest.mark.parametrize(("depth", "problem"), [(DEEPEST, READ), (DEEPEST + 1, MALFORMED)])
@pytest.mark.parametrize("kind", ["arrays", "objects"])
def test_nesting_has_a_limit(
    someone: Person, kind: str, depth: int, problem: tuple[int, str]
) -> None:
    for operation_id in TWO_OPERATIONS:
        assert _send(someone, operation_id, _nest(kind, depth)).problem == problem


@pytest.mark.requirement("HARDENING-JSON-05")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_nesting_has_its_limit_on_every_operation(someone: Person, operation_id: str) -> None:
    too_deep = _nest("arrays", DEEPEST + 1)
    assert _send(someone, operation_id, b'{"a": 1, "b": ' + too_deep + b"}").problem == MALFORMED


@pytest.mark.requirement("HARDENING-JSON-06", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("kind", NESTINGS)
def test_deepest_nesting_is_refused_quickly(someone: Person, kind: str) -> None:
    text = _nest(kind, (LARGEST - 1) // len("".join(NESTINGS[kind])))
    began = time.monotonic()
    assert _send(someone, "update_me", text).problem == MALFORMED
    assert time.monotonic() - began < 1
    assert someone.get_me().status == 200


@pytest.mark.requirement("HARDENING-JSON-06", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("opening", ["[", '{"a":', '["'])
def test_nesting_that_is_never_closed_is_refused_quickly(someone: Person, opening: str) -> None:
    text = opening.encode() * (LARGEST // len(opening))
    began = time.monotonic()
    assert _send(someone, "update_me", text).problem == MALFORMED
    assert time.monotonic() - began < 1
    assert someone.get_me().status == 200


def _send(person: Person, operation_id: str, text: bytes) -> Answer:
    headers = {"Content-Type": "application/json"}
    return call(person, operation_id, content=text, headers=headers)


def _nest(kind: str, times: int) -> bytes:
    opening, closing = NESTINGS[kind]
    innermost = "1" if opening.endswith(":") else ""
    return (opening * times + innermost + closing * times).encode()
