"""The reports of a run: a page that stands alone, a summary in Markdown, badges."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from conformance_tests.harness.badges import write_badges
from conformance_tests.harness.html_report import TEMPLATE, write_html
from conformance_tests.harness.markdown_report import SHOWN_FAILURES, write_markdown

COUNTS = {"passed": 0, "failed": 0, "warned": 0, "blocked": 0, "not_set_up": 0, "skipped": 0}
EMBEDDED = '<script type="application/json" id="details">'
# What ends an element, begins a comment, or has no form in UTF-8.
HOSTILE = '</script><script>alert("`")</script><!-- \ud800'
SUMMARY = """\
# Conformance

| implementation | verdict | requirements that hold | tests |
|---|---|---|---|
| flask | **not conformant** | 1/2 | 1 passed, 1 failed |
| localhost:80 | **partial** | 1/2 | 2 passed, 0 failed |

Begun 2026-11-21T16:13:22Z, suite 1.0, database sqlite, server uniform.

## Requirements that hold

| chapter | flask | localhost:80 |
|---|---|---|
| 0 system | 1/2 | 1/2 |
| server (uniform) | 1/1 | - |

## What does not hold on `flask`

- **SYSTEM-LIVE-01**: fail
  - MUST (RFC 9110 §15): It answers `200`.
  - expected `200`, got ``` '``' ```
  - in `flask_impl/system/routes.py:9`
  - again: `nox -s conformance -- flask 'test_it[flask]'`
- 1 test blocked by **SYSTEM-LIVE-01**

## Not applicable

- `localhost:80`: no admin is known: SYSTEM-LIVE-02
"""


def find(verdict: str, requirements: dict[str, str], **counts: int) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "counts": COUNTS | counts,
        "requirements": requirements,
        "blocked_by": {},
    }


def promise(one: str, group: str = "application") -> dict[str, Any]:
    return {
        "id": one,
        "chapter": 0,
        "level": "MUST",
        "text": "It answers `200`.",
        "source": "RFC 9110 §15",
        "group": group,
        "operations": ["check_live"],
        "statuses": [200],
    }


def fail(**members: Any) -> dict[str, Any]:
    return {
        "target": "flask",
        "test": "test_it[flask]",
        "requirements": ["SYSTEM-LIVE-01"],
        "status": "fail",
        "message": HOSTILE,
        "by": "",
        "expected": "200",
        "got": "'``'",
        "differences": [],
        "exchanges": [],
        "script": "",
        "source": "flask_impl/system/routes.py:9",
        "others": [],
        "again": "nox -s conformance -- flask 'test_it[flask]'",
    } | members


def exchange() -> dict[str, Any]:
    return {
        "operation": "check_live",
        "method": "GET",
        "path": "/livez",
        "sent_headers": [["Host", "localhost"]],
        "sent_content": "",
        "status": 200,
        "headers": [["X-Hostile", HOSTILE]],
        "content": base64.b64encode(b"</script>").decode(),
    }


@pytest.fixture
def details() -> dict[str, Any]:
    """Return what a small run found: one failure on one target, something left out on another."""
    broken = {"SYSTEM-LIVE-01": "fail", "SYSTEM-LIVE-02": "pass"}
    flask = find("not conformant", broken, passed=1, failed=1)
    left_out = {"SYSTEM-LIVE-01": "pass", "SYSTEM-LIVE-02": "not applicable"}
    other = find("partial", left_out, passed=2)
    flask |= {"name": "flask", "groups": {"server": find("conformant", {"HTTP-01": "pass"})}}
    other |= {"name": "localhost:80", "groups": {"server": find("not run", {})}}
    return {
        "run": {
            "suite_version": "1.0",
            "started_at": "2026-11-21T16:13:22Z",
            "database": "sqlite",
            "server": "uniform",
            "targets": [flask, other],
        },
        "chapters": [{"number": 0, "title": "system"}],
        "requirements": [
            promise("SYSTEM-LIVE-01"),
            promise("SYSTEM-LIVE-02"),
            promise("HTTP-01", "server"),
        ],
        "failures": [
            fail(exchanges=[exchange()]),
            fail(requirements=["SYSTEM-LIVE-02"], status="blocked", by="SYSTEM-LIVE-01"),
        ],
        "reasons": {"flask": {}, "localhost:80": {"no admin is known": ["SYSTEM-LIVE-02"]}},
        "documented": [["check_live", 200, ""]],
        "coverage": {"flask": [["check_live", 200, ""]]},
    }


def test_the_page_holds_all_that_was_found(details: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(path, details)
    _, begin, rest = path.read_text("utf-8").partition(EMBEDDED)
    embedded, end, _ = rest.partition("</script>")
    assert (begin, end) == (EMBEDDED, "</script>")
    assert "<" not in embedded
    assert json.loads(embedded) == details


def test_the_page_stands_alone(details: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(path, details)
    page = path.read_text("utf-8")
    assert page.count("<script") == 2
    assert "default-src 'none'" in page
    loads = r"https?://|\b(src|href|srcset|action)\s*=|@import|url\(|fetch\(|import\(|<(link|img)\b"
    assert re.findall(loads, TEMPLATE.read_text("utf-8")) == []


def test_the_page_makes_no_markup_of_texts() -> None:
    makes = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function"
    )
    assert re.findall(makes, TEMPLATE.read_text("utf-8")) == []


def test_summary(details: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    write_markdown(path, details)
    assert path.read_text("utf-8") == SUMMARY


def test_the_summary_shows_a_message_as_code(details: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    details["failures"] = [fail(expected=None, got=None)]
    write_markdown(path, details)
    shown = '  - `` </script><script>alert("`")</script><!-- \\ud800 ``\n'
    assert shown in path.read_text("utf-8")


def test_the_summary_counts_what_it_does_not_show(details: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    details["failures"] = [fail() for _ in range(SHOWN_FAILURES + 3)]
    write_markdown(path, details)
    told = path.read_text("utf-8")
    assert told.count("- **SYSTEM-LIVE-01**: fail") == SHOWN_FAILURES
    assert "- and 3 tests more, which report.html shows\n" in told


def test_each_target_has_a_badge(details: dict[str, Any], tmp_path: Path) -> None:
    write_badges(tmp_path / "badges", details)
    found = {path.name: json.loads(path.read_text()) for path in (tmp_path / "badges").iterdir()}
    told = {"schemaVersion": 1, "label": "conformance"}
    assert found == {
        "flask.json": told | {"message": "not conformant 1/2", "color": "red"},
        "localhost-80.json": told | {"message": "partial 1/2", "color": "yellow"},
    }


@pytest.mark.parametrize(
    ("verdict", "message", "color"),
    [
        ("conformant", "conformant 1/2", "brightgreen"),
        ("not run", "not run", "lightgrey"),
    ],
)
def test_badge(
    verdict: str, message: str, color: str, details: dict[str, Any], tmp_path: Path
) -> None:
    details["run"]["targets"][0]["verdict"] = verdict
    write_badges(tmp_path, details)
    badge = json.loads((tmp_path / "flask.json").read_text())
    assert (badge["message"], badge["color"]) == (message, color)


def test_the_name_of_a_badge_stays_in_its_folder(details: dict[str, Any], tmp_path: Path) -> None:
    details["run"]["targets"] = [details["run"]["targets"][0] | {"name": "../[::1]:80/x"}]
    write_badges(tmp_path, details)
    assert [path.name for path in tmp_path.iterdir()] == ["1-80-x.json"]
