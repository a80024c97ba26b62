"""The server's log: one line for each request, no secrets, and nothing that a client can forge."""

import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.plugin import NOT_APPLICABLE
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.targets import Target
from conformance_tests.harness.tokens import decode

Line = dict[str, Any]
Find = Callable[[str], list[Line]]
Read = Callable[[], str]

MEMBERS = {"time", "request_id", "operation", "status", "duration_ms", "user_id"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
# What is asked, and the operation and the status that its line names.
ASKED = {
    ("GET", "/livez"): ("check_live", 200),
    ("HEAD", "/livez"): ("check_live", 200),
    ("GET", "/livez?surprise=1"): ("check_live", 422),
    ("GET", "/api/v1/users/nobody_is_called_this"): ("get_user", 404),
    ("GET", "/api/v1/me"): ("get_me", 401),
    ("POST", "/api/v1/users"): ("register_user", 415),
    ("GET", "/nothing"): (None, 404),
    ("GET", "//livez"): (None, 404),
    ("PATCH", "/api/v1/posts"): (None, 405),
    ("OPTIONS", "/api/v1/posts"): (None, 204),
}


@pytest.fixture
def read_log(target: Target) -> Read:
    """Read the log of the server, or of all that answer in turn."""
    if not target.logs:
        pytest.skip(f"{NOT_APPLICABLE}the log of this server is not known")
    paths = [Path(log) for log in target.logs]
    return lambda: "".join(path.read_text(encoding="utf-8") for path in paths)


@pytest.fixture
def find_lines(read_log: Read) -> Find:
    """Find the lines about a request by its id."""

    def find(request_id: str) -> list[Line]:
        lines = read_log().splitlines()
        return [json.loads(line) for line in lines if f'"{request_id}"' in line]

    return find


@pytest.mark.requirement("HARDENING-LOG-01")
def test_each_request_has_one_line_that_names_operation_and_status(
    api: Api, find_lines: Find
) -> None:
    ids = {asked: secrets.token_hex(8) for asked in ASKED}
    for asked, request_id in ids.items():
        api.request(*asked, headers={"X-Request-ID": request_id})
    lines = {asked: find_lines(request_id) for asked, request_id in ids.items()}
    told = {
        asked: [(line["operation"], line["status"]) for line in found]
        for asked, found in lines.items()
    }
    assert told == {asked: [expected] for asked, expected in ASKED.items()}


@pytest.mark.requirement("HARDENING-LOG-01")
def test_line_says_when_how_long_and_who(someone: Person, find_lines: Find) -> None:
    request_id = secrets.token_hex(8)
    someone.get_me(headers={"X-Request-ID": request_id})
    [line] = find_lines(request_id)
    assert set(line) == MEMBERS
    assert TIME.fullmatch(line["time"])
    assert 0 < line["duration_ms"] < 60_000
    assert line["user_id"] == decode(someone.access_token.split(".")[1])["sub"]


@pytest.mark.requirement("HARDENING-LOG-01")
def test_nobody_in_particular_has_no_user_id(api: Api, find_lines: Find) -> None:
    request_id = secrets.token_hex(8)
    api.list_posts(headers={"X-Request-ID": request_id})
    assert [line["user_id"] for line in find_lines(request_id)] == [None]


@pytest.mark.requirement("HARDENING-LOG-02")
def test_log_holds_no_secrets(api: Api, people: People, read_log: Read) -> None:
    person, mark = people.register("quiet"), secrets.token_hex(8)
    tokens = person.tokens
    wrong = {"email": person.email, "password": mark}
    assert api.log_in(json=wrong).status == 401
    assert api.refresh_tokens(json={"refresh_token": tokens["refresh_token"]}).status == 200
    assert api.get_me(token=f"{mark}.{mark}.{mark}").status == 401
    assert api.list_posts(query={"q": mark}, headers={"Cookie": mark}).status == 200
    assert api.request("GET", "/nothing", query={"access_token": mark}).status == 404
    assert person.create_post(json={"title": mark, "body": mark, "draft": mark}).status == 422
    told = read_log()
    given = [person.password, tokens["access_token"], tokens["refresh_token"], mark]
    assert [what for what in given if what in told] == []


@pytest.mark.requirement("HARDENING-LOG-02")
def test_log_holds_no_secret_of_this_run(read_log: Read, known_secrets: Secrets) -> None:
    assert list(known_secrets.find_in(read_log())) == []


@pytest.mark.requirement("HARDENING-LOG-03")
def test_no_client_can_forge_a_line(wire: Wire, read_log: Read, find_lines: Find) -> None:
    mark = secrets.token_hex(8)
    forged = json.dumps({"request_id": mark, "operation": "delete_me", "status": 204})
    told = f"\r\n{forged}\n\x1b[2J\x7f\x9b2J"
    escaped = "".join(f"%{byte:02x}" for byte in told.encode())
    for header in ("User-Agent", "X-Request-ID", "Referer", "X-Forwarded-For", "Authorization"):
        wire.send_unjudged(wire.compose("GET", "/livez", f"{header}: \x1b[2J {forged}"))
    for target in (f"/nothing{escaped}", f"/livez?{escaped}", f"/api/v1/users/{escaped}"):
        wire.send_unjudged(wire.compose("GET", target))
    assert find_lines(mark) == []
    assert [one for one in set(read_log()) if category(one) == "Cc" and one != "\n"] == []


@pytest.mark.requirement("HARDENING-LOG-03")
def test_what_begins_like_json_is_json(api: Api, read_log: Read) -> None:
    api.check_live()
    lines = read_log().splitlines()
    read = [json.loads(line) for line in lines if line.startswith("{")]
    assert {type(line) for line in read} == {dict}
