"""docs/adding_an_implementation.md, followed to the letter with a small server of our own."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conformance_tests.harness.client import is_reachable
from conformance_tests.harness.exits import Exit
from conformance_tests.harness.plugin import get_register
from conformance_tests.harness.servers import HOST, find_free_port
from conformance_tests.harness.targets import REPOSITORY

from .conftest import wait_until

GUIDE = REPOSITORY / "docs" / "adding_an_implementation.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What stands behind the names of the sessions that the guide calls.
SESSIONS = {
    "conformance": ("-m", "conformance_tests"),
    "explain": ("-m", "conformance_tests.harness.explain"),
}
AT_ONCE = 3
ADDRESS, SECRET = "http://localhost:8000", "a-secret-of-this-test-and-of-nobody-else"
BESIDE = "nox -s conformance -- fourth flask --chapter 0"
CHAPTER_1 = "nox -s conformance -- fourth --chapter 1"
EXPLAIN = "nox -s explain -- SYSTEM-LIVE-01"
GIVEN = f"nox -s conformance -- --base-url {ADDRESS} --chapter 0"
GIVEN_WITH_SECRETS = (
    f"nox -s conformance -- --base-url {ADDRESS}"
    ' --admin "admin@example.com:$ADMIN_PASSWORD" --jwt-secret "$JWT_SECRET"'
)
ONE = "nox -s conformance -- fourth --requirement ACCOUNTS-REGISTER-03"
# Of these no more is run than the small server has something to say to.
NARROWER = {
    CHAPTER_1: ("-k", "test_registration"),
    GIVEN_WITH_SECRETS: (
        "--requirement",
        "SYSTEM-OPENAPI-02",
        "--requirement",
        "ACCOUNTS-ADMIN-01",
    ),
}
# What a server can do in chapter 0 that has none of the other operations.
OWN_SUBJECTS = ("LIVE", "READY", "OPENAPI", "ANONYMOUS", "REFERENCE")
# What registering promises as far as it can be seen without signing in or reading users.
REGISTERING = {
    f"ACCOUNTS-REGISTER-{number}"
    for number in ("03", "05", "06", "07", "08", "10", "11", "12", "13")
}


@dataclass(frozen=True)
class Run:
    """How one command of the guide ended."""

    code: int
    output: str
    targets: Sequence[Mapping[str, Any]]

    def find(self, status: str) -> set[str]:
        """Return the requirements that ended in one way on the first target."""
        return {one for one, how in self.targets[0]["requirements"].items() if how == status}


def read_blocks(language: str) -> list[str]:
    """Return the fenced blocks of the guide in one language."""
    return [text for name, text in BLOCK.findall(GUIDE.read_text("utf-8")) if name == language]


def read_commands(first: str) -> list[str]:
    """Return the commands of the guide that begin with a word, each in one line."""
    lines = "".join(read_blocks("sh")).replace("\\\n", " ").splitlines()
    commands = [" ".join(line.split()) for line in lines]
    return [command for command in commands if command.startswith(f"{first} ")]


def make_checkout(root: Path) -> None:
    """Copy as much of the repository as the guide needs, and follow it as far as files go."""
    for name in ("conformance_tests", "shared_spec"):
        left = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, root / name, ignore=left)
    shutil.copy(REPOSITORY / "noxfile.py", root)
    for folder in REPOSITORY.glob("*_impl"):
        (root / folder.name).symlink_to(folder)
    add_the_fourth(root)


def add_the_fourth(root: Path) -> None:
    """Make the folder of the small server as the guide says."""
    for command in read_commands("cp"):
        subprocess.run(shlex.split(command), cwd=root, check=True)
    [told] = read_blocks("toml")
    (root / "fourth_impl" / "implementation.toml").write_text(told, "utf-8")


@contextmanager
def serve(root: Path) -> Iterator[str]:
    """Serve the small server as somebody would who knows nothing of the suite."""
    settings = {**os.environ, "DATABASE_URL": f"sqlite:///{root / 'given.sqlite3'}"}
    words, port = (sys.executable, "-m", "fourth_impl"), find_free_port()
    subprocess.run([*words, "migrate"], cwd=root, env=settings, check=True)
    command = [*words, "serve", str(port)]
    with subprocess.Popen(command, cwd=root, env=settings, stderr=subprocess.DEVNULL) as server:
        try:
            wait_until(lambda: is_reachable(f"http://{HOST}:{port}"))
            yield f"http://{HOST}:{port}"
        finally:
            server.terminate()


def follow(command: str, root: Path, url: str) -> Run:
    """Run a command of the guide to its end, for a server at another address."""
    told = re.sub(r"\$[A-Z_]+", SECRET, command.replace(ADDRESS, url))
    _, _, session, _, *words = shlex.split(told)
    results = Path(tempfile.mkdtemp(dir=root))
    if session == "conformance":
        words += [f"--results={results}", *NARROWER.get(command, ())]
    return run([sys.executable, *SESSIONS[session], *words], root, results)


def run(command: Sequence[str], folder: Path, results: Path) -> Run:
    """Run a command in a folder, and read its report where it wrote one."""
    ended = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=90
    )
    report = results / "conformance.json"
    targets = json.loads(report.read_text("utf-8"))["targets"] if report.exists() else []
    return Run(ended.returncode, ended.stdout, targets)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Run]:
    """Every command of the guide that judges or explains, run in a copy of the repository."""
    root = tmp_path_factory.mktemp("checkout")
    make_checkout(root)
    with serve(root) as url, ThreadPoolExecutor(AT_ONCE) as pool:
        commands = read_commands("nox")
        return dict(
            zip(commands, pool.map(partial(follow, root=root, url=url), commands), strict=True)
        )


def test_the_fourth_has_a_column_beside_another(runs: Mapping[str, Run]) -> None:
    output = runs[BESIDE].output
    assert re.search(r"^requirements that hold +fourth +flask$", output, re.MULTILINE), output
    assert [one["name"] for one in runs[BESIDE].targets] == ["fourth", "flask"]
    assert set(runs[BESIDE].targets[1]["requirements"].values()) == {"pass"}


def test_the_fourth_has_an_honest_verdict(runs: Mapping[str, Run]) -> None:
    run = runs[BESIDE]
    assert (run.code, run.targets[0]["verdict"]) == (Exit.NOT_CONFORMANT, "not conformant")
    own = {one.id for one in get_register().in_chapter(0) if one.subject in OWN_SUBJECTS}
    assert own <= run.find("pass"), run.output
    assert "\nBLOCKED on fourth by ACCOUNTS-LOGIN-01: " in run.output
    assert run.targets[0]["counts"]["errors"] == 0, run.output


def test_registering_holds_without_the_rest_of_its_chapter(runs: Mapping[str, Run]) -> None:
    assert runs[CHAPTER_1].find("pass") >= REGISTERING, runs[CHAPTER_1].output


def test_one_requirement_may_be_asked_for(runs: Mapping[str, Run]) -> None:
    run = runs[ONE]
    assert (run.code, run.targets[0]["verdict"]) == (Exit.CONFORMANT, "partial"), run.output
    assert run.targets[0]["requirements"] == {"ACCOUNTS-REGISTER-03": "pass"}


def test_a_requirement_is_explained_with_the_fourth(runs: Mapping[str, Run]) -> None:
    run = runs[EXPLAIN]
    assert run.code == Exit.CONFORMANT, run.output
    assert re.search(r"^    fourth_impl/server\.py:\d+ check_live$", run.output, re.MULTILINE)


def test_an_address_is_enough_for_nearly_the_same(runs: Mapping[str, Run]) -> None:
    run, own = runs[GIVEN], runs[BESIDE]
    assert (run.code, run.targets[0]["verdict"]) == (Exit.NOT_CONFORMANT, "not conformant")
    # Nobody takes the database away from a server that is given.
    subjects = ("LIVE-02", "READY-02", "REFERENCE-03", "ANONYMOUS-01", "PATH-01")
    outage = {f"SYSTEM-{subject}" for subject in subjects}
    assert own.find("pass") - run.find("pass") == outage, run.output
    assert outage <= run.find("not applicable"), run.output


def test_what_an_admin_is_for_is_tried_where_one_is_named(runs: Mapping[str, Run]) -> None:
    run = runs[GIVEN_WITH_SECRETS]
    assert run.targets[0]["requirements"]["SYSTEM-OPENAPI-02"] == "pass", run.output
    assert run.targets[0]["requirements"]["ACCOUNTS-ADMIN-01"] == "blocked", run.output


def test_no_command_of_the_guide_ends_by_surprise(runs: Mapping[str, Run]) -> None:
    expected = {Exit.CONFORMANT, Exit.NOT_CONFORMANT}
    assert {name: run.output for name, run in runs.items() if run.code not in expected} == {}
