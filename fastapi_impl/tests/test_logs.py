"""The log: a line for each request, and another with the stack of what nobody expected."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from fastapi_impl.app import create_app
from fastapi_impl.logs import JsonLines
from fastapi_impl.posts import services
from fastapi_impl.settings import load_settings

pytestmark = pytest.mark.anyio

Read = Callable[[], list[dict[str, Any]]]

ROOT = "http://api"
FORGED = '\n{"operation": "delete_me"}\r\n\x1b[2J'


@pytest.fixture(autouse=True)
def quiet_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the client, which is in the same process, from logging its requests too."""
    monkeypatch.setattr(logging.getLogger("httpx"), "disabled", True)


@pytest.fixture
def read_log(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> Read:
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


async def test_a_request_is_one_line(client: AsyncClient, read_log: Read) -> None:
    await client.get("/posts", headers={"X-Request-ID": "mine"})
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
async def test_a_line_names_the_operation_where_there_is_one(
    client: AsyncClient, read_log: Read, method: str, path: str, operation: str | None
) -> None:
    await client.request(method, ROOT + path)
    assert [line["operation"] for line in read_log()] == [operation]


async def test_nobody_has_no_user_id(client: AsyncClient, read_log: Read) -> None:
    del client.headers["Authorization"]
    await client.get("/posts")
    assert [line["user_id"] for line in read_log()] == [None]


async def test_the_log_holds_nothing_that_was_sent(
    client: AsyncClient, read_log: Read, everything_told: None
) -> None:
    secret = "correct horse"
    await client.post("/auth/login", json={"email": "a@example.com", "password": secret})
    await client.get("/posts", params={"q": secret}, headers={"User-Agent": secret})
    await client.get("/me", headers={"Authorization": f"Bearer {secret}"})
    lines = read_log()
    assert [line["status"] for line in lines if "status" in line] == [401, 200, 401]
    assert secret not in json.dumps(lines)


async def test_a_failure_has_a_line_with_its_stack(
    client: AsyncClient, read_log: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError(FORGED)

    monkeypatch.setattr(services, "list_posts", fail)
    await client.get("/posts", headers={"X-Request-ID": "mine"})
    failure, request = read_log()
    assert (failure["event"], failure["request_id"]) == ("error", "mine")
    assert failure["stack"].startswith("Traceback")
    assert FORGED in failure["stack"]
    assert (request["operation"], request["status"]) == ("list_posts", 500)


async def test_no_control_character_is_written(read_log: Read) -> None:
    logging.getLogger("some.library").error("Not found: %s", FORGED)
    [line] = read_log()
    assert line["message"] == f"Not found: {FORGED}"


@pytest.mark.parametrize(("level", "count"), [("INFO", 1), ("WARNING", 0)])
async def test_requests_are_logged_where_the_level_allows(
    environment: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    level: str,
    count: int,
) -> None:
    monkeypatch.setenv("LOG_LEVEL", level)
    load_settings.cache_clear()
    app: FastAPI = create_app()
    async with AsyncClient(transport=ASGITransport(app), base_url=ROOT) as client:
        await client.get("/livez")
    assert len(capsys.readouterr().out.splitlines()) == count
