"""Paths are taken exactly: what only resembles a known one is 404, and nothing redirects."""

from collections.abc import Iterable

import pytest

from conformance_tests.data.samples import CONTRACT, NOWHERE, PATHS, fill
from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.versioned import Versioned

NOT_FOUND = (404, "not_found")
# GET, HEAD and OPTIONS stand in probes.yaml, as do further paths of each kind.
METHODS = ["POST", "PUT", "PATCH", "DELETE"]

UNKNOWN = [
    "/livez/nothing",
    "/api",
    "/api/v1/",
    "/api/v2/users",
    "/api/v1/me/nothing",
    "/api/v1/users/nobody_is_called_this/nothing",
    "/api/v1/comments",
    f"/api/v1/posts/{NOWHERE['post_id']}/likes",
    f"/api/v1/posts/{NOWHERE['post_id']}/comments/{NOWHERE['comment_id']}",
]
# No value that fits the pattern: so there is no such path.
NO_VALUES = [
    "/api/v1/users/ab",
    "/api/v1/users/no-body",
    "/api/v1/posts/1",
    "/api/v1/posts/0190000g-0000-7000-8000-000000000000",
    "/api/v1/comments/1",
]
SLASHES = [
    "/api/v1//posts",
    f"/api/v1/users//{NOWHERE['username']}",
    f"/api/v1/posts//{NOWHERE['post_id']}",
]
DOTTED = [
    "/./livez",
    "/nothing/../livez",
    "/%2e/livez",
    "/nothing/..%2Flivez",
    "/api/v1/users/%2e",
    "/api/v1/posts/..%2f..%2f..%2flivez",
]
ALIKE = [
    "/Livez",
    "/api/v1/ME",
    "/livez;version=1",
    "/api;version=1/v1/users",
    "/livez.json",
    "/livez%20",
    "/livez%2F",
    "/api%5Cv1%5Cusers",
    "/api\\v1\\users",
]
UNFIT = [
    "/livez%0a",
    "/livez%00",
    "/livez%7F",
    "/livez%FF",
    "/liv%C0%A5z",
    "/api/v1/users/%u0061bc",
    "/api/v1/users/%ED%A0%80",
    "/api/v1/users/%D9%A3%D9%A3%D9%A3",
    "/api/v1/posts/%00",
]
# Endings that a careless pattern or a helpful framework takes off.
ENDINGS = ["%20", "%2f", ".", ";a"]
UNDOCUMENTED = [
    "/redoc",
    "/openapi.yaml",
    "/api/v1/openapi.json",
    "/admin/",
    "/metrics",
    "/console",
    "/?__debugger__=yes&cmd=resource&f=debugger.js",
    "/static/",
    "/.env",
]
ON_THE_WIRE = ["//livez", "/../livez", "//example.com/livez", "/livez//"]


@pytest.mark.requirement("SYSTEM-PATH-01")
def test_unknown_path_is_404(api: Api) -> None:
    _expect_404(api, [*UNKNOWN, *NO_VALUES])


@pytest.mark.requirement("SYSTEM-PATH-01")
def test_unknown_path_is_404_for_every_method(api: Api) -> None:
    statuses = {method: api.request(method, "/api/v1/nothing").status for method in METHODS}
    assert statuses == dict.fromkeys(METHODS, 404)


@pytest.mark.requirement("SYSTEM-PATH-02")
def test_slash_at_the_end_is_404(api: Api) -> None:
    problems = {}
    for path in PATHS:
        method = next(one.method for one in CONTRACT.operations.values() if one.path == path)
        # Whoever takes it for the known path will not like the token, and do nothing.
        problems[path] = api.request(method, f"{fill(path)}/", token="nonsense").problem
    assert problems == dict.fromkeys(PATHS, NOT_FOUND)


@pytest.mark.requirement("SYSTEM-PATH-02")
def test_slash_too_many_is_404(api: Api) -> None:
    _expect_404(api, SLASHES)


@pytest.mark.requirement("SYSTEM-PATH-03")
def test_dot_segments_are_not_resolved(api: Api) -> None:
    _expect_404(api, DOTTED)


@pytest.mark.requirement("SYSTEM-PATH-04")
def test_path_that_only_resembles_a_known_one_is_404(api: Api) -> None:
    _expect_404(api, ALIKE)


@pytest.mark.requirement("SYSTEM-PATH-05", "HARDENING-FAILURE-01")
def test_path_with_unfit_characters_is_404(api: Api) -> None:
    _expect_404(api, UNFIT)


@pytest.mark.requirement("ACCOUNTS-USER-03", "POSTS-ID-03")
def test_value_in_a_path_is_taken_whole(someone: Person, lasting_post: Versioned) -> None:
    user, post = f"/api/v1/users/{someone.username}", lasting_post.path
    assert [someone.request("GET", path).status for path in (user, post)] == [200, 200]
    _expect_404(someone, [path + ending for path in (user, post) for ending in ENDINGS])


@pytest.mark.requirement("SYSTEM-PATH-06")
def test_nothing_beside_the_contract_is_served(api: Api) -> None:
    _expect_404(api, UNDOCUMENTED)


@pytest.mark.requirement("SYSTEM-PATH-02", "SYSTEM-PATH-03")
def test_path_is_taken_as_it_stands_on_the_wire(wire: Wire) -> None:
    problems = {path: wire.get(path).problem for path in ON_THE_WIRE}
    assert problems == dict.fromkeys(ON_THE_WIRE, NOT_FOUND)


def _expect_404(caller: Operations, paths: Iterable[str]) -> None:
    problems = {path: caller.request("GET", path).problem for path in paths}
    assert problems == dict.fromkeys(problems, NOT_FOUND)
