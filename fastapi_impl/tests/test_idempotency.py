"""What no client can show of Idempotency-Key: that a day passes, and what is stored."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl import database, idempotency
from fastapi_impl.users.models import IdempotencyKey

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)
NOWHERE = "/posts/01900000-0000-7000-8000-000000000000/comments"


async def send(client: AsyncClient, title: str) -> Response:
    """Write a post under always the same key."""
    post = {"title": title, "body": "…"}
    return await client.post("/posts", json=post, headers={"Idempotency-Key": "once"})


async def age_keys(session: AsyncSession, age: timedelta) -> None:
    """Make every key so much older."""
    present = select(IdempotencyKey).execution_options(populate_existing=True)
    for kept in await session.scalars(present):
        kept.made_at -= age
    await session.commit()


async def count_keys(session: AsyncSession) -> int | None:
    return await session.scalar(select(func.count()).select_from(IdempotencyKey))


async def test_a_key_is_kept_for_a_day(client: AsyncClient, session: AsyncSession) -> None:
    first = await send(client, "One")
    await age_keys(session, idempotency.LIFETIME - MINUTE)
    assert (await send(client, "One")).json()["id"] == first.json()["id"]
    await age_keys(session, MINUTE)
    second = await send(client, "Two")
    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]
    assert (await send(client, "Two")).json() == second.json()


async def test_nothing_is_kept_of_a_refused_request(
    client: AsyncClient, session: AsyncSession
) -> None:
    for body, status in (("…", 404), ("", 422)):
        headers = {"Idempotency-Key": "once"}
        refused = await client.post(NOWHERE, json={"body": body}, headers=headers)
        assert refused.status_code == status
    assert await count_keys(session) == 0


async def test_a_deleted_account_leaves_no_keys(client: AsyncClient, session: AsyncSession) -> None:
    await send(client, "One")
    assert (await client.delete("/me")).status_code == 204
    assert await count_keys(session) == 0


@pytest.fixture
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for other transactions for a moment only."""
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.05)


async def test_a_twin_gives_up_when_it_has_waited_too_long(
    little_patience: None, app: FastAPI, client: AsyncClient, session: AsyncSession
) -> None:
    await database.begin_write(session)
    answer = await send(client, "One")
    without_key = await client.post("/posts", json={"title": "One", "body": "…"})
    await session.rollback()
    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_progress")
    assert answer.headers["Retry-After"] == "1"
    assert (without_key.status_code, without_key.headers["Retry-After"]) == (503, "1")
    assert (await send(client, "One")).status_code == 201
