"""Bodies are application/json in plain UTF-8; whatever else is sent is 415."""

import gzip
import json

import pytest

from conformance_tests.data.samples import WITH_BODY, body_for, call
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.people import People, Person

UNSUPPORTED = (415, "unsupported_media_type")
OTHERS = [
    "",
    "json",
    "text/json",
    "text/plain",
    "text/plain; application/json",
    "application/jsonx",
    "application/x-json",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/problem+json",
    "application/vnd.api+json",
    "application/xml",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=garlic",
    "application/*",
    "*/*",
]
SPELLINGS = [
    "application/json",
    "Application/JSON",
    "application/json;charset=utf-8",
    "application/json; charset=UTF-8",
    'application/json ; charset="utf-8"',
    "application/json; Charset=utf-8; version=1",
    "application/json; profile=garlic",
]
CHARSETS = ["iso-8859-1", "latin1", "us-ascii", "utf-16", "utf-8-sig", "windows-1252", "garlic"]
ENCODINGS = ["gzip", "GZIP", "deflate", "br", "zstd", "compress", "garlic", "identity, gzip"]


@pytest.fixture(scope="module")
def someone(people: People) -> Person:
    """Somebody with an account."""
    return people.register("someone")


@pytest.mark.requirement("HARDENING-MEDIA-01")
@pytest.mark.parametrize("media_type", OTHERS)
def test_other_media_type_is_415(someone: Person, media_type: str) -> None:
    answer = _send(someone, "update_me", b"{}", {"Content-Type": media_type})
    assert answer.problem == UNSUPPORTED
    assert answer.headers["Accept"] == "application/json"


@pytest.mark.requirement("HARDENING-MEDIA-01")
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", None])
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_other_media_type_or_none_is_415_on_every_operation(
    someone: Person, operation_id: str, media_type: str | None
) -> None:
    body = json.dumps(body_for(operation_id)).encode()
    answer = _send(someone, operation_id, body, {"Content-Type": media_type})
    assert answer.problem == UNSUPPORTED
    assert answer.headers["Accept"] == "application/json"


@pytest.mark.requirement("HARDENING-MEDIA-01")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_nothing_at_all_is_415(someone: Person, operation_id: str) -> None:
    assert call(someone, operation_id).problem == UNSUPPORTED


@pytest.mark.requirement("HARDENING-MEDIA-02")
@pytest.mark.parametrize("media_type", SPELLINGS)
def test_json_is_taken_however_it_is_spelled(someone: Person, media_type: str) -> None:
    answer = _send(someone, "update_me", b"{}", {"Content-Type": media_type})
    assert answer.status == 200


@pytest.mark.requirement("HARDENING-MEDIA-02")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_json_is_taken_however_it_is_spelled_on_every_operation(
    someone: Person, operation_id: str
) -> None:
    media_type = {"Content-Type": "Application/JSON; Charset=UTF-8"}
    answer = _send(someone, operation_id, b"[]", media_type)
    assert answer.faults == [("#", "wrong_type")]


@pytest.mark.requirement("HARDENING-MEDIA-03")
@pytest.mark.parametrize("charset", CHARSETS)
def test_other_charset_is_415(someone: Person, charset: str) -> None:
    media_type = {"Content-Type": f"application/json; charset={charset}"}
    assert _send(someone, "update_me", b"{}", media_type).problem == UNSUPPORTED


@pytest.mark.requirement("HARDENING-MEDIA-03")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_other_charset_or_encoding_is_415_on_every_operation(
    someone: Person, operation_id: str
) -> None:
    text = json.dumps(body_for(operation_id))
    charset = {"Content-Type": "application/json; charset=utf-16"}
    encoding = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = _send(someone, operation_id, text.encode("utf-16"), charset)
    assert answer.problem == UNSUPPORTED
    answer = _send(someone, operation_id, gzip.compress(text.encode()), encoding)
    assert answer.problem == UNSUPPORTED


@pytest.mark.requirement("HARDENING-MEDIA-03")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_other_encoding_is_415(someone: Person, encoding: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    assert _send(someone, "update_me", b"{}", headers).problem == UNSUPPORTED


@pytest.mark.requirement("HARDENING-MEDIA-03")
@pytest.mark.parametrize("encoding", ["identity", "Identity"])
def test_identity_is_no_encoding(someone: Person, encoding: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    assert _send(someone, "update_me", b"{}", headers).status == 200


def _send(person: Person, operation_id: str, body: bytes, headers: dict[str, str | None]) -> Answer:
    return call(person, operation_id, content=body, headers=headers)
