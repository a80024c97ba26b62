"""The report in Markdown, for the summary of a CI job: verdicts, matrix, what does not hold."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .badges import count_held
from .outcomes import BLOCKED
from .requirements import APPLICATION, SERVER
from .results import write_whole

SHOWN_FAILURES = 20
SHOWN_CHARACTERS = 300

Plain = Mapping[str, Any]


def write_markdown(path: Path, details: Plain) -> None:
    """Write the summary of a run."""
    text = "\n".join(_tell(details)) + "\n"
    # A message may hold half of a surrogate pair, which has no form in UTF-8.
    write_whole(path, text.encode("utf-8", "backslashreplace").decode("utf-8"))


def _tell(details: Plain) -> Iterator[str]:
    yield from ["# Conformance", ""]
    yield from _draw_verdicts(details)
    yield from ["", _tell_run(details["run"]), "", "## Requirements that hold", ""]
    yield from _draw_matrix(details)
    for target in details["run"]["targets"]:
        yield from _tell_failures(target["name"], details)
    yield from _tell_reasons(details["reasons"])


def _draw_verdicts(details: Plain) -> Iterator[str]:
    yield from _draw_head(["implementation", "verdict", "requirements that hold", "tests"])
    ids = [one["id"] for one in _list_application(details)]
    for target in details["run"]["targets"]:
        held, tests = count_held(target["requirements"], ids), _tell_counts(target["counts"])
        yield _draw_row([target["name"], f"**{target['verdict']}**", held, tests])


def _list_application(details: Plain) -> list[Plain]:
    return [one for one in details["requirements"] if one["group"] == APPLICATION]


def _tell_counts(counts: Mapping[str, int]) -> str:
    told = {name: count for name, count in counts.items() if count or name in ("passed", "failed")}
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in told.items())


def _tell_run(run: Plain) -> str:
    told = [f"Begun {run['started_at']}", f"suite {run['suite_version']}"]
    told += [f"{what} {run[what]}" for what in ("database", "server") if run[what]]
    return ", ".join(told) + "."


def _draw_matrix(details: Plain) -> Iterator[str]:
    run = details["run"]
    yield from _draw_head(["chapter", *(one["name"] for one in run["targets"])])
    for chapter in details["chapters"]:
        members = [one for one in _list_application(details) if one["chapter"] == chapter["number"]]
        cells = [_count(one, members) for one in run["targets"]]
        yield _draw_row([f"{chapter['number']} {chapter['title']}", *cells])
    members = [one for one in details["requirements"] if one["group"] == SERVER]
    cells = [_count(one["groups"][SERVER], members) for one in run["targets"]]
    yield _draw_row([f"{SERVER} ({run['server']})" if run["server"] else SERVER, *cells])


def _count(found: Plain, members: Sequence[Plain]) -> str:
    ids = [one["id"] for one in members]
    return count_held(found["requirements"], ids) if found["requirements"].keys() & ids else "-"


def _tell_failures(name: str, details: Plain) -> Iterator[str]:
    failures = [one for one in details["failures"] if one["target"] == name]
    if failures:
        yield from ["", f"## What does not hold on {_fence(name)}", ""]
    known = {one["id"]: one for one in details["requirements"]}
    broken = [one for one in failures if one["status"] != BLOCKED]
    for failure in broken[:SHOWN_FAILURES]:
        yield from _tell_failure(failure, known)
    if broken[SHOWN_FAILURES:]:
        yield f"- and {len(broken) - SHOWN_FAILURES} tests more, which report.html shows"
    yield from _tell_blocked([one for one in failures if one["status"] == BLOCKED])


def _tell_failure(failure: Plain, known: Mapping[str, Plain]) -> Iterator[str]:
    named = ", ".join(failure["requirements"]) or "no requirement is named"
    yield f"- **{named}**: {failure['status']}"
    for one in failure["requirements"]:
        if one in known:
            yield f"  - {known[one]['level']} ({known[one]['source']}): {known[one]['text']}"
    yield f"  - {_tell_what_came(failure)}"
    if failure["source"]:
        yield f"  - in {_fence(failure['source'])}"
    yield f"  - again: {_fence(failure['again'])}"


def _tell_what_came(failure: Plain) -> str:
    if failure["expected"] is None:
        return _fence(_shorten(failure["message"]))
    return f"expected {_fence(failure['expected'])}, got {_fence(failure['got'])}"


def _tell_blocked(failures: Sequence[Plain]) -> Iterator[str]:
    for by, count in Counter(one["by"] for one in failures).items():
        tests = "1 test" if count == 1 else f"{count} tests"
        yield f"- {tests} blocked by **{by}**" if by else f"- {tests} blocked"


def _tell_reasons(reasons: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[str]:
    if any(reasons.values()):
        yield from ["", "## Not applicable", ""]
    for name, told in reasons.items():
        for reason, ids in told.items():
            yield f"- {_fence(name)}: {reason}: {', '.join(sorted(ids))}"


def _draw_head(cells: Sequence[str]) -> Iterator[str]:
    yield _draw_row(cells)
    yield "|" + "---|" * len(cells)


def _draw_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _fence(text: str) -> str:
    """Return a text as code on one line: whatever a server sent, none of it is markup."""
    line = " ".join(text.splitlines())
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {line} {fence}" if longest else f"{fence}{line}{fence}"


def _shorten(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
