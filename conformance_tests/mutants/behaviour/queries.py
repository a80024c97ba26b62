"""Mutants of chapter 5 that repair queries, or take a text for a piece of a program."""

import re
from collections.abc import Callable
from urllib.parse import quote, unquote, unquote_to_bytes

from conformance_tests.data.samples import EVERY, PARAMETERS
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

Pairs = list[str]
WITHOUT_QUERY = [one for one in EVERY if one not in PARAMETERS]


@breaks(violates=("HARDENING-QUERY-01",))
def pass_over_unknown_parameters(request: Request, server: GoodServer) -> Answer:
    """Parameters that nobody knows are passed over."""
    known = PARAMETERS.get(server.find_operation(request), [])
    return server.send(_keep(request, lambda pair: _name(pair) in known))


@breaks(*WITHOUT_QUERY, violates=("HARDENING-QUERY-01",))
def read_no_query_where_none_belongs(request: Request, server: GoodServer) -> Answer:
    """Where an operation has no parameters, nobody looks at the query."""
    return server.send(_change_pairs(request, lambda pairs: []))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-01",))
def find_parameters_in_any_case(request: Request, server: GoodServer) -> Answer:
    """A parameter is known by its name in capitals too."""

    def small(pair: str) -> str:
        name, equals, value = pair.partition("=")
        return name.lower() + equals + value

    return server.send(_change_pairs(request, lambda pairs: [small(pair) for pair in pairs]))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-01",))
def pass_over_parameters_without_value(request: Request, server: GoodServer) -> Answer:
    """An unknown parameter is passed over where it has no value."""
    names = PARAMETERS[server.find_operation(request)]
    return server.send(
        _keep(request, lambda pair: _name(pair) in names or bool(pair.partition("=")[2]))
    )


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-01",))
def pass_over_parameters_without_name(request: Request, server: GoodServer) -> Answer:
    """A parameter without a name is passed over."""
    return server.send(_keep(request, lambda pair: bool(_name(pair))))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-01",))
def part_queries_at_semicolons(request: Request, server: GoodServer) -> Answer:
    """A semicolon parts two parameters, as an ampersand does."""
    return server.send(request.with_target(request.method, request.target.replace(";", "&")))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-01",))
def take_empty_pairs_for_parameters(request: Request, server: GoodServer) -> Answer:
    """An ampersand too many is a parameter without a name."""
    is_empty = "&&" in request.target or request.target.endswith("&")
    target = request.target.replace("&&", "&=&").rstrip("&") + "&="
    return server.send(request.with_target(request.method, target) if is_empty else request)


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-02",))
def take_the_last_of_two_values(request: Request, server: GoodServer) -> Answer:
    """Of two values of one parameter the last counts."""
    return server.send(_change_pairs(request, lambda pairs: _pick(pairs[::-1])))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-02",))
def take_the_first_of_two_values(request: Request, server: GoodServer) -> Answer:
    """Of two values of one parameter the first counts."""
    return server.send(_change_pairs(request, _pick))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-02",))
def take_the_same_value_twice(request: Request, server: GoodServer) -> Answer:
    """A parameter may be repeated with the same value."""
    return server.send(_change_pairs(request, lambda pairs: list(dict.fromkeys(pairs))))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-02",))
def compare_parameters_as_they_are_spelled(request: Request, server: GoodServer) -> Answer:
    """A parameter that is written with an escape is another one."""
    is_escaped = re.search("[?&]%6C", request.target)
    return server.send(_change_pairs(request, _pick) if is_escaped else request)


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-02",))
def repeat_without_a_value(request: Request, server: GoodServer) -> Answer:
    """A parameter may be repeated without a value."""
    return server.send(_keep(request, lambda pair: not pair.endswith("=")))


def _pick(pairs: Pairs) -> Pairs:
    return list({_name(pair): pair for pair in pairs[::-1]}.values())


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-03",))
def read_numbers_as_python_does(request: Request, server: GoodServer) -> Answer:
    """Signs, spaces, leading zeros and digits of any script make a number."""
    return server.send(_change_limit(request, lambda text: str(int(text))))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-03",))
