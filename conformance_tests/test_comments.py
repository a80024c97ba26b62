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
# It takes four bytes, and two units of UTF-16.
LETTER = "🧄"
WRONG_TYPES: list[Any] = [None, 1, ["z"]]
UNNAMED = ("id", "post_id", "author", "created_at")
NEWEST_FIRST, OLDEST_FIRST = {"sort": "-created_at"}, {"sort": "created_at"}
# Of the ids that only resemble one, those that a lenient parser takes for it.
RESEMBLING = ("no hyphens", "braces", "a URN", "a digit of another script", "a line feed behind")

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


@pytest.fixture(scope="module")
def kept(scene: Scene) -> dict[str, Any]:
    """A comment by the guest on the host's post that nobody changes."""
    return scene.guest.has_comment(scene.post_id)


@pytest.fixture
def comment(scene: Scene) -> dict[str, Any]:
    """Another one, to change and to delete."""
    return scene.guest.has_comment(scene.post_id)


@pytest.fixture(scope="module", params=["create_comment", "update_comment"])
def write(request: pytest.FixtureRequest, scene: Scene) -> Write:
    """Write the body of a comment, of a new one or of one that is there."""
    if request.param == "create_comment":
        return lambda body: scene.guest.create_comment(scene.post_id, json={"body": body})
    comment_id = scene.guest.has_comment(scene.post_id)["id"]
    return lambda body: scene.guest.update_comment(comment_id, json={"body": body})


def list_comments(reader: Operations, post_id: str, **query: object) -> list[dict[str, Any]]:
    """Return the comments on one page that has room for all."""
    return reader.list_comments(post_id, query={**query, "limit": 100}).items


# ---- Commenting. ----


@pytest.mark.requirement("RELATIONS-COMMENT-01", "RELATIONS-COMMENT-03")
def test_a_comment_is_answered_as_given(scene: Scene) -> None:
    for body in BODIES:
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
    for reader in (api, someone_else):
        assert reader.request("GET", location).json == answer.json


@pytest.mark.requirement("RELATIONS-COMMENT-03")
def test_a_comment_may_be_so_long_and_no_longer(contract: Contract, write: Write) -> None:
    longest = LETTER * contract.limit("NewComment", "body", "maxLength")
    shortest = LETTER * contract.limit("NewComment", "body", "minLength")
    assert [write(body).json["body"] for body in (shortest, longest)] == [shortest, longest]
    assert write(shortest[:-1]).faults == [("#/body", "too_short")]
    assert write(longest + LETTER).faults == [("#/body", "too_long")]


@pytest.mark.requirement("RELATIONS-COMMENT-03")
def test_a_comment_is_a_text(write: Write) -> None:
    faults = {repr(body): write(body).faults for body in WRONG_TYPES}
    assert faults == {repr(body): [("#/body", "wrong_type")] for body in WRONG_TYPES}


@pytest.mark.requirement("RELATIONS-COMMENT-03", "RELATIONS-COMMENT-14")
def test_a_refused_comment_is_not_made(api: Api, someone: Person) -> None:
    post_id = someone.has_post()["id"]
    assert someone.create_comment(post_id, json={}).faults == [("#/body", "required")]
    assert someone.create_comment(post_id, json={"body": ""}).status == 422
    assert api.list_comments(post_id).json == {"items": [], "next_cursor": None}


@pytest.mark.requirement("RELATIONS-COMMENT-01", "HARDENING-MEMBERS-02")
def test_what_is_ours_to_set_is_refused(scene: Scene, kept: dict[str, Any]) -> None:
    ours = {name: kept[name] for name in (*UNNAMED, "updated_at")} | {"version": 7}
    told, faults = {"body": "z", **ours}, sorted((f"#/{name}", "unknown_field") for name in ours)
    assert scene.guest.create_comment(scene.post_id, json=told).faults == faults
    assert scene.guest.update_comment(kept["id"], json=told).faults == faults
    assert scene.guest.get_comment(kept["id"]).json == kept


# ---- Ids. ----


@pytest.mark.requirement("RELATIONS-COMMENT-08")
def test_a_comment_is_found_by_its_id_in_upper_case(scene: Scene, comment: dict[str, Any]) -> None:
    loud = comment["id"].upper()
    assert scene.guest.get_comment(loud).json == comment
    assert scene.guest.update_comment(loud, json={"body": "New."}).json["id"] == comment["id"]
    assert scene.guest.delete_comment(loud).status == 204


@pytest.mark.requirement("RELATIONS-COMMENT-08")
def test_what_only_resembles_a_comment_id_is_404(scene: Scene, kept: dict[str, Any]) -> None:
    guest, alike = scene.guest, {name: ALIKE[name](kept["id"]) for name in RESEMBLING}
    found = {name: guest.get_comment(one).problem for name, one in alike.items()}
    assert found == dict.fromkeys(RESEMBLING, NOT_FOUND)
    assert guest.update_comment(alike["no hyphens"], json={"body": "z"}).problem == NOT_FOUND
    assert guest.delete_comment(alike["no hyphens"]).problem == NOT_FOUND
    assert guest.get_comment(kept["id"]).json == kept


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
@pytest.mark.usefixtures("kept")
def test_the_id_of_a_post_is_not_that_of_a_comment(scene: Scene) -> None:
    assert scene.host.get_comment(scene.post_id).problem == NOT_FOUND
    assert scene.host.update_comment(scene.post_id, json={"body": "z"}).problem == NOT_FOUND
    assert scene.host.delete_comment(scene.post_id).problem == NOT_FOUND


