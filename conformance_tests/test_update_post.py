"""Changing a post: what changes, what stays, and when it was."""

from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

BEFORE = {"title": "Before", "body": "As it was.", "tags": ["b", "d"], "status": "published"}
CHANGES: dict[str, dict[str, Any]] = {
    "title": {"title": "After"},
    "body": {"body": ""},
    "tags": {"tags": ["a", "b", "c"]},
    "fewer tags": {"tags": ["b"]},
    "no tags": {"tags": []},
    "status": {"status": "draft"},
    "all": {"title": "After", "body": "As it is.", "tags": ["z"], "status": "draft"},
}
NO_CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "the same title": {"title": BEFORE["title"]},
    "the same body": {"body": BEFORE["body"]},
    "the same tags": {"tags": ["b", "d"]},
    "the same tags in another order": {"tags": ["d", "b"]},
    "the same status": {"status": BEFORE["status"]},
    "all of it": BEFORE,
}
UNNAMED = {"title", "body", "tags", "status", "id", "author", "created_at"}

all_changes = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


@pytest.fixture(scope="module")
def writer(people: People) -> Person:
    """The author of all posts here whose author has no other part."""
    return people.register("writer")


@pytest.fixture
def before(writer: Person) -> dict[str, Any]:
    """A post with two tags by the writer."""
    return writer.has_post(**BEFORE)


@all_changes
@pytest.mark.requirement("POSTS-UPDATE-01")
def test_what_is_changed_stays_changed(
    writer: Person, before: dict[str, Any], change: dict[str, Any]
) -> None:
    answer = writer.update_post(before["id"], json=change)
    assert {name: answer.json[name] for name in change} == change
    assert writer.get_post(before["id"]).json == answer.json


@all_changes
@pytest.mark.requirement("POSTS-UPDATE-02")
def test_what_is_not_named_stays(
    writer: Person, before: dict[str, Any], change: dict[str, Any]
) -> None:
    after = writer.update_post(before["id"], json=change).json
    for name in sorted(UNNAMED - change.keys()):
        assert after[name] == before[name], f"{name} has changed"


@pytest.mark.parametrize("change", [{"title": "After"}, {"body": "After."}, {"tags": ["after"]}])
@pytest.mark.requirement("POSTS-UPDATE-02", "POSTS-STATUS-02")
def test_a_change_of_words_is_no_new_publication(
    writer: Person, before: dict[str, Any], change: dict[str, Any]
) -> None:
    after = writer.update_post(before["id"], json=change).json
    assert after["published_at"] == before["published_at"]


@pytest.mark.requirement("POSTS-UPDATE-01", "POSTS-LIST-01")
def test_a_change_shows_in_lists(api: Api, alice: Person, post: dict[str, Any]) -> None:
    after = alice.update_post(post["id"], json={"title": "After", "tags": ["new"]}).json
    [listed] = api.list_posts(query={"author": alice.username}).items
    assert listed == {name: after[name] for name in after if name != "body"}


@pytest.mark.requirement("POSTS-UPDATE-02")
def test_a_change_leaves_other_posts_alone(writer: Person, before: dict[str, Any]) -> None:
    other = writer.has_post(**BEFORE)
    writer.update_post(before["id"], json=CHANGES["all"])
    assert writer.get_post(other["id"]).json == other


@all_changes
@pytest.mark.requirement("POSTS-UPDATE-03")
def test_a_change_moves_updated_at_forward(
    writer: Person, before: dict[str, Any], change: dict[str, Any]
) -> None:
    after = writer.update_post(before["id"], json=change).json
    assert after["updated_at"] > before["updated_at"]


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES)
@pytest.mark.requirement("POSTS-UPDATE-04")
def test_a_change_that_changes_nothing_changes_nothing(
    writer: Person, before: dict[str, Any], change: dict[str, Any]
) -> None:
    assert writer.update_post(before["id"], json=change).json == before


@pytest.mark.requirement("POSTS-UPDATE-04", "POSTS-STATUS-02")
def test_a_draft_that_is_made_a_draft_stays_as_it_is(alice: Person, draft: dict[str, Any]) -> None:
    assert alice.update_post(draft["id"], json={"status": "draft"}).json == draft


@pytest.mark.requirement("POSTS-UPDATE-05")
def test_nobody_else_changes_a_post(bob: Person, alice: Person, post: dict[str, Any]) -> None:
    answer = bob.update_post(post["id"], json={"title": "By bob"})
    assert answer.problem == (403, "forbidden")
    assert alice.get_post(post["id"]).json == post


@pytest.mark.requirement("POSTS-UPDATE-05")
def test_no_admin_changes_a_post(admin: Person, alice: Person, post: dict[str, Any]) -> None:
    answer = admin.update_post(post["id"], json={"title": "By an admin"})
    assert answer.problem == (403, "forbidden")
    assert alice.get_post(post["id"]).json == post


@pytest.mark.requirement("POSTS-UPDATE-05")
def test_a_change_of_nothing_is_refused_to_others_too(bob: Person, post: dict[str, Any]) -> None:
    assert bob.update_post(post["id"], json={}).problem == (403, "forbidden")


@pytest.mark.requirement("POSTS-STATUS-02")
def test_a_draft_has_no_time_of_publication(draft: dict[str, Any]) -> None:
    assert draft["published_at"] is None


@pytest.mark.requirement("POSTS-STATUS-02")
def test_publishing_sets_the_time_of_publication_anew(alice: Person, draft: dict[str, Any]) -> None:
    times = []
    for status in ("published", "draft", "published"):
        post = alice.update_post(draft["id"], json={"status": status}).json
        times.append(post["published_at"])
    first, between, second = times
    assert between is None
    assert draft["created_at"] < first < second


@pytest.mark.requirement("POSTS-STATUS-03")
def test_a_post_that_becomes_a_draft_is_hidden_at_once(
    api: Api, alice: Person, bob: Person, post: dict[str, Any]
) -> None:
    alice.update_post(post["id"], json={"status": "draft"})
    for reader in (api, bob):
        assert reader.get_post(post["id"]).problem == (404, "not_found")
        assert reader.list_posts(query={"author": alice.username}).items == []


@pytest.mark.requirement("HTTP-PRECONDITION-01")
def test_a_change_of_whatever_is_there_is_not_hindered(alice: Person, post: dict[str, Any]) -> None:
    whatever = {"If-Match": "*"}
    changed = alice.update_post(post["id"], json={"title": "After"}, headers=whatever)
    assert (changed.status, changed.json["title"]) == (200, "After")
    assert alice.delete_post(post["id"], headers=whatever).status == 204
