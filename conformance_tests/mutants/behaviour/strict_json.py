"""Mutants of chapter 5 that read JSON as loosely as many a library does."""

import json
import re
from contextlib import suppress
from typing import Any

from conformance_tests.data.samples import WITH_BODY
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

MARK = b"\xef\xbb\xbf"
DEEPEST = 32
# Of this many brackets a recursive reader has enough.
STACK = 1_000


@breaks(*WITH_BODY, violates=("HARDENING-JSON-01",))
def take_nothing_for_an_empty_object(request: Request, server: GoodServer) -> Answer:
    """A body without anything in it is an object without members."""
    return server.send(request if request.body.strip() else request.with_body({}))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-01",))
def take_a_comma_behind_the_last(request: Request, server: GoodServer) -> Answer:
    """A comma may stand behind the last member."""
    return server.send(_edit(request, rb",\s*([]}])", rb"\1"))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-01",))
def take_comments(request: Request, server: GoodServer) -> Answer:
    """Comments are passed over."""
    return server.send(_edit(request, rb"/\*.*?\*/", b""))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-01",))
def take_single_quotes(request: Request, server: GoodServer) -> Answer:
    """Texts may stand between single quotes."""
    return server.send(_edit(request, rb"'(\w*)'", rb'"\1"'))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-01",))
def take_names_without_quotes(request: Request, server: GoodServer) -> Answer:
    """Names need no quotes."""
    return server.send(_edit(request, rb"([{,]\s*)(\w+):", rb'\1"\2":'))


def _edit(request: Request, pattern: bytes, instead: bytes) -> Request:
    edited = re.sub(pattern, instead, request.body)
    return request if edited == request.body else request.with_content(edited)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-01",))
