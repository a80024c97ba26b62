"""Where an implementation implements an operation: as it says itself, or found by the name."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .targets import Implementation

# Where routes are usually written, the likeliest first.
LIKELY = ("routes", "views", "api", "handlers", "controllers", "")
NOT_SOURCES = {"tests", "migrations", "node_modules", "venv", ".venv", "target", "__pycache__"}
LARGEST_FILE = 200_000


def find_source(one: Implementation, operation: str) -> str | None:
    """Return `file:line` of the function that implements an operation, if there is one."""
    told = one.source.get(operation)
    if told:
        name, _, function = told.partition(":")
        return _find_in(one.folder / name, function or operation, one.folder)
    return _find_by_name(one.folder, operation)


@cache
def _find_by_name(folder: Path, operation: str) -> str | None:
    found = (_find_in(path, operation, folder) for path in _list_sources(folder))
    return next((place for place in found if place), None)


@cache
def _list_sources(folder: Path) -> list[Path]:
    paths = [path for path in folder.rglob("*") if path.is_file() and _is_source(path, folder)]
    return sorted(paths, key=lambda path: (_rank(path), path))


def _is_source(path: Path, folder: Path) -> bool:
    parts = set(path.relative_to(folder).parts)
    return not parts & NOT_SOURCES and path.stat().st_size < LARGEST_FILE


def _rank(path: Path) -> int:
    return next(rank for rank, word in enumerate(LIKELY) if word in path.stem)


def _find_in(path: Path, function: str, folder: Path) -> str | None:
    # A name with a bracket behind it, where no dot or quote stands in front: a definition.
    definition = re.compile(rf"^\s*(\w+\s+)*{re.escape(function)}\s*[(<]")
    shown = f"{folder.name}/{path.relative_to(folder).as_posix()}"
    for number, line in enumerate(_read_lines(path), start=1):
        if definition.match(line):
            return f"{shown}:{number}"
    return None


def _read_lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError):
        return
