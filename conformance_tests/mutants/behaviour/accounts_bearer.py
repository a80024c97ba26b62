"""Mutants of chapter 1: how a token is sent."""

import re
from collections.abc import Callable

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

ME = "/api/v1/me"


@breaks("get_me", "create_post", violates=("ACCOUNTS-AUTH-01",))
def take_everybody_for_the_admin(request: Request, server: GoodServer) -> Answer:
    """Whoever sends no token is taken for the admin."""
    is_nobody = not request.header("Authorization")
    return server.send(
        request.with_token(server.log_in_as_admin(request)) if is_nobody else request
    )


@breaks("get_me", violates=("ACCOUNTS-AUTH-01", "ACCOUNTS-AUTH-02"))
def leave_out_the_challenge(request: Request, server: GoodServer) -> Answer:
    """A 401 does not say which credentials are wanted."""
    return server.send(request).without_header("WWW-Authenticate")


@breaks("get_me", violates=("ACCOUNTS-AUTH-01",))
def call_missing_tokens_invalid(request: Request, server: GoodServer) -> Answer:
    """Where a token is missing it is called invalid."""
    is_nobody = not request.header("Authorization")
    return server.send(request.with_token("missing") if is_nobody else request)


@breaks(violates=("ACCOUNTS-AUTH-02",))
def take_bad_tokens_for_none(request: Request, server: GoodServer) -> Answer:
    """A bad token is overlooked where none is needed."""
    answer = server.send(request)
    if answer.members.get("code") != "invalid_token":
        return answer
    anonymous = server.send(request.without_header("Authorization"))
    return answer if anonymous.status == 401 else anonymous


@breaks(violates=("ACCOUNTS-AUTH-02",))
def leave_the_error_out_of_the_challenge(request: Request, server: GoodServer) -> Answer:
    """The challenge does not say that the token was bad."""
    answer = server.send(request)
    is_bad = answer.members.get("code") == "invalid_token"
    return answer.with_header("WWW-Authenticate", "Bearer") if is_bad else answer


def _read_credentials(
    request: Request, server: GoodServer, read: Callable[[str], str | None]
) -> Answer:
    """Send the request with its Authorization read in another way, or without, for None."""
    told = request.header("Authorization")
    if not told:
        return server.send(request)
    credentials = read(told)
    bare = request.without_header("Authorization")
    return server.send(bare.with_header("Authorization", credentials) if credentials else bare)


@breaks("get_me", violates=("ACCOUNTS-AUTH-03",))
def want_the_scheme_as_documented(request: Request, server: GoodServer) -> Answer:
    """The scheme `bearer` is another one than `Bearer`."""
    return _read_credentials(
        request, server, lambda told: told if told.startswith("Bearer") else None
    )


@breaks("get_me", violates=("ACCOUNTS-AUTH-03",))
def want_one_space_behind_the_scheme(request: Request, server: GoodServer) -> Answer:
    """More than one space behind the scheme makes another scheme."""
    return _read_credentials(request, server, lambda told: None if "  " in told else told)


@breaks("get_me", violates=("ACCOUNTS-AUTH-03",))
def keep_spaces_around_credentials(request: Request, server: GoodServer) -> Answer:
    """Spaces around the value of the header are a part of it."""
    is_loose = any(line.startswith(b"Authorization:  ") for line in request.lines)
    return server.send(request.without_header("Authorization") if is_loose else request)


@breaks("get_me", violates=("ACCOUNTS-AUTH-04",))
def call_other_schemes_invalid(request: Request, server: GoodServer) -> Answer:
    """Credentials of another scheme are a bad token."""
    return _read_credentials(
        request, server, lambda told: told if told.lower().startswith("bearer") else "Bearer x"
    )


@breaks("get_user", violates=("ACCOUNTS-AUTH-04",))
def refuse_other_schemes_everywhere(request: Request, server: GoodServer) -> Answer:
    """Credentials of another scheme are refused even where none are needed."""
    return _read_credentials(
        request, server, lambda told: told if told.lower().startswith("bearer ") else "Bearer x"
    )


@breaks("get_me", violates=("ACCOUNTS-AUTH-04",))
def overlook_the_scheme(request: Request, server: GoodServer) -> Answer:
    """A token is taken under any scheme."""
    return _read_credentials(
        request, server, lambda told: f"Bearer {told.split()[-1]}" if " " in told else told
    )


