"""Mutants of chapter 1: what is overlooked of a token that is rightly signed."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from conformance_tests.harness.tokens import Tokens
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

from .accounts_tokens import Part, is_signed, repair_token, sign


def _overlook(
    request: Request, server: GoodServer, is_overlooked: Callable[[Part], bool], **instead: Any
) -> Answer:
    """Accept a rightly signed token of such a header and such claims, with others instead."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        if not is_signed(tokens, request.token) or not is_overlooked({**header, **claims}):
            return None
        return sign(tokens, {**claims, **instead})

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-08",))
def overlook_types(request: Request, server: GoodServer) -> Answer:
    """A token may be of any type."""
    return _overlook(request, server, lambda told: told.get("typ") != "access+jwt")


@breaks("get_me", violates=("ACCOUNTS-TOKEN-08",))
def compare_types_in_any_case(request: Request, server: GoodServer) -> Answer:
    """Capitals in the type of a token count for nothing."""
    return _overlook(request, server, lambda told: told["typ"] == "Access+JWT")


@breaks("get_me", violates=("ACCOUNTS-TOKEN-08",))
def overlook_critical_extensions(request: Request, server: GoodServer) -> Answer:
    """What a token calls critical is overlooked."""
    return _overlook(request, server, lambda told: "crit" in told)


def _read_claim(server: GoodServer, name: str) -> Any:
    """Return what a good token says."""
    token = next(reversed(server.overheard.partners.values()))
    return server.tokens.read_claims(token)[name]


@breaks("get_me", violates=("ACCOUNTS-TOKEN-09",))
def overlook_issuers(request: Request, server: GoodServer) -> Answer:
    """A token may come from any issuer."""
    issuer = _read_claim(server, "iss")
    return _overlook(request, server, lambda told: told.get("iss", issuer) != issuer, iss=issuer)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-09",))
def do_without_an_issuer(request: Request, server: GoodServer) -> Answer:
    """The issuer of a token is only compared where there is one."""
    issuer = _read_claim(server, "iss")
    return _overlook(request, server, lambda told: "iss" not in told, iss=issuer)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-10",))
def overlook_audiences(request: Request, server: GoodServer) -> Answer:
    """A token may be for any audience."""
    audience = _read_claim(server, "aud")
    return _overlook(request, server, lambda told: isinstance(told.get("aud"), str), aud=audience)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-10",))
def do_without_an_audience(request: Request, server: GoodServer) -> Answer:
    """The audience of a token is only compared where there is one."""
    audience = _read_claim(server, "aud")
    return _overlook(request, server, lambda told: "aud" not in told, aud=audience)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-10",))
def find_the_audience_in_a_list(request: Request, server: GoodServer) -> Answer:
    """A token may be for several audiences."""
    audience = _read_claim(server, "aud")
    return _overlook(
        request,
        server,
        lambda told: isinstance(told["aud"], list) and audience in told["aud"],
        aud=audience,
    )


@breaks("get_me", violates=("ACCOUNTS-TOKEN-11",))
def never_let_tokens_end(request: Request, server: GoodServer) -> Answer:
    """A token works for ever."""
    end = _read_claim(server, "exp")
    return _overlook(request, server, lambda told: type(told.get("exp")) is int, exp=end)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-11",))
def let_tokens_end_a_minute_late(request: Request, server: GoodServer) -> Answer:
    """A token works for another minute."""
    end, now = _read_claim(server, "exp"), _read_claim(server, "iat")
    return _overlook(request, server, lambda told: now - 60 < told["exp"] <= now + 60, exp=end)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-11",))
def do_without_an_end(request: Request, server: GoodServer) -> Answer:
    """A token that does not say when it ends works for ever."""
    end = _read_claim(server, "exp")
    return _overlook(request, server, lambda told: "exp" not in told, exp=end)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-12",))
def take_tokens_from_the_future(request: Request, server: GoodServer) -> Answer:
    """A token may have been issued in the future."""
    now = _read_claim(server, "iat")
    return _overlook(request, server, lambda told: told["iat"] > now, iat=now)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-12",))
def take_tokens_of_clocks_that_are_fast(request: Request, server: GoodServer) -> Answer:
    """A token may have been issued by a clock that is half a minute fast."""
    now = _read_claim(server, "iat")
    return _overlook(request, server, lambda told: now < told["iat"] < now + 30, iat=now)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-12",))
def do_without_a_time_of_issue(request: Request, server: GoodServer) -> Answer:
    """A token need not say when it was issued."""
    now = _read_claim(server, "iat")
    return _overlook(request, server, lambda told: "iat" not in told, iat=now)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-13",))
def read_numbers_from_texts(request: Request, server: GoodServer) -> Answer:
    """A time in a token may be a text of digits."""
    return _overlook_times(request, server, str)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-13",))
def cut_fractions_of_times(request: Request, server: GoodServer) -> Answer:
    """A time in a token may be a fraction."""
    return _overlook_times(request, server, float)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-13",))
def take_true_for_a_time(request: Request, server: GoodServer) -> Answer:
    """A time in a token may be a boolean."""
    return _overlook_times(request, server, bool)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-13",))
def wait_for_times_beyond_any_clock(request: Request, server: GoodServer) -> Answer:
    """A token may end at a time that no clock reaches."""
    end = _read_claim(server, "exp")
    return _overlook(request, server, lambda told: told["exp"] == 2**64, exp=end)


def _overlook_times(request: Request, server: GoodServer, kind: type) -> Answer:
    times = {name: _read_claim(server, name) for name in ("iat", "exp")}
    return _overlook(
        request, server, lambda told: kind in (type(told["iat"]), type(told["exp"])), **times
    )


@breaks("get_me", violates=("ACCOUNTS-TOKEN-14",))
def do_without_an_id_of_the_token(request: Request, server: GoodServer) -> Answer:
    """A token need not have an id."""
    return _overlook(request, server, lambda told: "jti" not in told, jti=str(uuid4()))


@breaks("get_me", violates=("ACCOUNTS-TOKEN-14",))
def take_any_text_for_an_id(request: Request, server: GoodServer) -> Answer:
    """The id of a token may be any text."""
    return _overlook(request, server, lambda told: isinstance(told["jti"], str), jti=str(uuid4()))


@breaks("get_me", violates=("ACCOUNTS-TOKEN-14", "ACCOUNTS-TOKEN-15"))
def overlook_sign_ins(request: Request, server: GoodServer) -> Answer:
    """A token only has to name a user; whether there is such a sign-in is not looked at."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        sign_ins = {user: one for one, user in server.overheard.sign_ins.items()}
        if not is_signed(tokens, request.token):
            return None
        return sign(tokens, {**claims, "sid": sign_ins[claims["sub"]]})

    return repair_token(request, server, repair)


@breaks("get_me", violates=("ACCOUNTS-TOKEN-15",))
def overlook_users(request: Request, server: GoodServer) -> Answer:
    """A token only has to name a sign-in; whose it is, is not looked at."""

    def repair(tokens: Tokens, header: Part, claims: Part) -> str | None:
        if not is_signed(tokens, request.token):
            return None
        return sign(tokens, {**claims, "sub": server.overheard.sign_ins[claims["sid"]]})

    return repair_token(request, server, repair)
