"""If-Match: nobody changes or deletes what they have not seen, not even at the same moment."""

import json
from functools import partial
from typing import Any

import pytest

from conformance_tests.data.entity_tags import ANOTHER, make_others, spell
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.together import count, send_together
from conformance_tests.harness.versioned import KINDS, Versioned, make_versioned

REQUIRED = (428, "precondition_required")
FAILED = (412, "precondition_failed")
CHANGES: list[dict[str, Any]] = [{"body": "Changed"}, {}]
CROWD = 8
ROUNDS = 2


@pytest.mark.requirement("HTTP-PRECONDITION-01")
def test_whatever_is_there_may_be_changed_and_deleted(
    someone: Person, versioned: Versioned
) -> None:
    headers = {"If-Match": "*"}
    changed = versioned.change(someone, json={"body": "Changed"}, headers=headers)
    assert (changed.status, changed.json["body"]) == (200, "Changed")
    assert versioned.delete(someone, headers=headers).status == 204
    assert versioned.read(someone).status == 404


@pytest.mark.requirement("HTTP-PRECONDITION-02")
def test_without_a_precondition_nothing_is_done(someone: Person, versioned: Versioned) -> None:
    before = versioned.read(someone)
    refused = _try_all(someone, versioned, None)
    assert [answer.problem for answer in refused] == [REQUIRED] * len(refused)
    _expect_same(versioned.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-03")
def test_whoever_has_seen_it_may_change_it(someone: Person, versioned: Versioned) -> None:
    tag = versioned.get_tag(someone)
    for body, others in (("First", ""), ("Second", f"{ANOTHER}, ")):
        headers = {"If-Match": others + tag}
        changed = versioned.change(someone, json={"body": body}, headers=headers)
        assert (changed.status, changed.json["body"]) == (200, body)
        tag = changed.headers["ETag"]
    _expect_same(versioned.read(someone), changed)


@pytest.mark.requirement("HTTP-PRECONDITION-03")
@pytest.mark.parametrize("kind", KINDS)
def test_whoever_has_seen_it_may_delete_it(someone: Person, kind: str) -> None:
    for others in ("", f"{ANOTHER}, "):
        versioned = make_versioned(kind, someone)
        headers = {"If-Match": others + versioned.get_tag(someone)}
        assert versioned.delete(someone, headers=headers).status == 204
        assert versioned.read(someone).status == 404


@pytest.mark.requirement("HTTP-PRECONDITION-03", "HTTP-ETAG-04")
def test_the_present_one_is_found_however_it_is_written(someone: Person) -> None:
    post = make_versioned("post", someone)
    held = spell(post.get_tag(someone))
    answers = [post.change(someone, json={}, headers={"If-Match": one}) for one in held]
    assert [answer.status for answer in answers] == [200] * len(held)


@pytest.mark.requirement("HTTP-PRECONDITION-03")
def test_several_lines_are_one_list(someone: Person, wire: Wire, versioned: Versioned) -> None:
    for place in (0, 1):
        held, body = [ANOTHER], json.dumps({"body": f"Line {place}"}).encode()
        held.insert(place, versioned.get_tag(someone))
        lines = ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        lines += _make_lines(someone, held)
        changed = wire.send(wire.compose("PATCH", versioned.path, *lines, body=body))
        assert (changed.status, changed.json["body"]) == (200, f"Line {place}")
    lines = _make_lines(someone, [ANOTHER, versioned.get_tag(someone)])
    assert wire.send(wire.compose("DELETE", versioned.path, *lines)).status == 204


@pytest.mark.requirement("HTTP-PRECONDITION-04")
def test_whoever_has_another_one_does_nothing(someone: Person, versioned: Versioned) -> None:
    before = versioned.read(someone)
    weak = f"W/{before.headers['ETag']}"
    for held in (ANOTHER, weak, f"{ANOTHER}, {weak}"):
        refused = _try_all(someone, versioned, held)
        assert [answer.problem for answer in refused] == [FAILED] * len(refused), held
    _expect_same(versioned.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-02", "HTTP-PRECONDITION-03", "HTTP-PRECONDITION-04")
def test_an_admin_has_to_have_seen_it_too(admin: Person, versioned: Versioned) -> None:
    assert versioned.delete(admin, headers={"If-Match": None}).problem == REQUIRED
    assert versioned.delete(admin, headers={"If-Match": ANOTHER}).problem == FAILED
    tag = versioned.get_tag(admin)
    assert versioned.delete(admin, headers={"If-Match": tag}).status == 204


@pytest.mark.requirement("HTTP-PRECONDITION-04")
def test_another_one_is_not_taken_for_the_present_one(someone: Person) -> None:
    post = make_versioned("post", someone)
    tag = post.get_tag(someone)
    held = [*make_others(tag), *spell(f"W/{tag}")]
    problems = {
        one: post.change(someone, json={}, headers={"If-Match": one}).problem for one in held
    }
    assert problems == dict.fromkeys(held, FAILED)


@pytest.mark.requirement("HTTP-PRECONDITION-04", "HTTP-ETAG-03")
def test_whoever_has_an_earlier_one_does_nothing(someone: Person, versioned: Versioned) -> None:
    earlier = []
    for body in ("Before", "After", "Before"):
        earlier.append(versioned.get_tag(someone))
        versioned.change(someone, json={"body": body})
    before = versioned.read(someone)
    refused = _try_all(someone, versioned, ", ".join(earlier))
    assert [answer.problem for answer in refused] == [FAILED] * len(refused)
    _expect_same(versioned.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-04")
def test_tags_alone_change_nothing_either(someone: Person) -> None:
    post = Versioned("post", someone.has_post(tags=["a"])["id"])
    earlier = post.get_tag(someone)
    before = post.change(someone, json={"tags": ["b"]})
    changes: list[dict[str, Any]] = [{"tags": ["c"]}, {"tags": []}, {"status": "draft"}]
    for change in changes:
        refused = post.change(someone, json=change, headers={"If-Match": earlier})
        assert refused.problem == FAILED
    _expect_same(post.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-05")
@pytest.mark.parametrize("held", [None, ANOTHER], ids=["none", "another"])
def test_what_is_not_there_is_told_first(
    someone: Person, someone_else: Person, held: str | None
) -> None:
    draft = Versioned("post", someone.has_post(status="draft")["id"])
    comment = Versioned("comment", someone.has_comment(draft.key)["id"])
    gone = [make_versioned(kind, someone_else) for kind in KINDS]
    for versioned in gone:
        versioned.delete(someone_else)
    for versioned in (draft, comment, *gone):
        refused = _try_all(someone_else, versioned, held)
        assert [answer.problem for answer in refused] == [(404, "not_found")] * len(refused)


@pytest.mark.requirement("HTTP-PRECONDITION-05")
def test_what_is_forbidden_is_told_first(
    someone: Person, someone_else: Person, versioned: Versioned
) -> None:
    before = versioned.read(someone)
    for held in (None, ANOTHER):
        refused = _try_all(someone_else, versioned, held)
        assert [answer.problem for answer in refused] == [(403, "forbidden")] * len(refused)
    _expect_same(versioned.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-06")
def test_of_many_changes_at_once_one_is_done(someone: Person, versioned: Versioned) -> None:
    for start in range(0, ROUNDS * CROWD, CROWD):
        headers = {"If-Match": versioned.get_tag(someone)}
        # No change is made twice, because a change that changes nothing keeps the entity tag.
        changes = [_make_change(versioned, start + number) for number in range(CROWD)]
        answers = send_together(
            [partial(versioned.change, someone, json=told, headers=headers) for told in changes]
        )
        assert count(answers) == {(200, "None"): 1, FAILED: CROWD - 1}
        [done] = [answer for answer in answers if answer.status == 200]
        _expect_same(versioned.read(someone), done)


@pytest.mark.requirement("HTTP-PRECONDITION-06")
@pytest.mark.parametrize("kind", KINDS)
def test_of_changes_and_deletions_at_once_one_is_done(someone: Person, kind: str) -> None:
    for _ in range(ROUNDS):
        versioned = make_versioned(kind, someone)
        headers = {"If-Match": versioned.get_tag(someone)}
        change = partial(versioned.change, someone, json={"body": "Changed"}, headers=headers)
        delete = partial(versioned.delete, someone, headers=headers)
        answers = send_together([change, delete] * 4)
        [done] = [answer for answer in answers if answer.status < 300]
        is_there = versioned.read(someone).status == 200
        assert done.status == (200 if is_there else 204)


def _try_all(person: Person, versioned: Versioned, held: str | None) -> list[Answer]:
    headers = {"If-Match": held}
    changes = [versioned.change(person, json=told, headers=headers) for told in CHANGES]
    return [*changes, versioned.delete(person, headers=headers)]


def _expect_same(answer: Answer, before: Answer) -> None:
    assert (answer.status, answer.json) == (200, before.json)
    assert answer.headers["ETag"] == before.headers["ETag"]


def _make_lines(person: Person, held: list[str]) -> list[str]:
    return [f"Authorization: Bearer {person.access_token}", *(f"If-Match: {tag}" for tag in held)]


def _make_change(versioned: Versioned, number: int) -> dict[str, Any]:
    # Tags stand in a table of their own: a change of nothing else may escape the comparison.
    if versioned.kind == "post" and number % 2:
        return {"tags": [f"t{number}"]}
    return {"body": f"Change {number}"}
