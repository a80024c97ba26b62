"""Text as the contract sees it: patterns, folding, times, numbers in queries.

Equal in every implementation and decided by no framework: read it once.
"""

import re
import unicodedata
from datetime import UTC, datetime
from itertools import groupby

USERNAME = r"[a-z0-9_]{3,30}"
TAG = r"[a-z0-9][a-z0-9-]{0,29}"
RESOURCE_ID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = rf"[A-Za-z0-9.!#$%&'*+/=?^_{{}}~-]+@{_LABEL}(?:\.{_LABEL})+"

# NUL, the C0 controls but tab and line feed, and lone surrogates: PostgreSQL cannot
# store the first, UTF-8 cannot write the last (RFC 7493 §2.1).
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_DIGITS = re.compile(r"0|[1-9][0-9]{0,3999}")
# Stands between searchable texts. No query may contain it, so none matches across.
_SEPARATOR = "\x1f"
# The only characters that are made of marks and are none themselves.
_DOUBLE_MARKS = {0x0F73: "\u0f71\u0f72", 0x0F75: "\u0f71\u0f74", 0x0F81: "\u0f71\u0f80"}


def is_fit(value: str) -> bool:
    """Return whether a string may be stored and sent back."""
    return _UNFIT.search(value) is None


def fold(value: str) -> str:
    """Return the form in which two texts are compared without regard to case.

    Python folds, never SQL: databases disagree about letters beyond ASCII.
    """
    composed = unicodedata.normalize("NFC", _order_marks(value))
    return unicodedata.normalize("NFC", composed.casefold())


def _order_marks(value: str) -> str:
    """Return the same text with its combining marks in canonical order (Unicode, chapter 3.11).

    `normalize` would order them one by one, in the square of their number, while nothing else
    runs in this process: seconds for the longest body.
    """
    if value.isascii():
        return value
    decomposed = value.translate(_DOUBLE_MARKS)
    runs = groupby(decomposed, key=lambda one: unicodedata.combining(one) > 0)
    return "".join(
        "".join(sorted(run, key=unicodedata.combining) if is_marks else run)
        for is_marks, run in runs
    )


def searchable(*texts: str) -> str:
    """Return the one column in which a search looks for all of these texts."""
    return _SEPARATOR.join(fold(each) for each in texts)


def rfc3339(moment: datetime) -> str:
    """Return a time in UTC with six fraction digits and `Z` (RFC 3339 §5.6)."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def ascii_number(value: object) -> object:
    """Return the integer that plain ASCII digits stand for.

    Anything else comes back as it was, for the shape to refuse: `int` would also
    read " 5 ", "1_0", "+5" and digits of other scripts.
    """
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return value
