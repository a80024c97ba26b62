"""The suite inside pytest, in each worker: which targets, which tests, what was seen."""

import gc
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from .contract import Contract, load_contract
from .evidence import COMPARISON, Comparison, gather
from .observations import Observations
from .others import write_answers
from .outcomes import BLOCKED, HARNESS_ERROR, REASON, SETUP_FAILED
from .patience import GivenUp
from .people import Blocked
from .requirements import Register, load_register
from .script import write_script
from .targets import Target

TARGETS: pytest.StashKey[list[Target]] = pytest.StashKey()
CHAPTER: pytest.StashKey[int | None] = pytest.StashKey()
OBSERVATIONS: pytest.StashKey[Observations] = pytest.StashKey()
# The tests for which scripts were written.
SCRIPTS: pytest.StashKey[list[str]] = pytest.StashKey()
ENOUGH_SCRIPTS = 50
# Before the reason why a test does not apply.
NOT_APPLICABLE = REASON

# What a test runs into that looks for something in an answer of another form.
OF_ANOTHER_FORM = (LookupError, TypeError, ValueError, AttributeError)
# How the message begins where the fault of an answer, or its absence, ended a test.
ASKED = re.compile(r"([A-Z]+) (\S+) (?:answered|got no)\b")


@cache
def get_contract() -> Contract:
    """Return the contract, read once in each process."""
    return load_contract()


@cache
def get_register() -> Register:
    """Return the requirements, read once in each process."""
    return load_register()


def hand_over(targets: list[Target], chapter: int | None, answers: str = "") -> dict[str, Any]:
    """Return what a worker must know, fit to be sent to another process."""
    told = [asdict(target) for target in targets]
    return {"targets": told, "chapter": chapter, "answers": answers}


def take_over(config: pytest.Config, told: Mapping[str, Any]) -> None:
    """Keep what `hand_over` wrote."""
    config.stash[TARGETS] = [Target(**target) for target in told["targets"]]
    config.stash[CHAPTER] = told["chapter"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person, or a trial, ask for the tests of certain requirements."""
    parser.addoption("--requirement", action="append", default=[], metavar="ID")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with what the command told this worker."""
    config.stash[OBSERVATIONS] = Observations()
    config.stash[SCRIPTS] = []
    told = getattr(config, "workerinput", {}).get("conformance")
    if told:
        take_over(config, told)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that needs a target once for each; the target leads the test's id."""
    if "target" not in metafunc.fixturenames:
        return
    targets = metafunc.config.stash.get(TARGETS, [])
    names = [target.name for target in targets]
    metafunc.parametrize("target", targets, ids=names, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that were asked for, and note on each what it is about."""
    chapter, wanted = config.stash.get(CHAPTER, None), set(config.getoption("--requirement"))
    chosen = [item for item in items if chapter is None or _belongs(item, chapter)]
    chosen = [item for item in chosen if not wanted or wanted & set(find_requirements(item))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen
    for item in items:
        item.user_properties += [
            ("target", _find_target_name(item)),
            ("requirements", " ".join(find_requirements(item))),
        ]


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: the modules and the tests themselves."""
    gc.freeze()


def find_requirements(item: pytest.Item) -> list[str]:
    """Return the ids of the requirements that a test names."""
    marks = item.iter_markers("requirement")
    return sorted({str(one) for mark in marks for one in mark.args})


def _belongs(item: pytest.Item, chapter: int) -> bool:
    known = get_register().by_id
    return any(known[one].chapter == chapter for one in find_requirements(item) if one in known)


def _find_target_name(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    target = callspec.params.get("target") if callspec else None
    return target.name if isinstance(target, Target) else ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell a test that failed from one that could not begin, and from one that is faulty."""
    report = yield
    if report.failed and call.excinfo is not None:
        report.user_properties += _explain(item, call.excinfo.value, str(call.when))
        report.user_properties.append(("evidence", _gather(item, call.excinfo.value)))
    return report


def _gather(item: pytest.Item, error: BaseException) -> str:
    answers = item.config.stash[OBSERVATIONS].find_answers(item.nodeid)
    comparison = item.config.stash.get(COMPARISON, None)
    # Other assertions than those of a test have words of their own.
    is_own = comparison is not None and str(error).startswith("assert ")
    # What a test waits for is told, with its script, where that fails.
    script = "" if isinstance(error, Blocked | GivenUp) else _write_script(item)
    compared = comparison if is_own else None
    hidden = _list_hidden(item)
    return gather(answers, get_contract(), compared, script=script, hidden=hidden).to_text()


def _list_hidden(item: pytest.Item) -> list[str]:
    targets = item.config.stash.get(TARGETS, [])
    secrets = [secret for one in targets for secret in (one.admin_password, one.jwt_secret)]
    return [secret for secret in secrets if secret]


def _write_script(item: pytest.Item) -> str:
    observations, scripts = item.config.stash[OBSERVATIONS], item.config.stash[SCRIPTS]
    target = item.callspec.params.get("target") if isinstance(item, pytest.Function) else None
    # Where everything fails, each further script would take its time and tell nothing new.
    if len(scripts) >= ENOUGH_SCRIPTS or not isinstance(target, Target):
        return ""
    scripts.append(item.nodeid)
    start = observations.began[item.nodeid]
    email, url = target.admin_email, target.base_url
    return write_script(observations.answers, start, admin_email=email, base_url=url)


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: Any, right: Any) -> None:
    """Keep what an assertion compares that does not hold."""
    config.stash[COMPARISON] = Comparison(got=left, expected=right) if op == "==" else None


def _explain(item: pytest.Item, error: BaseException, when: str) -> Iterator[tuple[str, str]]:
    if isinstance(error, GivenUp):
        yield "status", SETUP_FAILED
    elif isinstance(error, Blocked):
        yield from _tell_blocked(error.operation, error.status)
    elif not _is_about_an_answer(error):
        yield "status", HARNESS_ERROR
    elif when == "setup":
        yield from _tell_blocked(*_find_awaited(str(error)))
    if isinstance(error, OF_ANOTHER_FORM):
        yield "latest", repr(item.config.stash[OBSERVATIONS].find_latest(item.nodeid))


def _is_about_an_answer(error: BaseException) -> bool:
    if isinstance(error, AttributeError):
        # What JSON can hold came from the server; anything else is of the suite.
        return isinstance(error.obj, dict | list | str | int | float | None)
    return isinstance(error, (AssertionError, pytest.fail.Exception, *OF_ANOTHER_FORM))


def _find_awaited(message: str) -> tuple[str, int]:
    """Return the operation whose answer a fixture failed on, and the status of its success."""
    asked = ASKED.match(message)
    operation = get_contract().find(asked[1], asked[2].partition("?")[0]) if asked else None
    return (operation.operation_id, min(operation.responses)) if operation else ("", 0)


def _tell_blocked(operation: str, status: int) -> Iterator[tuple[str, str]]:
    yield "status", BLOCKED
    blocking = get_register().find_first(operation, status)
    if blocking:
        yield "by", blocking


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """In a worker, run a test and tell the command only what it counts: each word has its price."""
    if not hasattr(item.config, "workerinput"):
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when != "setup" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell apart what this test is answered and compares from what earlier ones did."""
    item.config.stash[COMPARISON] = None
    item.config.stash[OBSERVATIONS].begin(item.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send what this worker saw to the command."""
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output["observed"] = config.stash[OBSERVATIONS].to_plain()
        [target], told = config.stash[TARGETS], vars(config)["workerinput"]["conformance"]
        write_answers(Path(told["answers"]), target.name, config.stash[OBSERVATIONS])
