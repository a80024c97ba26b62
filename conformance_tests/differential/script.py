"""A difference as a shell script: the calls up to it, which run as printed against any server."""

from collections.abc import Sequence

from conformance_tests.harness.curl import Step, write_steps
from conformance_tests.harness.shell import Hole, Text

from .calls import HOLE, Call


def write_script(calls: Sequence[Call]) -> str:
    """Return a script that sends these calls, to a server with an empty database."""
    return write_steps([_translate(calls, position) for position in range(len(calls))])


def _translate(calls: Sequence[Call], position: int) -> Step:
    call = calls[position]
    later = {hole for one in calls[position + 1 :] for hole in one.holes}
    return Step(
        f"{position + 1}. {call.operation}",
        call.method,
        _read(call.target),
        tuple((name, _read(value)) for name, value in call.headers),
        None if call.content is None else _read(call.content),
        keeps=tuple((hole, _command(source)) for hole, source in call.keeps if hole in later),
    )


def _read(text: str) -> Text:
    pieces = enumerate(HOLE.split(text))
    return tuple(Hole(piece) if at % 2 else piece.encode() for at, piece in pieces if piece)


def _command(source: str) -> str:
    return "etag" if source == "ETag" else f"member {source}"
