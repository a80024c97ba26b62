"""What no client can show within a test: time that passes, and addresses that differ."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient
from pwdlib.hashers.argon2 import Argon2Hasher

from fastapi_impl import database
from fastapi_impl.middleware import client_address
from fastapi_impl.settings import load_settings

from .conftest import CREDENTIALS

pytestmark = pytest.mark.anyio

LIFETIME = timedelta(days=14)
WINDOW = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
WRONG = {**CREDENTIALS, "password": "a wrong password"}
PROXIES = "10.0.0.0/8"


async def test_a_sign_in_ends_however_often_it_is_refreshed(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = datetime.now(UTC)
    tokens = (await client.post("/auth/login", json=CREDENTIALS)).json()
    for age, status in ((LIFETIME / 2, 200), (LIFETIME - SECOND, 200), (LIFETIME + SECOND, 401)):
        monkeypatch.setattr(database, "now", lambda age=age: signed_in + age)
        told = {"refresh_token": tokens["refresh_token"]}
        answer = await client.post("/auth/refresh", json=told)
        assert answer.status_code == status
        tokens = answer.json()


async def test_a_window_of_failures_ends(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = datetime.now(UTC)
    monkeypatch.setattr(database, "now", lambda: began)
    for status in (*10 * [401], 429):
        assert (await client.post("/auth/login", json=WRONG)).status_code == status
    for age, status in ((WINDOW - SECOND, 429), (WINDOW, 200)):
        monkeypatch.setattr(database, "now", lambda age=age: began + age)
        assert (await client.post("/auth/login", json=CREDENTIALS)).status_code == status


async def test_an_unknown_address_takes_the_time_of_a_password(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = mock.Mock(return_value=False)
    monkeypatch.setattr(Argon2Hasher, "verify", verify)
    for calls, email in enumerate(("alice@example.com", "nobody@example.com"), start=1):
        answer = await client.post("/auth/login", json={**WRONG, "email": email})
        assert (answer.status_code, verify.call_count) == (401, calls)


async def test_failures_count_for_the_address_they_come_from(
    app: FastAPI, client: AsyncClient
) -> None:
    for status in (*10 * [401], 429):
        answer = await client.post("/auth/login", json=WRONG)
        assert answer.status_code == status
    elsewhere = ASGITransport(app, client=("192.0.2.7", 1))
    async with AsyncClient(transport=elsewhere, base_url=client.base_url) as another:
        answer = await another.post("/auth/login", json=CREDENTIALS)
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
async def test_only_a_trusted_proxy_is_believed(
    environment: None, monkeypatch: pytest.MonkeyPatch, peer: str, forwarded: str, client: str
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", PROXIES)
    load_settings.cache_clear()
    headers = [(b"x-forwarded-for", forwarded.encode())]
    request = Request({"type": "http", "client": (peer, 1), "headers": headers})
    assert await client_address(request) == client
