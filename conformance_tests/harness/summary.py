"""What a person reads when the run is over: failures, matrix, verdicts, in eighty columns."""

import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .outcomes import Failure, Outcome
from .requirements import SERVER, Chapter, Register
from .results import Verdict

WIDTH = 80
SHOWN_FAILURES = 10
SHOWN_LINES = 12


def draw_matrix(verdicts: Sequence[Verdict], register: Register) -> Iterator[str]:
    """Yield a row for each chapter: requirements that hold / requirements there are."""
    names = [one.name for one in verdicts]
    yield _draw_row("requirements that hold", names, names)
    for chapter in register.chapters:
        ids = [one.id for one in register.in_chapter(chapter.number)]
        cells = [_count(one.outcome, ids) for one in verdicts]
        if any(cells):
            yield _draw_row(_name(chapter), cells, names)


def draw_server(servers: Sequence[Verdict], profile: str | None) -> Iterator[str]:
    """Yield the row of the servers in front, if they were looked at."""
    cells = [_count(one.outcome, one.outcome.requirements) for one in servers]
    if any(cells):
        heading = f"{SERVER} ({profile})" if profile else SERVER
        yield _draw_row(heading, cells, [one.name for one in servers])


def _draw_row(heading: str, cells: Iterable[str], names: Iterable[str]) -> str:
    column = max([12, *(len(name) + 2 for name in names)])
    return heading.ljust(30) + "".join((cell or "-").rjust(column) for cell in cells)


def _name(chapter: Chapter) -> str:
    return f"{chapter.number} {chapter.title}" + ("" if chapter.complete else " (partial)")


def _count(outcome: Outcome, ids: Iterable[str]) -> str:
    statuses = [outcome.requirements.get(one) for one in ids]
    if not any(statuses):
        return ""
    return f"{statuses.count('pass')}/{len(statuses)}"


def tell_failures(verdict: Verdict, register: Register, *, again: str) -> Iterator[str]:
    """Yield the failures of one target, each message once, the first ones in full."""
    groups: dict[str, list[Failure]] = {}
    for failure in verdict.outcome.failures:
        groups.setdefault(failure.message, []).append(failure)
    for failures in list(groups.values())[:SHOWN_FAILURES]:
        yield from _tell_failure(verdict.name, failures, register, again)
    hidden = sum(len(failures) for failures in list(groups.values())[SHOWN_FAILURES:])
    if hidden:
        yield f"{verdict.name}: {hidden} more tests failed; junit.xml names them all."
        yield ""


def _tell_failure(
    name: str, failures: Sequence[Failure], register: Register, again: str
) -> Iterator[str]:
    failure = failures[0]
    what = "FAILED" if failure.status == "fail" else "BLOCKED"
    yield f"{what} on {name}: {', '.join(failure.requirements) or 'names no requirement'}"
    for one in failure.requirements:
        if one in register.by_id:
            yield from _fold(register.by_id[one].text)
    lines = failure.message.splitlines()
    for line in lines[:SHOWN_LINES]:
        yield from _fold(line, indent="    ")
    if len(lines) > SHOWN_LINES:
        yield f"    … and {len(lines) - SHOWN_LINES} more lines"
    if failures[1:]:
        yield f"  {len(failures) - 1} more with the same words"
    yield f"  again: {again} \\"
    yield f"    {shlex.quote(failure.test)}"
    yield ""


def _fold(text: str, indent: str = "  ") -> list[str]:
    # An id is searched for: it stays in one piece.
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def tell_verdict(verdict: Verdict, register: Register, *, trouble: str | None) -> Iterator[str]:
    """Yield the verdict on one target, and what keeps it from being more."""
    counts = verdict.outcome.counts
    tests = f"{counts['passed']} tests passed, {counts['failed']} failed"
    if counts["skipped"]:
        tests += f", {counts['skipped']} not applicable"
    if trouble and verdict.outcome.counts.total():
        yield f"{verdict.name}: not judged to the end: {_shorten(trouble)} ({tests})"
        return
    yield f"{verdict.name}: {verdict.verdict} ({tests})"
    shoulds = sorted(_find_broken_shoulds(verdict.outcome, register))
    if shoulds:
        yield from _fold(f"SHOULD hold and do not: {', '.join(shoulds)}.")
    if verdict.verdict == "partial":
        yield from _fold(_explain_partial(verdict.outcome, register))


def tell_server(its_server: Verdict) -> Iterator[str]:
    """Yield what holds of the server in front of one target, if it was looked at."""
    statuses = its_server.outcome.requirements
    if not statuses:
        return
    told = f"{SERVER}: {_count(its_server.outcome, statuses)} hold"
    broken = sorted(one for one, status in statuses.items() if status in ("fail", "blocked"))
    if broken:
        told += f", not {', '.join(broken)} (--requirement ID tells more)"
    yield from _fold(f"{told}.")


def _shorten(trouble: str) -> str:
    """Return the first line without the name in front of it; the log's tail comes below it."""
    return trouble.splitlines()[0].partition(": ")[2].rstrip(".")


def _find_broken_shoulds(outcome: Outcome, register: Register) -> set[str]:
    broken = {one for one, status in outcome.requirements.items() if status in ("fail", "blocked")}
    return {one.id for one in register.requirements if one.level == "SHOULD"} & broken


def _explain_partial(outcome: Outcome, register: Register) -> str:
    skipped = [one for one, status in outcome.requirements.items() if status == "not applicable"]
    absent = [one.id for one in register.requirements if one.id not in outcome.requirements]
    parts = []
    if skipped:
        parts.append(f"not applicable: {', '.join(sorted(skipped))}.")
    if absent:
        parts.append(f"{len(absent)} requirements were not tested.")
    return " ".join(parts) or "not everything documented was observed."


def tell_gap(names: Iterable[str]) -> Iterator[str]:
    """Yield why a run in which nothing failed is no success."""
    yield from _fold(
        f"Not everything was tested on {', '.join(names)}. A whole run on servers of its own can"
        " test every requirement and observe every answer, so this is no success.",
        indent="",
    )


def tell_missing(missing: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield what the contract documents and no test has seen, together where it is the same."""
    names: dict[tuple[str, ...], list[str]] = {}
    for name, lines in missing.items():
        names.setdefault(tuple(lines), []).append(name)
    for lines, owners in names.items():
        yield f"Documented, but never observed on {', '.join(owners)}:"
        for one in lines:
            yield from _fold(one)
        yield ""
