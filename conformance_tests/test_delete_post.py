"""Deleting a post: who may, and that nothing of it is left."""

from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person

AT_ONCE = 8


@pytest.mark.parametrize("status", ["published", "draft"])
@pytest.mark.requirement("POSTS-DELETE-01", "POSTS-DELETE-03")
def test_the_author_deletes_a_post(alice: Person, status: str) -> None:
    post = alice.has_post(status=status)
    assert alice.delete_post(post["id"]).status == 204
    assert alice.get_post(post["id"]).problem == (404, "not_found")


@pytest.mark.requirement("POSTS-DELETE-01")
def test_an_admin_deletes_anybodys_post(admin: Person, alice: Person, post: dict[str, Any]) -> None:
    assert admin.delete_post(post["id"]).status == 204
    assert alice.get_post(post["id"]).problem == (404, "not_found")


@pytest.mark.requirement("POSTS-DELETE-02")
def test_nobody_else_deletes_a_post(bob: Person, alice: Person, post: dict[str, Any]) -> None:
    assert bob.delete_post(post["id"]).problem == (403, "forbidden")
    assert alice.get_post(post["id"]).json == post


@pytest.mark.requirement("POSTS-DELETE-03")
def test_a_deleted_post_is_gone_for_every_operation(api: Api, alice: Person) -> None:
    post = alice.has_post(tags=["garden"])
    alice.delete_post(post["id"])
    answers = [
        api.get_post(post["id"]),
        alice.get_post(post["id"]),
        alice.update_post(post["id"], json={"title": "Back again"}),
        alice.update_post(post["id"], json={}),
        alice.delete_post(post["id"]),
    ]
    assert [answer.problem for answer in answers] == [(404, "not_found")] * len(answers)


@pytest.mark.parametrize("status", ["published", "draft"])
@pytest.mark.requirement("POSTS-DELETE-03")
def test_no_list_and_no_search_holds_a_deleted_post(alice: Person, status: str) -> None:
    word = f"t{token_hex(6)}"
    told = {"title": f"About {word}", "tags": [word], "status": status}
    kept, gone = alice.has_post(**told), alice.has_post(**told)
    alice.delete_post(gone["id"])
    for asked in ({}, {"tag": word}, {"q": word}):
        query = {"author": alice.username, "status": status, **asked}
        listed = alice.list_posts(query=query).items
        assert [post["id"] for post in listed] == [kept["id"]]


@pytest.mark.requirement("POSTS-DELETE-01")
def test_deleting_a_post_leaves_others_alone(alice: Person, bob: Person) -> None:
    told = {"title": "The same", "tags": ["a", "b"]}
    gone = alice.has_post(**told)
    others = [alice.has_post(**told), bob.has_post(**told)]
    alice.delete_post(gone["id"])
    assert [alice.get_post(post["id"]).json for post in others] == others


@pytest.mark.requirement("POSTS-DELETE-04")
def test_with_an_account_its_posts_are_gone(api: Api, alice: Person, bob: Person) -> None:
    word = f"t{token_hex(6)}"
    told = {"title": f"About {word}", "tags": [word]}
    theirs = [alice.has_post(**told), alice.has_post(**told, status="draft")]
    other = bob.has_post(**told)
    alice.delete_me()
    assert [api.get_post(post["id"]).status for post in theirs] == [404, 404]
    assert api.list_posts(query={"author": alice.username}).items == []
    for asked in ({"tag": word}, {"q": word}):
        assert [post["id"] for post in api.list_posts(query=asked).items] == [other["id"]]


@pytest.mark.requirement("HARDENING-RACE-06")
def test_of_many_deletions_at_once_one_succeeds(alice: Person) -> None:
    post_id = alice.has_post(tags=["a", "b", "c"])["id"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: alice.delete_post(post_id), range(AT_ONCE)))
    assert sorted(answer.status for answer in answers) == [204] + [404] * (AT_ONCE - 1)
