"""Deleting a post: who may, and that nothing of it is left."""

from functools import partial
from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person
from conformance_tests.harness.together import count, send_together

AT_ONCE = 8


@pytest.fixture
def post(someone: Person) -> dict[str, Any]:
    """A published post."""
    return someone.has_post()


@pytest.fixture
def word() -> str:
    """A word that is nobody's but this test's, and fit to be a tag."""
    return f"t{token_hex(6)}"


@pytest.mark.parametrize("status", ["published", "draft"])
@pytest.mark.requirement("POSTS-DELETE-01", "POSTS-DELETE-03")
def test_the_author_deletes_a_post(someone: Person, word: str, status: str) -> None:
    told = {"title": f"About {word}", "tags": [word], "status": status}
    kept, gone = someone.has_post(**told), someone.has_post(**told)
    assert someone.delete_post(gone["id"]).status == 204
    assert someone.get_post(gone["id"]).problem == (404, "not_found")
    for asked in ({"tag": word}, {"q": word}):
        query = {"author": someone.username, "status": status, **asked}
        listed = someone.list_posts(query=query).items
        assert [post["id"] for post in listed] == [kept["id"]]


@pytest.mark.requirement("POSTS-DELETE-01")
def test_an_admin_deletes_anybodys_post(
    admin: Person, someone: Person, post: dict[str, Any]
) -> None:
    assert admin.delete_post(post["id"]).status == 204
    assert someone.get_post(post["id"]).problem == (404, "not_found")


@pytest.mark.requirement("POSTS-DELETE-02")
def test_nobody_else_deletes_a_post(
    someone: Person, someone_else: Person, post: dict[str, Any]
) -> None:
    assert someone_else.delete_post(post["id"]).problem == (403, "forbidden")
    assert someone.get_post(post["id"]).json == post


@pytest.mark.requirement("POSTS-DELETE-04", "POSTS-LIST-04")
def test_with_an_account_its_posts_are_gone(
    api: Api, alice: Person, someone: Person, word: str
) -> None:
    told = {"title": f"About {word}", "tags": [word]}
    theirs = [alice.has_post(**told), alice.has_post(**told, status="draft")]
    other = someone.has_post(**told)
    alice.delete_me()
    assert [api.get_post(post["id"]).status for post in theirs] == [404, 404]
    listed = api.list_posts(query={"author": alice.username})
    assert listed.json == {"items": [], "next_cursor": None}
    for asked in ({"tag": word}, {"q": word}):
        assert [post["id"] for post in api.list_posts(query=asked).items] == [other["id"]]
    assert api.get_post(other["id"]).json == other


@pytest.mark.requirement("HARDENING-RACE-07")
def test_of_many_deletions_at_once_one_succeeds(someone: Person) -> None:
    post_id = someone.has_post(tags=["a", "b", "c"])["id"]
    answers = send_together(AT_ONCE * [partial(someone.delete_post, post_id)])
    assert count(answers) == {(204, "None"): 1, (404, "not_found"): AT_ONCE - 1}
