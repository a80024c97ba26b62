"""What is stored: tables as the models say, hashes where secrets would be."""

import hashlib

import pytest
from alembic import command
from alembic.config import Config
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.settings import load_settings
from fastapi_impl.sign_ins.models import RefreshToken
from fastapi_impl.users.models import User

from .conftest import CREDENTIALS


def test_migrations_arrive_at_the_models(alembic_config: Config) -> None:
    command.check(alembic_config)  # raises where a revision is missing


def test_migrations_can_be_undone(alembic_config: Config) -> None:
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")
    command.check(alembic_config)


@pytest.mark.anyio
async def test_passwords_are_hashed_with_the_parameters_of_production(
    client: AsyncClient, session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARGON2_TIME_COST")
    monkeypatch.delenv("ARGON2_MEMORY_KIB")
    load_settings.cache_clear()
    bob = {"username": "bob", "email": "bob@example.com", "password": "correct horse"}
    await client.post("/users", json=bob)
    stored = await session.scalar(select(User.password_hash).where(User.username == "bob"))
    assert stored is not None
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.anyio
async def test_refresh_tokens_are_stored_as_digests(
    client: AsyncClient, session: AsyncSession
) -> None:
    answer = await client.post("/auth/login", json=CREDENTIALS)
    sent = answer.json()["refresh_token"]
    stored = (await session.scalars(select(RefreshToken.token_hash))).all()
    assert hashlib.sha256(sent.encode()).hexdigest() in stored
    assert sent not in stored


@pytest.mark.anyio
async def test_a_deleted_account_leaves_its_name_alone(
    client: AsyncClient, session: AsyncSession
) -> None:
    await client.delete("/me")
    left = (await session.scalars(select(User))).one()
    assert not list(await session.scalars(select(RefreshToken)))
    assert (left.username, left.email, left.email_folded) == ("alice", None, None)
    assert (left.password_hash, left.display_name, left.search_text) == (None, "", "")
