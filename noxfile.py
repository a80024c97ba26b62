# /// script
# requires-python = ">=3.11"
# dependencies = ["nox>=2026.10"]
# ///
"""Every way to run anything here. `nox --list` shows the sessions; docstrings are the help."""

import hashlib
import os
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import nox

ROOT = Path(__file__).parent
LOCKS = ROOT / "locks"
SUITE = "conformance_tests"

# Members that the sessions here need. A file without them is told of by `conformance`.
NEEDED = {"name", "language", "working_directory", "setup"}


def read_implementations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each folder that holds an implementation, with what its file says."""
    # Whoever adds a folder with this file adds an implementation; no list names them.
    for path in sorted(ROOT.glob("*_impl/implementation.toml")):
        with suppress(ValueError):
            told = tomllib.loads(path.read_text(encoding="utf-8"))
            if told.keys() >= NEEDED:
                yield path.parent.name, told


IMPLEMENTATIONS = dict(read_implementations())
IN_PYTHON = [folder for folder, told in IMPLEMENTATIONS.items() if told["language"] == "Python"]
# What is pinned shares one environment; `nox -s lock` pins every Python folder.
PINNED = [one for one in IN_PYTHON if (LOCKS / f"{one.removesuffix('_impl')}.txt").exists()]
EXTRAS = [folder.removesuffix("_impl") for folder in PINNED]
EQUAL_FILES = ("strict_json.py", "cursors.py", "text.py")
# Enough to import an application; nothing is served with it.
SETTINGS = {
    "JWT_SECRET": "only for imports, tests and type checks",
    "DATABASE_URL": "sqlite:///:memory:",
}
nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "types", "tests"]
os.environ.setdefault("UV_COMPILE_BYTECODE", "1")


@nox.session
def conformance(session: nox.Session) -> None:
    """Judge every implementation, or those named: `-- [NAME …] [--database …] [-h]`."""
    install(session, *EXTRAS, "conformance")
    set_up(session)
    run_patiently(session, SUITE, *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Pass everything that must pass before a change lands, the suite on SQLite included."""
    install(session, "dev")
    set_up(session)
    session.run("python", "-m", "pytest", *find_test_folders())
    session.run("python", "-m", "pytest", f"{SUITE}/one_system", "--database=postgresql")
    for folder in PINNED:
        session.run("python", *choose_test_command(folder), env=SETTINGS)
    run_patiently(session, SUITE)
    for extra in EXTRAS:
        session.notify(f"alone(extra='{extra}')")


@nox.session
@nox.parametrize("extra", EXTRAS)
def alone(session: nox.Session, extra: str) -> None:
    """Install what one implementation needs and nothing else; migrate, make an admin, import."""
    install(session, extra)
    told = IMPLEMENTATIONS[f"{extra}_impl"]
    database = Path(session.create_tmp()) / "alone.sqlite3"
    database.unlink(missing_ok=True)
    settings = {
        **SETTINGS,
        "DATABASE_URL": f"sqlite:///{database}",
        "ADMIN_PASSWORD": "long enough",
    }
    with session.chdir(ROOT / f"{extra}_impl" / told["working_directory"]):
        session.run(*fill(told["migrate"]), env=settings)
        session.run(*fill(told["create_admin"]), env=settings)
        # The commands above may get by with less than what is served.
        module = told["serve"]["uniform"][-1].partition(":")[0]
        if module.startswith(f"{extra}_impl."):
            session.run("python", "-c", f"import {module}", env=settings)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, imports, the contract, its tests, the three equal files and the locks."""
    install(session, "dev")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")
    session.run("python", "-m", f"{SUITE}.harness.contract_lint")
    session.run("python", "-m", f"{SUITE}.harness.contract_copies")
    for fault in [*find_unequal_files(), *find_lock_faults()]:
        session.error(fault)


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of everything, strictly."""
    install(session, "dev")
    session.run("mypy", SUITE, *PINNED, "noxfile.py", env=SETTINGS)


@nox.session
def explain(session: nox.Session) -> None:
    """Tell all about a requirement: why, its tests, its mutants, who obeys it: `-- ID …`."""
    install(session, *EXTRAS, "conformance")
    session.run("python", "-m", f"{SUITE}.harness.explain", *session.posargs)


@nox.session
def interop(session: nox.Session) -> None:
    """Judge all as one: one database, each request answered by the next: `-- [--database …]`."""
    install(session, *EXTRAS, "conformance")
    set_up(session)
    run_patiently(session, SUITE, *session.posargs, "--interop")


@nox.session
def schema(session: nox.Session) -> None:
    """Compare the tables that the migration histories make: `-- [--database …]`."""
    install(session, "dev")
    run_patiently(session, f"{SUITE}.one_system.schema", *session.posargs)


