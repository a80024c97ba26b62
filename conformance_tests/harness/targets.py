"""Who is judged: implementations found by their `implementation.toml`, and targets that run."""

import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .exits import WrongArguments
from .transport import KEPT_CONNECTIONS

REPOSITORY = Path(__file__).resolve().parents[2]
# The suite may also be installed, far from this repository.
IS_INSTALLED = not (REPOSITORY / "noxfile.py").exists()
PROFILES = ("uniform", "idiomatic")
COMMANDS = ("version", "setup", "migrate", "create_admin")
WORDS = ("name", "language", "framework", "working_directory")


@dataclass(frozen=True)
class Implementation:
    """What `implementation.toml` says of one implementation."""

    name: str
    language: str
    framework: str
    folder: Path
    working_directory: Path
    version: Sequence[str]
    setup: Sequence[str]
    migrate: Sequence[str]
    create_admin: Sequence[str]
    serve: Mapping[str, Sequence[str]]
    source: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """A running API and what the suite may know of it. Plain text only: workers get a copy."""

    name: str
    base_url: str
    outage_url: str | None = None
    admin_email: str | None = None
    admin_password: str | None = None
    jwt_secret: str | None = None
    logs: tuple[str, ...] = ()
    # What the server was told: whose pages may read its answers, and that this host is none of its.
    allowed_origin: str | None = None
    foreign_host: str | None = None
    # None are kept where each request is to find another server.
    kept_connections: int = KEPT_CONNECTIONS


def find_implementations(root: Path | None = None) -> dict[str, Implementation]:
    """Return every implementation in a folder by its name, in order of their names.

    The folder is this repository, or the working directory where the suite is installed.
    """
    root = root or (Path.cwd() if IS_INSTALLED else REPOSITORY)
    found = [read_implementation(path) for path in root.glob("*_impl/implementation.toml")]
    by_name = {one.name: one for one in sorted(found, key=lambda one: one.name)}
    if len(by_name) < len(found):
        raise WrongArguments("Two implementation.toml files give the same name.")
    return by_name


def read_implementation(path: Path) -> Implementation:
    """Return one implementation. Raises WrongArguments with the member that is wrong."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongArguments(f"{path} cannot be read: {error}.") from None
    fault = _find_fault(told)
    if fault:
        raise WrongArguments(f"{path}: {fault}.")
    folder = path.resolve().parent
    place = folder.joinpath(told.pop("working_directory")).resolve()
    return Implementation(folder=folder, working_directory=place, **told)


def fill(command: Sequence[str], **values: str) -> list[str]:
    """Return a command with its placeholders replaced; `{python}` is always known."""
    filled = list(command)
    for name, value in {"python": sys.executable, **values}.items():
        filled = [word.replace("{" + name + "}", value) for word in filled]
    return filled


def _find_fault(told: dict[str, Any]) -> str | None:
    known = {*WORDS, *COMMANDS, "serve", "source"}
    for name in sorted(told.keys() - known):
        return f"`{name}` is unknown"
    for name in sorted(known - told.keys() - {"source"}):
        return f"`{name}` is missing"
    for name in WORDS:
        if not isinstance(told[name], str) or not told[name]:
            return f"`{name}` must be a text"
    for name in COMMANDS:
        if not _is_command(told[name]) or (not told[name] and name != "setup"):
            return f"`{name}` must be a list of words"
    return _find_table_fault(told)


def _find_table_fault(told: dict[str, Any]) -> str | None:
    serve = told["serve"]
    if not isinstance(serve, dict) or set(serve) != set(PROFILES):
        return "`[serve]` must have exactly `uniform` and `idiomatic`"
    if not all(command and _is_command(command) for command in serve.values()):
        return "the commands in `[serve]` must be lists of words"
    source = told.get("source", {})
    if not isinstance(source, dict) or not all(isinstance(place, str) for place in source.values()):
        return '`[source]` must map operationIds to "file:function"'
    return None


def _is_command(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)
