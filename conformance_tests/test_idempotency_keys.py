"""Idempotency keys: how they are written, whose they are, and what does not use them up."""

import json

import pytest

from conformance_tests.data.samples import NOWHERE
from conformance_tests.harness.making import (
    Making,
    expect_replay,
    make_commenting,
    make_key,
    make_posting,
)
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire

NOT_FOUND = (404, "not_found")
INVALID = [("Idempotency-Key", "invalid_format")]
REUSED = [("Idempotency-Key", "idempotency_key_reused")]
JSON = {"Content-Type": "application/json"}
KEY_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
# As the pattern of IdempotencyKey in the contract says.
LONGEST = 64
WRONG_KEYS = {
    "empty": "",
    "empty in quotes": '""',
    "too long": "k" * (LONGEST + 1),
    "only a quote": '"',
    "no closing quote": '"key',
    "no opening quote": 'key"',
    "quotes within": 'k"e"y',
    "weak": 'W/"key"',
    "a space within": "a key",
    "a space within quotes": '"key "',
    "a list": '"key", "key"',
    "a slash": "a/key",
    "a percent escape": "a%2Dkey",
    "a parameter": "key;a=1",
}


# ---- Whose key it is. ----


@pytest.mark.requirement("HTTP-KEY-04")
def test_a_key_is_good_for_every_sign_in_of_a_user(making: Making) -> None:
    key = make_key()
    first = making.make(key)
    token = making.person.sign_in()["access_token"]
    expect_replay(making.make(key, token=token), first)


@pytest.mark.requirement("HTTP-KEY-04")
def test_the_key_of_another_user_is_another_one(someone_else: Person, making: Making) -> None:
    theirs, key = making._replace(person=someone_else), make_key()
    own, made = making.make(key), theirs.make(key)
    assert (made.status, made.json["author"]) == (201, someone_else.username)
    assert made.json["id"] != own.json["id"]
    expect_replay(making.make(key), own)
    expect_replay(theirs.make(key), made)


@pytest.mark.requirement("HTTP-KEY-04")
def test_the_key_of_another_user_has_another_body(someone_else: Person, making: Making) -> None:
    theirs, key = making._replace(person=someone_else), make_key()
    bodies = [making.body, making.change_body(body="Changed")]
    made = [one.make(key, json=told) for one, told in zip((making, theirs), bodies, strict=True)]
    assert [answer.status for answer in made] == [201, 201]


@pytest.mark.requirement("HTTP-KEY-04")
def test_the_key_of_another_operation_is_another_one(posting: Making, commenting: Making) -> None:
    key = make_key()
    comment, post = commenting.make(key), posting.make(key)
    assert (comment.status, post.status) == (201, 201)
    expect_replay(commenting.make(key), comment)
    expect_replay(posting.make(key), post)


@pytest.mark.requirement("HTTP-KEY-04", "ACCOUNTS-DELETE-01")
def test_a_user_with_keys_can_be_deleted(alice: Person) -> None:
    for making in (make_posting(alice), make_commenting(alice)):
        assert making.make(make_key()).status == 201
    assert alice.delete_me().status == 204


# ---- The form of a key. ----


@pytest.mark.requirement("HTTP-KEY-05")
def test_a_key_may_stand_in_quotes(making: Making) -> None:
    one, two = make_key(), make_key()
    for key, other in ((one, f'"{one}"'), (f'"{two}"', two)):
        first = making.make(key)
        assert first.status == 201
        expect_replay(making.make(other), first)
        assert making.make(other, json=making.change_body(body="Changed")).faults == REUSED


@pytest.mark.requirement("HTTP-KEY-05")
def test_a_key_has_one_character_or_many(making: Making) -> None:
    long = KEY_CHARACTERS[:LONGEST]
    keys = ["-", "k", "0", long, f'"{KEY_CHARACTERS[-LONGEST:]}"']
    assert {key: making.make(key).status for key in keys} == dict.fromkeys(keys, 201)
    shorter = making.make(long[:-1], json=making.change_body(body="Changed"))
    assert shorter.status == 201, "only the beginning of the key counts"


@pytest.mark.requirement("HTTP-KEY-05")
def test_a_key_of_another_form_is_refused_and_makes_nothing(making: Making) -> None:
    answers = {name: making.make(key) for name, key in WRONG_KEYS.items()}
    told = {name: (answer.status, answer.faults) for name, answer in answers.items()}
    assert told == dict.fromkeys(WRONG_KEYS, (422, INVALID))
    assert making.find_ids() == []


@pytest.mark.requirement("HTTP-KEY-05")
def test_two_keys_are_a_key_of_another_form(making: Making, wire: Wire) -> None:
    body = json.dumps(making.body).encode()
    lines = [f"Authorization: Bearer {making.person.access_token}"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"Idempotency-Key: {make_key()}" for _ in range(2)]
    answer = wire.send(wire.compose("POST", making.path, *lines, body=body))
    assert (answer.status, answer.faults) == (422, INVALID)


@pytest.mark.requirement("HTTP-KEY-05", "HARDENING-ORDER-02", "HARDENING-ORDER-03")
def test_what_is_refused_before_422_is_told_before_a_wrong_key(posting: Making) -> None:
    problems = [
        posting.make("a key", token="nonsense").problem,
        posting.make("a key", token=None).problem,
        posting.make("a key", content=b"{}", headers={"Content-Type": "text/plain"}).problem,
        posting.make("a key", content=b"{", headers=JSON).problem,
    ]
    assert problems == [
        (401, "invalid_token"),
        (401, "missing_token"),
        (415, "unsupported_media_type"),
        (400, "malformed_json"),
    ]


@pytest.mark.requirement("HTTP-KEY-05", "HARDENING-ORDER-05")
def test_a_wrong_key_is_told_before_404(sender: Person) -> None:
    nowhere = Making(sender, {"body": "Words."}, NOWHERE["post_id"])
    assert nowhere.make("a key").faults == INVALID


# ---- Refused requests. ----


@pytest.mark.requirement("HTTP-KEY-06")
def test_a_refused_request_leaves_its_key_free(posting: Making) -> None:
    key, wrong = make_key(), posting.change_body(body=1)
    refused = [
        posting.make(key, token="nonsense"),
        posting.make(key, content=b"{}", headers={"Content-Type": "text/plain"}),
        posting.make(key, content=b"{", headers=JSON),
        posting.make(key, json=wrong),
        posting.make(key, query="surprise=1"),
    ]
    assert [answer.status for answer in refused] == [401, 415, 400, 422, 422]
    first = posting.make(key)
    assert first.status == 201
    expect_replay(posting.make(key), first)


@pytest.mark.requirement("HTTP-KEY-06")
def test_a_refused_comment_leaves_its_key_free(commenting: Making) -> None:
    key, nowhere = make_key(), commenting._replace(post_id=NOWHERE["post_id"])
    assert commenting.make(key, json={"body": 1}).status == 422
    assert nowhere.make(key).problem == NOT_FOUND
    first = commenting.make(key)
    assert first.status == 201
    expect_replay(commenting.make(key), first)
