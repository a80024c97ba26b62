"""If-None-Match: 304 to a reader who has the present representation already."""

import pytest

from conformance_tests.data.entity_tags import ANOTHER, make_others, spell
from conformance_tests.data.samples import NOWHERE
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.versioned import KINDS, Versioned, make_versioned

METHODS = ("GET", "HEAD")
SHARED = ("ETag", "Cache-Control")


@pytest.mark.requirement("HTTP-UNCHANGED-01")
def test_whoever_has_the_present_one_is_told_so(api: Api, lasting: Versioned) -> None:
    for held in (lasting.get_tag(api), "*"):
        assert _ask(api, lasting, held) == (304, 304), held


@pytest.mark.requirement("HTTP-UNCHANGED-01")
def test_the_present_one_is_found_however_it_is_written(api: Api, lasting: Versioned) -> None:
    tag = lasting.get_tag(api)
    held = [*spell(tag), *spell(f"W/{tag}")]
    statuses = {one: lasting.read(api, headers={"If-None-Match": one}).status for one in held}
    assert statuses == dict.fromkeys(held, 304)


@pytest.mark.requirement("HTTP-UNCHANGED-01")
def test_several_lines_are_one_list(api: Api, wire: Wire, lasting: Versioned) -> None:
    lines = [f"If-None-Match: {tag}" for tag in (ANOTHER, lasting.get_tag(api))]
    for told in (lines, lines[::-1]):
        assert wire.get(lasting.path, *told).status == 304


@pytest.mark.requirement("HTTP-UNCHANGED-01")
def test_an_author_has_the_present_draft(someone: Person) -> None:
    draft = Versioned("post", someone.has_post(status="draft")["id"])
    assert _ask(someone, draft, draft.get_tag(someone)) == (304, 304)


@pytest.mark.requirement("HTTP-UNCHANGED-02")
def test_whoever_has_another_one_is_answered(api: Api, lasting: Versioned) -> None:
    assert _ask(api, lasting, ANOTHER) == (200, 200)


@pytest.mark.requirement("HTTP-UNCHANGED-02")
def test_another_one_is_not_taken_for_the_present_one(api: Api, lasting: Versioned) -> None:
    others = [*make_others(lasting.get_tag(api)), f"W/{ANOTHER}"]
    statuses = {one: lasting.read(api, headers={"If-None-Match": one}).status for one in others}
    assert statuses == dict.fromkeys(others, 200)


@pytest.mark.requirement("HTTP-UNCHANGED-02", "HTTP-ETAG-03")
def test_whoever_has_an_earlier_one_is_told_the_new_one(
    api: Api, someone: Person, versioned: Versioned
) -> None:
    earlier = [versioned.get_tag(api)]
    for body in ("Before", "After", "Before"):
        changed = versioned.change(someone, json={"body": body})
        earlier.append(changed.headers["ETag"])
    read = versioned.read(api, headers={"If-None-Match": ", ".join(earlier[:-1])})
    assert (read.status, read.json) == (200, changed.json)
    assert read.headers["ETag"] == changed.headers["ETag"]


@pytest.mark.requirement("HTTP-UNCHANGED-03")
def test_it_is_told_with_the_headers_and_without_the_body(api: Api, lasting: Versioned) -> None:
    read = lasting.read(api)
    expected = {name: read.headers.get_list(name) for name in SHARED}
    for answer in _send(api, lasting, f"W/{read.headers['ETag']}"):
        assert (answer.status, answer.content) == (304, b"")
        assert {name: answer.headers.get_list(name) for name in SHARED} == expected
        assert answer.vary == read.vary


@pytest.mark.requirement("HTTP-UNCHANGED-04")
def test_a_bad_token_is_refused_first(api: Api, lasting: Versioned) -> None:
    answer = lasting.read(api, token="nonsense", headers={"If-None-Match": "*"})
    assert answer.problem == (401, "invalid_token")


@pytest.mark.requirement("HTTP-UNCHANGED-04")
def test_a_wrong_query_is_refused_first(api: Api, lasting: Versioned) -> None:
    answer = lasting.read(api, query="surprise=1", headers={"If-None-Match": "*"})
    assert answer.faults == [("surprise", "unknown_parameter")]


@pytest.mark.requirement("HTTP-UNCHANGED-04")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_there_is_404(someone: Person, kind: str) -> None:
    assert _ask(someone, Versioned(kind, NOWHERE[f"{kind}_id"]), "*") == (404, 404)


@pytest.mark.requirement("HTTP-UNCHANGED-04")
def test_what_is_hidden_is_404(api: Api, someone: Person, someone_else: Person) -> None:
    draft = Versioned("post", someone.has_post(status="draft")["id"])
    for hidden in (draft, make_versioned("comment", someone, draft.key)):
        for reader in (api, someone_else):
            assert hidden.read(reader, headers={"If-None-Match": "*"}).status == 404


def _ask(reader: Operations, versioned: Versioned, held: str) -> tuple[int, ...]:
    return tuple(answer.status for answer in _send(reader, versioned, held))


def _send(reader: Operations, versioned: Versioned, held: str) -> list[Answer]:
    headers = {"If-None-Match": held}
    return [reader.request(method, versioned.path, headers=headers) for method in METHODS]
