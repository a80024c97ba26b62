"""A suite of a few tests, to try the harness on. It is collected only when it is named."""

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person


@pytest.mark.requirement("SYSTEM-LIVE-01")
def test_live(api: Api) -> None:
    assert api.check_live().json == {"status": "ok"}


@pytest.mark.requirement("ACCOUNTS-LOGIN-01")
def test_somebody(alice: Person) -> None:
    assert alice.get_me().status == 200


@pytest.mark.requirement("ACCOUNTS-LOGIN-02")
def test_admin(admin: Person) -> None:
    assert admin.get_me().json["role"] == "admin"


@pytest.mark.parametrize("path", ["/nobody", "/nobody's [path]::here"])
@pytest.mark.requirement("SYSTEM-PATH-01")
def test_nobody(api: Api, path: str) -> None:
    assert api.request("GET", path).status == 404


@pytest.mark.requirement("SYSTEM-LIVE-01")
def test_form(api: Api) -> None:
    assert api.check_live().json["form"] == "another"
