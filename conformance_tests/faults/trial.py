"""One fault tried on one implementation: what it is given, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from .subject import Subject


@dataclass(frozen=True)
class Trial:
    """What a fault is done to, how often, and the chance that decides when."""

    subject: Subject
    rounds: int
    random: Random


@dataclass(frozen=True)
class Finding:
    """Whether the promise held, and what was lost or seen."""

    holds: bool
    seen: str
    details: Sequence[str] = ()


def tell_statuses(counted: Mapping[tuple[int, str], int]) -> str:
    """Return in a line how often each status came."""
    return ", ".join(f"{number} × {status}" for (status, _), number in sorted(counted.items()))
