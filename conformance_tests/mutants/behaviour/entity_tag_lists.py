"""Careless ways to read If-Match and If-None-Match, for the mutants of both."""

import re
from collections.abc import Callable

from conformance_tests.mutants.messages import Request


def keep_line(request: Request, name: str, place: int) -> Request:
    """Return the request with one of several lines of a header."""
    beginning = f"{name}:".lower().encode()
    lines = [line for line in request.lines if line.lower().startswith(beginning)]
    return request.without_header(name).with_lines(lines[place]) if lines else request


def change_held(request: Request, name: str, change: Callable[[str], str]) -> Request:
    """Return the request with other entity tags in a header, where it has any."""
    held = request.header(name)
    return request.with_header(name, change(held)) if '"' in held else request


def write_as_numbers(held: str) -> str:
    """Return entity tags as somebody reads them who expects numbers."""
    return re.sub(r'"[+0]*(\d+)"', r'"\1"', held)


def split_everywhere(held: str) -> str:
    """Return what stands between commas, each as an entity tag."""
    parts = (part.strip(' "') for part in held.split(","))
    return ", ".join(f'"{part}"' for part in parts)


def has_earlier(held: str, present: str) -> bool:
    """Tell whether one of the entity tags is that of an earlier version."""
    number = present.strip('"')
    found = re.findall(r'"(\d+)"', held)
    return number.isdecimal() and any(int(one) < int(number) for one in found)
