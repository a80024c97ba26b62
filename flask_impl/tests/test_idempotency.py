"""What no client can show of Idempotency-Key: that a day passes, and what is stored."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from flask_impl import database, idempotency
from flask_impl.database import get_session
from flask_impl.users.models import IdempotencyKey

from .conftest import find_engine


def send(client: FlaskClient, title: str) -> TestResponse:
    """Write a post under always the same key."""
    post = {"title": title, "body": "…"}
    return client.post("/api/v1/posts", json=post, headers={"Idempotency-Key": "once"})


def age_keys(app: Flask, age: timedelta) -> None:
    """Make every key so much older."""
    with app.app_context():
        session = get_session()
        for kept in session.scalars(select(IdempotencyKey)):
            kept.made_at -= age
        session.commit()


def test_a_key_is_kept_for_a_day(app: Flask, client: FlaskClient) -> None:
    first = send(client, "One")
    age_keys(app, idempotency.LIFETIME - timedelta(minutes=1))
    assert send(client, "One").get_json()["id"] == first.get_json()["id"]
    age_keys(app, timedelta(minutes=1))
    second = send(client, "Two")
    assert second.status_code == 201
    assert second.get_json()["id"] != first.get_json()["id"]
    assert send(client, "Two").get_json() == second.get_json()


def test_nothing_is_kept_of_a_refused_request(app: Flask, client: FlaskClient) -> None:
    nowhere = "/api/v1/posts/01900000-0000-7000-8000-000000000000/comments"
    headers = {"Idempotency-Key": "once"}
    assert client.post(nowhere, json={"body": "…"}, headers=headers).status_code == 404
    assert client.post(nowhere, json={"body": ""}, headers=headers).status_code == 422
    with app.app_context():
        assert get_session().scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def test_a_deleted_account_leaves_no_keys(app: Flask, client: FlaskClient) -> None:
    send(client, "One")
    assert client.delete("/api/v1/me").status_code == 204
    with app.app_context():
        assert get_session().scalar(select(func.count()).select_from(IdempotencyKey)) == 0


@pytest.fixture
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for other transactions for a moment only."""
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.05)


def test_a_twin_gives_up_when_it_has_waited_too_long(
    little_patience: None, app: Flask, client: FlaskClient
) -> None:
    with find_engine(app).connect() as first:
        first.execution_options(writes=True).begin()
        answer = send(client, "One")
        without_key = client.post("/api/v1/posts", json={"title": "One", "body": "…"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "request_in_progress")
    assert answer.headers["Retry-After"] == "1"
    assert (without_key.status_code, without_key.headers["Retry-After"]) == (503, "1")
    assert send(client, "One").status_code == 201
