"""What a run leaves behind: `conformance.json` and verdicts. Files are replaced whole."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .outcomes import BLOCKED, COUNTED, FAIL, PASS, SETUP_FAILED, Failure, Outcome
from .requirements import SERVER, Register

SUITE_VERSION = "1.0"


@dataclass(frozen=True)
class Verdict:
    """What is said of one target, or of the server in front of it."""

    name: str
    verdict: str
    outcome: Outcome


def decide(name: str, outcome: Outcome, register: Register, *, complete: bool) -> Verdict:
    """Return the verdict: conformant only if every MUST was tested and holds."""
    musts = [one.id for one in register.requirements if one.level == "MUST"]
    if not outcome.counts.total():
        verdict = "not run"
    elif any(weighs(failure, register) for failure in outcome.failures):
        verdict = "not conformant"
    elif complete and all(outcome.requirements.get(one) == PASS for one in musts):
        verdict = "conformant"
    else:
        verdict = "partial"
    return Verdict(name, verdict, outcome)


def weighs(failure: Failure, register: Register) -> bool:
    """Tell whether a failure keeps a target from being conformant."""
    # What blocks a test is itself an answer that breaks the contract.
    if failure.status not in (FAIL, BLOCKED, SETUP_FAILED):
        return False
    # A test that is about SHOULDs alone may be blocked; one that names nothing may not.
    named = [register.by_id.get(one) for one in failure.requirements]
    return not named or any(one is None or one.level == "MUST" for one in named)


def describe_run(
    verdicts: Sequence[Verdict],
    servers: Sequence[Verdict],
    *,
    started_at: datetime,
    database: str | None,
    server: str | None,
) -> dict[str, Any]:
    """Return the content of conformance.json (its schema stands beside this file)."""
    return {
        "suite_version": SUITE_VERSION,
        "started_at": started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "database": database,
        "server": server,
        "targets": [
            {"name": one.name, **_describe(one), "groups": {SERVER: _describe(its_server)}}
            for one, its_server in zip(verdicts, servers, strict=True)
        ],
    }


def _describe(verdict: Verdict) -> dict[str, Any]:
    counts = verdict.outcome.counts
    return {
        "verdict": verdict.verdict,
        "counts": {name.replace(" ", "_"): counts[name] for name in COUNTED.values()},
        "requirements": dict(sorted(verdict.outcome.requirements.items())),
        "blocked_by": dict(sorted(_find_blocking(verdict.outcome).items())),
    }


def _find_blocking(outcome: Outcome) -> dict[str, str]:
    """Return what each blocked requirement waits for, where that is known."""
    return {
        one: failure.by
        for failure in outcome.failures
        for one in failure.requirements
        if failure.by and outcome.requirements.get(one) == BLOCKED
    }


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file so that a reader sees the old one or the new one, never a part."""
    write_whole(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Replace a text file at once."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)


def keep_logs(folder: Path, results: Path) -> None:
    """Copy the logs of the servers to the reports."""
    logs = results / "logs"
    logs.mkdir(exist_ok=True)
    for log in folder.glob("*.log"):
        temporary = shutil.copyfile(log, logs / f".{log.name}.{os.getpid()}")
        os.replace(temporary, logs / log.name)
