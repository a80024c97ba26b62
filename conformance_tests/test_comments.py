"""Comments: made, read, changed and deleted, and who may do it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from conformance_tests.data.ids import ALIKE
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import People, Person

NOT_FOUND = (404, "not_found")
FORBIDDEN = (403, "forbidden")
# Neither trimmed nor taken for blank.
BODIES = ["z", " ", "\n", " <b>Knoblauch</b>\n\t🧄 "]
# The first takes one byte, the second four.
LETTERS = ["z", "🧄"]
WRONG_TYPES: list[Any] = [None, 1, ["z"], {}]
UNNAMED = ("id", "post_id", "author", "created_at")
NEWEST_FIRST, OLDEST_FIRST = {"sort": "-created_at"}, {"sort": "created_at"}

Write = Callable[[Any], Answer]


class Scene(NamedTuple):
    """Somebody's post, and somebody else who comments on it."""

    host: Person
    guest: Person
    post_id: str


@pytest.fixture(scope="module")
def scene(people: People, someone: Person) -> Scene:
    """A post on which these tests comment."""
    host = people.register("host")
    return Scene(host, someone, host.has_post()["id"])


@pytest.fixture
def comment(scene: Scene) -> dict[str, Any]:
    """A comment by the guest on the host's post."""
    return scene.guest.has_comment(scene.post_id)


@pytest.fixture(params=["create_comment", "update_comment"])
def write(request: pytest.FixtureRequest, scene: Scene, comment: dict[str, Any]) -> Write:
    """Write the body of a comment, of a new one or of one that is there."""
    if request.param == "create_comment":
        return lambda body: scene.guest.create_comment(scene.post_id, json={"body": body})
    return lambda body: scene.guest.update_comment(comment["id"], json={"body": body})


def list_comments(reader: Operations, post_id: str, **query: object) -> list[dict[str, Any]]:
    """Return the comments on one page that has room for all."""
    return reader.list_comments(post_id, query={**query, "limit": 100}).items


# ---- Commenting. ----


@pytest.mark.parametrize("body", BODIES, ids=repr)
@pytest.mark.requirement("RELATIONS-COMMENT-01", "RELATIONS-COMMENT-03")
def test_a_comment_is_answered_as_given(scene: Scene, body: str) -> None:
    answer = scene.guest.create_comment(scene.post_id, json={"body": body})
    expected = {"post_id": scene.post_id, "author": scene.guest.username, "body": body}
    assert answer.status == 201
    assert {name: answer.json[name] for name in expected} == expected
    assert answer.json["created_at"] == answer.json["updated_at"]


@pytest.mark.requirement("RELATIONS-COMMENT-02")
def test_everybody_reads_a_comment_at_its_location(
    api: Api, scene: Scene, someone_else: Person
) -> None:
    answer = scene.guest.create_comment(scene.post_id, json={"body": "A comment."})
    location = answer.headers["Location"]
    assert location == f"/api/v1/comments/{answer.json['id']}"
    for reader in (api, scene.guest, scene.host, someone_else):
        assert reader.request("GET", location).json == answer.json


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.requirement("RELATIONS-COMMENT-03")
def test_a_comment_may_be_so_long_and_no_longer(
    contract: Contract, write: Write, letter: str
) -> None:
    longest = letter * contract.limit("NewComment", "body", "maxLength")
    shortest = letter * contract.limit("NewComment", "body", "minLength")
    assert [write(body).json["body"] for body in (shortest, longest)] == [shortest, longest]
    assert write(shortest[:-1]).faults == [("#/body", "too_short")]
    assert write(longest + letter).faults == [("#/body", "too_long")]


@pytest.mark.requirement("RELATIONS-COMMENT-03")
def test_a_comment_is_a_text(write: Write) -> None:
    faults = {repr(body): write(body).faults for body in WRONG_TYPES}
    assert faults == {repr(body): [("#/body", "wrong_type")] for body in WRONG_TYPES}


@pytest.mark.requirement("RELATIONS-COMMENT-03")
def test_a_refused_comment_is_not_made(someone: Person) -> None:
    post_id = someone.has_post()["id"]
    assert someone.create_comment(post_id, json={}).faults == [("#/body", "required")]
    assert someone.create_comment(post_id, json={"body": ""}).status == 422
    assert list_comments(someone, post_id) == []


@pytest.mark.requirement("RELATIONS-COMMENT-01", "HARDENING-MEMBERS-02")
def test_what_is_ours_to_set_is_refused(scene: Scene, comment: dict[str, Any]) -> None:
    ours = {name: comment[name] for name in (*UNNAMED, "updated_at")} | {"version": 7}
    told, faults = {"body": "z", **ours}, sorted((f"#/{name}", "unknown_field") for name in ours)
    assert scene.guest.create_comment(scene.post_id, json=told).faults == faults
    assert scene.guest.update_comment(comment["id"], json=told).faults == faults
    assert scene.guest.get_comment(comment["id"]).json == comment


