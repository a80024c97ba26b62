"""Which tests name which requirements, read from the files without running anything."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from .contract import load_yaml
from .probes import PROBES_PATH, load_probes
from .targets import REPOSITORY

SUITE = REPOSITORY / "conformance_tests"
MARK = "mark.requirement"


@dataclass(frozen=True)
class NamedTest:
    """One test function, where it stands, and the requirements that it names."""

    name: str
    path: str
    line: int
    requirements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name}"

    @property
    def node_id(self) -> str:
        """The name by which pytest runs it."""
        return f"{self.path}::{self.name}"


def find_tests(requirement: str) -> list[NamedTest]:
    """Return the tests that name a requirement, in the order of their files."""
    return [one for one in list_tests() if requirement in one.requirements]


@cache
def list_tests() -> tuple[NamedTest, ...]:
    """Return every test of the suite, and every rule of its probes."""
    return (*read_tests(SUITE), *_list_probes())


def read_tests(folder: Path) -> list[NamedTest]:
    """Return every test of the API in a folder, found in the source without importing it."""
    return [test for path in sorted(folder.glob("test_*.py")) for test in _read(path)]


def _list_probes() -> Iterator[NamedTest]:
    # One test asks them all; what each is about stands beside it.
    lines = PROBES_PATH.read_text("utf-8").splitlines()
    where = PROBES_PATH.relative_to(REPOSITORY).as_posix()
    for (rule, ruled_by), probes in groupby(load_probes(), lambda one: (one.rule, one.ruled_by)):
        line = next((n for n, text in enumerate(lines, start=1) if rule in text), 1)
        yield NamedTest(f"{len(list(probes))} probes: {rule}", where, line, ruled_by)


def _read(path: Path) -> Iterator[NamedTest]:
    module = ast.parse(path.read_text("utf-8"), filename=str(path))
    where = path.relative_to(path.parents[1]).as_posix()
    constants = dict(_list_constants(module))
    shared = tuple(_list_named_in_data(path))
    for name, line, named in _read_below(module, constants, shared):
        yield NamedTest(name, where, line, tuple(dict.fromkeys(named)))


def _list_named_in_data(path: Path) -> Iterator[str]:
    # Cases may stand in a file of the same name, with what rules them beside them.
    data = path.parent / "data" / f"{path.stem.removeprefix('test_')}.yaml"
    if data.exists():
        yield from _list_rulers(load_yaml(data))


def _list_rulers(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("ruled_by", ())
        node = list(node.values())
    if isinstance(node, list):
        yield from (name for value in node for name in _list_rulers(value))


def _read_below(
    owner: ast.Module | ast.ClassDef, constants: Mapping[str, ast.expr], inherited: tuple[str, ...]
) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Yield the name, line and requirements of each test; a class is part of the name."""
    for name, value in _list_constants(owner):
        if name == "pytestmark":
            inherited += tuple(_list_named(value, constants))
    for node in owner.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        marks = (name for mark in node.decorator_list for name in _list_named(mark, constants))
        named = (*inherited, *marks)
        if isinstance(node, ast.ClassDef):
            for name, line, found in _read_below(node, constants, named):
                yield f"{node.name}::{name}", line, found
        elif node.name.startswith("test"):
            yield node.name, node.lineno, named


def _list_constants(owner: ast.Module | ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for node in owner.body:
        if isinstance(node, ast.Assign):
            yield from ((ast.unparse(target), node.value) for target in node.targets)
        elif isinstance(node, ast.AnnAssign) and node.value:
            yield ast.unparse(node.target), node.value


def _list_named(mark: ast.expr, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    # The cases of a parametrised test may stand in a constant and carry marks of their own.
    names = [node.id for node in ast.walk(mark) if isinstance(node, ast.Name)]
    for root in (mark, *(constants[name] for name in names if name in constants)):
        for node in ast.walk(root):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(MARK):
                yield from (str(word.value) for word in node.args if isinstance(word, ast.Constant))
