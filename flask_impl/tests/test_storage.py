"""What is stored: tables as the models say, hashes where secrets would be."""

import hashlib

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from flask_impl.database import get_session
from flask_impl.sign_ins.models import RefreshToken
from flask_impl.users.models import User

from .conftest import CREDENTIALS


def test_migrations_arrive_at_the_models(app: Flask, alembic_config: Config) -> None:
    command.check(alembic_config)  # raises where a revision is missing


def test_migrations_can_be_undone(app: Flask, alembic_config: Config) -> None:
    command.downgrade(alembic_config, "base")
    command.upgrade(alembic_config, "head")
    assert app.test_client().get("/api/v1/users").status_code == 200


def test_passwords_are_hashed_with_the_parameters_of_production(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config.update(ARGON2_TIME_COST=2, ARGON2_MEMORY_KIB=19456)
    app.test_client().post("/api/v1/users", json={"username": "alice", **CREDENTIALS})
    with app.app_context():
        stored = get_session().scalar(select(User.password_hash))
    assert stored is not None
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_refresh_tokens_are_stored_as_digests(app: Flask, client: FlaskClient) -> None:
    sent = client.post("/api/v1/auth/login", json=CREDENTIALS).get_json()["refresh_token"]
    with app.app_context():
        stored = get_session().scalars(select(RefreshToken.token_hash)).all()
    assert hashlib.sha256(sent.encode()).hexdigest() in stored
    assert sent not in stored


def test_a_deleted_account_leaves_its_name_alone(app: Flask, client: FlaskClient) -> None:
    client.delete("/api/v1/me")
    with app.app_context():
        left = get_session().scalars(select(User)).one()
        assert not list(get_session().scalars(select(RefreshToken)))
    assert (left.username, left.email, left.email_folded) == ("alice", None, None)
    assert (left.password_hash, left.display_name, left.search_text) == (None, "", "")
