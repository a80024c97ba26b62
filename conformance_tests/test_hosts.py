"""The Host header: other names are refused, and nothing that a client says of hosts comes back."""

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People
from conformance_tests.harness.raw import Wire

UNKNOWN = (400, "unknown_host")
# What would be something else for a host of ours, the first refusal of all included.
ASKED = [
    ("GET", "/livez"),
    ("HEAD", "/livez"),
    ("GET", "/nothing"),
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/posts?surprise=1"),
    ("POST", "/api/v1/users"),
    ("OPTIONS", "/api/v1/posts"),
]
MALFORMED = [
    "",
    "a b",
    "{}:80:80",
    "<script>",
    "127.0.0.1@{}",
    "127.0.0.1, {}",
    "{}#",
    "\xfc.example",
]
FORWARDED = {
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-Server": "elsewhere.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "444",
    "X-Forwarded-Prefix": "/elsewhere",
    "X-Original-URL": "/nothing",
    "X-Rewrite-URL": "/nothing",
    "Forwarded": 'host="elsewhere.example";proto=https',
}


@pytest.mark.requirement("HARDENING-HOST-01")
def test_another_host_is_refused_whatever_is_asked(api: Api, foreign_host: str) -> None:
    answers = {asked: _ask(api, *asked, host=foreign_host) for asked in ASKED}
    assert {asked: answer.status for asked, answer in answers.items()} == dict.fromkeys(ASKED, 400)
    told = {asked: one.problem for asked, one in answers.items() if asked[0] != "HEAD"}
    assert told == dict.fromkeys(told, UNKNOWN)


@pytest.mark.requirement("HARDENING-HOST-01")
def test_refusal_of_a_host_is_a_problem_like_others(
    api: Api, contract: Contract, foreign_host: str
) -> None:
    answer = _ask(api, "GET", "/livez", host=foreign_host)
    assert contract.check("UnknownHost", answer.json) == []
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert {"x-request-id", "x-content-type-options"} <= set(answer.headers)
    assert foreign_host not in answer.content.decode("utf-8")


@pytest.mark.requirement("HARDENING-HOST-02")
def test_neither_port_nor_capitals_matter_in_a_host(api: Api, foreign_host: str) -> None:
    known = ["localhost", "LocalHost", "localhost:1", "127.0.0.1:65535"]
    hosts = {**dict.fromkeys(known, 200), f"{foreign_host}:80": 400, foreign_host.upper(): 400}
    assert {host: _ask(api, "GET", "/livez", host=host).status for host in hosts} == hosts


@pytest.mark.requirement("HARDENING-HOST-01")
def test_a_host_that_only_resembles_ours_is_refused(api: Api, foreign_host: str) -> None:
    hosts = [f"localhost.{foreign_host}", f"{foreign_host}.localhost", "127.0.0.11", "localhos"]
    problems = {host: _ask(api, "GET", "/livez", host=host).problem for host in hosts}
    assert problems == dict.fromkeys(hosts, UNKNOWN)


@pytest.mark.requirement("HARDENING-HOST-03")
def test_what_is_no_host_is_refused(wire: Wire, foreign_host: str) -> None:
    hosts = [form.format(foreign_host) for form in MALFORMED]
    statuses = {host: wire.send_unjudged(_compose(f"Host: {host}")).status for host in hosts}
    assert statuses == dict.fromkeys(hosts, 400)


@pytest.mark.requirement("HARDENING-HOST-03")
def test_two_hosts_are_refused(wire: Wire, foreign_host: str) -> None:
    lines = [f"Host: {wire.authority}", f"Host: {foreign_host}"]
    for pair in (lines, lines[::-1]):
        assert wire.send_unjudged(_compose(*pair)).status == 400


@pytest.mark.requirement("HARDENING-HOST-03")
def test_what_is_no_host_is_refused_also_where_every_host_is_known(bare_wire: Wire) -> None:
    hosts = {host.format("elsewhere.example"): 400 for host in MALFORMED}
    hosts |= dict.fromkeys(["elsewhere.example", "Elsewhere.example:81", "127.0.0.11"], 200)
    asked = {host: bare_wire.send_unjudged(_compose(f"Host: {host}")).status for host in hosts}
    assert asked == hosts
    two = _compose("Host: one.example", "Host: two.example")
    assert bare_wire.send_unjudged(two).status == 400


@pytest.mark.requirement("HARDENING-HOST-04")
def test_what_a_proxy_would_say_of_hosts_changes_nothing(api: Api, people: People) -> None:
    person = people.invent()
    told = {"username": person.username, **person.credentials}
    answer = api.register_user(json=told, headers=FORWARDED)
    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/v1/users/{person.username}"
    assert "elsewhere" not in answer.content.decode("utf-8")
    page = api.list_users(query={"limit": 1}, headers=FORWARDED)
    assert "elsewhere" not in page.headers.get("Link", "")


@pytest.mark.requirement("SYSTEM-PATH-08")
def test_target_in_absolute_form_is_answered_as_its_path(wire: Wire) -> None:
    own = f"http://{wire.authority}"
    paths = {"/livez": 200, "/nothing": 404}
    data = {path: wire.compose("GET", own + path) for path in paths}
    assert {path: wire.send_unjudged(one).status for path, one in data.items()} == paths


def _ask(api: Api, method: str, path: str, *, host: str) -> Answer:
    # No operation documents this refusal, which stands before all of them.
    return api.request_unjudged(method, path, headers={"Host": host})


def _compose(*lines: str) -> bytes:
    head = ["GET /livez HTTP/1.1", *lines, "Connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1")
