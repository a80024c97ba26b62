"""All that the reports for people are made from, in one plain form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .contract import Contract
from .failures import Told
from .observations import Observations, expect_all
from .requirements import Register
from .results import Verdict

MEMBERS = ("id", "chapter", "level", "text", "source", "group", "operations", "statuses")


def describe_details(
    run: Mapping[str, Any],
    told: Iterable[Told],
    verdicts: Sequence[Verdict],
    observations: Observations,
    *,
    register: Register,
    contract: Contract,
) -> dict[str, Any]:
    """Return the content of report.html: the run, the register, failures and what was seen."""
    return {
        "run": run,
        "chapters": [{"number": one.number, "title": one.title} for one in register.chapters],
        "requirements": [
            {name: getattr(one, name) for name in MEMBERS} for one in register.requirements
        ],
        "failures": [one.describe() for one in told],
        "reasons": _describe_reasons(verdicts),
        "documented": sorted(expect_all(contract)),
        "coverage": observations.to_plain(),
    }


def _describe_reasons(verdicts: Iterable[Verdict]) -> dict[str, dict[str, list[str]]]:
    reasons: dict[str, dict[str, list[str]]] = {}
    for one in verdicts:
        for why, ids in one.outcome.reasons.items():
            reasons.setdefault(one.name, {}).setdefault(why, []).extend(sorted(ids))
    return reasons
