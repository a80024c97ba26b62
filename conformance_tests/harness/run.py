"""One run of pytest over the chosen targets: its arguments, its words, its ends."""

import contextlib
import os
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from . import plugin
from .controller import Controller
from .exits import Stop, WrongArguments
from .options import Options, is_path
from .servers import TAIL_LINES
from .targets import REPOSITORY

SUITE = REPOSITORY / "conformance_tests"
# With these, a person wants to see pytest's own words.
TALKATIVE = ("-v", "-s", "--pdb", "--co", "--durations", "--fixtures", "--markers", "--setup-")

# What follows these is a place, and none to look for tests in.
LEAVING_OUT = ("--deselect", "--ignore", "--ignore-glob")


def run_tests(options: Options, controller: Controller) -> None:
    """Run the tests. Raises Stop where there is nothing to report, and KeyboardInterrupt."""
    junit = options.results / f".junit.{os.getpid()}.xml"
    try:
        shown = any(word.startswith(TALKATIVE) for word in options.for_pytest)
        run = _run_aloud if shown else _run_quietly
        code, said = run(_list_arguments(options, junit), controller)
        _check_end(controller, code, said)
        if junit.exists():
            os.replace(junit, options.results / "junit.xml")
    finally:
        junit.unlink(missing_ok=True)


def _run_aloud(arguments: Sequence[str], controller: Controller) -> tuple[int, str]:
    return int(pytest.main(list(arguments), plugins=[controller])), ""


def _run_quietly(arguments: Sequence[str], controller: Controller) -> tuple[int, str]:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            code = int(pytest.main(list(arguments), plugins=[controller]))
        log.seek(0)
        return code, log.read()


def _list_arguments(options: Options, junit: Path) -> list[str]:
    arguments = [*list_arguments(), "-p", "xdist", f"--junitxml={junit}", *options.for_pytest]
    # What is installed is not to be written to.
    arguments += ["-o", f"cache_dir={options.results.resolve() / '.pytest_cache'}"]
    if len(options.targets) > 1:
        arguments += [f"--numprocesses={len(options.targets)}", "--dist=each"]
        arguments += ["--max-worker-restart=0"]
    words = pairwise(["", *options.for_pytest])
    names_place = any(is_path(word) and before not in LEAVING_OUT for before, word in words)
    return arguments if names_place else [*arguments, str(SUITE)]


def list_arguments() -> list[str]:
    """Return what pytest is told whenever it runs tests of the suite."""
    arguments = [f"--rootdir={REPOSITORY}", f"--config-file={SUITE / 'suite.toml'}"]
    # Plugins of other people's pytest must not change what the tests find.
    arguments += ["--disable-plugin-autoload", "-p", plugin.__name__]
    arguments += ["-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"]
    return [*arguments, "--capture=sys", "--tb=line"]


def list_test_files() -> list[str]:
    """Return the files of the suite; the folders beside them hold tests of other things."""
    return [str(path) for path in sorted(SUITE.glob("test_*.py"))]


def _check_end(controller: Controller, code: int, said: str) -> None:
    if controller.interrupted:
        raise KeyboardInterrupt
    if code == pytest.ExitCode.USAGE_ERROR:
        raise WrongArguments(f"pytest does not understand: {_find_error(said)}")
    if controller.deployment.failures and not controller.deployment.targets:
        return
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise WrongArguments("No test fits what was asked for: widen -k, --chapter or the path.")
    if controller.unreadable:
        told = "\n".join(dict.fromkeys(controller.unreadable))
        raise Stop(f"The suite itself failed; its tests could not be collected:\n{told[:4000]}")
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        tail = "\n".join(said.splitlines()[-TAIL_LINES:])
        raise Stop(f"The suite itself failed; the end of what pytest said:\n{tail}")


def _find_error(said: str) -> str:
    told = [line for line in said.splitlines() if "error:" in line.lower()]
    last = told[-1] if told else said.strip()[-200:]
    return last.partition("rror: ")[2] or last
