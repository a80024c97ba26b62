"""Failures that somebody knows of: listed with their message and a reason, and held to both."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .contract import load_yaml
from .exits import WrongArguments
from .outcomes import FAIL, PASS, WARN, Failure, Outcome
from .reasons import find_reason
from .results import write_whole

KNOWN_PATH = Path(__file__).resolve().parents[1] / "known_failures.yaml"
NO_REASON = "nobody has said why yet"
MEMBERS = {"message", "reason"}
# What is another one in every run: ids, the ends of invented names, tokens, cursors, ports.
RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-zA-Z])[0-9a-f]{12,}"
    r"|[A-Za-z0-9_-]{24,}|(?<=:)[0-9]{4,5}\b|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"
)

Known = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True)
class Review:
    """What became of the known failures of one target."""

    explained: frozenset[str]
    surprises: tuple[str, ...]


def make_list(path: Path) -> None:
    """Make an empty list where there is none. Raises WrongArguments where that is not possible."""
    try:
        path.touch()
    except OSError as error:
        raise WrongArguments(f"{path} cannot be written: {error.strerror}.") from None


def load_known(path: Path) -> Known:
    """Read a list of known failures. Raises WrongArguments where there is none, or a faulty one."""
    try:
        told = load_yaml(path) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise WrongArguments(f"{path} cannot be read: {error}.") from None
    for entry in _list_entries(path, told):
        if not isinstance(entry, dict) or set(entry) != MEMBERS:
            raise WrongArguments(f"{path}: each entry has exactly `message` and `reason`.")
    known: Known = told
    return known


def _list_entries(path: Path, told: Any) -> Iterator[Any]:
    if not isinstance(told, dict) or not all(isinstance(one, dict) for one in told.values()):
        raise WrongArguments(f"{path} must map targets to requirements, and these to entries.")
    for entries in told.values():
        yield from entries.values()


def review(known: Known, target: str, outcome: Outcome, *, is_whole: bool) -> Review:
    """Compare what is known of a target with what came of it."""
    listed, messages = known.get(target, {}), find_messages(outcome)
    surprises = []
    for one, entry in listed.items():
        status = outcome.requirements.get(one)
        if one in messages:
            if messages[one] != entry["message"]:
                surprises.append(_tell_change(one, entry["message"], messages[one]))
        elif is_whole:
            surprises.append(f"{one} is listed, and now it is: {status or 'not run'}")
    return Review(frozenset(listed.keys() & messages.keys()), tuple(surprises))


def _tell_change(one: str, before: str, now: str) -> str:
    return f"{one} fails in another way. Listed: {before} Now: {now}"


def is_explained(failure: Failure, explained: frozenset[str]) -> bool:
    """Tell whether a failure is only what is known, or waits for that."""
    return bool(failure.requirements) and (
        failure.by in explained or explained.issuperset(failure.requirements)
    )


def find_messages(outcome: Outcome) -> dict[str, str]:
    """Return why each requirement fails, without what is another one in every run."""
    messages: dict[str, set[str]] = {}
    for failure in outcome.failures:
        for one in failure.requirements:
            if outcome.requirements.get(one) in (FAIL, WARN) and failure.status in (FAIL, WARN):
                messages.setdefault(one, set()).add(_describe(failure))
    return {one: " | ".join(sorted(told)) for one, told in messages.items()}


def _describe(failure: Failure) -> str:
    told = "; ".join(failure.evidence.differences) or find_reason(failure.message)
    return RANDOM.sub("…", " ".join(told.split()))


def write_known(path: Path, outcomes: Iterable[tuple[str, Outcome]]) -> None:
    """Write the list anew: what passes leaves it, what fails is in it, the rest is as it was."""
    before = load_known(path)
    known = {name: dict(entries) for name, entries in before.items()}
    for target, outcome in outcomes:
        listed = before.get(target, {}).items()
        # A test that could not run, for whatever reason, tells nothing against an entry.
        kept = {one: dict(entry) for one, entry in listed if outcome.requirements.get(one) != PASS}
        failing = {
            one: {"message": message, "reason": _find_reason(before, target, one)}
            for one, message in find_messages(outcome).items()
        }
        known[target] = dict(sorted({**kept, **failing}.items()))
    told = {target: entries for target, entries in known.items() if entries}
    text = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=96)
    write_whole(path, _read_head() + text)


def _find_reason(known: Known, target: str, one: str) -> str:
    return known.get(target, {}).get(one, {}).get("reason", NO_REASON)


def _read_head() -> str:
    lines = KNOWN_PATH.read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith("#"))
