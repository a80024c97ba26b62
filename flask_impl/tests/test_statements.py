"""No operation asks the database more often for a longer page."""

from flask import Flask
from flask.testing import FlaskClient

from .conftest import statements

AUTHENTICATION = 1
TAGS = [f"tag-{number}" for number in range(10)]


def write_post(client: FlaskClient) -> str:
    """Write a post with ten tags, and return its path."""
    post = {"title": "Old", "body": "…", "tags": TAGS}
    return client.post("/api/v1/posts", json=post).headers["Location"]


def test_list_posts_takes_two(app: Flask, client: FlaskClient) -> None:
    for _ in range(100):
        write_post(client)
    for limit in (1, 100):
        with statements(app) as seen:
            page = client.get(f"/api/v1/posts?limit={limit}").get_json()
        assert len(page["items"]) == limit
        assert len(seen) == AUTHENTICATION + 2


def test_list_users_takes_one(app: Flask, client: FlaskClient) -> None:
    for number in range(100):
        user = {"username": f"user_{number}", "email": f"{number}@example.com"}
        client.post("/api/v1/users", json=user | {"password": "correct horse"})
    for limit in (1, 100):
        with statements(app) as seen:
            page = client.get(f"/api/v1/users?limit={limit}").get_json()
        assert len(page["items"]) == limit
        assert len(seen) == AUTHENTICATION + 1


def test_get_post_takes_two(app: Flask, client: FlaskClient) -> None:
    path = write_post(client)
    with statements(app) as seen:
        assert client.get(path).status_code == 200
    assert len(seen) == AUTHENTICATION + 2


def test_create_post_takes_five(app: Flask, client: FlaskClient) -> None:
    with statements(app) as seen:
        write_post(client)
    assert len(seen) == AUTHENTICATION + 5


def test_update_post_takes_seven(app: Flask, client: FlaskClient) -> None:
    path = write_post(client)
    with statements(app) as seen:
        changes = {"title": "Changed", "tags": ["another"]}
        assert client.patch(path, json=changes).status_code == 200
    assert len(seen) == AUTHENTICATION + 7


def test_update_post_with_the_same_content_writes_nothing(app: Flask, client: FlaskClient) -> None:
    path = write_post(client)
    with statements(app) as seen:
        same = {"title": "Old", "tags": list(reversed(TAGS)), "status": "published"}
        assert client.patch(path, json=same).status_code == 200
    assert not [statement for statement in seen if not statement.startswith("SELECT")]
