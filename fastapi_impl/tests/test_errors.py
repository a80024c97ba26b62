"""What no request provokes: an error that nobody expected."""

import pytest
from httpx import AsyncClient

from fastapi_impl.posts import services

pytestmark = pytest.mark.anyio


async def test_an_unexpected_error_is_a_problem_that_tells_nothing(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the server")

    with monkeypatch.context() as broken:
        broken.setattr(services, "list_posts", fail)
        answer = await client.get("/posts", headers={"X-Request-ID": "mine"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "internal_error"
    assert b"secret" not in answer.content
    assert answer.headers["X-Request-ID"] == "mine"
    assert (await client.get("/posts")).status_code == 200
