"""What a failed test leaves for a person: its requests and answers, what differs, a script."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from .answers import Answer
from .contract import Contract
from .difference import shorten, tell_difference
from .leaks import list_spellings

# Of long bodies so much is kept for a reader.
KEPT_BYTES = 4_000
# What stands in the place of a person's own password and secret.
HIDDEN = b"(hidden)"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as they went over the wire. Bodies are in Base64."""

    operation: str | None
    method: str
    path: str
    sent_headers: Sequence[Sequence[str]]
    sent_content: str
    status: int
    headers: Sequence[Sequence[str]]
    content: str


@dataclass(frozen=True)
class Evidence:
    """What one failure left: the exchanges of its test up to the moment, and more."""

    exchanges: Sequence[Exchange] = ()
    expected: str | None = None
    got: str | None = None
    differences: Sequence[str] = ()
    script: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether what was compared has no parts: it is told best as it is."""
        return self.expected is not None and all(one.startswith("#:") for one in self.differences)

    @property
    def operation(self) -> str | None:
        """The operation that was called last."""
        return self.exchanges[-1].operation if self.exchanges else None

    def to_text(self) -> str:
        """Return all of it as a text, fit to be sent to another process."""
        return json.dumps(asdict(self))


def read_evidence(text: str) -> Evidence:
    """Return what `to_text` wrote."""
    told = json.loads(text)
    exchanges = [Exchange(**one) for one in told.pop("exchanges")]
    return Evidence(exchanges=exchanges, **told)


def describe_exchange(answer: Answer, contract: Contract, hidden: Sequence[str]) -> Exchange:
    """Return one exchange in plain words and Base64, without what is to be hidden."""

    def encode(content: bytes) -> str:
        for secret in (spelling for one in hidden for spelling in list_spellings(one)):
            content = content.replace(secret.encode(), HIDDEN)
        return base64.b64encode(content[:KEPT_BYTES]).decode("ascii")

    operation = contract.find(answer.method, answer.path.partition("?")[0])
    return Exchange(
        operation.operation_id if operation else None,
        answer.method,
        answer.path,
        [[name, value] for name, value in answer.sent_headers.multi_items()],
        encode(answer.sent_raw or answer.sent_content),
        answer.status,
        [[name, value] for name, value in answer.headers.multi_items()],
        encode(answer.content),
    )


@dataclass(frozen=True)
class Comparison:
    """What a failed assertion compared: `got == expected`, as the tests are written."""

    got: Any
    expected: Any

    def tell(self) -> Mapping[str, Any]:
        """Return the members that it gives to the evidence."""
        return {
            "expected": shorten(self.expected),
            "got": shorten(self.got),
            "differences": tell_difference(self.expected, self.got),
        }


COMPARISON: pytest.StashKey[Comparison | None] = pytest.StashKey()


def gather(
    answers: Iterable[Answer],
    contract: Contract,
    comparison: Comparison | None,
    *,
    script: str,
    hidden: Sequence[str],
) -> Evidence:
    """Return the evidence of a test that failed after these answers."""
    exchanges = [describe_exchange(one, contract, hidden) for one in answers]
    return Evidence(exchanges, script=script, **(comparison.tell() if comparison else {}))
