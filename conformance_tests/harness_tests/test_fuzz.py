"""What the session of fuzzing finds where an answer is wrong, and where none is."""

import json
from pathlib import Path
from unittest import mock

import pytest

from conformance_tests.fuzz import trial, wish
from conformance_tests.fuzz.__main__ import main
from conformance_tests.fuzz.evidence import Finding
from conformance_tests.fuzz.excuses import MADE, is_excused, was_made_again
from conformance_tests.fuzz.report import Row, draw_table, tell_row
from conformance_tests.harness.exits import Exit
from conformance_tests.harness.targets import find_implementations

from .conftest import Write

# Everybody may register, log in, and ask whether it lives, to which it gives one answer.
SERVER = """\
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def answer(self, status, body=b"{}"):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Allow", "GET")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(int(sys.argv[2]))

    def do_POST(self):
        if self.path == "/livez":
            self.refuse()
        else:
            self.answer(200, b'{"access_token": "a.b.c"}')

    def refuse(self):
        self.answer(405)

    do_DELETE = do_OPTIONS = do_PATCH = do_PUT = do_QUERY = do_TRACE = refuse

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "One operation", "version": "1"},
    "paths": {
        "/livez": {
            "get": {
                "responses": {
                    "200": {
                        "description": "It lives.",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    }
                }
            }
        }
    },
}


@pytest.fixture
def fuzz(tmp_path: Path, write_implementation: Write) -> "Fuzz":
    return Fuzz(tmp_path, write_implementation)


class Fuzz:
    """The session, on a server that gives one answer to the one operation of a document."""

    def __init__(self, folder: Path, write_implementation: Write) -> None:
        self.results = folder / "results"
        self._folder = folder
        self._write_implementation = write_implementation

    def __call__(self, status: int) -> int:
        """Return the exit code."""
        self._write_implementation("some", ["{python}", "-c", SERVER, "{port}", str(status)])
        document = self._folder / "openapi.json"
        document.write_text(json.dumps(DOCUMENT))
        found = find_implementations(self._folder)
        with (
            mock.patch.object(wish, "find_implementations", return_value=found),
            mock.patch.object(trial, "CONTRACT_PATH", document),
        ):
            return main(["--examples=2", f"--results={self.results}"])


def describe(**members: object) -> bytes:
    return json.dumps(members).encode()


def make_row(*details: str) -> Row:
    return Row("fastapi", "somebody", Finding(33, 31, 123456, 1234567, 99, 7, details), 123.4)


def test_a_server_that_fails_is_found_out(fuzz: Fuzz, capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz(500) == Exit.NOT_CONFORMANT
    told = capsys.readouterr().out
    assert "some, nobody: GET /livez" in told
    assert "some, somebody: GET /livez" in told
    assert "Server error" in told
    assert "    curl -X GET http://127.0.0.1:" in told
    runs = json.loads((fuzz.results / "fuzz.json").read_text())["runs"]
    assert [run["caller"] for run in runs if run["failures"]] == ["nobody", "somebody"]
    assert "Server error" in (fuzz.results / "fuzz.some.nobody.xml").read_text()


def test_a_server_that_keeps_its_word_passes(fuzz: Fuzz) -> None:
    assert fuzz(200) == Exit.CONFORMANT
    runs = json.loads((fuzz.results / "fuzz.json").read_text())["runs"]
    assert [(run["operations"], run["succeeded"], run["failures"]) for run in runs] == [
        (1, 1, 0)
    ] * 2
    assert all(run["checks"] > run["cases"] > 0 for run in runs)


@pytest.mark.parametrize("arguments", [["nobody_here"], ["--examples=0"]])
def test_what_does_not_fit_is_refused(arguments: list[str]) -> None:
    assert main(arguments) == Exit.WRONG_ARGUMENTS


def test_without_arguments_all_is_fuzzed_with_one_seed() -> None:
    first, second = wish.read_wish([]), wish.read_wish(["--"])
    assert [one.name for one in first.implementations] == list(find_implementations())
    assert (first.seed, first.database) == (second.seed, "sqlite")


def test_only_refusals_for_listed_reasons_are_excused() -> None:
    wrong_password = {"code": "wrong_password", "pointer": "#/current_password"}
    bad_cursor = {"code": "invalid_character", "parameter": "cursor"}
    too_long = {"code": "too_long", "pointer": "#/title"}
    assert is_excused(describe(code="precondition_failed"))
    assert is_excused(describe(code="invalid_request", errors=[wrong_password, bad_cursor]))
    assert not is_excused(describe(code="invalid_request", errors=[wrong_password, too_long]))
    assert not is_excused(describe(code="malformed_json"))
    assert not is_excused(b"<html>")


def test_only_what_was_made_again_may_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MADE, "/api/v1/posts/1", 1)
    monkeypatch.setitem(MADE, "/api/v1/posts/2", 2)
    assert not was_made_again("/api/v1/posts/1/stats")
    assert was_made_again("/api/v1/posts/2/stats")
    assert not was_made_again("/api/v1/posts")


def test_the_table_fits_into_eighty_columns() -> None:
    lines = list(draw_table([make_row()]))
    assert max(len(line) for line in lines) <= 80
    assert "fastapi, somebody" in lines[1]


def test_of_many_failures_the_first_are_told() -> None:
    told = list(tell_row(make_row(*(f"GET /{number}" for number in range(7)))))
    assert told[0] == "fastapi, somebody: 7 failures (123.4 s)"
    assert "GET /4" in told[5]
    assert told[6].startswith("fastapi, somebody: more in the log")
