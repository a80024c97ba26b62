"""An application over a fresh database, and a client that is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from flask_impl.app import create_app
from flask_impl.database import get_session

ALEMBIC_INI = Path(__file__).parents[1] / "alembic.ini"
CREDENTIALS = {"email": "alice@example.com", "password": "correct horse"}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the settings at a database of this test's own, and hash cheaply."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'app.sqlite3'}")
    monkeypatch.setenv("JWT_SECRET", "a secret that only the tests know, long enough")
    monkeypatch.setenv("ARGON2_TIME_COST", "1")
    monkeypatch.setenv("ARGON2_MEMORY_KIB", "8")


@pytest.fixture
def alembic_config() -> Config:
    return Config(ALEMBIC_INI)


@pytest.fixture
def app(environment: None, alembic_config: Config) -> Iterator[Flask]:
    command.upgrade(alembic_config, "head")
    app = create_app()
    yield app
    find_engine(app).dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that sends alice's token with every request."""
    client = app.test_client()
    client.post("/api/v1/users", json={"username": "alice", **CREDENTIALS})
    tokens = client.post("/api/v1/auth/login", json=CREDENTIALS).get_json()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {tokens['access_token']}"
    return client


def find_engine(app: Flask) -> Engine:
    with app.app_context():
        engine = get_session().get_bind()
    assert isinstance(engine, Engine)
    return engine


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collect the statements of the block, but for those that begin and end a transaction."""
    engine = find_engine(app)
    seen: list[str] = []

    def collect(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", collect)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", collect)