@pytest.mark.parametrize("status", ["published", "draft"])
@pytest.mark.requirement("RELATIONS-COMMENT-04")
def test_authors_comment_on_their_own_posts(someone: Person, status: str) -> None:
    post_id = someone.has_post(status=status)["id"]
    comment = someone.has_comment(post_id)
    assert someone.get_comment(comment["id"]).json == comment
    assert list_comments(someone, post_id) == [comment]


@pytest.mark.requirement("RELATIONS-COMMENT-04")
def test_somebody_comments_as_often_as_they_like(someone: Person, someone_else: Person) -> None:
    post_id = someone.has_post()["id"]
    comments = [someone_else.has_comment(post_id, body="The same.") for _ in range(2)]
    assert list_comments(someone, post_id, **OLDEST_FIRST) == comments


# ---- Ids. ----


@pytest.mark.requirement("RELATIONS-COMMENT-08")
def test_a_comment_is_found_by_its_id_in_upper_case(scene: Scene, comment: dict[str, Any]) -> None:
    loud = comment["id"].upper()
    assert scene.guest.get_comment(loud).json == comment
    assert scene.guest.update_comment(loud, json={"body": "New."}).json["id"] == comment["id"]
    assert scene.guest.delete_comment(loud).status == 204


@pytest.mark.requirement("RELATIONS-COMMENT-08")
def test_what_only_resembles_a_comment_id_is_404(scene: Scene, comment: dict[str, Any]) -> None:
    guest, alike = scene.guest, {name: alter(comment["id"]) for name, alter in ALIKE.items()}
    found = {name: guest.get_comment(one).problem for name, one in alike.items()}
    assert found == dict.fromkeys(ALIKE, NOT_FOUND)
    assert guest.update_comment(alike["no hyphens"], json={"body": "z"}).problem == NOT_FOUND
    assert guest.delete_comment(alike["no hyphens"]).problem == NOT_FOUND
    assert guest.get_comment(comment["id"]).json == comment


@pytest.mark.requirement("RELATIONS-COMMENT-05", "POSTS-ID-02", "POSTS-ID-03")
def test_comments_are_found_by_the_id_of_their_post_in_either_case(someone: Person) -> None:
    post_id = someone.has_post()["id"]
    comment = someone.has_comment(post_id.upper())
    assert comment["post_id"] == post_id
    assert list_comments(someone, post_id.upper()) == [comment]
    alike = ALIKE["no hyphens"](post_id)
    assert someone.list_comments(alike).problem == NOT_FOUND
    assert someone.create_comment(alike, json={"body": "z"}).problem == NOT_FOUND


@pytest.mark.requirement("RELATIONS-COMMENT-07")
def test_the_id_of_a_post_is_not_that_of_a_comment(scene: Scene) -> None:
    assert scene.host.get_comment(scene.post_id).problem == NOT_FOUND
    assert scene.host.update_comment(scene.post_id, json={"body": "z"}).problem == NOT_FOUND
    assert scene.host.delete_comment(scene.post_id).problem == NOT_FOUND


# ---- Changing. ----


@pytest.mark.requirement("RELATIONS-COMMENT-09")
def test_the_author_changes_a_comment(api: Api, scene: Scene, comment: dict[str, Any]) -> None:
    other = scene.guest.has_comment(scene.post_id)
    after = scene.guest.update_comment(comment["id"], json={"body": "After."}).json
    assert after["body"] == "After."
    assert after["updated_at"] > comment["updated_at"]
    assert {name: after[name] for name in UNNAMED} == {name: comment[name] for name in UNNAMED}
    assert api.get_comment(comment["id"]).json == after
    assert list_comments(api, scene.post_id)[:2] == [other, after]


@pytest.mark.requirement("RELATIONS-COMMENT-10")
def test_a_change_that_changes_nothing_changes_nothing(
    scene: Scene, comment: dict[str, Any]
) -> None:
    for change in ({}, {"body": comment["body"]}):
        same = scene.guest.update_comment(comment["id"], json=change)
        assert (same.status, same.json) == (200, comment)
    assert scene.guest.get_comment(comment["id"]).json == comment


@pytest.mark.requirement("RELATIONS-COMMENT-11")
def test_nobody_else_changes_a_comment(
    scene: Scene, someone_else: Person, comment: dict[str, Any]
) -> None:
    for other in (scene.host, someone_else):
        for change in ({"body": "Changed."}, {}):
            assert other.update_comment(comment["id"], json=change).problem == FORBIDDEN
    assert scene.guest.get_comment(comment["id"]).json == comment


