"""Which tests name which requirements, read from the files without running anything."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from .probes import PROBES_PATH, load_probes
from .targets import REPOSITORY

SUITE = REPOSITORY / "conformance_tests"
MARK = "pytest.mark.requirement"


@dataclass(frozen=True)
class NamedTest:
    """One test function, where it stands, and the requirements that it names."""

    name: str
    path: str
    line: int
    requirements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name}"


def find_tests(requirement: str) -> list[NamedTest]:
    """Return the tests that name a requirement, in the order of their files."""
    return [one for one in list_tests() if requirement in one.requirements]


@cache
def list_tests() -> tuple[NamedTest, ...]:
    """Return every test of the suite, and every rule of its probes."""
    tests = [one for path in sorted(SUITE.glob("test_*.py")) for one in _read(path)]
    return (*tests, *_list_probes())


def _list_probes() -> Iterator[NamedTest]:
    # One test asks them all; what each is about stands beside it.
    lines = PROBES_PATH.read_text("utf-8").splitlines()
    where = PROBES_PATH.relative_to(REPOSITORY).as_posix()
    for (rule, ruled_by), probes in groupby(load_probes(), lambda one: (one.rule, one.ruled_by)):
        line = next((n for n, text in enumerate(lines, start=1) if rule in text), 1)
        yield NamedTest(f"{len(list(probes))} probes: {rule}", where, line, ruled_by)


def _read(path: Path) -> Iterator[NamedTest]:
    tree = ast.parse(path.read_text("utf-8"))
    shared = _read_module_marks(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            named = [word for mark in node.decorator_list for word in _read_mark(mark)]
            where = path.relative_to(REPOSITORY).as_posix()
            yield NamedTest(node.name, where, node.lineno, (*shared, *named))


def _read_module_marks(tree: ast.Module) -> list[str]:
    return [
        word
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for call in ast.walk(node.value)
        if isinstance(call, ast.Call)
        for word in _read_mark(call)
    ]


def _read_mark(mark: ast.expr) -> Iterator[str]:
    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == MARK:
        yield from (str(word.value) for word in mark.args if isinstance(word, ast.Constant))
