"""The suite inside pytest, in each worker: which targets, which tests, what was seen."""

import gc
from collections.abc import Generator, Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import pytest

from .contract import Contract, load_contract
from .observations import Observations
from .people import Blocked
from .requirements import Register, load_register
from .targets import Target

TARGETS: pytest.StashKey[list[Target]] = pytest.StashKey()
CHAPTER: pytest.StashKey[int | None] = pytest.StashKey()
OBSERVATIONS: pytest.StashKey[Observations] = pytest.StashKey()
NOT_APPLICABLE = "not applicable: "


@cache
def get_contract() -> Contract:
    """Return the contract, read once in each process."""
    return load_contract()


@cache
def get_register() -> Register:
    """Return the requirements, read once in each process."""
    return load_register()


def hand_over(targets: list[Target], chapter: int | None) -> dict[str, Any]:
    """Return what a worker must know, fit to be sent to another process."""
    return {"targets": [asdict(target) for target in targets], "chapter": chapter}


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
    """Tell a test that failed from one that could not begin."""
    report = yield
    prevented = call.excinfo is not None and call.excinfo.errisinstance(Blocked)
    if report.failed and (call.when == "setup" or prevented):
        report.user_properties.append(("blocked", "yes"))
    if call.excinfo is not None and call.excinfo.errisinstance((LookupError, TypeError)):
        # The test looked for something in an answer of another form: show the answer.
        latest = item.config.stash[OBSERVATIONS].latest
        report.user_properties.append(("latest", repr(latest)))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Forget what an earlier test was answered."""
    item.config.stash[OBSERVATIONS].latest = None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send what this worker saw to the command."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["observed"] = session.config.stash[OBSERVATIONS].to_plain()
