"""What a person reads when the run is over: failures, matrix, verdicts, in eighty columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .failures import fold, list_some
from .outcomes import COUNTED, NOT_APPLICABLE, PASS, Outcome
from .requirements import SERVER, Chapter, Register
from .results import Verdict

# How counts are told, where there are any. Passed and failed are always told.
FURTHER = {
    "warned": "only should have passed",
    "blocked": "blocked",
    "not set up": "not asked any more",
    "skipped": "not applicable",
    "errors": "at fault themselves",
}

# Of so many operations it is told what was not observed.
SHOWN_LINES = 5

# What does not hold, or could not be seen to.
BROKEN = [status for status in COUNTED if status not in (PASS, NOT_APPLICABLE)]


def draw_matrix(verdicts: Sequence[Verdict], register: Register) -> Iterator[str]:
    """Yield a row for each chapter: requirements that hold / requirements there are."""
    names = [one.name for one in verdicts]
    if any(one.outcome.requirements for one in verdicts):
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
    return f"{statuses.count(PASS)}/{len(statuses)}"


def tell_verdict(verdict: Verdict, register: Register, *, trouble: str | None) -> Iterator[str]:
    """Yield the verdict on one target, and what keeps it from being more."""
    tests = _count_tests(verdict.outcome)
    if trouble and verdict.outcome.counts.total():
        yield f"{verdict.name}: not judged to the end: {_shorten(trouble)} ({tests})"
        return
    yield f"{verdict.name}: {verdict.verdict} ({tests})"
    shoulds = sorted(_find_broken_shoulds(verdict.outcome, register))
    if shoulds:
        yield from fold(f"SHOULD hold and do not: {', '.join(shoulds)}.")
    if verdict.verdict == "partial":
        yield from fold(_explain_partial(verdict.outcome, register))


def _count_tests(outcome: Outcome) -> str:
    counts = outcome.counts
    told = [f"{counts['passed']} tests passed", f"{counts['failed']} failed"]
    told += [f"{counts[name]} {words}" for name, words in FURTHER.items() if counts[name]]
    return ", ".join(told)


def tell_server(its_server: Verdict) -> Iterator[str]:
    """Yield what holds of the server in front of one target, if it was looked at."""
    statuses = its_server.outcome.requirements
    if not statuses:
        return
    told = f"{SERVER}: {_count(its_server.outcome, statuses)} hold"
    broken = sorted(one for one, status in statuses.items() if status in BROKEN)
    if broken:
        told += f", not {list_some(broken)} (--requirement ID tells more)"
    yield from fold(f"{told}.")


def _shorten(trouble: str) -> str:
    """Return the first line without the name in front of it; the log's tail comes below it."""
    return trouble.splitlines()[0].partition(": ")[2].rstrip(".")


def _find_broken_shoulds(outcome: Outcome, register: Register) -> set[str]:
    broken = {one for one, status in outcome.requirements.items() if status in BROKEN}
    return {one.id for one in register.requirements if one.level == "SHOULD"} & broken


def _explain_partial(outcome: Outcome, register: Register) -> str:
    absent = [one.id for one in register.requirements if one.id not in outcome.requirements]
    parts = [
        f"Not applicable, because {reason}: {', '.join(sorted(ids & set(register.by_id)))}."
        for reason, ids in outcome.reasons.items()
        if ids & set(register.by_id)
    ]
    if absent:
        parts.append(f"{len(absent)} requirements were not tested.")
    if outcome.counts["errors"]:
        parts.append("The suite itself failed in some tests; please report them.")
    return " ".join(parts) or "Not all tests were asked for, or not all answers observed."


def tell_gap(names: Iterable[str]) -> Iterator[str]:
    """Yield why a run in which nothing failed is no success."""
    yield from fold(
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
        for one in lines[:SHOWN_LINES]:
            yield from fold(one)
        if lines[SHOWN_LINES:]:
            yield f"  and answers of {len(lines) - SHOWN_LINES} more operations"
        yield ""
