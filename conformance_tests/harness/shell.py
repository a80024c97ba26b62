"""Bytes in the words of a POSIX shell: quoted where they can be read, else by `printf`."""

import base64
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

# Longer texts are shortened: to the number of repetitions, or by Base64.
SHOWN_BYTES = 2_000
BASE64_BYTES = 64_000
# The same few bytes again and again.
RUN = re.compile(rb"([^\0]{1,16}?)\1{63,}", re.DOTALL)
ESCAPES = {"\\": "\\\\", "%": "%%", "'": "'\\''", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True)
class Hole:
    """A variable of the shell: its value is known when the script runs."""

    name: str


Text = tuple[bytes | Hole, ...]


def is_shown(text: Text) -> bool:
    """Tell whether a text is short, and can be read by people as it is."""
    return measure(text) <= SHOWN_BYTES and all(_is_readable(one) for one in text)


def measure(text: Text) -> int:
    """Return how many bytes a text has, its variables aside."""
    return sum(len(piece) for piece in text if isinstance(piece, bytes))


def quote(text: Text) -> str:
    """Return a text as one word."""
    return "".join(_quote(piece) for piece in _merge(text) if piece) or "''"


def produce(text: Text) -> str:
    """Return a command, or several in braces, that writes a text to its output."""
    if measure(text) <= SHOWN_BYTES:
        return _print(text)
    commands = [f"  {command}" for piece in _merge(text) for command in _produce_piece(piece)]
    return "\n".join(["{", *commands, "}"])


def _merge(text: Text) -> Iterator[bytes | Hole]:
    bytes_so_far = b""
    for piece in text:
        if isinstance(piece, bytes):
            bytes_so_far += piece
        else:
            yield from (bytes_so_far, piece)
            bytes_so_far = b""
    yield bytes_so_far


def _quote(piece: bytes | Hole) -> str:
    if isinstance(piece, Hole):
        return f'"${piece.name}"'
    return shlex.quote(piece.decode()) if _is_readable(piece) else f'"$({_print((piece,))})"'


def _is_readable(piece: bytes | Hole) -> bool:
    if isinstance(piece, Hole):
        return True
    try:
        return all(one.isprintable() or one in "\n\t" for one in piece.decode())
    except UnicodeDecodeError:
        return False


def _print(text: Text) -> str:
    form = "".join("%s" if isinstance(piece, Hole) else _escape(piece) for piece in text)
    values = [f' "${piece.name}"' for piece in text if isinstance(piece, Hole)]
    # A dash in front would be an option.
    form = re.sub("^-", r"\\055", form)
    return f"printf '{form}'" + "".join(values)


def _escape(piece: bytes) -> str:
    characters = (chr(byte) for byte in piece)
    return "".join(
        ESCAPES.get(one) or (one if " " <= one <= "~" else f"\\{ord(one):03o}")
        for one in characters
    )


def _produce_piece(piece: bytes | Hole) -> Iterator[str]:
    if isinstance(piece, Hole):
        yield _print((piece,))
        return
    at = 0
    for run in RUN.finditer(piece):
        yield from _produce_bytes(piece[at : run.start()])
        yield f"repeat {_quote(run[1])} {len(run[0]) // len(run[1])}"
        at = run.end()
    yield from _produce_bytes(piece[at:])


def _produce_bytes(data: bytes) -> Iterator[str]:
    if len(data) > BASE64_BYTES:
        yield f"repeat x {len(data)}  # in place of as many bytes, too many to be told here"
    elif len(data) > SHOWN_BYTES:
        yield "base64 -d <<'END'\n" + base64.encodebytes(data).decode() + "END"
    elif data:
        yield _print((data,))
