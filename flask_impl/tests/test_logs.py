"""The log: a line for each request, and another with the stack of what nobody expected."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_impl.app import create_app
from flask_impl.logs import JsonLines
from flask_impl.posts import services

Read = Callable[[], list[dict[str, Any]]]

FORGED = '\n{"operation": "delete_me"}\r\n\x1b[2J'


@pytest.fixture
def read_log(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read what was logged since alice signed in."""
    stream = StringIO()
    handlers = logging.getLogger().handlers
    [handler] = [one for one in handlers if isinstance(one.formatter, JsonLines)]
    monkeypatch.setattr(handler, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def everything_told() -> Iterator[None]:
    """Have libraries tell all that they have to tell."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(level)


def test_a_request_is_one_line(client: FlaskClient, read_log: Read) -> None:
    client.get("/api/v1/posts", headers={"X-Request-ID": "mine"})
    [line] = read_log()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("time"))
    assert line.pop("duration_ms") > 0
    assert re.fullmatch(r"[0-9a-f-]{36}", line.pop("user_id"))
    assert line == {"request_id": "mine", "operation": "list_posts", "status": 200}


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("PATCH", "/api/v1/me", "update_me"),
        ("HEAD", "/livez", "check_live"),
        ("OPTIONS", "/livez", None),
        ("POST", "/livez", None),
        ("GET", "/nothing", None),
        ("GET", "/docs", None),
    ],
)
def test_a_line_names_the_operation_where_there_is_one(
    client: FlaskClient, read_log: Read, method: str, path: str, operation: str | None
) -> None:
    client.open(path, method=method)
    assert [line["operation"] for line in read_log()] == [operation]


def test_nobody_has_no_user_id(app: Flask, read_log: Read) -> None:
    app.test_client().get("/api/v1/posts")
    assert [line["user_id"] for line in read_log()] == [None]


def test_the_log_holds_nothing_that_was_sent(
    client: FlaskClient, read_log: Read, everything_told: None
) -> None:
    secret = "correct horse"
    client.post("/api/v1/auth/login", json={"email": "a@example.com", "password": secret})
    client.get("/api/v1/posts", query_string={"q": secret}, headers={"User-Agent": secret})
    client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    lines = read_log()
    assert [line["status"] for line in lines if "status" in line] == [401, 200, 401]
    assert secret not in json.dumps(lines)


def test_a_failure_has_a_line_with_its_stack(
    client: FlaskClient, read_log: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(FORGED)

    monkeypatch.setattr(services, "list_posts", fail)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    client.get("/api/v1/posts", headers={"X-Request-ID": "mine"})
    failure, request = read_log()
    assert (failure["event"], failure["request_id"]) == ("error", "mine")
    assert failure["stack"].startswith("Traceback")
    assert FORGED in failure["stack"]
    assert (request["operation"], request["status"]) == ("list_posts", 500)


def test_no_control_character_is_written(read_log: Read) -> None:
    logging.getLogger("some.library").error("Not found: %s", FORGED)
    [line] = read_log()
    assert line["message"] == f"Not found: {FORGED}"


@pytest.mark.parametrize(("level", "count"), [("INFO", 1), ("WARNING", 0)])
def test_requests_are_logged_where_the_level_allows(
    environment: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    level: str,
    count: int,
) -> None:
    monkeypatch.setenv("LOG_LEVEL", level)
    create_app().test_client().get("/livez")
    assert len(capsys.readouterr().out.splitlines()) == count