@breaks("get_me", violates=("ACCOUNTS-AUTH-04",))
def take_tokens_without_a_scheme(request: Request, server: GoodServer) -> Answer:
    """A token is taken without its scheme."""
    return _read_credentials(
        request, server, lambda told: told if re.search(r"\s", told) else f"Bearer {told}"
    )


@breaks("get_me", "get_user", violates=("ACCOUNTS-AUTH-04",))
def take_a_tab_for_a_space(request: Request, server: GoodServer) -> Answer:
    """A tab may stand behind the scheme."""
    return _read_credentials(request, server, lambda told: re.sub(r"^(\w+)\t", r"\1 ", told))


@breaks("get_me", violates=("ACCOUNTS-AUTH-05",))
def take_the_first_of_two_tokens(request: Request, server: GoodServer) -> Answer:
    """Of two tokens the first counts."""
    return _read_credentials(request, server, lambda told: told)


@breaks("get_me", violates=("ACCOUNTS-AUTH-05",))
def take_the_last_of_two_tokens(request: Request, server: GoodServer) -> Answer:
    """Of two tokens the last counts."""
    lines = [line for line in request.lines if line.lower().startswith(b"authorization:")]
    last = lines[-1].partition(b":")[2].strip().decode("latin-1") if lines else ""
    return _read_credentials(request, server, lambda _: last)


@breaks("get_me", violates=("ACCOUNTS-AUTH-06",))
def take_the_first_word_for_the_token(request: Request, server: GoodServer) -> Answer:
    """What stands behind a token, a comma and a second one too, is overlooked."""
    return _read_credentials(
        request, server, lambda told: re.sub(r"^(Bearer [^\s,]+)[\s,].*", r"\1", told)
    )


@breaks("get_me", violates=("ACCOUNTS-AUTH-06",))
def trim_tabs_around_tokens(request: Request, server: GoodServer) -> Answer:
    """A tab in front of a token is overlooked."""
    return _read_credentials(request, server, lambda told: told.replace(" \t", " "))


@breaks("get_me", violates=("ACCOUNTS-AUTH-06",))
def take_tokens_out_of_quotes(request: Request, server: GoodServer) -> Answer:
    """A token may stand in quotes."""
    return _read_credentials(request, server, lambda told: told.replace('"', ""))


@breaks("get_me", violates=("ACCOUNTS-AUTH-06",))
def drop_bytes_beyond_ascii(request: Request, server: GoodServer) -> Answer:
    """Bytes beyond ASCII fall out of a token."""
    return _read_credentials(
        request, server, lambda told: told.encode("ascii", "ignore").decode("ascii")
    )


@breaks("get_me", violates=("ACCOUNTS-AUTH-06",))
def take_long_tokens_for_none(request: Request, server: GoodServer) -> Answer:
    """A token beyond any measure is taken for none."""
    return _read_credentials(request, server, lambda told: told if len(told) < 3000 else None)


@breaks("get_me", violates=("ACCOUNTS-AUTH-07",))
def find_tokens_in_the_query(request: Request, server: GoodServer) -> Answer:
    """A token may stand in the query."""
    token = request.query.get("access_token")
    return server.send(request.turn_to("GET", ME, token, None) if token else request)


@breaks("create_post", violates=("ACCOUNTS-AUTH-07",))
def find_tokens_in_the_body(request: Request, server: GoodServer) -> Answer:
    """A token may stand in the body."""
    token = request.members.get("access_token")
    if not token:
        return server.send(request)
    return server.send(request.without_members("access_token").with_token(token))


@breaks("get_me", violates=("ACCOUNTS-AUTH-07",))
def find_tokens_in_cookies(request: Request, server: GoodServer) -> Answer:
    """A token may come as a cookie."""
    token = request.header("Cookie").removeprefix("access_token=")
    return server.send(request.with_token(token) if token else request)


@breaks("get_me", violates=("ACCOUNTS-AUTH-07",))
def find_tokens_in_other_headers(request: Request, server: GoodServer) -> Answer:
    """A token may come in the headers of API keys."""
    token = request.header("X-Api-Key") or request.header("X-Access-Token")
    return server.send(request.with_token(token) if token else request)