# ---- Changing. ----


@pytest.mark.requirement("RELATIONS-COMMENT-09", "RELATIONS-COMMENT-14")
def test_the_author_changes_a_comment(api: Api, scene: Scene, comment: dict[str, Any]) -> None:
    other = scene.guest.has_comment(scene.post_id)
    after = scene.guest.update_comment(comment["id"], json={"body": "After."}).json
    assert after["body"] == "After."
    assert after["updated_at"] > comment["updated_at"]
    assert {name: after[name] for name in UNNAMED} == {name: comment[name] for name in UNNAMED}
    assert api.get_comment(comment["id"]).json == after
    assert list_comments(api, scene.post_id)[:2] == [other, after]


@pytest.mark.requirement("RELATIONS-COMMENT-10")
def test_a_change_that_changes_nothing_changes_nothing(scene: Scene, kept: dict[str, Any]) -> None:
    for change in ({}, {"body": kept["body"]}):
        same = scene.guest.update_comment(kept["id"], json=change)
        assert (same.status, same.json) == (200, kept)
    assert scene.guest.get_comment(kept["id"]).json == kept


@pytest.mark.requirement("RELATIONS-COMMENT-11")
def test_nobody_else_changes_a_comment(
    scene: Scene, someone_else: Person, kept: dict[str, Any]
) -> None:
    assert scene.host.update_comment(kept["id"], json={}).problem == FORBIDDEN
    assert someone_else.update_comment(kept["id"], json={"body": "z"}).problem == FORBIDDEN
    assert scene.guest.get_comment(kept["id"]).json == kept


# ---- Deleting. ----


@pytest.mark.requirement("RELATIONS-COMMENT-12", "RELATIONS-COMMENT-07")
def test_its_author_and_the_posts_author_delete_a_comment(
    scene: Scene, kept: dict[str, Any]
) -> None:
    gone = [scene.guest.has_comment(scene.post_id)["id"] for _ in range(2)]
    for deleter, comment_id in zip((scene.guest, scene.host), gone, strict=True):
        assert deleter.delete_comment(comment_id).status == 204
        assert scene.guest.get_comment(comment_id).problem == NOT_FOUND
    listed = [one["id"] for one in list_comments(scene.host, scene.post_id)]
    assert [one in listed for one in (kept["id"], *gone)] == [True, False, False]


@pytest.mark.requirement("RELATIONS-COMMENT-12")
def test_an_admin_deletes_anybodys_comment(
    admin: Person, scene: Scene, comment: dict[str, Any]
) -> None:
    assert admin.delete_comment(comment["id"]).status == 204
    assert scene.guest.get_comment(comment["id"]).problem == NOT_FOUND


@pytest.mark.requirement("RELATIONS-COMMENT-13")
def test_nobody_else_deletes_a_comment(
    scene: Scene, someone_else: Person, kept: dict[str, Any]
) -> None:
    # Who commented there too has no more rights than others.
    someone_else.has_comment(scene.post_id)
    assert someone_else.delete_comment(kept["id"]).problem == FORBIDDEN
    assert scene.guest.get_comment(kept["id"]).json == kept


@pytest.mark.requirement("RELATIONS-COMMENT-15", "POSTS-DELETE-01")
def test_a_deleted_post_takes_its_comments_with_it(
    scene: Scene, someone_else: Person, kept: dict[str, Any]
) -> None:
    posts = [scene.host.has_post()["id"] for _ in range(2)]
    comments = [someone_else.has_comment(post_id)["id"] for post_id in posts]
    scene.host.update_post(posts[1], json={"status": "draft"})
    assert [scene.host.delete_post(post_id).status for post_id in posts] == [204, 204]
    for reader in (someone_else, scene.host):
        assert [reader.get_comment(one).problem for one in comments] == [NOT_FOUND, NOT_FOUND]
    assert scene.guest.get_comment(kept["id"]).json == kept


# ---- Lists. ----


@pytest.mark.requirement("RELATIONS-COMMENT-14", "RELATIONS-COMMENT-04")
def test_comments_are_listed_by_time_and_those_of_one_post_only(
    api: Api, scene: Scene, someone: Person, someone_else: Person
) -> None:
    post_id, comments = someone.has_post()["id"], []
    for person in (someone, someone_else, someone):
        comments.append(person.has_comment(post_id, body="The same."))
    someone.has_comment(scene.post_id)
    assert list_comments(api, post_id) == comments[::-1]
    assert list_comments(someone, post_id, **NEWEST_FIRST) == comments[::-1]
    assert list_comments(someone_else, post_id, **OLDEST_FIRST) == comments


@pytest.mark.requirement("RELATIONS-COMMENT-14")
def test_comments_have_no_other_sort(api: Api, scene: Scene) -> None:
    for sort in ("author", "CREATED_AT"):
        assert api.list_comments(scene.post_id, query={"sort": sort}).faults == [
            ("sort", "not_one_of")
        ]