@pytest.mark.requirement("RELATIONS-COMMENT-11")
def test_no_admin_changes_a_comment(admin: Person, scene: Scene, comment: dict[str, Any]) -> None:
    assert admin.update_comment(comment["id"], json={"body": "Changed."}).problem == FORBIDDEN
    assert scene.guest.get_comment(comment["id"]).json == comment


# ---- Deleting. ----


@pytest.mark.parametrize("who", ["guest", "host"])
@pytest.mark.requirement("RELATIONS-COMMENT-12", "RELATIONS-COMMENT-07")
def test_its_author_and_the_posts_author_delete_a_comment(
    scene: Scene, comment: dict[str, Any], who: str
) -> None:
    kept = scene.guest.has_comment(scene.post_id)
    deleter: Person = getattr(scene, who)
    assert deleter.delete_comment(comment["id"]).status == 204
    for reader in (scene.guest, scene.host):
        assert reader.get_comment(comment["id"]).problem == NOT_FOUND
    listed = [one["id"] for one in list_comments(scene.host, scene.post_id)]
    assert (kept["id"] in listed, comment["id"] in listed) == (True, False)


@pytest.mark.requirement("RELATIONS-COMMENT-12")
def test_an_admin_deletes_anybodys_comment(
    admin: Person, scene: Scene, comment: dict[str, Any]
) -> None:
    assert admin.delete_comment(comment["id"]).status == 204
    assert scene.guest.get_comment(comment["id"]).problem == NOT_FOUND


@pytest.mark.requirement("RELATIONS-COMMENT-07")
def test_a_deleted_comment_cannot_be_used_again(scene: Scene, comment: dict[str, Any]) -> None:
    assert scene.guest.delete_comment(comment["id"]).status == 204
    assert scene.guest.update_comment(comment["id"], json={"body": "z"}).problem == NOT_FOUND
    assert scene.guest.delete_comment(comment["id"]).problem == NOT_FOUND
    assert scene.guest.get_comment(comment["id"]).problem == NOT_FOUND


@pytest.mark.requirement("RELATIONS-COMMENT-13")
def test_nobody_else_deletes_a_comment(
    scene: Scene, someone_else: Person, comment: dict[str, Any]
) -> None:
    # Who commented there too has no more rights than others.
    someone_else.has_comment(scene.post_id)
    assert someone_else.delete_comment(comment["id"]).problem == FORBIDDEN
    assert scene.guest.get_comment(comment["id"]).json == comment


@pytest.mark.parametrize("status", ["published", "draft"])
@pytest.mark.requirement("RELATIONS-COMMENT-15", "POSTS-DELETE-01")
def test_a_deleted_post_takes_its_comments_with_it(
    someone: Person, someone_else: Person, status: str
) -> None:
    gone, kept = someone.has_post()["id"], someone.has_post()["id"]
    comments = [person.has_comment(gone) for person in (someone, someone_else)]
    other = someone_else.has_comment(kept)
    someone.update_post(gone, json={"status": status})
    assert someone.delete_post(gone).status == 204
    for reader in (someone, someone_else):
        problems = [reader.get_comment(comment["id"]).problem for comment in comments]
        assert problems == [NOT_FOUND, NOT_FOUND]
    assert list_comments(someone, kept) == [other]


# ---- Lists. ----


@pytest.mark.requirement("RELATIONS-COMMENT-14")
def test_comments_are_listed_by_time_and_those_of_one_post_only(
    api: Api, someone: Person, someone_else: Person
) -> None:
    post_id, other = someone.has_post()["id"], someone.has_post()["id"]
    comments = []
    for person in (someone, someone_else, someone):
        comments.append(person.has_comment(post_id))
        person.has_comment(other)
    for reader in (api, someone, someone_else):
        assert list_comments(reader, post_id) == comments[::-1]
        assert list_comments(reader, post_id, **NEWEST_FIRST) == comments[::-1]
        assert list_comments(reader, post_id, **OLDEST_FIRST) == comments


@pytest.mark.requirement("RELATIONS-COMMENT-14")
def test_a_change_keeps_the_place_of_a_comment(someone: Person) -> None:
    post_id = someone.has_post()["id"]
    first, second = someone.has_comment(post_id), someone.has_comment(post_id)
    changed = someone.update_comment(first["id"], json={"body": "Changed."}).json
    assert list_comments(someone, post_id) == [second, changed]


@pytest.mark.requirement("RELATIONS-COMMENT-14")
def test_a_post_without_comments_has_an_empty_list(api: Api, someone: Person) -> None:
    answer = api.list_comments(someone.has_post()["id"])
    assert answer.json == {"items": [], "next_cursor": None}


@pytest.mark.requirement("RELATIONS-COMMENT-14")
def test_comments_have_no_other_sort(api: Api, scene: Scene) -> None:
    for sort in ("", "author", "-updated_at", "CREATED_AT"):
        assert api.list_comments(scene.post_id, query={"sort": sort}).faults == [
            ("sort", "not_one_of")
        ]
