"""The whole suite on tiny servers: what it says of each, with which exit code, and how soon."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conformance_tests.harness.client import is_reachable
from conformance_tests.harness.contract_copies import make_copy
from conformance_tests.harness.deployment import deploy, open_plan
from conformance_tests.harness.exits import Exit
from conformance_tests.harness.patience import GIVEN_UP, TRIES, TRIES_IN_ALL, GivenUp, Patience
from conformance_tests.harness.plugin import get_register
from conformance_tests.harness.servers import HOST, find_free_port
from conformance_tests.harness.targets import REPOSITORY, find_implementations
from conformance_tests.harness.transport import ANSWER_SECONDS
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import BEHAVIOUR, Mutant
from conformance_tests.mutants.proxy import run_proxies

from .conftest import start_driver, wait_until, write_toml

# What a server that says nothing costs, and as much again for all else on a busy machine.
SECONDS = 2 * TRIES * ANSWER_SECONDS
# Some screens for a person to read, not one for every test.
LINES = 180
# More than these wait rather than work, so that others may begin.
AT_ONCE = 5

MINIATURE = ("-m", "conformance_tests.harness_tests.miniatures")
# Those that answer everything alike, and so keep no promise.
ALIKE = ("say_ok", "say_500", "show_page", "announce_too_much")
LEFT = f"the server left {TRIES} requests in a row without a full answer"
# Those that stop answering, and what is said of them.
ENDING = {
    "drip": LEFT,
    "fall_silent": LEFT,
    "die": "the server ended with exit code 5",
    "given stay_silent": LEFT,
    "given die": LEFT,
}
# Those that are never ready, what they are, and what is said of them.
NEVER_READY = {
    "stay_silent": ((*MINIATURE, "stay_silent", "{port}"), "did not answer within 3 seconds."),
    "listen_nowhere": (("-c", "import time; time.sleep(60)"), "did not answer within 3 seconds."),
    "end_at_once": (
        ("-c", "import sys; print('no such module'); sys.exit(7)"),
        "ended with exit code 7 before it answered.\n    no such module\n",
    ),
}
# Those that somebody else has started.
GIVEN = ("given stay_silent", "given say_500", "given die")
REGISTERING = "ACCOUNTS-REGISTER-01"
# What chapter 0 cannot show alone: it is about the answers of every operation, about times, which
# only later ones tell, and about digits in paths, which only later ones have.
WAITING = {
    "SYSTEM-ANSWER-01",
    "SYSTEM-ANSWER-02",
    "SYSTEM-ANSWER-03",
    "SYSTEM-MEDIA-01",
    "SYSTEM-MEDIA-02",
    "SYSTEM-METHOD-01",
    "SYSTEM-PATH-07",
    "SYSTEM-PROBLEM-01",
    "SYSTEM-PROBLEM-02",
    "SYSTEM-PROBLEM-03",
}


@dataclass(frozen=True)
class Run:
    """How one run of the command ended."""

    code: int
    output: str
    seconds: float
    target: Mapping[str, Any]

    @property
    def statuses(self) -> dict[str, str]:
        """How each requirement ended, those of the server in front aside."""
        return dict(self.target["requirements"])

    def find(self, *statuses: str) -> set[str]:
        """Return the requirements that ended in one of these ways."""
        return {one for one, status in self.statuses.items() if status in statuses}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Run]:
    """All runs, each on a miniature of its own. Those that wait longest begin first."""
    root = tmp_path_factory.mktemp("miniatures")
    commands: dict[str, tuple[str, ...]] = {
        way: (*MINIATURE, way, "{port}") for way in (*ENDING, "know_chapter_0", *ALIKE)
    }
    commands |= {way: words for way, (words, _) in NEVER_READY.items()}
    names = list(dict.fromkeys(("drip", "fall_silent", *GIVEN, *commands)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tasks = {
            name: pool.submit(judge_given, root / name)
            if name in GIVEN
            else pool.submit(judge_own, root / name, commands[name])
            for name in names
        }
        return {name: task.result() for name, task in tasks.items()}


def judge_own(folder: Path, words: tuple[str, ...]) -> Run:
    """Have a miniature started and judged by the command."""
    folder.mkdir()
    write_toml(folder, folder.name, ["{python}", *words])
    document = folder / "openapi.json"
    document.write_text(make_copy(), encoding="utf-8")
    return judge(folder, OPENAPI_JSON=str(document))


def judge_given(folder: Path) -> Run:
    """Have a miniature judged that runs already."""
    folder.mkdir()
    with serve(folder.name.removeprefix("given ")) as url:
        return judge(folder, "--base-url", url)


@contextmanager
def serve(way: str) -> Iterator[str]:
    port = find_free_port()
    words = [sys.executable, *MINIATURE, way, str(port)]
    with subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.DEVNULL) as server:
        try:
            wait_until(lambda: is_reachable(f"http://{HOST}:{port}"))
            yield f"http://{HOST}:{port}"
        finally:
            server.kill()


def judge(folder: Path, *arguments: str, **settings: str) -> Run:
    """Run the command to its end."""
    began = time.monotonic()
    with start_driver(folder, *arguments, **settings) as process:
        try:
            output, _ = process.communicate(timeout=2 * SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    told = json.loads((folder / "results" / "conformance.json").read_text())
    return Run(process.returncode, output, time.monotonic() - began, told["targets"][0])


@pytest.mark.parametrize("name", [*ALIKE, *ENDING, *NEVER_READY, "know_chapter_0", "given say_500"])
def test_every_run_ends_soon_with_words_for_a_person(name: str, runs: Mapping[str, Run]) -> None:
    run = runs[name]
    assert run.seconds < SECONDS
    assert "Traceback" not in run.output
    assert len(run.output.splitlines()) < LINES, run.output
    assert run.target["counts"]["errors"] == 0, run.output


@pytest.mark.parametrize("name", [*ALIKE, "given say_500"])
def test_who_answers_everything_alike_keeps_no_promise(name: str, runs: Mapping[str, Run]) -> None:
    run = runs[name]
    assert (run.code, run.target["verdict"]) == (Exit.NOT_CONFORMANT, "not conformant"), run.output
    assert run.find("pass") == set()
    assert {run.statuses[one] for one in ("SYSTEM-LIVE-01", REGISTERING)} == {"fail"}
    assert run.statuses["POSTS-CREATE-01"] == "blocked"
    assert run.target["blocked_by"]["POSTS-CREATE-01"] == REGISTERING
    assert f"\n{read_name(run)}: not conformant (" in run.output


def read_name(run: Run) -> str:
    return str(run.target["name"])


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        (
            "say_ok",
            [
                "of {failed}: header X-Request-ID: is missing\n",
                '    - #: "status" is a required property (got {{}})\n',
                "    - its status is not documented (documented: 201, 400, 401,",
            ],
        ),
        (
            "say_500",
            ["of {failed}: its status is not documented: 500\n", "    answer:   500 Oops\n"],
        ),
        ("show_page", ["    - its Content-Type is 'text/html' (expected: application/json)\n"]),
        (
            "announce_too_much",
            ["    GET /livez got no full answer: RemoteProtocolError: peer closed connection\n"],
        ),
    ],
)
def test_who_answers_everything_alike_is_told_what_it_answers(
    name: str, sentences: list[str], runs: Mapping[str, Run]
) -> None:
    run = runs[name]
    counts = run.target["counts"]
    told = [one.format(failed=counts["failed"] + counts["warned"]) for one in sentences]
    assert [one for one in told if one not in run.output] == [], run.output
    # What others wait for comes first, and of that the first chapter.
    assert re.findall(rf"^FAILED on {name}: (.*)$", run.output, re.MULTILINE)[0] == "SYSTEM-LIVE-01"
    assert re.search(rf"^BLOCKED on {name} by {REGISTERING}: \d+ tests$", run.output, re.MULTILINE)
    assert "\n    could not prepare the test with register_user: POST /api/v1/users " in run.output


@pytest.mark.parametrize("name", ENDING)
def test_who_stops_answering_is_not_judged_to_the_end(name: str, runs: Mapping[str, Run]) -> None:
    run = runs[name]
    assert run.code == Exit.NO_SERVER, run.output
    assert run.find("pass", "warn") == set()
    assert run.target["counts"]["not_set_up"] > 0
    assert f"\n{read_name(run)}: not judged to the end: {ENDING[name]}" in run.output
    assert f"\nNOT ASKED ANY MORE on {read_name(run)}: " in run.output
    assert f"\n    {GIVEN_UP[:70]}" in run.output


def test_the_last_words_of_a_server_are_shown(runs: Mapping[str, Run]) -> None:
    told = "die: the server ended with exit code 5.\n    the last words of the server\n"
    assert told in runs["die"].output


@pytest.mark.parametrize("name", NEVER_READY)
def test_who_never_is_ready_is_not_judged(name: str, runs: Mapping[str, Run]) -> None:
    run, (_, sentence) = runs[name], NEVER_READY[name]
    assert (run.code, run.target["verdict"]) == (Exit.NO_SERVER, "not run"), run.output
    assert run.statuses == {}
    assert f"{name}: the server {sentence}" in run.output
    assert f"\n{name}: not run (0 tests passed, 0 failed)\n" in run.output


def test_who_knows_chapter_0_alone_fails_nothing_of_it(runs: Mapping[str, Run]) -> None:
    run = runs["know_chapter_0"]
    assert (run.code, run.target["verdict"]) == (Exit.NOT_CONFORMANT, "not conformant"), run.output
    own = {one.id for one in get_register().in_chapter(0)}
    expected = {one: "blocked" if one in WAITING else "pass" for one in own}
    assert {one: run.statuses[one] for one in own} == expected, run.output
    assert {run.target["blocked_by"][one] for one in WAITING} == {REGISTERING}
    assert re.search(rf"^0 system +{len(own - WAITING)}/{len(own)}$", run.output, re.MULTILINE)


def test_who_knows_chapter_0_alone_passes_nothing_of_later_ones(runs: Mapping[str, Run]) -> None:
    run = runs["know_chapter_0"]
    others = [one.id for one in get_register().requirements if one.chapter in range(1, 5)]
    assert run.find("pass").isdisjoint(others)
    assert f"\nBLOCKED on know_chapter_0 by {REGISTERING}: " in run.output


# ---- A good server that refuses everybody who would register. ----


@pytest.fixture(scope="module")
def without_registration(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run on a good implementation behind a proxy that refuses new accounts."""
    implementations = list(find_implementations().values())[:1]
    if not implementations:
        pytest.skip("there is no implementation to stand behind the proxy")
    with open_plan("uniform", "sqlite") as plan:
        [target] = deploy(implementations, plan).targets.values()
        with run_proxies(target) as (through, mutation):
            mutation.begin(Mutant("closed", BEHAVIOUR, "", ("register_user",), (), refuse))
            admin = f"--admin={target.admin_email}:{target.admin_password}"
            told = (f"--base-url={through.base_url}", admin, f"--jwt-secret={target.jwt_secret}")
            return judge(tmp_path_factory.mktemp("closed"), *told)


