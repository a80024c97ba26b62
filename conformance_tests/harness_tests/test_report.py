"""The end of a run: which exit code, and what it says to do next."""

import io
import re

import pytest
from rich.console import Console

from conformance_tests.harness.controller import Controller
from conformance_tests.harness.deployment import Deployment
from conformance_tests.harness.exits import Exit
from conformance_tests.harness.observations import expect_all
from conformance_tests.harness.options import Options, read_options
from conformance_tests.harness.outcomes import Failure
from conformance_tests.harness.patience import GIVEN_UP
from conformance_tests.harness.plugin import get_contract, get_register
from conformance_tests.harness.progress import PlainProgress
from conformance_tests.harness.report import Beginning, Report
from conformance_tests.harness.requirements import APPLICATION, SERVER

OF_THE_SERVER = "HARDENING-SERVER-01"
A_FILE = "conformance_tests/test_system.py"
GIVEN = ("--base-url=http://127.0.0.1:1", "--admin=a@example.com:hunter2", "--jwt-secret=hush")


def read(*arguments: str) -> Options:
    return read_options(
        arguments,
        implementations=["flask"],
        chapters=[0],
        requirements=["SYSTEM-LIVE-01", OF_THE_SERVER],
    )


class Run:
    """A run in which every test of every requirement passed and every answer was seen."""

    def __init__(self, *arguments: str) -> None:
        self.options = read(*arguments)
        self.console = Console(file=io.StringIO(), soft_wrap=True, highlight=False, markup=False)
        names = self.options.targets
        progress = PlainProgress(self.console)
        self.controller = Controller(names, Deployment, progress, self.options.chapter)
        seen = list(expect_all(get_contract()))
        self.controller.observations.merge(dict.fromkeys(names, seen))
        [self.outcome] = self.controller.outcomes.by_group[APPLICATION].values()
        [self.server] = self.controller.outcomes.by_group[SERVER].values()
        for outcome, group in ((self.outcome, APPLICATION), (self.server, SERVER)):
            for one in get_register().in_group(group).requirements:
                outcome.add("pass", (one.id,))

    def judge_nothing(self) -> None:
        """Let no test have been run."""
        for outcome in (self.outcome, self.server):
            outcome.counts.clear()

    def break_server(self) -> None:
        """Let one requirement not hold of the server in front."""
        self.server.add("fail", (OF_THE_SERVER,))
        self.server.failures.append(Failure("test", (OF_THE_SERVER,), "fail", "it broke"))

    def end(self) -> tuple[Exit, str]:
        """Return the exit code and what is printed."""
        report = Report(self.options, self.controller, Beginning(), {})
        report.show(self.console)
        assert isinstance(self.console.file, io.StringIO)
        return report.exit_code, self.console.file.getvalue()


def test_a_whole_run_without_gaps_is_a_success() -> None:
    code, said = Run().end()
    assert code == Exit.CONFORMANT
    assert "flask: conformant" in said


@pytest.mark.parametrize("arguments", [(), ("flask",), ("--server", "idiomatic")])
def test_a_whole_run_that_could_not_test_everything_is_none(arguments: tuple[str, ...]) -> None:
    run = Run(*arguments)
    run.outcome.add("not applicable", ("SYSTEM-LIVE-01",))
    run.outcome.reasons["nobody asked"] = {"SYSTEM-LIVE-01"}
    code, said = run.end()
    assert code == Exit.SUITE_FAILED
    assert "flask: partial" in said
    assert "Not applicable, because nobody asked: SYSTEM-LIVE-01." in said
    assert "Not everything was tested on flask." in said


@pytest.mark.parametrize(
    "arguments",
    [GIVEN, ("--chapter=0",), ("-k=live",), ("--requirement=SYSTEM-LIVE-01",), (A_FILE,)],
)
def test_who_asked_for_less_or_gave_a_server_gets_it(arguments: tuple[str, ...]) -> None:
    run = Run(*arguments)
    run.outcome.add("not applicable", ("SYSTEM-LIVE-01",))
    code, said = run.end()
    assert code == Exit.CONFORMANT
    assert "partial" in said
    assert "Not everything was tested" not in said


