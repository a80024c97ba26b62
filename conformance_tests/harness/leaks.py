"""What no answer may hold: secrets of this run, and the insides of the server."""

import json
import re
from collections.abc import Iterator

INSIDES = ("Traceback", 'File "', "sqlalchemy", "psycopg", "django.", "sqlite3", "SELECT ")
PATHS = re.compile(r"(?:/(?:home|root|usr|opt|srv|var|tmp|etc|Users)/\w|\b[A-Z]:\\\\|\w\.py\b)")


class Secrets:
    """The JWT secret and every password that this run gave to a server."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def add(self, value: str, what: str) -> None:
        """Remember one more."""
        self._known |= dict.fromkeys(list_spellings(value), what)

    def find_in(self, text: str) -> Iterator[str]:
        """Yield what a text gives away. What it is, never the secret itself."""
        for what in dict.fromkeys(what for value, what in self._known.items() if value in text):
            yield f"it gives away {what}"


def list_spellings(secret: str) -> list[str]:
    """Return a secret as it is, and as JSON writes it with and without characters beyond ASCII."""
    written = [json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)]
    return list(dict.fromkeys([secret, *written]))


def find_insides(text: str) -> Iterator[str]:
    """Yield the traces of program, database and file system in the text of an error."""
    for word in INSIDES:
        if word in text:
            yield f"it shows insides of the server: {word.strip()!r}"
    shown = PATHS.search(text)
    if shown:
        yield f"it shows insides of the server: a path near {shown.group()!r}"
