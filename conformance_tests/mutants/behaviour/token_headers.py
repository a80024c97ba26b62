"""Mutants of chapter 5 that believe what a token says of itself."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

KNOWN = ("alg", "typ")
VISIT_SECONDS = 1.0


@breaks("get_me", violates=("HARDENING-TOKEN-01",))
def pass_over_members_of_the_header(request: Request, server: GoodServer) -> Answer:
    """What else a header says is passed over where the token is rightly signed."""
    return server.send(_shorten(request, server, lambda name: name not in KNOWN))


@breaks("get_me", violates=("HARDENING-TOKEN-01",))
def pass_over_unregistered_members(request: Request, server: GoodServer) -> Answer:
    """What a header says that no standard knows is passed over."""
    return server.send(_shorten(request, server, lambda name: name == "x"))


@breaks("get_me", violates=("HARDENING-TOKEN-01",))
def pass_over_names_of_keys(request: Request, server: GoodServer) -> Answer:
    """A token may name the key that it is signed with."""
    return server.send(_shorten(request, server, lambda name: name == "kid"))


@breaks("get_me", violates=("HARDENING-TOKEN-02",))
def visit_the_address_of_keys(request: Request, server: GoodServer) -> Answer:
    """The keys are looked for at the address that a token names."""
    _visit(_read(request, server).get("jku"))
    return server.send(request)


@breaks("get_me", violates=("HARDENING-TOKEN-02",))
def visit_the_address_of_certificates(request: Request, server: GoodServer) -> Answer:
    """The certificate is looked for at the address that a token names."""
    _visit(_read(request, server).get("x5u"))
    return server.send(request)


def _visit(address: object) -> None:
    parts = urlsplit(str(address))
    if parts.hostname and parts.port:
        with suppress(OSError):
            socket.create_connection((parts.hostname, parts.port), VISIT_SECONDS).close()


@breaks("get_me", violates=("HARDENING-TOKEN-03",))
def pass_over_not_before(request: Request, server: GoodServer) -> Answer:
    """A token is good before its time has come."""
    return server.send(_without_not_before(request, server, int | str))


@breaks("get_me", violates=("HARDENING-TOKEN-03",))
def pass_over_not_before_that_is_no_time(request: Request, server: GoodServer) -> Answer:
    """A token is good where the time from which on it is so is none."""
    return server.send(_without_not_before(request, server, str))


def _without_not_before(request: Request, server: GoodServer, kind: Any) -> Request:
    if not _is_signed(request, server):
        return request
    claims = server.tokens.read_claims(request.token)
    is_told = isinstance(claims.get("nbf"), kind)
    without = server.tokens.without_claim(request.token, "nbf") if is_told else request.token
    return request.with_token(without)


def _shorten(request: Request, server: GoodServer, is_left_out: Callable[[str], bool]) -> Request:
    if not _is_signed(request, server):
        return request
    header, claims = _read(request, server), server.tokens.read_claims(request.token)
    kept = {name: value for name, value in header.items() if not is_left_out(name)}
    return request.with_token(server.tokens.sign(kept, claims))


def _is_signed(request: Request, server: GoodServer) -> bool:
    # Where the members stand in another order nobody can tell, and the good server is asked.
    header = _read(request, server)
    return bool(header) and request.token == server.tokens.with_header(request.token)


def _read(request: Request, server: GoodServer) -> dict[str, Any]:
    with suppress(ValueError, LookupError):
        return server.tokens.read_header(request.token)
    return {}
