"""Badges: a JSON file for each target, in the form of the endpoint badges of shields.io."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .outcomes import PASS
from .requirements import APPLICATION
from .results import write_json

COLORS = {
    "conformant": "brightgreen",
    "not conformant": "red",
    "partial": "yellow",
    "not run": "lightgrey",
}


def write_badges(folder: Path, details: Mapping[str, Any]) -> None:
    """Write the badge of each target of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = [one["id"] for one in details["requirements"] if one["group"] == APPLICATION]
    for target in details["run"]["targets"]:
        write_json(folder / f"{make_safe(target['name'])}.json", _draw(target, ids))


def count_held(statuses: Mapping[str, str], ids: Iterable[str]) -> str:
    """Return how many requirements hold / how many there are."""
    told = [statuses.get(one) for one in ids]
    return f"{told.count(PASS)}/{len(told)}"


def _draw(target: Mapping[str, Any], ids: Iterable[str]) -> dict[str, Any]:
    verdict = target["verdict"]
    held = "" if verdict == "not run" else f" {count_held(target['requirements'], ids)}"
    return {
        "schemaVersion": 1,
        "label": "conformance",
        "message": f"{verdict}{held}",
        "color": COLORS[verdict],
    }


def make_safe(name: str) -> str:
    """Return a name that a file may have and an address need not escape."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-") or "target"
