"""A failure as a person reads it: what was promised, what came, where to look, how to repeat."""

import json
import shlex
import textwrap
from base64 import b64decode
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .evidence import Exchange
from .others import OtherAnswer
from .outcomes import BLOCKED, FAIL, HARNESS_ERROR, SETUP_FAILED, WARN, Failure
from .reasons import find_reason, tell_common
from .requirements import Register, Requirement

WIDTH = 80
SHOWN_FAILURES = 5
SHOWN_NAMES = 10
SHOWN_LINES = 12
# Of what a test waits for, which is told in full where it fails.
SHOWN_BEGINNING = 3
SHOWN_SENTENCES = 4
HEADINGS = {
    FAIL: "FAILED",
    WARN: "SHOULD HOLD AND DOES NOT",
    BLOCKED: "BLOCKED",
    SETUP_FAILED: "NOT ASKED ANY MORE",
    HARNESS_ERROR: "THE SUITE FAILED",
}
# The gravest first; what could not begin comes last, and together.
ORDER = (HARNESS_ERROR, FAIL, WARN)


@dataclass(frozen=True)
class Told:
    """A failure with all that is known beside it."""

    target: str
    failure: Failure
    again: str
    source: str | None = None
    others: Sequence[OtherAnswer] = ()
    script: Path | None = None

    def describe(self) -> dict[str, Any]:
        """Return it in the plain form of the reports."""
        failure, evidence = self.failure, self.failure.evidence
        return {
            "target": self.target,
            "test": failure.test,
            "requirements": list(failure.requirements),
            "status": failure.status,
            "message": failure.message,
            "by": failure.by,
            "expected": evidence.expected,
            "got": evidence.got,
            "differences": list(evidence.differences),
            "exchanges": [vars(one) for one in evidence.exchanges],
            "script": evidence.script,
            "source": self.source,
            "others": [vars(one) for one in self.others],
            "again": f"{self.again} {shlex.quote(failure.test)}",
        }


def tell_failures(told: Sequence[Told], register: Register) -> Iterator[str]:
    """Yield the failures of one target, each reason once, the first ones in full."""
    failed = [one for one in told if one.failure.status in ORDER]
    groups: dict[str, list[Told]] = {}
    for one in sorted(failed, key=partial(_rank, _list_awaited(told), register)):
        groups.setdefault(find_reason(one.failure.message), []).append(one)
    yield from _tell_common(failed)
    for alike in list(groups.values())[:SHOWN_FAILURES]:
        yield from _tell_failure(alike, register)
    hidden = sum(len(alike) for alike in list(groups.values())[SHOWN_FAILURES:])
    if hidden:
        yield f"{told[0].target}: {hidden} more tests failed; report.html shows them all."
        yield ""
    yield from _tell_not_begun([one for one in told if one.failure.status not in ORDER], register)


def _list_awaited(told: Sequence[Told]) -> set[str]:
    return {one.failure.by for one in told}


def _rank(awaited: Set[str], register: Register, told: Told) -> tuple[int, bool, int, int]:
    named = told.failure.requirements
    chapters = [register.by_id[one].chapter for one in named if one in register.by_id]
    # What others wait for is mended first. Of what failed for one reason the test about the
    # fewest things says it best.
    return (
        ORDER.index(told.failure.status),
        awaited.isdisjoint(named),
        min(chapters, default=0),
        len(named),
    )


def _tell_common(failed: Sequence[Told]) -> Iterator[str]:
    common = list(tell_common(one.failure.message for one in failed))
    if common:
        yield f"WHAT MANY FAILURES ON {failed[0].target} HAVE IN COMMON"
        for line in common:
            yield from fold(line, further=6)
        yield ""


def _tell_failure(alike: Sequence[Told], register: Register) -> Iterator[str]:
    told = alike[0]
    failure = told.failure
    named = ", ".join(failure.requirements) or "names no requirement"
    yield from fold(f"{HEADINGS[failure.status]} on {told.target}: {named}", "", 2)
    for one in failure.requirements[:SHOWN_SENTENCES]:
        if one in register.by_id:
            yield from fold(_tell_promise(register.by_id[one]))
    yield from _tell_what_came(told)
    if alike[1:]:
        names = list_some(_list_requirements(alike[1:], register))
        yield from fold(f"{len(alike) - 1} more like it: {names}", further=6)
    yield f"  again: {told.again} \\"
    yield f"    {shlex.quote(failure.test)}"
    yield ""


