"""What the other implementations answered to the request at which a test failed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

from .observations import Observations
from .outcomes import Failure

KEPT_CHARACTERS = 600


@dataclass(frozen=True)
class OtherAnswer:
    """What one other implementation answered: a status, and the beginning of a body."""

    target: str
    method: str
    status: int
    content: str


def write_answers(folder: Path, target: str, observations: Observations) -> None:
    """Write down what a target answered in every test, for failures of other targets."""
    told = {_forget(test, target): rows for test, rows in _list_answers(observations)}
    path = folder / f"{quote(target, safe='')}.json"
    path.write_text(json.dumps({"target": target, "tests": told}), "utf-8")


def _list_answers(observations: Observations) -> Iterator[tuple[str, list[list[object]]]]:
    begins = [*observations.began.items(), ("", len(observations.answers))]
    for (test, begin), (_, end) in pairwise(begins):
        yield (
            test,
            [
                [one.method, one.status, one.content[:KEPT_CHARACTERS].decode("utf-8", "replace")]
                for one in observations.answers[begin:end]
            ],
        )


def _forget(test: str, target: str) -> str:
    """Return the id of a test without the target, which leads its parameters."""
    return test.replace(f"[{target}", "[", 1)


class Others:
    """The answers of all targets, as their workers wrote them down."""

    def __init__(self, folder: Path | None = None) -> None:
        files = sorted(folder.glob("*.json")) if folder else []
        read = [json.loads(path.read_text("utf-8")) for path in files]
        self._tests: Mapping[str, Mapping[str, list[list[object]]]] = {
            one["target"]: one["tests"] for one in read
        }

    def find(self, failure: Failure, target: str) -> list[OtherAnswer]:
        """Return what the others answered to the last request of a test that failed."""
        number = len(failure.evidence.exchanges) - 1
        test = _forget(failure.test, target)
        return list(self._find(test, number, failure, target)) if number >= 0 else []

    def _find(self, test: str, number: int, failure: Failure, target: str) -> Iterable[OtherAnswer]:
        asked = failure.evidence.exchanges[number].method
        for name, tests in self._tests.items():
            rows = tests.get(test, [])
            # Where a test went another way there, that is not the same request.
            if name != target and number < len(rows) and rows[number][0] == asked:
                method, status, content = rows[number]
                yield OtherAnswer(name, str(method), int(str(status)), str(content))
