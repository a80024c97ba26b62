"""An application over a fresh database, and a client that is signed in."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.app import create_app
from fastapi_impl.settings import load_settings

ALEMBIC_INI = Path(__file__).parents[1] / "alembic.ini"
CREDENTIALS = {"email": "alice@example.com", "password": "correct horse"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point the settings at a database of this test's own, and hash cheaply."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'app.sqlite3'}")
    monkeypatch.setenv("JWT_SECRET", "a secret that only the tests know, long enough")
    monkeypatch.setenv("ARGON2_TIME_COST", "1")
    monkeypatch.setenv("ARGON2_MEMORY_KIB", "8")
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.fixture
def alembic_config(environment: None) -> Config:
    """Alembic's configuration, and a database that is migrated already."""
    config = Config(ALEMBIC_INI)
    command.upgrade(config, "head")
    return config


@pytest.fixture
async def app(alembic_config: Config) -> AsyncIterator[FastAPI]:
    app = create_app()
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def session(app: FastAPI) -> AsyncIterator[AsyncSession]:
    """A session beside those of the requests."""
    async with app.state.sessions() as session:
        yield session


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client that sends alice's token with every request."""
    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url="http://api/api/v1") as client:
        await client.post("/users", json={"username": "alice", **CREDENTIALS})
        tokens = (await client.post("/auth/login", json=CREDENTIALS)).json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        yield client


@contextmanager
def statements(app: FastAPI) -> Iterator[list[str]]:
    """Collect the statements of the block, but for those that begin and end a transaction."""
    engine = app.state.sessions.kw["bind"].sync_engine
    seen: list[str] = []

    def collect(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", collect)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", collect)
