"""What a failure leaves: what differs, and nothing that is a person's own secret."""

import json
from base64 import b64decode
from dataclasses import replace

import httpx
import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.difference import tell_difference
from conformance_tests.harness.evidence import Comparison, gather, read_evidence
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.plugin import get_contract

SECRET = "the admin's own words"
LOG_IN = Answer(
    "POST",
    "/api/v1/auth/login",
    401,
    httpx.Headers(),
    SECRET.encode(),
    sent_content=SECRET.encode(),
)


def test_secrets_are_in_no_body() -> None:
    evidence = gather([LOG_IN], get_contract(), None, script="", hidden=[SECRET])
    [told] = evidence.exchanges
    assert (b64decode(told.sent_content), b64decode(told.content)) == (b"(hidden)", b"(hidden)")


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_secret_is_hidden_however_json_writes_it(ascii_only: bool) -> None:
    secret = 'long "and" schön'
    sent = json.dumps({"password": secret}, ensure_ascii=ascii_only).encode()
    answer = replace(LOG_IN, sent_content=sent, content=b"{}")
    [told] = gather([answer], get_contract(), None, script="", hidden=[secret]).exchanges
    assert b64decode(told.sent_content) == b'{"password": "(hidden)"}'
    known = Secrets()
    known.add(secret, "a password")
    assert list(known.find_in(sent.decode())) == ["it gives away a password"]


def test_it_survives_the_way_to_another_process() -> None:
    compared = Comparison(got=401, expected=200)
    evidence = gather([LOG_IN], get_contract(), compared, script="exit 0", hidden=[])
    assert read_evidence(evidence.to_text()) == evidence
    assert (evidence.operation, evidence.is_plain) == ("log_in", True)


@pytest.mark.parametrize(
    ("expected", "got", "lines"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ["#/b: expected 2, got 3"]),
        ({"a": 1}, {}, ["#/a: expected 1, got nothing"]),
        ({}, {"a": 1}, ["#/a: expected nothing, got 1"]),
        ([1, 2], [1], ["#/1: expected 2, got nothing"]),
        ((404, "not_found"), (403, "not_found"), ["#/0: expected 404, got 403"]),
        (200, 500, ["#: expected 200, got 500"]),
        ({"a": [1]}, {"a": [1]}, []),
    ],
)
def test_only_what_differs_is_told(expected: object, got: object, lines: list[str]) -> None:
    assert tell_difference(expected, got) == lines
