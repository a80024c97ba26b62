"""Requests read strictly: media types, JSON texts, query strings, and the faults in them.

Equal in every implementation and decided by no framework: read it once.
"""

import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from . import text

BODY_LIMIT = 1024 * 1024
DEPTH_LIMIT = 32
FAULTS_LIMIT = 100

Fault = dict[str, str]
# Where a value stands: the place it stands in, and its name or index there.
Place = tuple["Place", str | int] | None

# What a fault is called in the contract, by what Pydantic calls it.
_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "string_pattern_mismatch": "invalid_format",
    "literal_error": "not_one_of",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
}
_DETAILS = {
    "required": "This is required.",
    "unknown_field": "This member is not known here.",
    "unknown_parameter": "This parameter is not known here.",
    "repeated_parameter": "This parameter may be given once.",
    "wrong_type": "This is of the wrong type.",
    "too_short": "This is too short.",
    "too_long": "This is too long.",
    "too_many": "There are too many items.",
    "duplicate_item": "An item is there twice.",
    "invalid_format": "This does not have the right form.",
    "invalid_character": "This holds a character that is not allowed.",
    "blank": "This needs a character that is not a space.",
    "not_one_of": "This is not one of the values to choose from.",
    "out_of_range": "This number is too small or too large.",
    "invalid_cursor": "This cursor was not made for this request.",
    "wrong_password": "This is not the current password.",
    "password_is_name": "A password may not be the username or the e-mail address.",
    "cannot_follow_self": "Nobody follows themselves.",
    "idempotency_key_reused": "This key was used for another request.",
}
# RFC 9110 §5.6.6. `*+` takes back nothing that it took, so no header takes long.
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_PARAMETER = rf'({_WORD})=({_WORD}|"(?:[^"\\]|\\.)*+")'
_PARAMETERS = re.compile(rf";[ \t]*+{_PARAMETER}")
_JSON = re.compile(
    rf"application/json(?:[ \t]*+;[ \t]*+(?:{_PARAMETER})?+)*+[ \t]*+", re.IGNORECASE
)
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})|[^\x21-\x7e]")


class MalformedJson(ValueError):
    """The bytes are no JSON text that the contract accepts."""


def is_json(content_type: str) -> bool:
    """Return whether a Content-Type is application/json, in no charset but UTF-8."""
    if not _JSON.fullmatch(content_type):
        return False
    parameters = _PARAMETERS.findall(content_type)
    charsets = [value for name, value in parameters if name.lower() == "charset"]
    return all(charset.strip('"').lower() == "utf-8" for charset in charsets)


def read_json(body: bytes) -> object:
    """Return the value that a JSON text holds.

    Raises MalformedJson where RFC 8259 or RFC 7493 is broken (not UTF-8, a byte order
    mark, a name twice, NaN, a number beyond a double) and for nesting beyond 32.
    """
    try:
        document = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_members,
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_finite,
        )
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if _is_too_deep(document):
        raise MalformedJson
    return document


def unfit_text(document: object) -> list[Fault]:
    """Return faults for the strings and the names that cannot be stored, up to FAULTS_LIMIT."""
    unfit = (place for place, value in _walk(document) if _is_unfit(value))
    return [body_fault(_path(place), "invalid_character") for place in islice(unfit, FAULTS_LIMIT)]


def read_query(query: bytes, known: Collection[str]) -> tuple[dict[str, str], list[Fault]]:
    """Return the parameters of a raw query string, and what is wrong with it.

    The raw string is read, because frameworks repair bad escapes and hide repetitions.
    """
    values: dict[str, str] = {}
    faults = []
    for pair in filter(None, query.split(b"&")):
        raw_name, _, raw_value = pair.partition(b"=")
        name, value = _unquote(raw_name), _unquote(raw_value)
        if code := _query_fault_code(pair, name, value, values, known):
            faults.append(query_fault(name, code))
        values[name] = value
    return values, faults


def shape_faults(errors: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Return what Pydantic found in a body, in the words of the contract, up to FAULTS_LIMIT."""
    told = islice(errors, FAULTS_LIMIT)
    return [body_fault(error["loc"], _code(error["type"])) for error in told]


def parameter_faults(errors: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Return what Pydantic found in a query, in the words of the contract."""
    return [query_fault(error["loc"][0], _code(error["type"])) for error in errors]


def body_fault(path: Sequence[str | int], code: str) -> Fault:
    """Return a fault at a place in the body, which a pointer names."""
    return {"pointer": pointer(path), "code": code, "detail": _DETAILS[code]}


def query_fault(name: str, code: str) -> Fault:
    """Return a fault of a parameter in the query or the path."""
    printable = name.encode(errors="replace").decode()
    return {"parameter": printable, "code": code, "detail": _DETAILS[code]}


def header_fault(name: str, code: str) -> Fault:
    """Return a fault of a header."""
    return {"header": name, "code": code, "detail": _DETAILS[code]}


def pointer(path: Sequence[str | int]) -> str:
    """Return a JSON Pointer as a URI fragment (RFC 6901 §6): `#`, `#/tags/3`."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "#" + "".join("/" + quote(part, safe="~", errors="replace") for part in parts)


def _code(kind: str) -> str:
    # Shapes raise some faults under the contract's own name, such as "blank".
    return _CODES.get(kind) or (kind if kind in _DETAILS else "wrong_type")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJson
    return members


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise MalformedJson
    return value


def _integer(number: str) -> int:
    _finite(number)
    return int(number)


def _is_too_deep(document: object) -> bool:
    level = [document]
    for _ in range(DEPTH_LIMIT):
        level = [child for value in level for _, child in _children(value)]
    return any(isinstance(value, dict | list) for value in level)


def _walk(document: object) -> Iterator[tuple[Place, object]]:
    # No deeper than DEPTH_LIMIT, and nothing is kept of what was passed: it may be large.
    yield None, document
    open_values: list[tuple[Place, Iterator[tuple[str | int, object]]]]
    open_values = [(None, iter(_children(document)))]
    while open_values:
        place, children = open_values[-1]
        for name, child in children:
            yield (place, name), child
            if isinstance(child, dict | list):
                open_values.append(((place, name), iter(_children(child))))
                break
        else:
            open_values.pop()


def _children(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _path(place: Place) -> Sequence[str | int]:
    names: list[str | int] = []
    while place:
        place, name = place
        names.append(name)
    return names[::-1]


def _is_unfit(value: object) -> bool:
    if isinstance(value, str):
        return not text.is_fit(value)
    return isinstance(value, dict) and not all(map(text.is_fit, value))


def _unquote(part: bytes) -> str:
    return unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8", errors="surrogateescape")


def _query_fault_code(
    pair: bytes, name: str, value: str, seen: Collection[str], known: Collection[str]
) -> str | None:
    if _BAD_ESCAPE.search(pair) or not text.is_fit(name + value):
        return "invalid_character"
    if name not in known:
        return "unknown_parameter"
    return "repeated_parameter" if name in seen else None
