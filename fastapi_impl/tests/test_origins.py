"""Hosts and origins: without their settings nothing is checked, and several work like one."""

from collections.abc import Callable

import pytest
from httpx import ASGITransport, AsyncClient

from fastapi_impl.app import create_app
from fastapi_impl.settings import load_settings

pytestmark = pytest.mark.anyio

Open = Callable[..., AsyncClient]

SITES = ["https://one.example", "http://two.example:8080"]


@pytest.fixture
def open_client(environment: None, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a client of an application with settings of a test's own."""

    def open_client(**settings: str) -> AsyncClient:
        monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
        monkeypatch.delenv("CORS_ORIGINS", raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        load_settings.cache_clear()
        return AsyncClient(transport=ASGITransport(create_app()), base_url="http://api")

    return open_client


async def test_without_origins_nobody_is_told_of_any(open_client: Open) -> None:
    asking = {"Origin": SITES[0], "Access-Control-Request-Method": "GET"}
    async with open_client() as client:
        for method in ("GET", "OPTIONS"):
            answer = await client.request(method, "/livez", headers=asking)
            told = [name for name in answer.headers if name.startswith("access-control-")]
            assert (told, "Vary" in answer.headers) == ([], False)


async def test_without_hosts_every_host_is_ours(open_client: Open) -> None:
    async with open_client() as client:
        answer = await client.get("/livez", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 200


async def test_each_of_several_origins_is_let_in(open_client: Open) -> None:
    async with open_client(CORS_ORIGINS=",".join(SITES)) as client:
        for site in SITES:
            answer = await client.get("/livez", headers={"Origin": site})
            assert answer.headers["Access-Control-Allow-Origin"] == site
            assert answer.headers.get_list("Vary") == ["Origin"]


async def test_each_of_several_hosts_is_ours(open_client: Open) -> None:
    hosts = {"one.example": 200, "two.example:80": 200, "three.example": 400}
    async with open_client(ALLOWED_HOSTS="one.example, two.example") as client:
        for host, status in hosts.items():
            answer = await client.get("/livez", headers={"Host": host})
            assert (host, answer.status_code) == (host, status)
