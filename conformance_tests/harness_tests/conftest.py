"""What the tests of the suite share: implementations of their own, and runs of the command."""

import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from conformance_tests.harness.targets import REPOSITORY

HERE = Path(__file__).parent
LITTLE_SUITE = str(HERE / "little_suite.py")
GOOD = ["{python}", str(HERE / "little_server.py"), "{port}"]
NOTHING = ["{python}", "-c", ""]

Write = Callable[[str, Sequence[str]], Path]
Start = Callable[..., subprocess.Popen[str]]


def quote(words: Sequence[str]) -> str:
    return "[" + ", ".join(f"'''{word}'''" for word in words) + "]"


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def write_toml(root: Path, name: str, serve: Sequence[str]) -> Path:
    """Write a folder with an implementation that is served by a command."""
    lines = [f'{key} = "{name}"' for key in ("name", "language", "framework")]
    lines += ['working_directory = "."', "setup = []"]
    lines += [f"{key} = {quote(NOTHING)}" for key in ("version", "migrate", "create_admin")]
    lines += ["[serve]", f"uniform = {quote(serve)}", f"idiomatic = {quote(serve)}"]
    path = root / f"{name}_impl" / "implementation.toml"
    path.parent.mkdir()
    path.write_text("\n".join(lines))
    assert tomllib.loads(path.read_text())
    return path


def start_driver(root: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start the command on the implementations below a folder, with settings of a person."""
    results = f"--results={root / 'results'}"
    return subprocess.Popen(
        [sys.executable, str(HERE / "driver.py"), str(root), *arguments, results],
        cwd=REPOSITORY,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": "", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def write_implementation(tmp_path: Path) -> Write:
    """Write implementations of a test's own."""
    return partial(write_toml, tmp_path)


@pytest.fixture
def start_command(tmp_path: Path) -> Start:
    """Start the command on the implementations that a test wrote."""
    return partial(start_driver, tmp_path)


@pytest.fixture
def run_command(start_command: Start) -> Callable[..., tuple[int, str]]:
    """Run the command to its end; return exit code and output."""

    def run(*arguments: str, **settings: str) -> tuple[int, str]:
        with start_command(*arguments, **settings) as process:
            output, _ = process.communicate(timeout=60)
            return process.returncode, output

    return run
