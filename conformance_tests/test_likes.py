"""Likes: once for each who likes a post, and what the stats of the post tell of them."""

from typing import Any

import pytest

from conformance_tests.data.ids import ALIKE
from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import Person

NOT_FOUND = (404, "not_found")


@pytest.fixture
def post(someone: Person) -> dict[str, Any]:
    """A published post that nobody likes yet."""
    return someone.has_post()


def get_liked(post_id: str, *readers: Operations) -> tuple[int, list[bool | None]]:
    """Return how many like a post, and what each reader is told of themselves."""
    stats = [reader.get_post_stats(post_id).json for reader in readers]
    [counted] = {one["likes_count"] for one in stats}
    return counted, [one["liked"] for one in stats]


@pytest.mark.requirement("RELATIONS-LIKE-01", "RELATIONS-STATS-01", "RELATIONS-STATS-02")
def test_a_like_shows_for_who_gave_it(
    api: Api, someone: Person, someone_else: Person, post: dict[str, Any]
) -> None:
    nothing = {"likes_count": 0, "comments_count": 0}
    assert api.get_post_stats(post["id"]).json == {**nothing, "liked": None}
    assert someone.get_post_stats(post["id"]).json == {**nothing, "liked": False}
    assert someone_else.like_post(post["id"]).status == 204
    told = get_liked(post["id"], someone, someone_else, api)
    assert told == (1, [False, True, None])


@pytest.mark.requirement("RELATIONS-LIKE-02", "RELATIONS-LIKE-03", "RELATIONS-LIKE-01")
def test_a_like_counts_once_however_often_it_is_given(
    someone: Person, someone_else: Person, post: dict[str, Any]
) -> None:
    for _ in range(2):
        assert someone_else.like_post(post["id"]).status == 204
    someone.likes(post["id"])
    assert get_liked(post["id"], someone_else) == (2, [True])
    assert someone_else.unlike_post(post["id"]).status == 204
    assert get_liked(post["id"], someone_else) == (1, [False])
    someone_else.likes(post["id"])
    assert get_liked(post["id"], someone_else) == (2, [True])


@pytest.mark.requirement("RELATIONS-LIKE-03")
def test_unliking_takes_back_ones_own_like_and_nobody_elses(
    someone: Person, someone_else: Person, post: dict[str, Any]
) -> None:
    other = someone.has_post()
    for person, liked in ((someone, post), (someone_else, post), (someone, other)):
        person.likes(liked["id"])
    assert someone.unlike_post(post["id"]).status == 204
    assert get_liked(post["id"], someone, someone_else) == (1, [False, True])
    assert get_liked(other["id"], someone, someone_else) == (1, [True, False])


@pytest.mark.requirement("RELATIONS-LIKE-04")
def test_unliking_what_one_does_not_like_changes_nothing(
    someone: Person, someone_else: Person, post: dict[str, Any]
) -> None:
    someone.likes(post["id"])
    assert someone_else.unlike_post(post["id"]).status == 204
    assert get_liked(post["id"], someone, someone_else) == (1, [True, False])


@pytest.mark.requirement("RELATIONS-LIKE-05", "RELATIONS-STATS-03", "POSTS-ID-02", "POSTS-ID-03")
def test_likes_are_found_by_the_id_of_their_post_in_either_case(
    someone: Person, post: dict[str, Any]
) -> None:
    loud, alike = post["id"].upper(), ALIKE["no hyphens"](post["id"])
    someone.likes(loud)
    assert get_liked(loud, someone) == get_liked(post["id"], someone) == (1, [True])
    for operation in (someone.like_post, someone.unlike_post, someone.get_post_stats):
        assert operation(alike).problem == NOT_FOUND
    assert someone.unlike_post(loud).status == 204
    assert get_liked(post["id"], someone) == (0, [False])


@pytest.mark.requirement("RELATIONS-LIKE-05", "RELATIONS-STATS-03")
def test_a_deleted_post_has_no_likes(someone: Person, post: dict[str, Any]) -> None:
    someone.likes(post["id"])
    assert someone.delete_post(post["id"]).status == 204
    assert someone.get_post_stats(post["id"]).problem == NOT_FOUND


@pytest.mark.requirement("HTTP-ETAG-04")
def test_likes_and_comments_leave_the_post_as_it_is(
    someone: Person, someone_else: Person, post: dict[str, Any]
) -> None:
    before = someone.get_post(post["id"])
    someone_else.likes(post["id"])
    someone_else.has_comment(post["id"])
    after = someone.get_post(post["id"])
    assert (after.json, after.headers["ETag"]) == (before.json, before.headers["ETag"])
