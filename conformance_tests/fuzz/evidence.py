"""What the reports of one run say: what was sent and checked, and what failed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from conformance_tests.harness.plugin import get_contract

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What one run found."""

    operations: int
    succeeded: int
    cases: int
    checks: int
    excused: int
    failures: int
    details: Sequence[str]


@dataclass(frozen=True)
class Reports:
    """The files that one run leaves, named alike."""

    folder: Path
    name: str

    def locate(self, ending: str) -> Path:
        """Return the path of one of them."""
        return self.folder / f"{self.name}.{ending}"


def read_finding(reports: Reports) -> Finding:
    """Return what was found: Schemathesis counts most of it, and tells the rest in events."""
    told = json.loads(reports.locate("json").read_text("utf-8"))
    records = list(_read_records(reports.locate("ndjson")))
    return Finding(
        operations=told["operations"]["tested"],
        succeeded=len(_find_succeeded(records)),
        cases=told["test_cases"]["generated"],
        checks=sum(_count_passed(record) for record in records),
        excused=told["filtered"],
        failures=sum(group["count"] for group in (*told["failures"], *told["errors"])),
        details=list(_read_details(reports.locate("xml"))),
    )


def _read_records(events: Path) -> Iterator[Record]:
    with events.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if "ScenarioFinished" in event:
                yield event["ScenarioFinished"]["recorder"]


def _count_passed(record: Record) -> int:
    checks = (check for made in record.get("checks", {}).values() for check in made)
    return sum(check["status"] == "success" for check in checks)


def _find_succeeded(records: Sequence[Record]) -> set[tuple[str, str]]:
    documented = {(one.method, one.path) for one in get_contract().operations.values()}
    return documented & {place for record in records for place in _find_places(record)}


def _find_places(record: Record) -> Iterator[tuple[str, str]]:
    for name, exchange in record.get("interactions", {}).items():
        answer, case = exchange.get("response"), record["cases"].get(name)
        if answer and case and 200 <= answer["status_code"] < 300:
            yield case["value"]["method"], case["value"]["path"]


def _read_details(junit: Path) -> Iterator[str]:
    for case in ElementTree.parse(junit).iter("testcase"):  # noqa: S314 (Schemathesis wrote it)
        for fault in (*case.findall("failure"), *case.findall("error")):
            yield f"{case.attrib['name']}\n\n{fault.text}"
