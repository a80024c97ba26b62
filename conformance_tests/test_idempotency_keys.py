"""Idempotency keys: how they are written, whose they are, and what does not use them up."""

import json

import pytest

from conformance_tests.data.samples import NOWHERE
from conformance_tests.harness.making import Making, expect_replay, make_key
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.versioned import KINDS

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
    "too long in quotes": f'"{"k" * (LONGEST + 1)}"',
    "only a quote": '"',
    "three quotes": '"""',
    "no closing quote": '"key',
    "no opening quote": 'key"',
    "quotes within": 'k"e"y',
    "single quotes": "'key'",
    "weak": 'W/"key"',
    "a space within": "a key",
    "a space within quotes": '"key "',
    "a list": '"key", "key"',
    "a slash": "a/key",
    "a colon": "a:key",
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
    theirs = making._replace(person=someone_else)
    for body in (making.change_body(), making.change_body(body="Changed")):
        key = make_key()
        own, made = making.make(key), theirs.make(key, json=body)
        assert (made.status, made.json["author"]) == (201, someone_else.username)
        expect_replay(making.make(key), own)
        expect_replay(theirs.make(key, json=body), made)


@pytest.mark.requirement("HTTP-KEY-04")
def test_the_key_of_another_operation_is_another_one(sender: Person, commenting: Making) -> None:
    key, posting = make_key(), Making("post", sender)
    comment, post = commenting.make(key), posting.make(key)
    assert (comment.status, post.status) == (201, 201)
    expect_replay(commenting.make(key), comment)
    expect_replay(posting.make(key), post)


@pytest.mark.requirement("HTTP-KEY-04", "ACCOUNTS-DELETE-01")
def test_a_user_with_keys_can_be_deleted(alice: Person, someone: Person) -> None:
    post_id = someone.has_post()["id"]
    for kind in KINDS:
        assert Making(kind, alice, post_id).make(make_key()).status == 201
    assert alice.delete_me().status == 204


# ---- The form of a key. ----


@pytest.mark.requirement("HTTP-KEY-05")
def test_a_key_may_stand_in_quotes(making: Making) -> None:
    for key in (make_key(), f'"{make_key()}"'):
        first = making.make(key)
        assert first.status == 201
        other = key.strip('"') if key.startswith('"') else f'"{key}"'
        expect_replay(making.make(other), first)
        assert making.make(other, json=making.change_body(body="Changed")).faults == REUSED


@pytest.mark.requirement("HTTP-KEY-05")
def test_a_key_has_one_character_or_many(sender: Person) -> None:
    making, long = Making("post", sender), KEY_CHARACTERS[:LONGEST]
    keys = ["-", ".", "_", "k", "0", long, f'"{KEY_CHARACTERS[-LONGEST:]}"']
    assert {key: making.make(key).status for key in keys} == dict.fromkeys(keys, 201)
    shorter = making.make(long[:-1], json=making.change_body(body="Changed"))
    assert shorter.status == 201, "only the beginning of the key counts"


@pytest.mark.requirement("HTTP-KEY-05")
def test_a_key_of_another_form_makes_nothing(making: Making) -> None:
    before = making.find_ids()
    refused = making.make("a key")
    assert (refused.status, refused.faults) == (422, INVALID)
    assert making.find_ids() == before


@pytest.mark.requirement("HTTP-KEY-05")
def test_a_key_of_another_form_is_refused(sender: Person) -> None:
    making = Making("post", sender)
    answers = {name: making.make(key) for name, key in WRONG_KEYS.items()}
    told = {name: (answer.status, answer.faults) for name, answer in answers.items()}
    assert told == dict.fromkeys(WRONG_KEYS, (422, INVALID))


@pytest.mark.requirement("HTTP-KEY-05")
def test_two_keys_are_a_key_of_another_form(making: Making, wire: Wire) -> None:
    body = json.dumps(making.change_body()).encode()
    lines = [f"Authorization: Bearer {making.person.access_token}"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"Idempotency-Key: {make_key()}" for _ in range(2)]
    answer = wire.send(wire.compose("POST", making.path, *lines, body=body))
    assert (answer.status, answer.faults) == (422, INVALID)


@pytest.mark.requirement("HTTP-KEY-05", "HARDENING-ORDER-02", "HARDENING-ORDER-03")
def test_what_is_refused_before_422_is_told_before_a_wrong_key(making: Making) -> None:
    problems = [
        making.make("a key", token="nonsense").problem,
        making.make("a key", token=None).problem,
        making.make("a key", content=b"{}", headers={"Content-Type": "text/plain"}).problem,
        making.make("a key", content=b"{", headers=JSON).problem,
    ]
    assert problems == [
        (401, "invalid_token"),
        (401, "missing_token"),
        (415, "unsupported_media_type"),
        (400, "malformed_json"),
    ]


@pytest.mark.requirement("HTTP-KEY-05", "HARDENING-ORDER-05")
def test_a_wrong_key_is_told_before_404(commenting: Making) -> None:
    nowhere = commenting._replace(post_id=NOWHERE["post_id"])
    assert nowhere.make("a key").faults == INVALID


# ---- Refused requests. ----


@pytest.mark.requirement("HTTP-KEY-06")
def test_a_refused_request_leaves_its_key_free(making: Making) -> None:
    key, wrong = make_key(), making.change_body(body=1)
    refused = [
        making.make(key, token="nonsense"),
        making.make(key, content=b"{}", headers={"Content-Type": "text/plain"}),
        making.make(key, content=b"{", headers=JSON),
        making.make(key, json=wrong),
        making.make(key, query="surprise=1"),
    ]
    assert [answer.status for answer in refused] == [401, 415, 400, 422, 422]
    first = making.make(key)
    assert first.status == 201
    expect_replay(making.make(key), first)


@pytest.mark.requirement("HTTP-KEY-06")
def test_a_comment_on_nothing_leaves_its_key_free(commenting: Making) -> None:
    key = make_key()
    assert commenting._replace(post_id=NOWHERE["post_id"]).make(key).problem == NOT_FOUND
    first = commenting.make(key)
    assert first.status == 201
    expect_replay(commenting.make(key), first)
