"""Bodies are application/json in plain UTF-8; whatever else is sent is 415."""

import gzip
import json
from collections.abc import Mapping

import pytest

from conformance_tests.data.refusals import Refusals
from conformance_tests.data.samples import CONTRACT, WITH_BODY, body_for, call
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.people import Person

UNSUPPORTED = (415, "unsupported_media_type")
JSON = "application/json"
# Those that probes.yaml has not.
OTHERS = [
    "text/plain; application/json",
    "application/json, text/plain",
    "application/json; charset",
    "application/json; charset=",
    "application/json; charset=utf-8 x",
    "application/json; charset=utf-8; charset=iso-8859-1",
    "application/json; charset=iso-8859-1; charset=utf-8",
]
SPELLINGS = [
    "application/json;charset=utf-8",
    'application/json ; charset="utf-8"',
    "application/json; Charset=UTF-8; version=1",
    "application/json; profile=garlic",
    'application/json; profile="; charset=utf-16"',
]
CHARSETS = ["us-ascii", "utf-16", "utf-8-sig"]
ENCODINGS = ["GZIP", "deflate", "br", "garlic", "identity, gzip"]


@pytest.mark.requirement("HARDENING-MEDIA-01")
def test_other_media_type_is_415(someone: Person) -> None:
    answers = {one: _send(someone, "update_me", b"{}", {"Content-Type": one}) for one in OTHERS}
    assert {one: (answer.problem, answer.headers["Accept"]) for one, answer in answers.items()} == (
        dict.fromkeys(OTHERS, (UNSUPPORTED, JSON))
    )


@pytest.mark.requirement("HARDENING-MEDIA-01")
def test_every_operation_refuses_another_type(refusals: Refusals) -> None:
    answers = {name: refusals.get(name, "media type") for name in WITH_BODY}
    assert {
        name: (answer.problem, answer.headers["Accept"]) for name, answer in answers.items()
    } == (dict.fromkeys(WITH_BODY, (UNSUPPORTED, JSON)))


@pytest.mark.requirement("HTTP-PATCH-02")
def test_every_patch_says_what_it_takes(refusals: Refusals) -> None:
    changing = [name for name in WITH_BODY if CONTRACT.operations[name].method == "PATCH"]
    answers = {name: refusals.get(name, "media type") for name in changing}
    told = {name: answer.headers.get_list("Accept-Patch") for name, answer in answers.items()}
    assert told == {name: [JSON] for name in changing}


@pytest.mark.requirement("HARDENING-MEDIA-01")
def test_nothing_at_all_is_415(someone: Person) -> None:
    assert someone.update_me().problem == UNSUPPORTED


@pytest.mark.requirement("HARDENING-MEDIA-02")
def test_json_is_taken_however_it_is_spelled(someone: Person) -> None:
    answers = {one: _send(someone, "update_me", b"{}", {"Content-Type": one}) for one in SPELLINGS}
    statuses = {one: answer.status for one, answer in answers.items()}
    assert statuses == dict.fromkeys(SPELLINGS, 200)


@pytest.mark.requirement("HARDENING-MEDIA-02", "HARDENING-TYPES-01")
def test_every_operation_takes_json_however_it_is_spelled(someone: Person) -> None:
    spelling = {"Content-Type": "Application/JSON; Charset=UTF-8"}
    faults = {name: _send(someone, name, b"[]", spelling).faults for name in WITH_BODY}
    assert faults == {name: [("#", "wrong_type")] for name in WITH_BODY}


@pytest.mark.requirement("HARDENING-MEDIA-03")
def test_other_charset_is_415(someone: Person) -> None:
    problems = {}
    for charset in CHARSETS:
        headers = {"Content-Type": f"{JSON}; charset={charset}"}
        problems[charset] = _send(someone, "update_me", b"{}", headers).problem
    assert problems == dict.fromkeys(CHARSETS, UNSUPPORTED)


@pytest.mark.requirement("HARDENING-MEDIA-03")
def test_an_encoded_body_is_415_where_it_would_fit(someone: Person) -> None:
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    body = gzip.compress(json.dumps(body_for("create_post")).encode())
    assert _send(someone, "create_post", body, headers).problem == UNSUPPORTED


@pytest.mark.requirement("HARDENING-MEDIA-03")
def test_other_encoding_is_415(someone: Person) -> None:
    problems = {}
    for encoding in ENCODINGS:
        headers = {"Content-Type": JSON, "Content-Encoding": encoding}
        problems[encoding] = _send(someone, "update_me", b"{}", headers).problem
    assert problems == dict.fromkeys(ENCODINGS, UNSUPPORTED)


@pytest.mark.requirement("HARDENING-MEDIA-03")
def test_identity_is_no_encoding(someone: Person) -> None:
    headers = {"Content-Type": JSON, "Content-Encoding": "Identity"}
    assert _send(someone, "update_me", b"{}", headers).status == 200


def _send(
    person: Person, operation_id: str, body: bytes, headers: Mapping[str, str | None]
) -> Answer:
    return call(person, operation_id, content=body, headers=headers)
