"""The suite bites: what a mutant breaks is what the tests find, and nothing without a mutant."""

import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from conformance_tests.harness.exits import Exit
from conformance_tests.harness.plugin import get_register
from conformance_tests.harness.targets import REPOSITORY, Target, find_implementations
from conformance_tests.mutants.__main__ import main
from conformance_tests.mutants.catalogue import list_without_mutant, load_mutants
from conformance_tests.mutants.counter import Counter
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import Mutant
from conformance_tests.mutants.proxy import Mutation
from conformance_tests.mutants.score import Score
from conformance_tests.mutants.session import GOOD, Trial
from conformance_tests.mutants.trials import start_good_servers, try_mutants

from .conftest import wait_until

# One of each kind. `nox -s mutants` tries them all.
SOME = (
    "accept_unsigned_tokens",
    "take_refresh_tokens_again",
    "list_posts-cut",
    "create_post-201-without-Location",
    "get_me-200-without-role",
    "status-of-SYSTEM-READY-02",
    "log_nothing",
)


@pytest.fixture(scope="module")
def targets() -> Iterator[list[Target]]:
    if not find_implementations():
        pytest.skip("there is no implementation to break")
    with start_good_servers() as started:
        yield started


@pytest.fixture(scope="module")
def trials(targets: list[Target]) -> Mapping[str, Trial]:
    chosen = [load_mutants()[name] for name in SOME]
    return try_mutants(chosen, targets, lambda trial: None)


@pytest.mark.parametrize("name", SOME)
def test_a_mutant_is_killed_by_the_tests_of_what_it_breaks(
    name: str, trials: Mapping[str, Trial]
) -> None:
    mutant = load_mutants()[name]
    assert trials[name].statuses == dict.fromkeys(mutant.violates, "fail"), trials[name]


def test_a_server_without_a_mutant_passes_the_same_tests(trials: Mapping[str, Trial]) -> None:
    assert set(trials[GOOD].statuses.values()) == {"pass"}, trials[GOOD]


def test_mutants_break_requirements_of_the_register() -> None:
    broken = {one for mutant in load_mutants().values() for one in mutant.violates}
    assert broken <= set(get_register().by_id)


def test_every_requirement_has_a_mutant() -> None:
    assert list_without_mutant() == []


def test_unknown_names_are_told_with_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accept_unsined_tokens"]) == Exit.WRONG_ARGUMENTS
    assert "Did you mean accept_unsigned_tokens?" in capsys.readouterr().err


def test_an_interruption_ends_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "conformance_tests.mutants", f"--results={tmp_path}"]
    with subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: count_workers(process.pid) == 2)
        finally:
            process.terminate()
        assert process.wait(timeout=20) == Exit.INTERRUPTED


def count_workers(pid: int) -> int:
    with suppress(psutil.Error):
        return sum("spawn_main" in str(one.cmdline()) for one in psutil.Process(pid).children())
    return 0


# ---- The score, for trials made up here. ----


def score(statuses: Mapping[str, str], good: str = "pass") -> Score:
    """Return the score of one mutant of `get_me` whose requirements ended with these statuses."""
    mutant = Mutant("wrong", "behaviour", "It is wrong.", ("get_me",), tuple(statuses), refuse)
    trials = {
        "wrong": Trial("wrong", dict(statuses), (), (), 0.1),
        GOOD: Trial(GOOD, dict.fromkeys(statuses, good), (), (), 0.1),
    }
    return Score([mutant], trials, get_register(), [])


def refuse(request: Request, server: GoodServer) -> Answer:
    """Answer nothing: it is never asked."""
    raise NotImplementedError


@pytest.mark.parametrize(
    ("statuses", "end"),
    [
        (("fail", "fail"), "killed"),
        (("fail", "blocked"), "blocked"),
        (("fail", "pass"), "survived"),
        (("not applicable", "fail"), "survived"),
        (("no test", "fail"), "survived"),
    ],
)
def test_a_mutant_ends_as_the_requirement_that_noticed_least(
    statuses: tuple[str, str], end: str
) -> None:
    told = score(dict(zip(("ACCOUNTS-PROFILE-01", "ACCOUNTS-AUTH-01"), statuses, strict=True)))
    assert told.judge(told.mutants[0]) == end


@pytest.mark.parametrize(
    ("status", "good", "is_good"),
    [
        ("fail", "pass", True),
        ("fail", "fail", False),
        ("pass", "pass", False),
        ("blocked", "pass", False),
    ],
)
def test_only_killed_mutants_of_a_server_that_passes_are_good(
    status: str, good: str, is_good: bool
) -> None:
    assert score({"ACCOUNTS-PROFILE-01": status}, good).is_good is is_good


def break_control(told: Score) -> Score:
    """Return a score of which the trial without a mutant could not be made."""
    control = Trial(GOOD, {}, (), (), 0.1, "ZeroDivisionError('by itself')")
    return replace(told, trials={**told.trials, GOOD: control})


def test_without_a_trial_of_the_good_server_nothing_is_good() -> None:
    told = break_control(score({"ACCOUNTS-PROFILE-01": "fail"}))
    assert not told.is_good
    assert "The trial without a mutant itself failed: ZeroDivisionError" in "\n".join(told.tell())


@pytest.mark.parametrize(
    ("name", "who"), [(GOOD, "The trial without a mutant"), ("wrong", "wrong")]
)
def test_a_trial_that_fails_by_itself_is_told_at_once(name: str, who: str) -> None:
    shown = io.StringIO()
    Counter(Console(file=shown), 1).follow(Trial(name, {}, (), (), 0.1, "it broke"))
    assert shown.getvalue() == f"{who} failed by itself: it broke\n"


def test_a_survivor_is_named_with_what_it_did() -> None:
    told = "\n".join(score({"ACCOUNTS-PROFILE-01": "pass"}).tell())
    assert "SURVIVED wrong\n  It is wrong.\n  ACCOUNTS-PROFILE-01: pass" in told
    assert "no mutant makes a test of it fail: ACCOUNTS-PROFILE-01." in told


def test_a_mutant_that_fails_by_itself_is_not_taken_for_killed() -> None:
    mutation = Mutation()
    mutation.note(ZeroDivisionError("by itself"))
    with pytest.raises(RuntimeError):
        mutation.check()
