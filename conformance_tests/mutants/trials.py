"""Trials: the suite's own command against a good server that one break made wrong."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from conformance_tests.harness.deployment import deploy, open_plan
from conformance_tests.harness.exits import Exit, NoServer, WrongArguments
from conformance_tests.harness.run import list_test_files
from conformance_tests.harness.targets import REPOSITORY, Target, find_implementations

from .breaks import Break
from .proxy import run_proxy

# Runs of the suite at the same time, each of them a process.
AT_ONCE = 3


@dataclass(frozen=True)
class Findings:
    """What the suite said: its exit code, each requirement's status, and the tests that failed."""

    exit_code: int
    requirements: Mapping[str, str]
    failed_tests: tuple[str, ...]
    said: str

    def see(self, fault: Break) -> bool:
        """Tell whether the suite calls everything violated that a break violates."""
        verdicts = {self.requirements.get(one) for one in fault.violates}
        return self.exit_code == Exit.NOT_CONFORMANT and verdicts == {"fail"}


@contextmanager
def start_good_server() -> Iterator[Target]:
    """Yield one implementation, whichever is found first, served on an empty database."""
    implementations = list(find_implementations().values())
    if not implementations:
        raise WrongArguments("There is no implementation here: no *_impl/implementation.toml.")
    with open_plan("uniform", "sqlite") as plan:
        deployment = deploy(implementations[:1], plan)
        for failure in deployment.failures.values():
            raise NoServer(failure)
        [target] = deployment.targets.values()
        yield target


def try_breaks(faults: Iterable[Break], target: Target) -> dict[str, Findings]:
    """Try breaks, some at a time, and return what the suite said of each."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        tasks = {fault.name: pool.submit(try_break, fault, target) for fault in faults}
        return {name: task.result() for name, task in tasks.items()}


def try_break(fault: Break, target: Target) -> Findings:
    """Run the tests of what a break violates against a server that has it."""
    with run_proxy(target, fault) as url:
        return _run_suite(url, target, fault.violates)


def try_good(target: Target, requirements: Sequence[str]) -> Findings:
    """Run the tests of some requirements through a proxy that changes nothing."""
    with run_proxy(target, None) as url:
        return _run_suite(url, target, requirements)


def _run_suite(url: str, target: Target, requirements: Sequence[str]) -> Findings:
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        results = Path(name)
        command = [sys.executable, "-m", "conformance_tests", f"--base-url={url}"]
        command += [f"--admin={target.admin_email}:{target.admin_password}"]
        command += [f"--jwt-secret={target.jwt_secret}", f"--results={results}"]
        command += _find_files(requirements)
        command += [f"--requirement={one}" for one in requirements]
        return _read_findings(results, _run(command))


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (the words are our own)
        command, cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


def _find_files(requirements: Sequence[str]) -> list[str]:
    # To collect the whole suite would take longer than to run what is asked for.
    texts = {path: Path(path).read_text("utf-8") for path in list_test_files()}
    return [path for path, text in texts.items() if any(one in text for one in requirements)]


def _read_findings(results: Path, done: subprocess.CompletedProcess[str]) -> Findings:
    said = done.stdout + done.stderr
    try:
        [told] = json.loads((results / "conformance.json").read_text("utf-8"))["targets"]
        failed = tuple(dict.fromkeys(_find_failed_tests(results / "junit.xml")))
    except OSError:
        return Findings(done.returncode, {}, (), said)
    return Findings(done.returncode, told["requirements"], failed, said)


def _find_failed_tests(junit: Path) -> Iterator[str]:
    cases = ElementTree.parse(junit).iter("testcase")  # noqa: S314 (the suite wrote it)
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            module, name = case.attrib["classname"], case.attrib["name"]
            yield f"{module.rpartition('.')[2]}::{name.partition('[')[0]}"
