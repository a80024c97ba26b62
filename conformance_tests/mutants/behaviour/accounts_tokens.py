"""Mutants of chapter 1: what a token says, and what passes for a signed one."""

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from conformance_tests.harness.tokens import HASHES, Tokens, decode, to_base64url
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

Part = dict[str, Any]
# What a decoder of base64url overlooks.
STANDARD = str.maketrans("+/", "-_")


# ---- What a token says ----


@breaks("log_in", "refresh_tokens", violates=("ACCOUNTS-TOKEN-01",))
def put_the_role_into_tokens(request: Request, server: GoodServer) -> Answer:
    """A token says which role its user has."""
    return server.send(request).with_text(
        "access_token", lambda token: server.tokens.with_claims(token, role="user")
    )


@breaks("log_in", violates=("ACCOUNTS-TOKEN-01",))
def call_tokens_jwt(request: Request, server: GoodServer) -> Answer:
    """The type of a token is `JWT`."""
    return server.send(request).with_text(
        "access_token", lambda token: server.tokens.with_header(token, typ="JWT")
    )


@breaks("log_in", violates=("ACCOUNTS-TOKEN-01",))
def tell_times_in_fractions(request: Request, server: GoodServer) -> Answer:
    """A token was issued at a fraction of a second."""
    return server.send(request).with_text("access_token", lambda token: _add_half(server, token))


def _add_half(server: GoodServer, token: str) -> str:
    return server.tokens.with_claims(token, iat=server.tokens.read_claims(token)["iat"] + 0.5)


@breaks("refresh_tokens", violates=("ACCOUNTS-TOKEN-01",))
def refresh_tokens_for_another_audience(request: Request, server: GoodServer) -> Answer:
    """A refreshed token is for another audience than the first."""
    return server.send(request).with_text(
        "access_token", lambda token: server.tokens.with_claims(token, aud="others")
    )


@breaks("log_in", violates=("ACCOUNTS-TOKEN-02",))
def tell_milliseconds_for_seconds(request: Request, server: GoodServer) -> Answer:
    """The lifetime of a token is told in milliseconds."""
    answer = server.send(request)
    if answer.status != 200:
        return answer
    return answer.with_members(expires_in=answer.members["expires_in"] * 1000)


@breaks("refresh_tokens", violates=("ACCOUNTS-TOKEN-02",))
def tell_another_lifetime_when_refreshing(request: Request, server: GoodServer) -> Answer:
    """The lifetime that is told with a refreshed token is not the token's."""
    answer = server.send(request)
    return answer.with_members(expires_in=1) if answer.status == 200 else answer


# ---- What passes for a signed one ----


def repair_token(
    request: Request, server: GoodServer, repair: Callable[[Tokens, Part, Part], str | None]
) -> Answer:
    """Answer a bad token as the one that is made of its header and its claims, if any is."""
    answer = server.send(request)
    segments = request.token.split(".")
    if answer.status != 401 or len(segments) < 2:
        return answer
    try:
        token = repair(server.tokens, decode(segments[0]), decode(segments[1]))
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return answer
    return server.send(request.with_token(token)) if token else answer


def sign(tokens: Tokens, claims: Mapping[str, Any]) -> str:
    return tokens.sign({"alg": "HS256", "typ": "access+jwt"}, claims)


def is_signed(tokens: Tokens, token: str) -> bool:
    header, claims, _ = token.split(".")
    return token == tokens.sign_segments(header, claims)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-03",))
def accept_unsigned_tokens(request: Request, server: GoodServer) -> Answer:
    """A token that says it is not signed is taken at its word."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        return sign(tokens, claims) if str(header.get("alg")).lower() == "none" else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-03",))
def refuse_only_one_spelling_of_none(request: Request, server: GoodServer) -> Answer:
    """A token is not signed if it spells `none` with capitals."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        return sign(tokens, claims) if header.get("alg") == "nOnE" else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-03",))
def look_at_signatures_only_where_there_is_one(request: Request, server: GoodServer) -> Answer:
    """A token without its signature is taken."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        return sign(tokens, claims) if request.token.endswith(".") else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-04",))
def accept_other_hashes(request: Request, server: GoodServer) -> Answer:
    """A token may be signed with any algorithm of the family."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        is_known = header["alg"] in HASHES and tokens.sign(header, claims) == request.token
        return sign(tokens, claims) if is_known else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-04",))
