"""The report as one HTML page: all that was found, put into the template that shows it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .results import write_whole

TEMPLATE = Path(__file__).with_name("report.html")
PLACE = "{{ details }}"


def write_html(path: Path, details: Mapping[str, Any]) -> None:
    """Write the page. It is one file, asks nothing of the network and opens from a folder."""
    page = TEMPLATE.read_text("utf-8").replace(PLACE, _embed(details))
    write_whole(path, page)


def _embed(details: Mapping[str, Any]) -> str:
    # What a server sent may look like the end of the element that it stands in.
    return json.dumps(details).replace("<", "\\u003c")
