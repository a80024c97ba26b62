"""Changing a post: what changes, what stays, and when it was."""

from secrets import token_hex
from typing import Any, NamedTuple

import pytest

from conformance_tests.data.shapes import summarize
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person

BEFORE = {"title": "Before", "body": "As it was.", "tags": ["b", "d"], "status": "published"}
CHANGES: dict[str, dict[str, Any]] = {
    "title": {"title": "After"},
    "body": {"body": ""},
    "tags": {"tags": ["a", "b", "c"]},
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


class Changed(NamedTuple):
    """A change of a post: the post before it, as answered, and as read afterwards."""

    change: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    read: dict[str, Any]


@pytest.fixture(scope="module")
def changed(someone: Person) -> dict[str, Changed]:
    """For each of the changes a post to which it was done."""
    done = {}
    for name, change in CHANGES.items():
        before = someone.has_post(**BEFORE)
        after = someone.update_post(before["id"], json=change).json
        done[name] = Changed(change, before, after, someone.get_post(before["id"]).json)
    return done


@pytest.fixture(scope="module")
def kept(someone: Person) -> dict[str, Any]:
    """A post that nothing here changes."""
    return someone.has_post(**BEFORE)


@pytest.fixture
def post(someone: Person) -> dict[str, Any]:
    """A published post."""
    return someone.has_post()


@pytest.fixture
def draft(someone: Person) -> dict[str, Any]:
    """A draft."""
    return someone.has_post(status="draft")


@pytest.mark.requirement("POSTS-UPDATE-01", "POSTS-UPDATE-02")
def test_what_is_changed_stays_changed(changed: dict[str, Changed]) -> None:
    told = {name: {key: one.after[key] for key in one.change} for name, one in changed.items()}
    assert told == CHANGES
    assert {name: one.read for name, one in changed.items()} == {
        name: one.after for name, one in changed.items()
    }


@pytest.mark.requirement("POSTS-UPDATE-02")
def test_what_is_not_named_stays(changed: dict[str, Changed]) -> None:
    for name, one in changed.items():
        for member in sorted(UNNAMED - one.change.keys()):
            assert one.after[member] == one.before[member], f"{name}: {member} has changed"


@pytest.mark.requirement("POSTS-UPDATE-03")
def test_a_change_moves_updated_at_forward(changed: dict[str, Changed]) -> None:
    for name, one in changed.items():
        assert one.after["updated_at"] > one.before["updated_at"], name


@pytest.mark.parametrize("name", ["title", "body", "tags"])
@pytest.mark.requirement("POSTS-UPDATE-02", "POSTS-STATUS-02")
def test_a_change_of_words_is_no_new_publication(changed: dict[str, Changed], name: str) -> None:
    assert changed[name].after["published_at"] == changed[name].before["published_at"]


@pytest.mark.requirement("POSTS-UPDATE-01", "POSTS-UPDATE-03", "POSTS-LIST-01")
def test_a_change_shows_wherever_the_post_is_read(
    api: Api, someone: Person, post: dict[str, Any]
) -> None:
    word = f"t{token_hex(6)}"
    assert api.get_post(post["id"]).json == post
    after = someone.update_post(post["id"], json={"title": "After", "tags": [word]}).json
    assert after["updated_at"] > post["updated_at"]
    assert api.get_post(post["id"]).json == after
    [listed] = api.list_posts(query={"tag": word}).items
    assert listed == summarize(after)


@pytest.mark.requirement("POSTS-UPDATE-02")
def test_a_change_leaves_other_posts_alone(
    someone: Person, kept: dict[str, Any], post: dict[str, Any]
) -> None:
    someone.update_post(post["id"], json=CHANGES["all"])
    assert someone.get_post(kept["id"]).json == kept


@pytest.mark.requirement("POSTS-UPDATE-04")
def test_a_change_that_changes_nothing_changes_nothing(
    someone: Person, kept: dict[str, Any]
) -> None:
    after = {
        name: someone.update_post(kept["id"], json=change).json
        for name, change in NO_CHANGES.items()
    }
    assert after == dict.fromkeys(NO_CHANGES, kept)


@pytest.mark.requirement("POSTS-UPDATE-04", "POSTS-STATUS-02")
def test_a_draft_that_is_made_a_draft_stays_as_it_is(
    someone: Person, draft: dict[str, Any]
) -> None:
    assert someone.update_post(draft["id"], json={"status": "draft"}).json == draft


@pytest.mark.parametrize("change", [{"title": "By someone else"}, {}], ids=["title", "nothing"])
@pytest.mark.requirement("POSTS-UPDATE-05")
def test_nobody_else_changes_a_post(
    someone: Person, someone_else: Person, kept: dict[str, Any], change: dict[str, Any]
) -> None:
    answer = someone_else.update_post(kept["id"], json=change)
    assert answer.problem == (403, "forbidden")
    assert someone.get_post(kept["id"]).json == kept


@pytest.mark.requirement("POSTS-UPDATE-05")
def test_no_admin_changes_a_post(admin: Person, someone: Person, kept: dict[str, Any]) -> None:
    answer = admin.update_post(kept["id"], json={"title": "By an admin"})
    assert answer.problem == (403, "forbidden")
    assert someone.get_post(kept["id"]).json == kept


@pytest.mark.requirement("POSTS-STATUS-02")
def test_publishing_sets_the_time_of_publication_anew(
    someone: Person, draft: dict[str, Any]
) -> None:
    times = [draft["published_at"]]
    for status in ("published", "draft", "published"):
        post = someone.update_post(draft["id"], json={"status": status}).json
        times.append(post["published_at"])
    never, first, between, second = times
    assert (never, between) == (None, None)
    assert draft["created_at"] < first < second


@pytest.mark.requirement("POSTS-STATUS-03")
def test_a_post_that_becomes_a_draft_is_hidden_at_once(
    api: Api, someone: Person, someone_else: Person, post: dict[str, Any]
) -> None:
    someone.update_post(post["id"], json={"status": "draft"})
    for reader in (api, someone_else):
        assert reader.get_post(post["id"]).problem == (404, "not_found")
