"""What no client can show within a test: time that passes, and addresses that differ."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from unittest import mock

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Flask
from flask.testing import FlaskClient

from flask_impl import database
from flask_impl.middleware import client_address

from .conftest import CREDENTIALS

LIFETIME = timedelta(days=14)
WINDOW = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
WRONG = {**CREDENTIALS, "password": "a wrong password"}
PROXIES = [ip_network("10.0.0.0/8")]


def test_a_sign_in_ends_however_often_it_is_refreshed(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = datetime.now(UTC)
    tokens = client.post("/api/v1/auth/login", json=CREDENTIALS).get_json()
    for age, status in ((LIFETIME / 2, 200), (LIFETIME - SECOND, 200), (LIFETIME + SECOND, 401)):
        monkeypatch.setattr(database, "now", lambda age=age: signed_in + age)
        told = {"refresh_token": tokens["refresh_token"]}
        answer = client.post("/api/v1/auth/refresh", json=told)
        assert answer.status_code == status
        tokens = answer.get_json()


def test_a_window_of_failures_ends(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    began = datetime.now(UTC)
    monkeypatch.setattr(database, "now", lambda: began)
    for status in (*10 * [401], 429):
        assert client.post("/api/v1/auth/login", json=WRONG).status_code == status
    for age, status in ((WINDOW - SECOND, 429), (WINDOW, 200)):
        monkeypatch.setattr(database, "now", lambda age=age: began + age)
        assert client.post("/api/v1/auth/login", json=CREDENTIALS).status_code == status


def test_an_unknown_address_takes_the_time_of_a_password(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = mock.Mock(side_effect=VerifyMismatchError)
    monkeypatch.setattr(PasswordHasher, "verify", verify)
    for calls, email in enumerate(("alice@example.com", "nobody@example.com"), start=1):
        answer = client.post("/api/v1/auth/login", json={**WRONG, "email": email})
        assert (answer.status_code, verify.call_count) == (401, calls)


def test_failures_count_for_the_address_they_come_from(client: FlaskClient) -> None:
    for status in (*10 * [401], 429):
        answer = client.post("/api/v1/auth/login", json=WRONG)
        assert answer.status_code == status
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    answer = client.post("/api/v1/auth/login", json=CREDENTIALS, environ_base=elsewhere)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.7, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:DB8::1", "2001:db8::1"),
        ("", "198.51.100.1", "::"),
    ],
)
def test_only_a_trusted_proxy_is_believed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, peer: str, forwarded: str, client: str
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_PROXIES", PROXIES)
    headers = {"X-Forwarded-For": forwarded}
    with app.test_request_context(environ_base={"REMOTE_ADDR": peer}, headers=headers):
        assert client_address() == client
