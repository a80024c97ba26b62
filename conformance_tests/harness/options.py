"""The command line of `python -m conformance_tests`, which is `api-conformance` elsewhere."""

import argparse
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from .exits import Exit, WrongArguments
from .known_failures import KNOWN_PATH
from .targets import IS_INSTALLED, PROFILES, REPOSITORY

TESTS = REPOSITORY / "conformance_tests"
DATABASES = ("sqlite", "postgresql")
INSTALLED_NAME = "api-conformance"
HELP = """\
Judge a server that runs (--base-url URL), every implementation here, or those
named. An implementation is a folder called *_impl with an implementation.toml.
Whatever is not listed here goes to pytest (-k WORD, -x, path::test …): put it last."""
# What follows these is a word to choose tests by, and may be that of an implementation.
SELECTING = ("-k", "-m")
EXIT_CODES = textwrap.fill(
    "exit codes: " + ", ".join(f"{one.value} {one.meaning}" for one in Exit), width=80
)


@dataclass(frozen=True)
class Options:
    """What was asked for."""

    names: tuple[str, ...]
    interop: bool
    database: str
    server: str
    workers: int
    chapter: int | None
    base_url: str | None
    admin: tuple[str, str] | None
    jwt_secret: str | None
    results: Path
    known_failures: Path
    updates_known: bool
    for_pytest: tuple[str, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of those that are judged."""
        if self.interop:
            return ("interop",)
        if self.base_url is None:
            return self.names
        return (self.base_url.partition("://")[2].strip("/"),)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongArguments(f"{message[:1].upper()}{message[1:]}; -h shows what there is.")


def read_options(
    arguments: Sequence[str],
    *,
    implementations: Sequence[str],
    chapters: Sequence[int],
    requirements: Sequence[str],
) -> Options:
    """Return what was asked for. Raises WrongArguments with a sentence that says what to do."""
    # nox wants a `--` in front of everything; here it would mean nothing.
    words = [word for word in arguments if word != "--"]
    known, rest = _make_parser().parse_known_args(words)
    names, paths, for_pytest = _split_rest(rest)
    _check_names(names, implementations)
    _check_late_names(for_pytest, implementations)
    _check_paths(paths, implementations)
    _check_chapter(known.chapter, chapters)
    _check_requirements(known.requirement, requirements)
    _check_combination(known, names)
    _check_known_failures(known)
    return Options(
        names=tuple(dict.fromkeys(names)) or tuple(implementations),
        interop=known.interop,
        database=known.database or "sqlite",
        server=known.server or "uniform",
        workers=known.workers or 1,
        chapter=known.chapter,
        base_url=known.base_url,
        admin=_split_admin(known.admin),
        jwt_secret=known.jwt_secret,
        results=known.results,
        known_failures=known.known_failures,
        updates_known=known.update_known_failures,
        for_pytest=(*paths, *for_pytest, *(f"--requirement={one}" for one in known.requirement)),
    )


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=INSTALLED_NAME if IS_INSTALLED else "python -m conformance_tests",
        usage="%(prog)s [NAME …] [options] [pytest options]",
        description=HELP,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--database", choices=DATABASES, help="where the data lives (default: sqlite)")
    add("--server", choices=PROFILES, help="who serves: one server for all, or each its usual one")
    add("--workers", type=int, metavar="N", help="worker processes of each server (default: 1)")
    told = "one database for all, and each request answered by the next of them"
    add("--interop", action="store_true", help=told)
    add("--chapter", type=int, metavar="N", help="only the requirements of one chapter")
    told = "only the tests of one requirement; may be given again"
    add("--requirement", action="append", default=[], metavar="ID", help=told)
    add("--base-url", metavar="URL", help="judge a server that runs already")
    add("--admin", metavar="EMAIL:PASSWORD", help="an admin of that server")
    add("--jwt-secret", metavar="SECRET", help="the JWT_SECRET of that server")
    add("--results", type=_read_folder, default="results", metavar="DIR", help="for the reports")
    told = "a list of what is known not to hold (default: known_failures.yaml)"
    add("--known-failures", type=Path, default=KNOWN_PATH, metavar="FILE", help=told)
    told = "write that list anew, from what fails in this run"
    add("--update-known-failures", action="store_true", help=told)
    return parser


def _read_folder(text: str) -> Path:
    # Path("") is the folder one is in, and nobody means that by saying nothing.
    if not text:
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    return Path(text)


def _split_rest(rest: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    # An unknown option may take a value that looks like a name: so names come first.
    first = next((i for i, word in enumerate(rest) if word.startswith("-")), len(rest))
    names = [word for word in rest[:first] if not is_path(word)]
    paths = [word for word in rest[:first] if is_path(word)]
    return names, paths, list(rest[first:])


def is_path(word: str) -> bool:
    """Tell whether a word names a test file and not an implementation."""
    if word.startswith("-"):
        return False
    return "/" in word or "::" in word or word.endswith(".py")


def _check_names(names: Sequence[str], implementations: Sequence[str]) -> None:
    for name in names:
        if name not in implementations:
            there = ", ".join(implementations) or "none"
            raise WrongArguments(f"There is no implementation {name!r}; there are: {there}.")


def _check_late_names(words: Sequence[str], implementations: Sequence[str]) -> None:
    for before, word in pairwise(words):
        if word in implementations and before not in SELECTING:
            raise WrongArguments(f"Names come first: put {word} before the options of pytest.")


def _check_paths(paths: Sequence[str], implementations: Sequence[str]) -> None:
    for path in paths:
        file = Path(path.partition("::")[0])
        if not file.is_file() or TESTS not in file.resolve().parents:
            advice = _advise(file, implementations)
            raise WrongArguments(f"{path} is no test; {advice}.")


def _advise(file: Path, implementations: Sequence[str]) -> str:
    for folder in file.parts:
        name = folder.removesuffix("_impl")
        if name in implementations:
            return f"to judge that implementation say: {name}"
    return f"the files of the tests are in {TESTS.name}/"


def _check_requirements(wanted: Sequence[str], requirements: Sequence[str]) -> None:
    for one in wanted:
        if one not in requirements:
            near = ", ".join(get_close_matches(one.upper(), requirements))
            hint = f" Near to it: {near}." if near else ""
            raise WrongArguments(f"There is no requirement {one}.{hint}")


def _check_chapter(chapter: int | None, chapters: Sequence[int]) -> None:
    if chapter is not None and chapter not in chapters:
        there = ", ".join(str(one) for one in chapters)
        raise WrongArguments(f"There is no chapter {chapter}; there are: {there}.")


def _check_combination(known: argparse.Namespace, names: Sequence[str]) -> None:
    if known.workers is not None and known.workers < 1:
        raise WrongArguments("--workers wants a number from 1 on.")
    if known.interop and known.server == "idiomatic":
        raise WrongArguments("--interop compares answers, so all need the same server: uniform.")
    if known.interop and len(set(names)) == 1:
        raise WrongArguments("--interop is for two implementations or more.")
    if known.base_url is None:
        if known.admin or known.jwt_secret:
            raise WrongArguments("--admin and --jwt-secret are for a server given by --base-url.")
        return
    if names:
        raise WrongArguments("Name implementations or give --base-url, not both.")
    if known.database or known.server or known.workers or known.interop:
        raise WrongArguments(
            "--database, --server, --workers and --interop are for servers that this run starts."
        )
    _check_url(known.base_url)


def _check_known_failures(known: argparse.Namespace) -> None:
    # What came with the package is not to be written to.
    if known.update_known_failures and IS_INSTALLED and known.known_failures == KNOWN_PATH:
        raise WrongArguments("--update-known-failures wants a list of your own: --known-failures.")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname)
        fits = fits and parts.port != 0 and not parts.query and not parts.fragment
        fits = fits and "@" not in parts.netloc  # it would stand in every report
        fits = fits and parts.path in ("", "/")  # what Location and Link say begins at the root
    except ValueError:
        fits = False
    if not fits:
        raise WrongArguments(
            "--base-url wants an address like http://127.0.0.1:8000, without a path."
        )


def _split_admin(admin: str | None) -> tuple[str, str] | None:
    if admin is None:
        return None
    email, colon, password = admin.partition(":")
    if not (email and colon and password):
        raise WrongArguments("--admin wants EMAIL:PASSWORD.")
    return email, password
