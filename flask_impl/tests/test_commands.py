"""The first admin is made by a command, never by starting or migrating."""

import pytest
from flask import Flask
from sqlalchemy import select

from flask_impl.database import get_session
from flask_impl.users.models import User


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "correct horse")


def test_create_admin_makes_an_admin(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["create-admin", "root", "root@example.com"])
    assert (result.exit_code, result.output) == (0, "root is an admin.\n")
    with app.app_context():
        admin = get_session().scalars(select(User)).one()
    assert (admin.username, admin.role, admin.is_active) == ("root", "admin", True)


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("Root!", "username: This does not have the right form."),
        ("taken", "This username belongs to somebody, or once did."),
    ],
)
def test_create_admin_says_why_not(app: Flask, username: str, sentence: str) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["create-admin", "taken", "taken@example.com"])
    result = runner.invoke(args=["create-admin", username, "root@example.com"])
    assert (result.exit_code, result.output) == (1, f"Error: {sentence}\n")
