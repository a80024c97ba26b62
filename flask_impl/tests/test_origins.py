"""Hosts and origins: without their settings nothing is checked, and several work like one."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from flask_impl.app import create_app

Open = Callable[..., FlaskClient]

SITES = ["https://one.example", "http://two.example:8080"]


@pytest.fixture
def open_client(environment: None, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a client of an application with settings of a test's own."""

    def open_client(**settings: str) -> FlaskClient:
        monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
        monkeypatch.delenv("CORS_ORIGINS", raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return create_app().test_client()

    return open_client


def test_without_origins_nobody_is_told_of_any(open_client: Open) -> None:
    asking = {"Origin": SITES[0], "Access-Control-Request-Method": "GET"}
    client = open_client()
    for method in ("GET", "OPTIONS"):
        answer = client.open("/livez", method=method, headers=asking)
        told = [name for name, _ in answer.headers if name.startswith("Access-Control-")]
        assert (told, "Vary" in answer.headers) == ([], False)


def test_without_hosts_every_host_is_ours(open_client: Open) -> None:
    answer = open_client().get("/livez", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 200


def test_each_of_several_origins_is_let_in(open_client: Open) -> None:
    client = open_client(CORS_ORIGINS=",".join(SITES))
    for site in SITES:
        answer = client.get("/livez", headers={"Origin": site})
        assert answer.headers["Access-Control-Allow-Origin"] == site
        assert answer.headers.getlist("Vary") == ["Origin"]


def test_each_of_several_hosts_is_ours(open_client: Open) -> None:
    hosts = {"one.example": 200, "two.example:80": 200, "three.example": 400}
    client = open_client(ALLOWED_HOSTS="one.example, two.example")
    for host, status in hosts.items():
        answer = client.get("/livez", headers={"Host": host})
        assert (host, answer.status_code) == (host, status)
