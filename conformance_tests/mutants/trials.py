"""Trials: the suite's own command against a good server that one break made wrong."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from conformance_tests.harness.databases import open_databases
from conformance_tests.harness.deployment import Plan, deploy
from conformance_tests.harness.exits import Exit, NoServer, WrongArguments
from conformance_tests.harness.servers import Programs
from conformance_tests.harness.targets import REPOSITORY, Target, find_implementations

from . import selection
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

    @property
    def violated(self) -> set[str]:
        """The requirements that the suite calls violated."""
        return {one for one, status in self.requirements.items() if status == "fail"}

    def sees(self, fault: Break) -> bool:
        """Tell whether the suite saw what a break violates, and nothing else."""
        return self.exit_code == Exit.NOT_CONFORMANT and self.violated == set(fault.violates)


@contextmanager
def start_good_server() -> Iterator[Target]:
    """Yield one implementation, whichever is found first, served on an empty database."""
    implementations = list(find_implementations().values())
    if not implementations:
        raise WrongArguments("There is no implementation here: no *_impl/implementation.toml.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutants-")))
        programs = Programs()
        stack.callback(programs.stop)
        databases = stack.enter_context(open_databases("sqlite", folder, programs))
        deployment = deploy(implementations[:1], Plan("uniform", folder, databases, programs))
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


def try_good(target: Target, requirements: Iterable[str]) -> Findings:
    """Run the tests of some requirements through a proxy that changes nothing."""
    with run_proxy(target, None) as url:
        return _run_suite(url, target, requirements)


def _run_suite(url: str, target: Target, requirements: Iterable[str]) -> Findings:
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        results = Path(name)
        command = [sys.executable, "-m", "conformance_tests", f"--base-url={url}"]
        command += [f"--admin={target.admin_email}:{target.admin_password}"]
        command += [f"--jwt-secret={target.jwt_secret}", f"--results={results}"]
        command += ["-p", selection.__name__]
        command += [f"--requirement={one}" for one in requirements]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        return _read_findings(results, done)


def _read_findings(results: Path, done: subprocess.CompletedProcess[str]) -> Findings:
    said = done.stdout + done.stderr
    try:
        [told] = json.loads((results / "conformance.json").read_text("utf-8"))["targets"]
        failed = tuple(_find_failed_tests(results / "junit.xml"))
    except OSError:
        return Findings(done.returncode, {}, (), said)
    return Findings(done.returncode, told["requirements"], failed, said)


def _find_failed_tests(junit: Path) -> Iterator[str]:
    for case in ElementTree.parse(junit).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            module, name = case.attrib["classname"], case.attrib["name"]
            yield f"{module.rpartition('.')[2]}::{name.partition('[')[0]}"
