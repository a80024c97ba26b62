"""The texts keep their promises: every link leads somewhere, every session that is named exists."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance_tests.harness.exits import Exit
from conformance_tests.harness.plugin import get_register
from conformance_tests.harness.targets import REPOSITORY

NOT_OURS = {".nox", ".venv", ".git", "results", "site", "node_modules", ".pytest_cache"}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SESSION = re.compile(r"nox -s ((?:[a-z]+ ?)+)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ANCHOR = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def find_texts() -> list[Path]:
    found = sorted(REPOSITORY.rglob("*.md"))
    return [path for path in found if not NOT_OURS & set(path.relative_to(REPOSITORY).parts)]


def find_links(text: Path) -> Iterator[tuple[str, str]]:
    """Yield the file and the anchor of every link within the repository."""
    for link in LINK.findall(CODE.sub("", text.read_text(encoding="utf-8"))):
        if "://" not in link and not link.startswith("mailto:"):
            file, _, anchor = link.partition("#")
            yield file, anchor


def find_anchors(text: Path) -> set[str]:
    """Return what links may name after `#`: headings as they are shown, and anchors set by hand."""
    content = text.read_text(encoding="utf-8")
    bare = CODE.sub("", content)
    slugs = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(bare)
    }
    return slugs | set(ANCHOR.findall(content))


def fits(text: Path, file: str, anchor: str) -> bool:
    goal = (text.parent / file) if file else text
    if not goal.exists():
        return False
    if anchor and goal.suffix == ".md":
        return anchor in find_anchors(goal)
    return not anchor or re.fullmatch(r"L\d+(-L\d+)?", anchor) is not None


@pytest.mark.parametrize("text", find_texts(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(text: Path) -> None:
    dead = [f"{file}#{anchor}" for file, anchor in find_links(text) if not fits(text, file, anchor)]
    assert dead == []


def test_every_session_that_is_named_exists() -> None:
    sessions = set(re.findall(r"@nox\.session\S*\n(?:@.*\n)*def (\w+)", read("noxfile.py")))
    named = {
        (text.name, name)
        for text in find_texts()
        for names in SESSION.findall(text.read_text(encoding="utf-8"))
        for name in names.split()
    }
    assert {name for name in named if name[1] not in sessions} == set()


def test_every_exit_code_is_explained() -> None:
    listed = re.findall(r"^\| (\d+) \|", read("README.md"), re.MULTILINE)
    assert [int(code) for code in listed] == [one.value for one in Exit]


def test_every_requirement_that_is_named_exists() -> None:
    register = get_register()
    areas = "|".join(chapter.area for chapter in register.chapters)
    form = re.compile(rf"\b(?:{areas})-[A-Z]+-[0-9]{{2}}\b")
    named = {
        (text.name, name)
        for text in find_texts()
        for name in form.findall(text.read_text(encoding="utf-8"))
    }
    known = {*register.by_id, *register.retired}
    assert {name for name in named if name[1] not in known} == set()


def find_dependencies() -> Iterator[str]:
    """Yield the name of everything that an implementation, the suite or a change needs."""
    groups = tomllib.loads(read("pyproject.toml"))["dependency-groups"]
    files = [path.read_text(encoding="utf-8") for path in REPOSITORY.glob("*/requirements.txt")]
    for line in [*groups["dev"], *"\n".join(files).splitlines()]:
        if line and not line.startswith("#"):
            yield re.split(r"[\[><=]", line)[0]


def test_every_dependency_has_its_line() -> None:
    told = set(re.findall(r"[\w-]+", read("docs/decisions/0007-dependencies.md").lower()))
    assert set(find_dependencies()) - told == set()


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")
