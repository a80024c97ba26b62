"""What belongs to a post that one may not read: to others it was never there."""

from typing import Any, NamedTuple, Unpack

import pytest

from conformance_tests.data.ids import NEVER_GIVEN
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Call, Operations
from conformance_tests.harness.people import People, Person

NOT_FOUND = (404, "not_found")
READING: list[tuple[str, Call]] = [
    ("get_post_stats", {}),
    ("list_comments", {}),
]
WRITING: list[tuple[str, Call]] = [
    ("create_comment", {"json": {"body": "A comment."}}),
    ("like_post", {}),
    ("unlike_post", {}),
]
OF_A_COMMENT: list[tuple[str, Call]] = [
    ("get_comment", {}),
    ("update_comment", {"json": {"body": "Changed."}}),
    ("delete_comment", {}),
]
# A request that is wrong by itself is told so, and no more.
WRONG: list[tuple[str, Call]] = [
    ("create_comment", {"json": {"body": ""}}),
    ("list_comments", {"query": {"cursor": "made-up"}}),
    ("like_post", {"query": {"surprise": "1"}}),
]


class Hidden(NamedTuple):
    """A post that was published and is a draft now; the guest likes it and commented on it."""

    host: Person
    guest: Person
    post_id: str
    comment: dict[str, Any]


@pytest.fixture(scope="module")
def host(people: People) -> Person:
    """Whose posts they are."""
    return people.register("host")


@pytest.fixture(scope="module")
def hidden(host: Person, someone: Person) -> Hidden:
    """A hidden post that nobody here can change anything about."""
    return hide(host, someone)


def hide(host: Person, guest: Person) -> Hidden:
    """Publish a post, let the guest like it and comment on it, and make it a draft."""
    post_id = host.has_post()["id"]
    guest.likes(post_id)
    hidden = Hidden(host, guest, post_id, guest.has_comment(post_id))
    assert host.update_post(post_id, json={"status": "draft"}).status == 200
    return hidden


def expect_the_same(
    reader: Operations, operation_id: str, thing: str, **call: Unpack[Call]
) -> Answer:
    """Return what is answered for a thing, which is what is answered for one that never was."""
    operation = getattr(reader, operation_id)
    there: Answer = operation(thing, **call)
    assert there.lasting == operation(NEVER_GIVEN, **call).lasting, call
    return there


@pytest.mark.requirement("RELATIONS-COMMENT-05", "RELATIONS-STATS-03")
def test_nobody_else_sees_comments_and_stats_of_a_draft(api: Api, hidden: Hidden) -> None:
    for reader in (api, hidden.guest):
        for operation_id, call in READING:
            answer = expect_the_same(reader, operation_id, hidden.post_id, **call)
            assert answer.problem == NOT_FOUND


@pytest.mark.requirement("RELATIONS-COMMENT-05", "RELATIONS-LIKE-05")
def test_nobody_else_comments_on_a_draft_or_likes_it(hidden: Hidden) -> None:
    for operation_id, call in WRITING:
        answer = expect_the_same(hidden.guest, operation_id, hidden.post_id, **call)
        assert answer.problem == NOT_FOUND
    stats = {"likes_count": 1, "comments_count": 1, "liked": False}
    assert hidden.host.get_post_stats(hidden.post_id).json == stats


@pytest.mark.requirement("RELATIONS-COMMENT-06", "RELATIONS-COMMENT-16")
def test_a_comment_on_a_draft_is_hidden_from_its_own_author(hidden: Hidden) -> None:
    comment_id = hidden.comment["id"]
    for operation_id, call in OF_A_COMMENT:
        answer = expect_the_same(hidden.guest, operation_id, comment_id, **call)
        assert answer.problem == NOT_FOUND
    assert hidden.host.get_comment(comment_id).json == hidden.comment


@pytest.mark.requirement("RELATIONS-COMMENT-06", "RELATIONS-STATS-03")
def test_an_admin_sees_and_does_no_more_there(admin: Person, hidden: Hidden) -> None:
    stats = expect_the_same(admin, "get_post_stats", hidden.post_id)
    deleted = expect_the_same(admin, "delete_comment", hidden.comment["id"])
    assert stats.problem == deleted.problem == NOT_FOUND


@pytest.mark.requirement("RELATIONS-COMMENT-05", "RELATIONS-LIKE-05", "HARDENING-ORDER-05")
def test_a_wrong_request_tells_nothing_of_a_draft(hidden: Hidden, someone_else: Person) -> None:
    for operation_id, call in WRONG:
        answer = expect_the_same(someone_else, operation_id, hidden.post_id, **call)
        assert answer.problem == (422, "invalid_request")


@pytest.mark.requirement("RELATIONS-COMMENT-04", "RELATIONS-STATS-01", "RELATIONS-LIKE-01")
def test_authors_see_and_do_with_their_draft_what_they_like(host: Person) -> None:
    post_id = host.has_post(status="draft")["id"]
    comment = host.has_comment(post_id)
    host.likes(post_id)
    assert host.list_comments(post_id).items == [comment]
    stats = {"likes_count": 1, "comments_count": 1, "liked": True}
    assert host.get_post_stats(post_id).json == stats


@pytest.mark.requirement("RELATIONS-COMMENT-16")
def test_what_was_hidden_is_there_again(api: Api, host: Person, someone: Person) -> None:
    hidden = hide(host, someone)
    host.update_post(hidden.post_id, json={"status": "published"})
    assert api.get_comment(hidden.comment["id"]).json == hidden.comment
    assert api.list_comments(hidden.post_id).items == [hidden.comment]
    stats = {"likes_count": 1, "comments_count": 1, "liked": True}
    assert someone.get_post_stats(hidden.post_id).json == stats