def _tell_promise(requirement: Requirement) -> str:
    return f"{requirement.level} ({requirement.source}): {requirement.text}"


def _tell_what_came(told: Told) -> Iterator[str]:
    failure, evidence = told.failure, told.failure.evidence
    if evidence.is_plain:
        yield from fold(f"expected: {evidence.expected}", indent="    ", further=14)
        yield from fold(f"got:      {evidence.got}", indent="    ", further=14)
    elif evidence.differences:
        for line in evidence.differences:
            yield from fold(line, indent="    ", further=6)
    else:
        yield from _tell_message(failure.message)
    if evidence.exchanges:
        yield from _tell_last(evidence.exchanges)
    if told.others:
        yield from fold(f"others:   {_tell_others(told.others)}", indent="    ", further=14)
    if told.source:
        yield f"    in:       {told.source}"
    if told.script:
        yield f"    script:   sh {_shorten_path(told.script)} URL"


def _shorten_path(path: Path) -> Path:
    # A folder far away is told at the end of the run.
    return Path(*path.parts[-2:]) if path.is_absolute() else path


def _tell_message(message: str, shown: int = SHOWN_LINES) -> Iterator[str]:
    lines = message.splitlines()
    for line in lines[:shown]:
        yield from fold(line, indent="    ")
    if lines[shown:]:
        yield f"    … and {len(lines) - shown} more lines"


def _tell_last(exchanges: Sequence[Exchange]) -> Iterator[str]:
    last, before = exchanges[-1], len(exchanges) - 1
    after = f" (after {before} others)" if before else ""
    yield from fold(f"request:  {last.method} {last.path[:200]}{after}", indent="    ", further=14)
    body = b64decode(last.content).decode("utf-8", "replace")
    told = f"answer:   {last.status or 'none'} {_shorten_body(body)}".rstrip()
    yield from fold(told, indent="    ", further=14)


def _shorten_body(body: str) -> str:
    try:
        body = json.dumps(json.loads(body), ensure_ascii=False)
    except (ValueError, RecursionError):
        body = body.replace("\n", " ")
    return body if len(body) <= 160 else body[:159] + "…"


def _tell_others(others: Sequence[OtherAnswer]) -> str:
    return ", ".join(f"{one.target} answered {one.status or 'nothing'}" for one in others)


def _tell_not_begun(told: Sequence[Told], register: Register) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        reason = "" if one.failure.by else find_reason(one.failure.message)
        groups.setdefault((one.failure.by, reason), []).append(one)
    largest = sorted(groups.values(), key=len, reverse=True)
    for alike in largest[:SHOWN_FAILURES]:
        failure = alike[0].failure
        by = f" by {failure.by}" if failure.by else ""
        yield f"{HEADINGS[failure.status]} on {alike[0].target}{by}: {_count(alike)}"
        yield from fold(list_some(_list_requirements(alike, register)))
        yield from _tell_message(failure.message, SHOWN_BEGINNING)
        yield ""
    hidden = sum(map(len, largest[SHOWN_FAILURES:]))
    if hidden:
        yield f"{told[0].target}: {hidden} more tests could not begin."
        yield ""


def _list_requirements(told: Sequence[Told], register: Register) -> list[str]:
    names = {name for one in told for name in one.failure.requirements}
    return [one for one in register.by_id if one in names] + sorted(names - set(register.by_id))


def _count(alike: Sequence[Told]) -> str:
    return "1 test" if len(alike) == 1 else f"{len(alike)} tests"


def list_some(names: Sequence[str]) -> str:
    """Return the first of many names, and how many more there are."""
    shown = ", ".join(names[:SHOWN_NAMES])
    hidden = len(names) - SHOWN_NAMES
    return f"{shown} and {hidden} more" if hidden > 0 else shown


def fold(text: str, indent: str = "  ", further: int = 0) -> list[str]:
    """Return a text in lines of 80 columns. An id is searched for: it stays in one piece."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * further or indent,
        break_on_hyphens=False,
    )