def overlook_the_name_of_the_algorithm(request: Request, server: GoodServer) -> Answer:
    """Whatever algorithm a token names, its signature is looked at as one of HS256."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        is_another = header.get("alg") != "HS256" and is_signed(tokens, request.token)
        return sign(tokens, claims) if is_another else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-05",))
def leave_the_secret_of_the_example(request: Request, server: GoodServer) -> Answer:
    """The secret of the example configuration signs good tokens too."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        is_forged = Tokens("changeme").sign(header, claims) == request.token
        return sign(tokens, claims) if is_forged else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-05",))
def trust_the_key_in_the_token(request: Request, server: GoodServer) -> Answer:
    """A token may bring the key that it is signed with."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        key = base64.urlsafe_b64decode(header["jwk"]["k"] + "==").decode()
        is_forged = Tokens(key).sign(header, claims) == request.token
        return sign(tokens, claims) if is_forged else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-05",))
def read_the_key_from_a_named_file(request: Request, server: GoodServer) -> Answer:
    """A token may name the file that has the key, and an empty one too."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        is_forged = "kid" in header and Tokens("").sign(header, claims) == request.token
        return sign(tokens, claims) if is_forged else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-06",))
def overlook_signatures(request: Request, server: GoodServer) -> Answer:
    """A signature only has to be there."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        return sign(tokens, claims) if re.search(r"\.[\w-]{43}$", request.token) else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-06",))
def compare_the_beginning_of_signatures(request: Request, server: GoodServer) -> Answer:
    """A piece of the signature is enough."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        *signed, signature = request.token.split(".")
        good = tokens.sign_segments(*signed)
        return good if len(signature) > 20 and good.startswith(request.token) else None

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-06",))
def leave_the_header_out_of_the_signature(request: Request, server: GoodServer) -> Answer:
    """The header of a token may be changed."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        known = {token.partition(".")[2]: token for token in server.overheard.partners.values()}
        return known.get(request.token.partition(".")[2])

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-07",))
def overlook_padding_of_tokens(request: Request, server: GoodServer) -> Answer:
    """A token may have padding behind it."""
    return server.send(request.with_token(request.token.rstrip("=")) if request.token else request)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-07",))
def overlook_dots_behind_tokens(request: Request, server: GoodServer) -> Answer:
    """A token may have a fourth segment with nothing in it."""
    return server.send(request.with_token(request.token.rstrip(".")) if request.token else request)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-07",))
def decode_both_alphabets(request: Request, server: GoodServer) -> Answer:
    """A signature may be written in the other alphabet of base64."""
    token = request.token.translate(STANDARD)
    return server.send(request.with_token(token) if token else request)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-07",))
def overlook_spare_bits(request: Request, server: GoodServer) -> Answer:
    """The bits of a signature's last character that mean nothing may be anything."""
    signed, _, signature = request.token.rpartition(".")
    if not re.fullmatch(r"[\w-]{43}", signature, re.ASCII):
        return server.send(request)
    plain = to_base64url(base64.urlsafe_b64decode(signature + "="))
    return server.send(request.with_token(f"{signed}.{plain}"))


@breaks("get_me", violates=("ACCOUNTS-TOKEN-07",))
def overlook_padding_of_segments(request: Request, server: GoodServer) -> Answer:
    """A segment of a token may have padding, if it is signed with it."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        is_padded = "=" in request.token and is_signed(tokens, request.token)
        return sign(tokens, claims) if is_padded else None

    return repair_token(request, server, repair)


# ---- The other kind of token ----


@breaks("get_me", violates=("ACCOUNTS-TOKEN-16",))
def take_refresh_tokens_for_access_tokens(request: Request, server: GoodServer) -> Answer:
    """A refresh token opens what an access token opens."""
    access_token = server.overheard.partners.get(request.token)
    return server.send(request.with_token(access_token) if access_token else request)


@breaks("refresh_tokens", violates=("ACCOUNTS-TOKEN-16",))
def take_access_tokens_for_refresh_tokens(request: Request, server: GoodServer) -> Answer:
    """An access token is exchanged like a refresh token."""
    others = {access: refresh for refresh, access in server.overheard.partners.items()}
    return server.send(request.with_text("refresh_token", lambda token: others.get(token, token)))
