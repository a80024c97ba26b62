"""Texts as long as a body can hold them are refused, and hold nobody up."""

import json
import time
from typing import Any

import pytest

from conformance_tests.data.samples import CONTRACT, body_for, call
from conformance_tests.harness.people import Person

# Room for the rest of the body, below the contract's limit (HARDENING-SIZE-01).
LENGTH = CONTRACT.general_limit("body_bytes") - 1_000
SECONDS = 2
# What to repeat in each member: a careless pattern finds many ways to read it. And its fault.
ENDLESS = {
    "register_user": {
        "username": ("a_", "invalid_format"),
        "email": ("a@a.", "too_long"),
        "password": ("aA1 ", "too_long"),
        "display_name": (" \t", "too_long"),
        "bio": ("\n", "too_long"),
    },
    "log_in": {"email": ("a.", "too_long"), "password": ("$argon2id$", "too_long")},
    "create_post": {"title": (" ", "too_long"), "body": ('\\"', "too_long")},
}
# Marks that have to be put in order to compare such a text: a careless way moves each past all.
LONGEST = {
    "marks in the wrong order": "a" + "\u0301" * 25_000 + "\u0316" * 24_999,
    "marks that are two each": "\u0f73" * 50_000,
}


def make_endless(repeated: str, share: int) -> str:
    """Return a text that takes a share of the largest body, and ends in another character."""
    size = len(json.dumps(repeated)) - len('""')
    return repeated * (LENGTH // share // size) + "!"


@pytest.mark.requirement("HARDENING-LENGTH-01")
@pytest.mark.parametrize("operation_id", ENDLESS)
def test_endless_text_is_refused_quickly(someone: Person, operation_id: str) -> None:
    told = ENDLESS[operation_id]
    texts = {name: make_endless(repeated, len(told)) for name, (repeated, _) in told.items()}
    body: dict[str, Any] = {**body_for(operation_id), **texts}
    began = time.monotonic()
    answer = call(someone, operation_id, json=body)
    assert time.monotonic() - began < SECONDS
    assert answer.faults == sorted((f"#/{name}", code) for name, (_, code) in told.items())


@pytest.mark.requirement("HARDENING-LENGTH-01")
def test_endless_tag_is_refused_quickly(someone: Person) -> None:
    body = {**body_for("create_post"), "tags": [make_endless("a-", 1)]}
    began = time.monotonic()
    answer = someone.create_post(json=body)
    assert time.monotonic() - began < SECONDS
    assert answer.faults == [("#/tags/0", "invalid_format")]


@pytest.mark.requirement("HARDENING-LENGTH-02")
@pytest.mark.parametrize("name", LONGEST)
def test_longest_text_is_accepted_quickly(someone: Person, name: str) -> None:
    body = LONGEST[name]
    began = time.monotonic()
    answer = someone.create_post(json={**body_for("create_post"), "body": body})
    assert time.monotonic() - began < SECONDS
    assert (answer.status, answer.json["body"] == body) == (201, True)