def refuse(request: Request, server: GoodServer) -> Answer:
    """Fail, whoever asks."""
    lines = (b"HTTP/1.1 500 Internal Server Error\r\n", b"Content-Length: 0\r\n", b"\r\n")
    return Answer(lines)


def test_what_needs_an_account_is_blocked_by_registering(without_registration: Run) -> None:
    run = without_registration
    assert (run.code, run.target["verdict"]) == (Exit.NOT_CONFORMANT, "not conformant"), run.output
    assert run.statuses[REGISTERING] == "fail"
    assert run.find("blocked") == set(run.target["blocked_by"])
    assert set(run.target["blocked_by"].values()) == {REGISTERING}
    assert run.output.count("BLOCKED on ") == 1


def test_what_needs_no_account_is_judged_all_the_same(without_registration: Run) -> None:
    run = without_registration
    needless = {"SYSTEM-LIVE-01", "SYSTEM-OPENAPI-02", "SYSTEM-PATH-04", "HTTP-PATCH-01"}
    assert needless <= run.find("pass")
    # Those of posts and relations have done nothing wrong.
    assert {get_register().by_id[one].chapter for one in run.find("fail")} <= {1, 4, 5}


# ---- How long anybody is asked on. ----


def test_a_server_that_is_silent_now_and_then_is_given_up_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Every other request has its answer at once.
    moments = [moment for n in range(TRIES_IN_ALL) for moment in (n, n + 1, n + 1, n + 1)]
    now = iter(moment * ANSWER_SECONDS for moment in moments)
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    asked = Patience()
    for _ in range(2 * TRIES_IN_ALL - 1):
        with asked.ask():
            pass
    with pytest.raises(GivenUp, match=f"or {TRIES_IN_ALL} in all"), asked.ask():
        pass
