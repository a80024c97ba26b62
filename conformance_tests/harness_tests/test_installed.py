"""The suite as a wheel, far from the repository: the command `api-conformance`."""

import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email.parser import Parser
from pathlib import Path

import pytest

from conformance_tests.harness.exits import Exit
from conformance_tests.harness.targets import REPOSITORY

from .test_adding import ADDRESS, Run, add_the_fourth, read_commands, run, serve

BUILD = "from setuptools import build_meta; build_meta.build_wheel('wheels')"
# What the script does that an installer writes for an entry point.
CALL = "import sys; from {module} import {function}; sys.exit({function}())"
FRAMEWORKS = {"flask", "django", "django-ninja", "fastapi", "starlette"}
GIVEN = f"api-conformance --base-url {ADDRESS} --chapter 0"
OWN = "api-conformance fourth --chapter 0"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: building leaves files where it is done."""
    root = tmp_path_factory.mktemp("sources")
    left = shutil.ignore_patterns("__pycache__")
    for name in ("conformance_tests", "shared_spec"):
        shutil.copytree(REPOSITORY / name, root / name, ignore=left)
    needed = ("pyproject.toml", "README.md", "LICENSE", "*_impl/requirements.txt")
    for path in (found for pattern in needed for found in REPOSITORY.glob(pattern)):
        copy = root / path.relative_to(REPOSITORY)
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)
    subprocess.run([sys.executable, "-c", BUILD], cwd=root, check=True, capture_output=True)
    [built] = (root / "wheels").iterdir()
    return built


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the wheel is installed. What it needs is in this environment."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of somebody else, with the small server in it."""
    root = tmp_path_factory.mktemp("elsewhere")
    for folder in ("conformance_tests/harness_tests", "flask_impl"):
        (root / folder).parent.mkdir(exist_ok=True)
        (root / folder).symlink_to(REPOSITORY / folder)
    add_the_fourth(root)
    # What the guide copies from is in the repository, and not where the copy is used.
    (root / "conformance_tests" / "harness_tests").unlink()
    (root / "conformance_tests").rmdir()
    (root / "flask_impl").unlink()
    return root


@pytest.fixture(scope="module")
def runs(site: Path, elsewhere: Path) -> Mapping[str, Run]:
    """The commands that the guide has for others, run where they are."""
    with serve(elsewhere) as url:
        return {one: call(one, site, elsewhere, url) for one in read_commands("api-conformance")}


def call(command: str, site: Path, folder: Path, url: str = ADDRESS) -> Run:
    """Run the installed command."""
    words = shlex.split(command.replace(ADDRESS, url))[1:]
    told = next(site.glob("*.dist-info/entry_points.txt")).read_text("utf-8")
    [entry] = re.findall(r"^api-conformance = ([\w.]+):(\w+)$", told, re.MULTILINE)
    script = CALL.format(module=entry[0], function=entry[1])
    found = ["env", f"PYTHONPATH={site}", sys.executable]
    return run([*found, "-c", script, *words], folder, folder / "results")


def test_the_wheel_has_the_suite_and_the_contract_and_no_more(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    folders = {name.rpartition("/")[0] for name in names if ".dist-info" not in name}
    assert folders == {
        "conformance_tests",
        "conformance_tests/data",
        "conformance_tests/harness",
        "shared_spec",
    }


def test_the_extra_brings_no_framework(site: Path) -> None:
    told = Parser().parsestr(next(site.glob("*.dist-info/METADATA")).read_text("utf-8"))
    needed = told.get_all("Requires-Dist", [])
    extra = [one for one in needed if 'extra == "conformance"' in one]
    names = {re.split(r"[\[<>= ;]", one)[0].lower() for one in extra}
    assert "pytest" in names
    assert names & FRAMEWORKS == set()


def test_it_judges_a_server_that_runs(runs: Mapping[str, Run]) -> None:
    output = runs[GIVEN].output
    assert runs[GIVEN].code == Exit.NOT_CONFORMANT, output
    assert {"SYSTEM-LIVE-01", "SYSTEM-OPENAPI-02"} <= runs[GIVEN].find("pass"), output
    assert "SYSTEM-READY-02" in runs[GIVEN].find("not applicable"), output
    assert "\n  again: api-conformance --base-url http://" in output


def test_it_finds_the_implementations_of_others(runs: Mapping[str, Run]) -> None:
    assert runs[OWN].code == Exit.NOT_CONFORMANT, runs[OWN].output
    assert {"SYSTEM-LIVE-01", "SYSTEM-READY-02"} <= runs[OWN].find("pass"), runs[OWN].output


def test_it_writes_nothing_to_where_it_is_installed(site: Path, runs: Mapping[str, Run]) -> None:
    written = {path.suffix for path in site.rglob("*") if path.is_file()}
    assert written - {".pyc"} == {".py", ".yaml", ".toml", ".json", ".html", ".txt", ""}


def test_where_there_is_nobody_to_judge_it_says_so(site: Path, tmp_path: Path) -> None:
    run = call("api-conformance", site, tmp_path)
    assert run.code == Exit.WRONG_ARGUMENTS
    assert "A server that runs already is judged with --base-url URL." in run.output


def test_its_help_has_its_own_name(site: Path, tmp_path: Path) -> None:
    assert call("api-conformance -h", site, tmp_path).output.startswith("usage: api-conformance ")


def test_the_list_that_came_with_it_is_not_written_to(site: Path, tmp_path: Path) -> None:
    run = call(f"{GIVEN} --update-known-failures", site, tmp_path)
    assert run.code == Exit.WRONG_ARGUMENTS
    assert "--update-known-failures wants a list of your own" in run.output
