"""Reading a post: who may, and what is not there."""

from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person

# Right in their form, and the id of nothing.
NEVER_GIVEN = {
    "an id of today's form": "01890a5d-ac96-774b-bcce-b302099a8057",
    "a random id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "no bit set": "00000000-0000-0000-0000-000000000000",
    "every bit set": "ffffffff-ffff-ffff-ffff-ffffffffffff",
}


@pytest.fixture(scope="module")
def post(someone: Person) -> dict[str, Any]:
    """A published post that nobody here changes."""
    return someone.has_post()


@pytest.mark.requirement("POSTS-READ-01")
def test_anybody_reads_a_published_post(
    api: Api, someone: Person, someone_else: Person, post: dict[str, Any]
) -> None:
    for reader in (api, someone, someone_else):
        answer = reader.get_post(post["id"])
        assert (answer.status, answer.json) == (200, post)


@pytest.mark.requirement("POSTS-READ-01")
def test_an_admin_reads_a_published_post(admin: Person, post: dict[str, Any]) -> None:
    assert admin.get_post(post["id"]).json == post


@pytest.mark.requirement("POSTS-READ-01", "POSTS-STATUS-02")
def test_a_draft_is_for_anybody_once_it_is_published(api: Api, someone: Person) -> None:
    post_id = someone.has_post(status="draft")["id"]
    published = someone.update_post(post_id, json={"status": "published"}).json
    assert api.get_post(post_id).json == published


@pytest.mark.requirement("POSTS-READ-02")
def test_a_post_that_does_not_exist_is_404(api: Api) -> None:
    found = {name: api.get_post(post_id).problem for name, post_id in NEVER_GIVEN.items()}
    assert found == dict.fromkeys(NEVER_GIVEN, (404, "not_found"))


@pytest.mark.requirement("POSTS-LIST-06")
def test_posts_stay_when_their_author_is_deactivated(
    api: Api, admin: Person, alice: Person
) -> None:
    tag, word = f"t{token_hex(6)}", token_hex(6)
    post = alice.has_post(tags=[tag], body=word)
    admin.update_user(alice.username, json={"is_active": False})
    assert api.get_post(post["id"]).json == post
    for query in ({"author": alice.username}, {"tag": tag}, {"q": word}):
        assert [one["id"] for one in api.list_posts(query=query).items] == [post["id"]]
