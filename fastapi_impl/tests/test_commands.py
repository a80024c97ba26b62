"""The first admin is made by a command, never by starting or migrating."""

import sqlite3
from pathlib import Path

import pytest
from alembic.config import Config

from fastapi_impl.commands import main


@pytest.fixture(autouse=True)
def password(alembic_config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "correct horse")


def test_create_admin_makes_an_admin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["create-admin", "root", "root@example.com"])
    assert capsys.readouterr().out == "root is an admin.\n"
    connection = sqlite3.connect(tmp_path / "app.sqlite3")
    admins = connection.execute("SELECT username, role, is_active FROM users").fetchall()
    connection.close()
    assert admins == [("root", "admin", 1)]


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("Root!", "username: This does not have the right form."),
        ("taken", "This username belongs to somebody, or once did."),
    ],
)
def test_create_admin_says_why_not(username: str, sentence: str) -> None:
    main(["create-admin", "taken", "taken@example.com"])
    with pytest.raises(SystemExit) as stop:
        main(["create-admin", username, "root@example.com"])
    assert stop.value.code == f"Error: {sentence}"
