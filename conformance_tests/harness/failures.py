"""A failure as a person reads it: what was promised, what came, where to look, how to repeat."""

import json
import shlex
import textwrap
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .evidence import Exchange
from .others import OtherAnswer
from .outcomes import BLOCKED, FAIL, HARNESS_ERROR, SETUP_FAILED, WARN, Failure
from .requirements import Register, Requirement

WIDTH = 80
SHOWN_FAILURES = 10
SHOWN_LINES = 12
SHOWN_SENTENCES = 4
HEADINGS = {
    FAIL: "FAILED",
    WARN: "SHOULD HOLD AND DOES NOT",
    SETUP_FAILED: "NOT ASKED ANY MORE",
    HARNESS_ERROR: "THE SUITE FAILED",
}
# The gravest first; what is only blocked comes last, and together.
ORDER = (HARNESS_ERROR, FAIL, WARN, SETUP_FAILED)


@dataclass(frozen=True)
class Told:
    """A failure with all that is known beside it."""

    target: str
    failure: Failure
    again: str
    source: str | None = None
    others: Sequence[OtherAnswer] = ()
    script: str | None = None

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
    """Yield the failures of one target, each message once, the first ones in full."""
    groups: dict[str, list[Told]] = {}
    for one in sorted((one for one in told if one.failure.status != BLOCKED), key=_rank):
        groups.setdefault(one.failure.message, []).append(one)
    for alike in list(groups.values())[:SHOWN_FAILURES]:
        yield from _tell_failure(alike, register)
    hidden = sum(len(alike) for alike in list(groups.values())[SHOWN_FAILURES:])
    if hidden:
        yield f"{told[0].target}: {hidden} more tests failed; report.html shows them all."
        yield ""
    yield from _tell_blocked([one for one in told if one.failure.status == BLOCKED])


def _rank(told: Told) -> tuple[int, int]:
    failure = told.failure
    # Of what failed for one reason the test about the fewest things says it best.
    return ORDER.index(failure.status), len(failure.requirements)


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
        yield f"  {len(alike) - 1} more with the same words"
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
        yield f"    script:   {told.script}"


def _tell_message(message: str) -> Iterator[str]:
    lines = message.splitlines()
    for line in lines[:SHOWN_LINES]:
        yield from fold(line, indent="    ")
    if len(lines) > SHOWN_LINES:
        yield f"    … and {len(lines) - SHOWN_LINES} more lines"


def _tell_last(exchanges: Sequence[Exchange]) -> Iterator[str]:
    last, before = exchanges[-1], len(exchanges) - 1
    after = f" (after {before} others)" if before else ""
    yield from fold(f"request:  {last.method} {last.path[:200]}{after}", indent="    ", further=14)
    body = b64decode(last.content).decode("utf-8", "replace")
    told = f"answer:   {last.status} {_shorten_body(body)}"
    yield from fold(told, indent="    ", further=14)


def _shorten_body(body: str) -> str:
    try:
        body = json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        body = body.replace("\n", " ")
    return body if len(body) <= 160 else body[:159] + "…"


def _tell_others(others: Sequence[OtherAnswer]) -> str:
    return ", ".join(f"{one.target} answered {one.status}" for one in others)


def _tell_blocked(told: Sequence[Told]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        message = "" if one.failure.by else one.failure.message
        groups.setdefault((one.failure.by, message), []).append(one)
    for (by, _), alike in list(groups.items())[:SHOWN_FAILURES]:
        failure = alike[0].failure
        concerned = list(dict.fromkeys(name for one in alike for name in one.failure.requirements))
        what = f"BLOCKED on {alike[0].target}"
        yield f"{what} by {by}: {_count(alike)}" if by else f"{what}: {_count(alike)}"
        yield from fold(_list_some(concerned))
        yield from _tell_message(failure.message)
        yield ""


def _count(alike: Sequence[Told]) -> str:
    return "1 test" if len(alike) == 1 else f"{len(alike)} tests"


def _list_some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN_FAILURES])
    hidden = len(names) - SHOWN_FAILURES
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
