"""Where two values differ: one line for each place, and nothing of what is equal."""

from collections.abc import Iterator
from typing import Any

SHOWN_LINES = 8
SHOWN = 60
ABSENT = object()


def tell_difference(expected: Any, got: Any) -> list[str]:
    """Return a line for each place where two values differ: place, what is expected, what came."""
    lines = list(_compare("#", expected, got))
    hidden = len(lines) - SHOWN_LINES
    return lines if hidden <= 0 else [*lines[:SHOWN_LINES], f"and {hidden} places more"]


def shorten(value: Any) -> str:
    """Return a value as Python writes it, or as much of it as fits a line."""
    text = "nothing" if value is ABSENT else repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _compare(place: str, expected: Any, got: Any) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(got, dict):
        for name in [*expected, *(name for name in got if name not in expected)]:
            pair = expected.get(name, ABSENT), got.get(name, ABSENT)
            yield from _compare(f"{place}/{name}", *pair)
    elif _are_lists(expected, got):
        for index in range(max(len(expected), len(got))):
            here = [one[index] if index < len(one) else ABSENT for one in (expected, got)]
            yield from _compare(f"{place}/{index}", *here)
    elif expected != got:
        yield f"{place}: expected {shorten(expected)}, got {shorten(got)}"


def _are_lists(*values: Any) -> bool:
    return all(isinstance(value, list | tuple) for value in values)
