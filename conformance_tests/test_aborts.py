"""Clients that leave before they are done: what they began is whole or not there at all."""

import json
from secrets import token_hex

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire

# More than a server has connections to its database, so that none may be lost.
LEAVING = 16


def compose_post(wire: Wire, author: Person, tag: str, *, missing: int) -> bytes:
    """Return a request that writes a post, and announces more bytes than it has."""
    body = json.dumps({"title": "Garlic", "body": "", "tags": [tag, f"{tag}-2"]}).encode()
    headers = [
        f"Authorization: Bearer {author.access_token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body) + missing}",
    ]
    return wire.compose("POST", "/api/v1/posts", *headers, body=body)


@pytest.fixture
def tag() -> str:
    """A tag that is nobody's but this test's."""
    return f"t{token_hex(6)}"


@pytest.mark.requirement("HARDENING-ABORT-01")
def test_body_without_its_end_is_not_acted_on(
    api: Api, wire: Wire, someone: Person, tag: str
) -> None:
    # What came is a whole JSON text, to whoever does not count.
    wire.break_off(compose_post(wire, someone, tag, missing=1))
    assert api.list_posts(query={"tag": tag}).items == []


@pytest.mark.requirement("HARDENING-ABORT-02")
def test_who_does_not_wait_for_an_answer_harms_nobody(
    api: Api, wire: Wire, someone: Person, tag: str
) -> None:
    for _ in range(LEAVING):
        wire.walk_away(compose_post(wire, someone, tag, missing=0))
    last = someone.create_post(json={"title": "Last", "body": "", "tags": [tag, f"{tag}-2"]})
    assert last.status == 201
    posts = api.list_posts(query={"tag": tag, "limit": LEAVING + 1}).items
    assert last.json["id"] in [post["id"] for post in posts]
    assert [post["tags"] for post in posts] == [last.json["tags"]] * len(posts)
