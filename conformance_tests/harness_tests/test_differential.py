"""What the session of differences would find, if implementations differed."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest

from conformance_tests.differential.calls import make_call
from conformance_tests.differential.report import draw_totals, tell_difference
from conformance_tests.differential.script import write_script
from conformance_tests.differential.search import open_stage, search
from conformance_tests.differential.sights import EVENED, UNSENT, Names, Sight, see
from conformance_tests.differential.stage import Difference
from conformance_tests.differential.wish import read_wish
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.contract import load_yaml
from conformance_tests.harness.exits import WrongArguments
from conformance_tests.harness.targets import Target, find_implementations
from conformance_tests.one_system.comparison import LISTED_PATH

SEED = 3
TIMES = [f"2026-01-0{day}T00:00:00.000000Z" for day in (1, 2, 3)]


class Little(BaseHTTPRequestHandler):
    """Registers and logs in everybody, makes posts, and knows nothing else."""

    protocol_version = "HTTP/1.1"
    # Head and body leave together, or the second waits for the first to be acknowledged.
    wbufsize = -1
    # How a post by somebody who has written before is answered.
    second_post = 201

    def do_POST(self) -> None:
        """Make something."""
        sent = self.read()
        match self.path:
            case "/api/v1/users":
                self.say(201, {"username": sent.get("username", "?")})
            case "/api/v1/auth/login":
                self.say(200, {"access_token": uuid4().hex, "refresh_token": uuid4().hex})
            case "/api/v1/posts":
                self.make_post()
            case _:
                self.refuse()

    def make_post(self) -> None:
        """Make a post for whoever has the token."""
        writers: set[str] = self.server.writers  # type: ignore[attr-defined]
        token = self.headers.get("Authorization", "")
        status = self.second_post if token in writers else 201
        writers.add(token)
        self.say(status, {"id": str(uuid4()), "created_at": TIMES[0]}, ETag=f'"{uuid4().hex}"')

    def do_GET(self) -> None:
        """Show an empty page."""
        self.say(200, {"items": [], "next_cursor": None})

    def do_other(self) -> None:
        """Refuse whatever else is asked for."""
        self.read()
        self.refuse()

    do_HEAD = do_GET  # noqa: N815 (so it is called)
    do_OPTIONS = do_PUT = do_PATCH = do_DELETE = do_other  # noqa: N815

    def read(self) -> dict[str, Any]:
        """Return the body that was sent, or no members where it is no object."""
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            body = json.loads(content)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    def refuse(self) -> None:
        """Answer in other words each time."""
        self.say(404, {"code": "not_found", "detail": uuid4().hex})

    def say(self, status: int, body: Mapping[str, Any], **headers: str) -> None:
        """Answer."""
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Say nothing."""


class Wrong(Little):
    """Answers as if nothing new had been made."""

    second_post = 200


class Mute(Little):
    """Closes the connection where something is to be shown."""

    def do_GET(self) -> None:
        """Say nothing."""
        self.close_connection = True


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """A good server, another one, and those that answer wrongly or not."""
    with ExitStack() as stack:
        found = {}
        handlers = {"good": Little, "other": Little, "wrong": Wrong, "mute": Mute}
        for name, handler in handlers.items():
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler))
            server.daemon_threads, server.block_on_close = True, False
            server.writers = set()  # type: ignore[attr-defined]
            Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
            stack.callback(server.shutdown)
            found[name] = f"http://127.0.0.1:{server.server_port}"
        yield found


@pytest.fixture(scope="module")
def difference(urls: dict[str, str]) -> Difference:
    """What is found between the good and the wrong one."""
    with open_stage(_make_targets(urls, "good", "wrong")) as stage:
        found = search(stage, 200, SEED, lambda: None)
    assert found
    return found


def _make_targets(urls: dict[str, str], *names: str) -> list[Target]:
    return [Target(one, urls[one], None, "admin@example.com", "horse") for one in names]


def _see(*answers: tuple[int, Mapping[str, str], Any]) -> list[Sight]:
    names = Names()
    return [
        see(Answer("GET", "/api/v1/x?limit=1", status, httpx.Headers(headers), _write(body)), names)
        for status, headers, body in answers
    ]