def read_digits_of_every_script(request: Request, server: GoodServer) -> Answer:
    """Digits of any script make a number."""
    return server.send(
        _change_limit(request, lambda text: str(int(text)) if text.isdecimal() else text)
    )


@breaks("list_posts", violates=("HARDENING-QUERY-03",))
def read_fractions(request: Request, server: GoodServer) -> Answer:
    """What is a number with a point or an exponent is one."""
    return server.send(_change_limit(request, lambda text: str(int(float(text)))))


@breaks("list_posts", violates=("HARDENING-QUERY-03",))
def pass_over_an_empty_number(request: Request, server: GoodServer) -> Answer:
    """A limit that says nothing is none."""
    return server.send(_keep(request, lambda pair: pair not in ("limit", "limit=")))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-03",))
def bend_numbers_to_their_limits(request: Request, server: GoodServer) -> Answer:
    """A number that is too large or too small is the nearest that is not."""
    return server.send(_change_limit(request, lambda text: str(min(max(int(text), 1), 100))))


def _change_limit(request: Request, change: Callable[[str], str]) -> Request:
    told = request.query.get("limit")
    if told is None or (told.isdecimal() and told.isascii() and 1 <= int(told[:9]) <= 100):
        return request
    try:
        return request.with_query(limit=change(told))
    except (ValueError, OverflowError):
        return request


@breaks(violates=("HARDENING-QUERY-04",))
def drop_controls_in_queries(request: Request, server: GoodServer) -> Answer:
    """Controls in a query are left out."""
    return server.send(_edit_query(request, "%0[0-8b-f]|%1[0-9a-f]", ""))


@breaks(violates=("HARDENING-QUERY-04",))
def take_controls_in_searches(request: Request, server: GoodServer) -> Answer:
    """Of the controls in a query only NUL is refused."""
    return server.send(_edit_query(request, "%0[1-8b-f]|%1[0-9a-f]", ""))


@breaks(violates=("HARDENING-QUERY-04",))
def take_escapes_that_are_none(request: Request, server: GoodServer) -> Answer:
    """A percent sign without two digits behind it stands for itself."""
    return server.send(_edit_query(request, "%(?![0-9a-f]{2})", "%25"))


@breaks(violates=("HARDENING-QUERY-04",))
def replace_what_is_not_utf8_in_queries(request: Request, server: GoodServer) -> Answer:
    """Bytes that are no UTF-8 are read as the replacement character."""

    def replace(found: re.Match[str]) -> str:
        return quote(unquote_to_bytes(found[0]).decode(errors="replace"))

    query = re.sub("(%[89a-fA-F][0-9a-fA-F])+", replace, request.target.partition("?")[2])
    return server.send(request.with_target(request.method, _join(request, query)))


@breaks(*PARAMETERS, violates=("HARDENING-QUERY-04",))
def refuse_tabs_in_queries(request: Request, server: GoodServer) -> Answer:
    """A search for a tab or a line feed is refused."""
    return server.send(_edit_query(request, "%09|%0a", "%00"))


def _edit_query(request: Request, pattern: str, instead: str) -> Request:
    query = re.sub(f"(?i){pattern}", instead, request.target.partition("?")[2])
    return request.with_target(request.method, _join(request, query))


def _name(pair: str) -> str:
    return unquote(pair.partition("=")[0])


def _keep(request: Request, is_kept: Callable[[str], bool]) -> Request:
    return _change_pairs(request, lambda pairs: [pair for pair in pairs if is_kept(pair)])


def _change_pairs(request: Request, change: Callable[[Pairs], Pairs]) -> Request:
    query = request.target.partition("?")[2]
    pairs = [pair for pair in query.split("&") if pair]
    return request.with_target(request.method, _join(request, "&".join(change(pairs))))


def _join(request: Request, query: str) -> str:
    return f"{request.path}?{query}" if query else request.path
