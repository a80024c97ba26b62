"""No operation asks the database more often for a longer page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from .conftest import statements

AUTHENTICATION = 1
MANY = 100
TAGS = [f"tag-{number}" for number in range(10)]
ALICE = "/api/v1/users/alice"
# Each list of more items than a page holds, and how many statements a page takes.
LISTS = {
    "/api/v1/users": 1,
    "/api/v1/posts": 2,
    "/api/v1/feed": 2,
    "/api/v1/tags": 1,
    f"{ALICE}/followers": 2,
    f"{ALICE}/following": 2,
}


def write_post(client: FlaskClient, **members: object) -> str:
    """Write a post with ten tags, and return its path."""
    post = {"title": "Old", "body": "…", "tags": TAGS, **members}
    return client.post("/api/v1/posts", json=post).headers["Location"]


def sign_in(client: FlaskClient, name: str) -> dict[str, str]:
    """Make an account and return the header that speaks for it."""
    credentials = {"email": f"{name}@example.com", "password": "correct horse"}
    client.post("/api/v1/users", json={"username": name, **credentials})
    tokens = client.post("/api/v1/auth/login", json=credentials).get_json()
    return {"Authorization": f"Bearer {tokens['access_token']}"}


@pytest.fixture
def crowd(client: FlaskClient) -> None:
    """So many users who follow alice and are followed by her; each wrote a post."""
    for number in range(MANY):
        name = f"user_{number}"
        theirs = sign_in(client, name)
        client.put(f"{ALICE}/follow", headers=theirs)
        client.put(f"/api/v1/users/{name}/follow")
        tags = [*TAGS[1:], f"of-{number}"]
        client.post("/api/v1/posts", json={"title": name, "body": "", "tags": tags}, headers=theirs)


def count_by_page_size(app: Flask, client: FlaskClient, path: str) -> list[int]:
    """Return how many statements a page of one item takes, and one of a hundred."""
    counts = []
    for limit in (1, MANY):
        with statements(app) as seen:
            page = client.get(f"{path}?limit={limit}").get_json()
        assert len(page["items"]) == limit
        counts.append(len(seen) - AUTHENTICATION)
    return counts


def test_lists_take_one_or_two(app: Flask, client: FlaskClient, crowd: None) -> None:
    counts = {path: count_by_page_size(app, client, path) for path in LISTS}
    assert counts == {path: [count, count] for path, count in LISTS.items()}


def test_list_comments_takes_two(app: Flask, client: FlaskClient) -> None:
    path = f"{write_post(client)}/comments"
    for _ in range(MANY):
        client.post(path, json={"body": "…"})
    assert count_by_page_size(app, client, path) == [2, 2]


def test_reading_one_thing_takes_one_or_two(app: Flask, client: FlaskClient) -> None:
    post = write_post(client)
    comment = client.post(f"{post}/comments", json={"body": "…"}).headers["Location"]
    budgets = {post: 2, f"{post}/stats": 1, comment: 1, ALICE: 1}
    counts = {}
    for path in budgets:
        with statements(app) as seen:
            assert client.get(path).status_code == 200
        counts[path] = len(seen) - AUTHENTICATION
    assert counts == budgets


def test_create_post_takes_five(app: Flask, client: FlaskClient) -> None:
    with statements(app) as seen:
        write_post(client)
    assert len(seen) == AUTHENTICATION + 5


def test_an_idempotency_key_takes_two_more(app: Flask, client: FlaskClient) -> None:
    def send() -> TestResponse:
        post = {"title": "Old", "body": "…", "tags": TAGS}
        return client.post("/api/v1/posts", json=post, headers={"Idempotency-Key": "once"})

    with statements(app) as seen:
        first = send()
    assert len(seen) == AUTHENTICATION + 2 + 5
    with statements(app) as seen:
        assert send().get_json() == first.get_json()
    assert len(seen) == AUTHENTICATION + 2 + 1


def test_update_post_takes_seven(app: Flask, client: FlaskClient) -> None:
    path = write_post(client)
    with statements(app) as seen:
        changes = {"title": "Changed", "tags": ["another"]}
        assert client.patch(path, json=changes, headers={"If-Match": '"1"'}).status_code == 200
    assert len(seen) == AUTHENTICATION + 7


def test_update_post_with_the_same_content_writes_nothing(app: Flask, client: FlaskClient) -> None:
    path = write_post(client)
    with statements(app) as seen:
        same = {"title": "Old", "tags": list(reversed(TAGS)), "status": "published"}
        assert client.patch(path, json=same, headers={"If-Match": "*"}).status_code == 200
    assert not [statement for statement in seen if not statement.startswith("SELECT")]


def test_small_writes_take_at_most_three(app: Flask, client: FlaskClient) -> None:
    post = write_post(client)
    sign_in(client, "bob")
    for path in (f"{post}/like", "/api/v1/users/bob/follow"):
        with statements(app) as seen:
            assert client.put(path).status_code == 204
        assert len(seen) == AUTHENTICATION + 3
    with statements(app) as seen:
        comment = client.post(f"{post}/comments", json={"body": "Old"}).headers["Location"]
    assert len(seen) == AUTHENTICATION + 3
    with statements(app) as seen:
        changed = client.patch(comment, json={"body": "New"}, headers={"If-Match": '"1"'})
        assert changed.status_code == 200
    assert len(seen) == AUTHENTICATION + 2
