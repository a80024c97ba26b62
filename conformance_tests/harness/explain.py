"""`python -m conformance_tests.harness.explain ID …`: a requirement with all that belongs to it."""

import ast
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from conformance_tests.mutants.catalogue import load_mutants

from .exits import Exit, Stop, WrongArguments
from .failures import fold
from .index import find_tests
from .plugin import get_register
from .requirements import Requirement
from .screen import Screen
from .sources import find_source
from .targets import REPOSITORY, find_implementations

# Why a source has a say, by the word that begins its name.
REASONS = {
    "this API": "Nobody demands it but this contract, so that one implementation can take the"
    " place of another without a client that notices.",
    "RFC": "A standard of the internet says so; clients, caches and proxies count on it.",
    "OWASP": "A check list of the Open Worldwide Application Security Project asks for it:"
    " whoever leaves it out is attacked there.",
    "Fetch": "Browsers follow this standard, and let pages read no more than it allows.",
}
# Where an implementation of this repository obeys what is no matter of one operation: its files
# are called alike, and their first words say what the framework gave and what it left.
FILES = {
    "ANSWER": ("errors.py", "shapes.py"),
    "AUTH": ("auth.py",),
    "CACHE": ("middleware.py",),
    "CORS": ("origins.py",),
    "ETAG": ("conditional.py",),
    "HEADERS": ("middleware.py",),
    "HOST": ("origins.py",),
    "JSON": ("strict_json.py", "strict_input.py"),
    "KEY": ("idempotency.py",),
    "LINK": ("pagination.py",),
    "LOG": ("logs.py",),
    "MEDIA": ("strict_input.py", "errors.py"),
    "MEMBERS": ("strict_input.py", "shapes.py"),
    "METHOD": ("middleware.py",),
    "OUTAGE": ("errors.py",),
    "PAGE": ("pagination.py", "cursors.py"),
    "PATH": ("middleware.py", "converters.py"),
    "PRECONDITION": ("conditional.py",),
    "PROBLEM": ("errors.py",),
    "QUERY": ("strict_input.py",),
    "REFERENCE": ("reference.py",),
    "REQUESTID": ("middleware.py",),
    "SEARCH": ("text.py",),
    "SIZE": ("middleware.py", "settings.py"),
    "TEXT": ("text.py",),
    "THROTTLE": ("sign_ins/throttle.py",),
    "TOKEN": ("auth.py",),
    "TYPES": ("shapes.py", "strict_input.py"),
    "UNCHANGED": ("conditional.py",),
}
SHOWN_OPERATIONS = 6


def main(words: Sequence[str]) -> int:
    """Explain the requirements that are named."""
    console = Screen()
    try:
        for one in _choose([word for word in words if word != "--"]):
            for line in explain(one):
                console.print(line)
            console.print()
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    return Exit.CONFORMANT


def _choose(words: Sequence[str]) -> list[Requirement]:
    known = get_register().by_id
    if not words or words[0].startswith("-"):
        raise WrongArguments("Name a requirement: nox -s explain -- POSTS-UPDATE-03.")
    for word in words:
        if word.upper() not in known:
            near = get_close_matches(word.upper(), known, n=3)
            hint = f" Near it: {', '.join(near)}." if near else ""
            raise WrongArguments(f"There is no requirement {word}.{hint}")
    return [known[word.upper()] for word in words]


def explain(requirement: Requirement) -> Iterator[str]:
    """Yield what there is to know of one requirement."""
    [chapter] = [one for one in get_register().chapters if one.number == requirement.chapter]
    yield f"{requirement.id}  {requirement.level}, chapter {chapter.number} ({chapter.title})"
    yield from fold(requirement.text)
    yield ""
    yield "why"
    yield from fold(f"{requirement.source}. {_give_reason(requirement)}")
    if requirement.openapi:
        yield from fold(f"openapi.yaml says it too: {requirement.openapi}")
    yield ""
    yield from _list_tests(requirement)
    yield from _list_mutants(requirement)
    yield from _list_sources(requirement)


def _give_reason(requirement: Requirement) -> str:
    return next((why for begin, why in REASONS.items() if requirement.source.startswith(begin)), "")


def _list_tests(requirement: Requirement) -> Iterator[str]:
    yield "tests"
    for test in find_tests(requirement.id):
        yield from fold(str(test), "  ", 4)
    yield f"  run them: nox -s conformance -- --requirement {requirement.id}"
    yield ""


def _list_mutants(requirement: Requirement) -> Iterator[str]:
    yield "mutants, each of which these tests have to notice"
    ends = _read_ends(REPOSITORY / "results" / "mutants.json")
    for mutant in load_mutants().values():
        if requirement.id in mutant.violates:
            end = ends.get(mutant.name)
            yield from fold(
                f"{mutant.name}{f' ({end})' if end else ''}: {mutant.sentence}", "  ", 4
            )
    yield f"  try them: nox -s mutants -- {requirement.id}"
    yield ""


def _read_ends(path: Path) -> Mapping[str, str]:
    """Return how each mutant ended when they were tried last, as far as that is known."""
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {one["name"]: one["end"] for one in told.get("mutants", ())}


def _list_sources(requirement: Requirement) -> Iterator[str]:
    yield "obeyed in"
    for name, one in find_implementations().items():
        yield f"  {name}"
        for file in FILES.get(requirement.subject, ()):
            if (one.folder / file).exists():
                yield f"    {one.folder.name}/{file}"
                yield from fold(_read_first_words(one.folder / file), "      ")
        for operation in requirement.operations[:SHOWN_OPERATIONS]:
            place = find_source(one, operation)
            if place:
                yield f"    {place} {operation}"
    if requirement.operations[SHOWN_OPERATIONS:]:
        yield f"  and {len(requirement.operations) - SHOWN_OPERATIONS} operations more"


def _read_first_words(path: Path) -> str:
    """Return what a Python file says of itself, or an empty text."""
    if path.suffix != ".py":
        return ""
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