def _write(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()


def test_a_difference_is_found_and_made_small(difference: Difference) -> None:
    told = [call.operation for call in difference.calls]
    assert told == ["register_user", "log_in", "create_post", "create_post"]
    assert dict(difference.find_differing()) == {"status": {"good": "201", "wrong": "200"}}


def test_a_difference_is_told_as_a_script(difference: Difference, tmp_path: Path) -> None:
    path = tmp_path / "script.sh"
    path.write_text("\n".join(tell_difference(difference)), encoding="utf-8")
    assert subprocess.run(["/bin/sh", "-n", path], check=False).returncode == 0
    assert "# good            201" in path.read_text(encoding="utf-8").splitlines()


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_the_script_shows_the_difference(
    difference: Difference, urls: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "script.sh"
    path.write_text(write_script(difference.calls), encoding="utf-8")
    assert _run(path, urls["other"]) == ["201", "200", "201", "201"]
    assert _run(path, urls["wrong"]) == ["201", "200", "201", "200"]


def test_servers_that_answer_alike_do_not_differ(urls: dict[str, str]) -> None:
    totals = []
    for _ in range(2):
        with open_stage(_make_targets(urls, "good", "other")) as stage:
            assert search(stage, 20, SEED, lambda: None) is None
            totals.append((stage.played, stage.totals))
    # The same seed is the same sequences.
    assert totals[0] == totals[1]
    assert totals[0][0] == 20


def test_no_answer_is_a_difference_even_if_nobody_answers(urls: dict[str, str]) -> None:
    with open_stage(_make_targets(urls, "mute")) as stage, pytest.raises(Difference) as found:
        stage.play([make_call("check_live")])
    assert found.value.sights == {"mute": {"status": "no answer"}}


def test_random_values_are_named_by_their_order() -> None:
    ids = [str(uuid4()) for _ in range(2)]
    one, other = (
        _see((200, {}, {"id": first, "next": second, "made": TIMES[0]}), (200, {}, {"id": first}))
        for first, second in (ids, ids[::-1])
    )
    assert one == other
    assert one[0]["body #/id"] == one[1]["body #/id"] == '"id#1"'
    assert one[0]["body #/made"] == '"time#1"'


def test_another_order_of_random_values_is_seen() -> None:
    times = ({"a": TIMES[0], "b": TIMES[1]}, {"a": TIMES[2], "b": TIMES[2]})
    one, other = (_see((200, {}, body)) for body in times)
    assert one != other


def test_a_tag_is_compared_with_the_earlier_ones() -> None:
    tags = [{"ETag": tag} for tag in ('"1"', '"1"', '"2"')]
    seen = _see(*((200, headers, None) for headers in tags))
    assert [sight["header etag"] for sight in seen] == ["tag#1", "tag#1", "tag#2"]


def test_a_link_is_compared_by_where_it_leads() -> None:
    link = '<{}?cursor=a&limit=1>; rel="next"'
    page = {"items": [], "next_cursor": "a"}
    one, other = (_see((200, {"Link": link.format(path)}, page)) for path in ("", "/api/v1/x"))
    assert one == other
    assert "cursor#1" in one[0]["header link"]


def test_words_and_order_of_a_problem_are_not_compared() -> None:
    faults = [{"pointer": "#/b", "code": "x", "detail": "B"}, {"pointer": "#/a", "code": "y"}]
    one, other = (
        _see((422, {}, {"code": "invalid_request", "detail": detail, "errors": errors}))
        for detail, errors in (("One.", faults), ("Two.", faults[::-1]))
    )
    assert one == other
    assert one != _see((422, {}, {"code": "invalid_request", "detail": "", "errors": faults[:1]}))


def test_everything_that_may_differ_is_evened_or_not_sent() -> None:
    assert {entry["id"] for entry in load_yaml(LISTED_PATH)} == EVENED | UNSENT


def test_the_totals_fit_into_eighty_columns() -> None:
    totals = Counter({("delete_comment", 200 + number): 10_000 for number in range(20)})
    lines = list(draw_totals(totals))
    assert max(len(line) for line in lines) <= 80
    assert sum(line.count("× 10,000") for line in lines) == 20


def test_without_names_all_are_compared() -> None:
    wish = read_wish(["--seed=5"])
    assert [one.name for one in wish.implementations] == list(find_implementations())
    assert (wish.sequences, wish.seed, wish.database) == (2_000, 5, "sqlite")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody"], "There is no 'nobody'; there are: "),
        (["--sequences=0"], "--sequences wants a number from 1 on."),
        ([next(iter(find_implementations()), "")], "One alone differs from nobody"),
    ],
)
def test_what_does_not_fit_is_refused(arguments: list[str], sentence: str) -> None:
    with pytest.raises(WrongArguments) as refused:
        read_wish(arguments)
    assert str(refused.value).startswith(sentence)


def _run(script: Path, url: str) -> list[str]:
    """Run a script and return the statuses that it prints."""
    done = subprocess.run(
        ["/bin/sh", script, url], capture_output=True, text=True, check=True, timeout=20
    )
    return [line for line in done.stdout.splitlines() if len(line) == 3 and line.isdigit()]