@nox.session
def probes(session: nox.Session) -> None:
    """Send bad input to all and compare what they answer: `-- [--database …]`."""
    install(session, "dev")
    run_patiently(session, f"{SUITE}.one_system.probes", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Kill, stop, crowd and slow each of them; show what is lost: `-- [NAME …]`."""
    install(session, *EXTRAS, "conformance")
    set_up(session)
    run_patiently(session, f"{SUITE}.faults", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Break a good server in every known way and see which tests notice: `-- [NAME …]`."""
    install(session, *EXTRAS, "conformance")
    set_up(session)
    run_patiently(session, f"{SUITE}.mutants", *session.posargs)


@nox.session
def differential(session: nox.Session) -> None:
    """Let all answer the same random calls; shrink any difference: `-- [--sequences N] [-h]`."""
    install(session, "dev")
    run_patiently(session, f"{SUITE}.differential", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Let Schemathesis call each of them, without and with a token: `-- [NAME …] [-h]`."""
    install(session, "dev")
    run_patiently(session, f"{SUITE}.fuzz", *session.posargs)


@nox.session
def serve(session: nox.Session) -> None:
    """Migrate and serve one implementation for a person: `-- flask [--port N] [--database …]`."""
    install(session, *EXTRAS, "conformance")
    set_up(session)
    run_patiently(session, f"{SUITE}.harness.serve", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Pin the newest versions that fit, with hashes: `locks/`."""
    session.install("uv")
    paths = [f"{folder}/requirements.txt" for folder in IN_PYTHON]
    sources = {path.partition("_impl/")[0]: path for path in paths if (ROOT / path).exists()}
    sources["conformance"] = f"{SUITE}/requirements.txt"
    # All of them first: so one environment can hold them together.
    compile_lock(session, "dev", *sources.values(), "--group=dev")
    for name, source in sources.items():
        compile_lock(session, name, source, "--constraint=locks/dev.txt")
    for fault in find_lock_faults():
        session.error(fault)


def install(session: nox.Session, *names: str) -> None:
    """Install pinned sets, unless the environment was made from exactly these."""
    locks = [LOCKS / f"{name}.txt" for name in names]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in locks)).hexdigest()
    stamp = Path(session.virtualenv.location or ".") / "installed.sha256"
    if stamp.exists() and stamp.read_text() == digest:
        return
    session.install("--require-hashes", *(f"--requirement={path}" for path in locks))
    stamp.write_text(digest)


def set_up(session: nox.Session) -> None:
    """Run the `setup` of those without a lock: of the ones named after `--`, or of all."""
    names = {told["name"] for told in IMPLEMENTATIONS.values()}
    wanted = names.intersection(session.posargs) or names
    for folder, told in IMPLEMENTATIONS.items():
        if folder in PINNED or told["name"] not in wanted or not told["setup"]:
            continue
        if folder in IN_PYTHON:
            session.install("pip")  # uv makes environments without it
        with session.chdir(ROOT / folder / told["working_directory"]):
            session.run(*fill(told["setup"]), external=True)


def run_patiently(session: nox.Session, module: str, *arguments: str) -> None:
    """Run a module that stops servers and drops databases after Ctrl-C, before nox kills it."""
    session.run("python", "-m", module, *arguments, interrupt_timeout=20.0, terminate_timeout=20.0)


def find_test_folders() -> list[str]:
    """Return the folders of tests beside the suite: they test the suite and the system."""
    return sorted({str(path.parent) for path in (ROOT / SUITE).glob("*/test_*.py")})


def fill(command: list[str]) -> list[str]:
    """Fill in what the commands of an implementation.toml leave open."""
    values = {"{python}": "python", "{username}": "first_admin", "{email}": "admin@example.com"}
    return [values.get(word, word) for word in command]


def choose_test_command(folder: str) -> list[str]:
    """Return the arguments that run an implementation's tests, each in its framework's way."""
    if (ROOT / folder / "manage.py").exists():
        return [f"{folder}/manage.py", "test", folder]
    return ["-m", "pytest", f"{folder}/tests"]


def compile_lock(session: nox.Session, name: str, *arguments: str) -> None:
    """Pin one set for every platform. What is written holds no address of a registry."""
    options = ["--universal", "--python-version=3.11", "--generate-hashes", "--upgrade"]
    options += ["--no-header", "--quiet", f"--output-file=locks/{name}.txt"]
    session.run("uv", "pip", "compile", *options, *arguments)


def find_unequal_files() -> Iterator[str]:
    """Yield the files that should be equal in every implementation and are not."""
    for name in EQUAL_FILES:
        there = [path for folder in IN_PYTHON if (path := ROOT / folder / name).exists()]
        if len({path.read_bytes() for path in there}) > 1:
            yield f"{name} differs between {', '.join(path.parent.name for path in there)}."


def find_lock_faults() -> Iterator[str]:
    """Yield the locks that hold an address."""
    for path in sorted(LOCKS.glob("*.txt")):
        if "://" in path.read_text(encoding="utf-8"):
            yield f"{path.name} holds an address; locks are the same for every registry."


if __name__ == "__main__":
    nox.main()
