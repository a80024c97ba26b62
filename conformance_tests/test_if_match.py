"""If-Match: nobody changes or deletes what they have not seen, not even at the same moment."""

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
CROWD = 6
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
def test_without_a_precondition_nothing_is_done(someone: Person, lasting: Versioned) -> None:
    before = lasting.read(someone)
    refused = _try_all(someone, lasting, None)
    assert [answer.problem for answer in refused] == [REQUIRED] * len(refused)
    _expect_same(lasting.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-03")
def test_whoever_has_seen_it_may_change_and_delete_it(
    someone: Person, versioned: Versioned
) -> None:
    tag = versioned.get_tag(someone)
    for body, others in (("First", ""), ("Second", f"{ANOTHER}, ")):
        headers = {"If-Match": others + tag}
        changed = versioned.change(someone, json={"body": body}, headers=headers)
        assert (changed.status, changed.json["body"]) == (200, body)
        tag = changed.headers["ETag"]
    _expect_same(versioned.read(someone), changed)
    assert versioned.delete(someone, headers={"If-Match": f"{ANOTHER}, {tag},"}).status == 204
    assert versioned.read(someone).status == 404


@pytest.mark.requirement("HTTP-PRECONDITION-03", "HTTP-ETAG-04")
def test_the_present_one_is_found_however_it_is_written(
    someone: Person, lasting: Versioned
) -> None:
    held = spell(lasting.get_tag(someone))
    answers = [lasting.change(someone, json={}, headers={"If-Match": one}) for one in held]
    assert [answer.status for answer in answers] == [200] * len(held)


@pytest.mark.requirement("HTTP-PRECONDITION-03")
@pytest.mark.parametrize("place", [0, 1])
def test_several_lines_are_one_list(
    someone: Person, wire: Wire, lasting: Versioned, place: int
) -> None:
    held = [ANOTHER]
    held.insert(place, lasting.get_tag(someone))
    lines = ["Content-Type: application/json", "Content-Length: 2", *_make_lines(someone, held)]
    assert wire.send(wire.compose("PATCH", lasting.path, *lines, body=b"{}")).status == 200


@pytest.mark.requirement("HTTP-PRECONDITION-04")
def test_whoever_has_another_one_does_nothing(someone: Person, lasting: Versioned) -> None:
    before = lasting.read(someone)
    for held in (ANOTHER, f"W/{before.headers['ETag']}"):
        refused = _try_all(someone, lasting, held)
        assert [answer.problem for answer in refused] == [FAILED] * len(refused), held
    _expect_same(lasting.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-02", "HTTP-PRECONDITION-03", "HTTP-PRECONDITION-04")
def test_an_admin_has_to_have_seen_it_too(admin: Person, versioned: Versioned) -> None:
    assert versioned.delete(admin, headers={"If-Match": None}).problem == REQUIRED
    assert versioned.delete(admin, headers={"If-Match": ANOTHER}).problem == FAILED
    assert versioned.delete(admin, headers={"If-Match": versioned.tag}).status == 204


@pytest.mark.requirement("HTTP-PRECONDITION-04")
def test_another_one_is_not_taken_for_the_present_one(someone: Person, lasting: Versioned) -> None:
    tag = lasting.get_tag(someone)
    for held in (*make_others(tag), f"{ANOTHER}, W/{tag}", f"W/{tag},{ANOTHER}"):
        headers = {"If-Match": held}
        assert lasting.change(someone, json={}, headers=headers).problem == FAILED, held
        assert lasting.delete(someone, headers=headers).problem == FAILED, held


@pytest.mark.requirement("HTTP-PRECONDITION-04", "HTTP-ETAG-03")
def test_whoever_has_an_earlier_one_does_nothing(someone: Person, versioned: Versioned) -> None:
    earlier = [versioned.tag]
    for body in ("Before", "After", "Before"):
        before = versioned.change(someone, json={"body": body})
        earlier.append(before.headers["ETag"])
    refused = _try_all(someone, versioned, ", ".join(earlier[:-1]))
    assert [answer.problem for answer in refused] == [FAILED] * len(refused)
    _expect_same(versioned.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-04")
def test_tags_alone_change_nothing_either(someone: Person) -> None:
    post = make_versioned("post", someone)
    earlier = post.tag
    before = post.change(someone, json={"tags": ["b"]})
    changes: list[dict[str, Any]] = [{"tags": ["c"]}, {"tags": []}, {"status": "draft"}]
    for change in changes:
        refused = post.change(someone, json=change, headers={"If-Match": earlier})
        assert refused.problem == FAILED
    _expect_same(post.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-05")
def test_what_is_hidden_is_told_first(someone: Person, someone_else: Person) -> None:
    draft = Versioned("post", someone.has_post(status="draft")["id"])
    for hidden in (draft, make_versioned("comment", someone, draft.key)):
        refused = _try_both(someone_else, hidden)
        assert [answer.problem for answer in refused] == [(404, "not_found")] * len(refused)


@pytest.mark.requirement("HTTP-PRECONDITION-05")
def test_what_is_forbidden_is_told_first(
    someone: Person, someone_else: Person, lasting: Versioned
) -> None:
    before = lasting.read(someone)
    refused = _try_both(someone_else, lasting)
    assert [answer.problem for answer in refused] == [(403, "forbidden")] * len(refused)
    _expect_same(lasting.read(someone), before)


@pytest.mark.requirement("HTTP-PRECONDITION-06")
def test_of_many_changes_at_once_one_is_done(someone: Person, versioned: Versioned) -> None:
    tag = versioned.get_tag(someone)
    for start in range(0, ROUNDS * CROWD, CROWD):
        # No change is made twice, because a change that changes nothing keeps the entity tag.
        changes = [_make_change(versioned, start + number) for number in range(CROWD)]
        headers = {"If-Match": tag}
        answers = send_together(
            [partial(versioned.change, someone, json=told, headers=headers) for told in changes]
        )
        assert count(answers) == {(200, "None"): 1, FAILED: CROWD - 1}
        [done] = [answer for answer in answers if answer.status == 200]
        tag = done.headers["ETag"]
    _expect_same(versioned.read(someone), done)


@pytest.mark.requirement("HTTP-PRECONDITION-06")
@pytest.mark.parametrize("kind", KINDS)
def test_of_changes_and_deletions_at_once_one_is_done(
    someone: Person, lasting_post: Versioned, kind: str
) -> None:
    for _ in range(ROUNDS):
        versioned = make_versioned(kind, someone, lasting_post.key)
        headers = {"If-Match": versioned.tag}
        change = partial(versioned.change, someone, json={"body": "Changed"}, headers=headers)
        delete = partial(versioned.delete, someone, headers=headers)
        answers = send_together([change, delete] * 2)
        [done] = [answer for answer in answers if answer.status < 300]
        is_there = versioned.read(someone).status == 200
        assert done.status == (200 if is_there else 204)


def _try_all(person: Person, versioned: Versioned, held: str | None) -> list[Answer]:
    headers = {"If-Match": held}
    changes = [versioned.change(person, json=told, headers=headers) for told in CHANGES]
    return [*changes, versioned.delete(person, headers=headers)]


def _try_both(person: Person, versioned: Versioned) -> list[Answer]:
    headers: list[dict[str, str | None]] = [{"If-Match": None}, {"If-Match": ANOTHER}]
    changes = [versioned.change(person, json={}, headers=told) for told in headers]
    return [*changes, *(versioned.delete(person, headers=told) for told in headers)]


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