def pass_over_what_follows(request: Request, server: GoodServer) -> Answer:
    """Where a value has ended, nobody looks at what comes behind it."""
    with suppress(ValueError, RecursionError):
        value, end = json.JSONDecoder().raw_decode(request.body.decode())
        return server.send(request.with_body(value) if request.body[end:].strip() else request)
    return server.send(request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-01",))
def take_bare_line_ends(request: Request, server: GoodServer) -> Answer:
    """A text may hold line ends and tabs as they are, without an escape."""
    has_some = b"\n" in request.body or b"\t" in request.body
    return server.send(_reread(request, strict=False) if has_some else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-02",))
def take_the_last_of_two_names(request: Request, server: GoodServer) -> Answer:
    """Of two members of one name the last counts."""
    return server.send(_reread(request))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-02",))
def take_the_first_of_two_names(request: Request, server: GoodServer) -> Answer:
    """Of two members of one name the first counts."""
    return server.send(_reread(request, object_pairs_hook=lambda pairs: dict(pairs[::-1])))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-02",))
def compare_names_only_on_top(request: Request, server: GoodServer) -> Answer:
    """Names are compared in the outermost object only."""
    objects: list[list[tuple[str, Any]]] = []

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        objects.append(pairs)
        return dict(pairs)

    read = _reread(request, object_pairs_hook=keep)
    is_unique = bool(objects) and len(dict(objects[-1])) == len(objects[-1])
    return server.send(read if is_unique else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-02",))
def compare_names_as_they_are_spelled(request: Request, server: GoodServer) -> Answer:
    """A name that is written with an escape is another one."""
    return server.send(_reread(request) if rb"\u" in request.body else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-03",))
def take_words_for_numbers(request: Request, server: GoodServer) -> Answer:
    """NaN and Infinity are numbers."""
    has_some = b"NaN" in request.body or b"Infinity" in request.body
    return server.send(_reread(request, parse_constant=lambda _: 0) if has_some else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-03",))
def take_numbers_beyond_a_double(request: Request, server: GoodServer) -> Answer:
    """A number that no double can hold is the largest of them."""
    return server.send(_reread(request, parse_float=lambda text: min(float(text), 1e308)))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-03",))
def take_integers_beyond_a_double(request: Request, server: GoodServer) -> Answer:
    """An integer has as many digits as Python reads."""
    return server.send(_reread(request, parse_int=lambda text: int(text) % 10**9))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-03",))
def take_endless_integers(request: Request, server: GoodServer) -> Answer:
    """An integer has as many digits as fit into a body."""
    read = _reread(request, parse_int=lambda text: int(text[:9]))
    return server.send(read if len(request.body) > STACK else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-04",))
def guess_the_encoding(request: Request, server: GoodServer) -> Answer:
    """A body in UTF-16 or UTF-32 is recognized as such."""
    encoding = json.detect_encoding(request.body)
    if encoding in ("utf-8", "utf-8-sig"):
        return server.send(request)
    return server.send(request.with_content(request.body.decode(encoding, "replace").encode()))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-04",))
def pass_over_a_byte_order_mark(request: Request, server: GoodServer) -> Answer:
    """A body may begin with a byte order mark."""
    has_mark = request.body.startswith(MARK)
    return server.send(request.with_content(request.body[len(MARK) :]) if has_mark else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-04",))
def replace_what_is_not_utf8(request: Request, server: GoodServer) -> Answer:
    """Bytes that are no UTF-8 are read as a question mark."""
    return server.send(_decode_again(request, "replace"))


@breaks(*WITH_BODY, violates=("HARDENING-JSON-04",))
def take_surrogates_in_bytes(request: Request, server: GoodServer) -> Answer:
    """A surrogate may stand in a body as bytes."""
    read = request.body.decode("utf-8", "surrogatepass") if b"\xed\xa0" in request.body else ""
    return server.send(request.with_content(read.encode("utf-8", "replace")) if read else request)


def _decode_again(request: Request, errors: str) -> Request:
    decoded = request.body.decode("utf-8", errors).encode()
    return request if decoded == request.body else request.with_content(decoded)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-05",))
def read_one_level_more(request: Request, server: GoodServer) -> Answer:
    """Nesting of 33 levels is read."""
    return server.send(_flatten(request) if _measure(request) == DEEPEST + 1 else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-05",))
def count_arrays_only(request: Request, server: GoodServer) -> Answer:
    """Objects may be nested without a limit."""
    is_deep = request.body.count(b"{") > DEEPEST and b"[" not in request.body
    return server.send(_flatten(request) if is_deep else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-05",))
def count_objects_only(request: Request, server: GoodServer) -> Answer:
    """Arrays may be nested without a limit."""
    is_deep = request.body.count(b"[") > DEEPEST and b"{" not in request.body
    return server.send(_flatten(request) if is_deep else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-05",))
def read_one_level_less(request: Request, server: GoodServer) -> Answer:
    """Nesting of 32 levels is too deep."""
    return server.send(request.with_content(b"{") if _measure(request) == DEEPEST else request)


@breaks(*WITH_BODY, violates=("HARDENING-JSON-06", "HARDENING-FAILURE-01"))
def run_out_of_stack(request: Request, server: GoodServer) -> Answer:
    """A body that is nested deep is too much for the stack."""
    answer = server.send(request)
    return answer.with_refusal(500, "internal_error") if _is_deep(request) else answer


@breaks(violates=("HARDENING-JSON-06",))
def never_recover_from_nesting(request: Request, server: GoodServer) -> Answer:
    """A body that is nested deep is refused, and so is everything from then on."""
    fallen = server.overheard.noted.get("fallen")
    server.overheard.noted["fallen"] = fallen or _is_deep(request)
    answer = server.send(request)
    return answer.with_refusal(503, "database_unavailable") if fallen else answer


def _is_deep(request: Request) -> bool:
    return request.body.count(b"[") + request.body.count(b"{") > STACK


def _measure(request: Request) -> int:
    opened = request.body.count(b"[") + request.body.count(b"{")
    return opened if opened <= STACK and opened == len(re.findall(rb"[]}]", request.body)) else 0


def _flatten(request: Request) -> Request:
    with suppress(ValueError, RecursionError):
        value = json.loads(request.body.decode(), object_pairs_hook=lambda pairs: pairs and {"": 1})
        return request.with_body(value[:0] if isinstance(value, list) else value)
    return request


def _reread(request: Request, **hooks: Any) -> Request:
    """Return the request with its JSON as Python reads it, and as little else as can be."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    with suppress(ValueError, RecursionError):
        value = json.loads(request.body.decode(), **{"parse_constant": refuse, **hooks})
        return request.with_body(value)
    return request