@pytest.mark.parametrize("arguments", [("-k=live",), ("--chapter=0",), (A_FILE,)])
def test_who_chose_nothing_that_judges_gave_wrong_arguments(arguments: tuple[str, ...]) -> None:
    run = Run(*arguments)
    run.judge_nothing()
    code, said = run.end()
    assert code == Exit.WRONG_ARGUMENTS
    assert "Nothing was judged" in said


def test_who_left_a_test_out_is_told_no_more_than_partial() -> None:
    code, said = Run("--deselect=conformance_tests/test_system.py::test_live").end()
    assert code == Exit.CONFORMANT
    assert "flask: partial" in said


def test_a_whole_run_that_judged_nothing_is_the_fault_of_the_suite() -> None:
    run = Run()
    run.judge_nothing()
    assert run.end()[0] == Exit.SUITE_FAILED


def test_a_server_that_ended_is_not_called_conformant() -> None:
    run = Run()
    run.controller.deployment.failures["flask"] = "flask: the server ended.\n    its last line"
    code, said = run.end()
    assert code == Exit.NO_SERVER
    assert "    its last line\nflask: not judged to the end: the server ended (" in said
    assert "flask: conformant" not in said


@pytest.mark.parametrize("arguments", [(), GIVEN])
def test_a_server_that_was_given_up_is_named(arguments: tuple[str, ...]) -> None:
    run = Run(*arguments)
    [name] = run.options.targets
    run.outcome.failures.append(Failure("test", ("SYSTEM-LIVE-01",), "blocked", GIVEN_UP))
    code, said = run.end()
    assert code == Exit.NO_SERVER
    assert f"{name}: not judged to the end: the server left 3 requests in a row without" in said


def test_what_a_server_does_weighs_nothing_for_the_application() -> None:
    run = Run()
    run.break_server()
    code, said = run.end()
    assert code == Exit.CONFORMANT
    assert re.search(r"^server \(uniform\) +(\d+)/(?!\1\b)\d+$", said, re.MULTILINE)
    assert "flask: conformant" in said
    assert re.search(rf"^  server: \d+/\d+ hold, not {OF_THE_SERVER} ", said, re.MULTILINE)
    assert "it broke" not in said


def test_what_a_server_does_is_told_to_who_asks_for_it_alone() -> None:
    run = Run(f"--requirement={OF_THE_SERVER}")
    run.outcome.counts.clear()
    run.break_server()
    code, said = run.end()
    assert code == Exit.CONFORMANT
    assert f"FAILED on flask: {OF_THE_SERVER}" in said
    assert "it broke" in said


@pytest.mark.parametrize(
    ("arguments", "again"),
    [
        ((), "flask"),
        (("--database=postgresql",), "flask --database postgresql"),
        (("--server=idiomatic",), "flask --server idiomatic"),
        (GIVEN[:1], "--base-url http://127.0.0.1:1"),
        (GIVEN, "--base-url http://127.0.0.1:1 --admin EMAIL:PASSWORD --jwt-secret SECRET"),
    ],
)
def test_a_failure_says_how_to_repeat_it(arguments: tuple[str, ...], again: str) -> None:
    run = Run(*arguments)
    test = "conformance_tests/test_it.py::test_it[flask-it's]"
    run.outcome.failures.append(Failure(test, ("SYSTEM-LIVE-01",), "fail", "it broke"))
    code, said = run.end()
    assert code == Exit.NOT_CONFORMANT
    assert f"  again: nox -s conformance -- {again} \\\n" in said
    assert """    'conformance_tests/test_it.py::test_it[flask-it'"'"'s]'\n""" in said
    assert "hunter2" not in said
    assert "hush" not in said
