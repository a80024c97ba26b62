"""Paths are taken exactly: what only resembles a known one is 404, and nothing redirects."""

import pytest

from conformance_tests.data.samples import CONTRACT, PATHS, fill
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.raw import Wire

NOT_FOUND = (404, "not_found")
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

UNKNOWN = [
    "/",
    "/nothing",
    "/livez/nothing",
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/",
    "/api/v1/nothing",
    "/api/v2/users",
    "/v1/users",
    "/users",
    "/api/v1/me/nothing",
    "/api/v1/auth",
    "/api/v1/users/nobody_is_called_this/nothing",
]
# No value that fits the pattern: so there is no such path.
NO_VALUES = [
    "/api/v1/users/ab",
    "/api/v1/users/Nobody",
    "/api/v1/users/no-body",
    "/api/v1/posts/1",
    "/api/v1/posts/01900000000070008000000000000000",
    "/api/v1/posts/{01900000-0000-7000-8000-000000000000}",
    "/api/v1/posts/0190000g-0000-7000-8000-000000000000",
]
DOTTED = [
    "/./livez",
    "/livez/.",
    "/livez/..",
    "/nothing/../livez",
    "/%2e/livez",
    "/nothing/%2e%2e/livez",
    "/nothing/.%2E/livez",
    "/nothing/..%2Flivez",
    "/api/v1/./me",
    "/api/v1/users/../me",
    "/api/v1/users/%2e%2e/me",
    "/api/v1/users/..%2fme",
    "/api/v1/users/..",
    "/api/v1/users/%2e",
    "/api/v1/posts/..%2f..%2f..%2flivez",
]
ALIKE = [
    "/LIVEZ",
    "/Livez",
    "/API/v1/users",
    "/api/V1/users",
    "/api/v1/Users",
    "/api/v1/ME",
    "/livez;",
    "/livez;version=1",
    "/api;version=1/v1/users",
    "/api/v1/users;a=b",
    "/livez.json",
    "/livez%20",
    "/%20livez",
    "/livez%3F",
    "/livez%23",
    "/api%5Cv1%5Cusers",
    "/api\\v1\\users",
]
UNFIT = [
    "/livez%0a",
    "/livez%0A",
    "/livez%00",
    "/livez%09",
    "/livez%7F",
    "/livez%",
    "/livez%2",
    "/livez%zz",
    "/livez%ff",
    "/liv%C0%A5z",
    "/%00",
    "/%0a/livez",
    "/api/v1/me%0a",
    "/api/v1/users%0a",
    "/api/v1/users/%00",
    "/api/v1/users/%ff%fe",
    "/api/v1/users/%u0061bc",
    "/api/v1/users/%ED%A0%80",
    "/api/v1/users/%D9%A3%D9%A3%D9%A3",
    "/api/v1/posts/%00",
    "/api/v1/posts/%zz",
]
# Endings that a careless pattern or a helpful framework takes off.
ENDINGS = ["%0a", "%0d%0a", "%00", "%20", "%09", "%2f", ".", ";a", "%ff", "%zz"]
UNDOCUMENTED = [
    "/docs",
    "/docs/oauth2-redirect",
    "/redoc",
    "/swagger",
    "/swagger.json",
    "/openapi.yaml",
    "/schema",
    "/api/docs",
    "/api/openapi.json",
    "/api/v1/docs",
    "/api/v1/redoc",
    "/api/v1/openapi.json",
    "/api/v1/livez",
    "/admin",
    "/admin/",
    "/admin/login/",
    "/api/v1/admin",
    "/metrics",
    "/health",
    "/healthz",
    "/status",
    "/debug",
    "/console",
    "/__debug__/",
    "/?__debugger__=yes&cmd=resource&f=debugger.js",
    "/static/",
    "/static/app.py",
    "/favicon.ico",
    "/robots.txt",
    "/.env",
    "/.git/HEAD",
    "/.well-known/jwks.json",
    "/server-status",
]


@pytest.fixture(scope="module")
def someone(people: People) -> Person:
    """Somebody whose token is good, so that no 401 hides what is there."""
    return people.register("someone")


@pytest.mark.requirement("SYSTEM-PATH-01")
@pytest.mark.parametrize("path", [*UNKNOWN, *NO_VALUES])
def test_unknown_path_is_404(someone: Person, path: str) -> None:
    assert someone.request("GET", path).problem == NOT_FOUND


@pytest.mark.requirement("SYSTEM-PATH-01")
@pytest.mark.parametrize("method", METHODS)
def test_unknown_path_is_404_for_every_method(api: Api, method: str) -> None:
    assert api.request(method, "/api/v1/nothing").status == 404


@pytest.mark.requirement("SYSTEM-PATH-02")
@pytest.mark.parametrize("path", PATHS)
def test_slash_too_many_is_404(someone: Person, path: str) -> None:
    known = fill(path)
    method = next(one.method for one in CONTRACT.operations.values() if one.path == path)
    before_last = known.rindex("/")
    variants = [f"{known}/", f"{known}//", f"/{known}", f"//{known}"]
    for variant in [*variants, f"{known[:before_last]}/{known[before_last:]}"]:
        assert someone.request(method, variant).problem == NOT_FOUND


@pytest.mark.requirement("SYSTEM-PATH-03")
@pytest.mark.parametrize("path", DOTTED)
def test_dot_segments_are_not_resolved(someone: Person, path: str) -> None:
    assert someone.request("GET", path).problem == NOT_FOUND


@pytest.mark.requirement("SYSTEM-PATH-04")
@pytest.mark.parametrize("path", ALIKE)
def test_path_that_only_resembles_a_known_one_is_404(someone: Person, path: str) -> None:
    assert someone.request("GET", path).problem == NOT_FOUND


@pytest.mark.requirement("SYSTEM-PATH-05", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("path", UNFIT)
def test_path_with_unfit_characters_is_404(someone: Person, path: str) -> None:
    assert someone.request("GET", path).problem == NOT_FOUND


@pytest.mark.requirement("SYSTEM-PATH-04", "SYSTEM-PATH-05")
@pytest.mark.parametrize("ending", ENDINGS)
def test_value_in_a_path_is_taken_whole(someone: Person, ending: str) -> None:
    path = f"/api/v1/users/{someone.username}"
    assert someone.request("GET", path).status == 200
    assert someone.request("GET", path + ending).problem == NOT_FOUND


@pytest.mark.requirement("SYSTEM-PATH-04", "SYSTEM-PATH-05")
@pytest.mark.parametrize("ending", ENDINGS)
def test_id_in_a_path_is_taken_whole(someone: Person, ending: str) -> None:
    path = f"/api/v1/posts/{someone.has_post()['id']}"
    assert someone.request("GET", path).status == 200
    assert someone.request("GET", path + ending).problem == NOT_FOUND


@pytest.mark.requirement("SYSTEM-PATH-06")
@pytest.mark.parametrize("path", UNDOCUMENTED)
def test_nothing_beside_the_contract_is_served(api: Api, path: str) -> None:
    assert api.request("GET", path).problem == NOT_FOUND


@pytest.mark.requirement("SYSTEM-PATH-02", "SYSTEM-PATH-03")
@pytest.mark.parametrize("path", ["//livez", "/../livez", "//example.com/livez", "/livez//"])
def test_path_is_taken_as_it_stands_on_the_wire(wire: Wire, path: str) -> None:
    assert wire.get(path).problem == NOT_FOUND
