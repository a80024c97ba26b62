"""What was seen while testing: which status and which required header of which operation."""

from collections.abc import Iterable, Mapping

from .answers import Answer
from .contract import Contract

Seen = tuple[str, int, str]


class Observations:
    """The documented answers that one worker has seen, for each target."""

    def __init__(self) -> None:
        # Every answer so far, and with how many of them each test began.
        self.answers: list[Answer] = []
        self.began: dict[str, int] = {}
        self._seen: dict[str, set[Seen]] = {}

    def begin(self, test: str) -> None:
        """Take the answers that come from now on for those of a test."""
        self.began[test] = len(self.answers)

    def note(self, answer: Answer) -> None:
        """Keep one answer, whatever is thought of it."""
        self.answers.append(answer)

    def find_latest(self, test: str) -> Answer | None:
        """Return the last answer to the test that runs."""
        answers = self.find_answers(test)
        return answers[-1] if answers else None

    def find_answers(self, test: str) -> list[Answer]:
        """Return what the test that runs was answered."""
        return self.answers[self.began.get(test, 0) :]

    def add(self, target: str, operation_id: str, status: int, headers: Iterable[str]) -> None:
        """Note one answer and the required headers it had."""
        seen = self._seen.setdefault(target, set())
        seen.add((operation_id, status, ""))
        seen.update((operation_id, status, name) for name in headers)

    def merge(self, told: Mapping[str, Iterable[Iterable[object]]]) -> None:
        """Add what another worker has seen, as `to_plain` wrote it."""
        for target, rows in told.items():
            for operation_id, status, header in rows:
                self._seen.setdefault(target, set()).add(
                    (str(operation_id), int(str(status)), str(header))
                )

    def to_plain(self) -> dict[str, list[Seen]]:
        """Return all of it in lists, fit to be sent to another process."""
        return {target: sorted(seen) for target, seen in self._seen.items()}

    def count_statuses(self, target: str) -> int:
        """Return how many pairs of operation and status were seen."""
        return sum(1 for _, _, header in self._seen.get(target, set()) if not header)

    def find_missing(self, target: str, contract: Contract) -> list[str]:
        """Return what the contract documents and nobody saw, a line for each operation."""
        missing = expect_all(contract) - self._seen.get(target, set())
        bare = {(operation_id, status) for operation_id, status, header in missing if not header}
        lines: dict[str, list[str]] = {}
        for operation_id, status, header in sorted(missing):
            if not header:
                lines.setdefault(operation_id, []).append(str(status))
            elif (operation_id, status) not in bare:
                lines.setdefault(operation_id, []).append(f"{status} with {header}")
        return [f"{operation_id}: {', '.join(told)}" for operation_id, told in lines.items()]


def expect_all(contract: Contract) -> set[Seen]:
    """Return every documented operation × status, and each with its required headers.

    Seldom answers are left out: no request brings them about.
    """
    return {
        (operation.operation_id, status, header)
        for operation in contract.operations.values()
        for status, rule in operation.responses.items()
        if not rule.seldom
        for header in ("", *rule.required_headers)
    }
