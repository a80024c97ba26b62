"""Mutants of chapter 1: logging in, refreshing and logging out."""

import unicodedata
from collections.abc import Callable

from conformance_tests.harness.tokens import decode
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

ME = "/api/v1/me"
NO_PASSWORD = {"password": "nothing"}
NO_TOKEN = {"refresh_token": "nothing"}


# ---- Logging in ----


@breaks("log_in", violates=("ACCOUNTS-LOGIN-01",))
def give_access_tokens_that_are_none(request: Request, server: GoodServer) -> Answer:
    """A log-in gives an access token that does not work."""
    return server.send(request).with_text("access_token", lambda token: token[:-4] + "AAAA")


@breaks("log_in", violates=("ACCOUNTS-LOGIN-01",))
def give_refresh_tokens_that_are_none(request: Request, server: GoodServer) -> Answer:
    """A log-in gives a refresh token that does not work."""
    return server.send(request).with_text("refresh_token", lambda token: token[::-1])


@breaks("log_in", violates=("ACCOUNTS-LOGIN-01",))
def go_on_as_whoever_was_signed_in(request: Request, server: GoodServer) -> Answer:
    """Who is signed in already and logs in as somebody else stays who they are."""
    answer = server.send(request)
    return answer.with_members(access_token=request.token) if request.token else answer


@breaks("log_in", violates=("ACCOUNTS-LOGIN-02",))
def compare_email_addresses_letter_by_letter(request: Request, server: GoodServer) -> Answer:
    """Only who writes the e-mail address as it was registered can log in."""
    known, asked = server.overheard.emails.values(), str(request.members.get("email"))
    is_other = asked not in known and asked.lower() in [email.lower() for email in known]
    return server.send(request.with_members(email=f"not.{asked}") if is_other else request)


@breaks("log_in", violates=("ACCOUNTS-LOGIN-03",))
def take_any_password(request: Request, server: GoodServer) -> Answer:
    """Every password is right."""
    return _forgive(request, server, lambda password: "")


@breaks("log_in", violates=("ACCOUNTS-LOGIN-03",))
def log_in_by_username(request: Request, server: GoodServer) -> Answer:
    """The username does as well as the e-mail address."""
    emails = server.overheard.emails
    return server.send(request.with_text("email", lambda text: emails.get(text, text)))


def _forgive(request: Request, server: GoodServer, reduce: Callable[[str], str]) -> Answer:
    """Log in with a wrong password of which the same is left as of the right one."""
    asked, email = request.members.get("password"), str(request.members.get("email"))
    right = server.overheard.passwords.get(email.lower())
    if not isinstance(asked, str) or right is None or reduce(asked) != reduce(right):
        return server.send(request)
    return server.send(request.with_members(password=right))


@breaks("log_in", violates=("ACCOUNTS-LOGIN-04",))
def trim_passwords(request: Request, server: GoodServer) -> Answer:
    """White space around a password counts for nothing."""
    return _forgive(request, server, str.strip)


@breaks("log_in", violates=("ACCOUNTS-LOGIN-04",))
def compare_passwords_in_any_case(request: Request, server: GoodServer) -> Answer:
    """Capitals in a password count for nothing."""
    return _forgive(request, server, str.lower)


@breaks("log_in", violates=("ACCOUNTS-LOGIN-04",))
def compare_72_bytes_of_passwords(request: Request, server: GoodServer) -> Answer:
    """Of a password the first 72 bytes count."""
    return _forgive(request, server, lambda text: text.encode("utf-8", "replace")[:72].hex())


@breaks("log_in", violates=("ACCOUNTS-LOGIN-04",))
def compose_passwords(request: Request, server: GoodServer) -> Answer:
    """Passwords are compared in a normal form."""
    return _forgive(request, server, lambda text: unicodedata.normalize("NFC", text))


@breaks("log_in", violates=("ACCOUNTS-LOGIN-04",))
def compare_passwords_without_accents(request: Request, server: GoodServer) -> Answer:
    """Accents in a password count for nothing."""
    return _forgive(request, server, _drop_accents)


def _drop_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


@breaks("log_in", violates=("ACCOUNTS-LOGIN-05",))
def check_the_form_of_credentials(request: Request, server: GoodServer) -> Answer:
    """Only what has the form of an e-mail address may log in."""
    is_formed = str(request.members.get("email")).isascii()
    return server.send(request if is_formed else request.with_members(email=""))


@breaks("log_in", violates=("ACCOUNTS-LOGIN-05",))
def want_credentials_as_long_as_new_ones(request: Request, server: GoodServer) -> Answer:
    """A password of less than eight characters may not even be tried."""
    is_short = len(str(request.members.get("password"))) < 8
    return server.send(request.with_members(password="") if is_short else request)


@breaks("log_in", violates=("ACCOUNTS-LOGIN-05",))
def take_missing_passwords_for_wrong_ones(request: Request, server: GoodServer) -> Answer:
    """A log-in without a password is 401."""
    is_missing = request.members and "password" not in request.members
    return server.send(request.with_members(**NO_PASSWORD) if is_missing else request)


@breaks("log_in", violates=("ACCOUNTS-LOGIN-05",))
def cut_credentials(request: Request, server: GoodServer) -> Answer:
    """Credentials that are too long lose their end."""
    cut = request.with_text("email", lambda text: text[:254])
    return server.send(cut.with_text("password", lambda text: text[:128]))


@breaks("log_in", violates=("ACCOUNTS-LOGIN-06",))
def go_on_with_the_sign_in_there_is(request: Request, server: GoodServer) -> Answer:
    """Who logs in a second time gets the access token of the first time again."""
    email, noted = str(request.members.get("email")).lower(), server.overheard.noted
    answer = server.send(request)
    if answer.status != 200:
        return answer
    first = noted.setdefault((go_on_with_the_sign_in_there_is, email), answer.members)
    return answer.with_members(access_token=first["access_token"])


@breaks("log_in", violates=("ACCOUNTS-LOGIN-06",))
def end_earlier_sign_ins(request: Request, server: GoodServer) -> Answer:
    """A log-in ends the sign-ins before it."""
    answer = server.send(request)
    if answer.status == 200:
        _end_every_sign_in(request, server, answer.members["access_token"])
        return server.send(request)
    return answer


@breaks("log_out", violates=("ACCOUNTS-LOGIN-06",))
def log_out_everywhere(request: Request, server: GoodServer) -> Answer:
    """A log-out ends every sign-in of the user."""
    answer = stay_signed_in(request, server)
    _end_every_sign_in(request, server, request.token)
    return answer


def _end_every_sign_in(request: Request, server: GoodServer, token: str) -> None:
    email = str(server.ask(request, "GET", ME, token).members.get("email")).lower()
    if email in server.overheard.passwords:
        password = server.overheard.passwords[email]
        same = {"current_password": password, "new_password": password}
        server.ask(request, "PUT", f"{ME}/password", token, same)


# ---- Refreshing ----


@breaks("refresh_tokens", violates=("ACCOUNTS-REFRESH-01",))
def keep_refresh_tokens(request: Request, server: GoodServer) -> Answer:
    """A refresh gives the same refresh token again, and it goes on to work."""
    token = str(request.members.get("refresh_token"))
    answer = server.send(request.with_members(refresh_token=server.overheard.find_newest(token)))
    return answer.with_members(refresh_token=token) if answer.status == 200 else answer


@breaks("refresh_tokens", violates=("ACCOUNTS-REFRESH-01",))
def keep_access_tokens(request: Request, server: GoodServer) -> Answer:
    """A refresh gives the same access token again."""
    old = server.overheard.partners.get(str(request.members.get("refresh_token")))
    return server.send(request).with_text("access_token", lambda new: old or new)


@breaks("refresh_tokens", violates=("ACCOUNTS-REFRESH-01",))
def refresh_for_whoever_asks(request: Request, server: GoodServer) -> Answer:
    """A refresh gives tokens of the one who asks, whosever the refresh token is."""
    return server.send(request).with_text("access_token", lambda new: request.token or new)


@breaks("refresh_tokens", violates=("ACCOUNTS-REFRESH-02",))
def take_refresh_tokens_with_white_space(request: Request, server: GoodServer) -> Answer:
    """White space around a refresh token counts for nothing."""
    return server.send(request.with_text("refresh_token", str.strip))


@breaks("refresh_tokens", violates=("ACCOUNTS-REFRESH-02",))
def look_at_the_beginning_of_refresh_tokens(request: Request, server: GoodServer) -> Answer:
    """A refresh token is found by its first characters."""
    known = {token[:16]: token for token in server.overheard.partners}
    return server.send(
        request.with_text("refresh_token", lambda token: known.get(token[:16], token))
    )


@breaks("refresh_tokens", violates=("ACCOUNTS-REFRESH-02",))
def tell_why_a_refresh_is_refused(request: Request, server: GoodServer) -> Answer:
    """Who refreshes with a token that there was is told so."""
    answer = server.send(request)
    is_known = request.members.get("refresh_token") in server.overheard.partners
    if answer.status != 401 or not is_known:
        return answer
    return answer.with_members(detail="This refresh token is over.")


@breaks("refresh_tokens", violates=("ACCOUNTS-REFRESH-03",))
def cut_refresh_tokens(request: Request, server: GoodServer) -> Answer:
    """A refresh token that is too long loses its end."""
    return server.send(request.with_text("refresh_token", lambda text: text[:200]))


@breaks("refresh_tokens", violates=("ACCOUNTS-REFRESH-03",))
def take_missing_refresh_tokens_for_wrong_ones(request: Request, server: GoodServer) -> Answer:
    """A refresh without a token is 401."""
    is_missing = "refresh_token" not in request.members
    return server.send(request.with_members(**NO_TOKEN) if is_missing else request)


# ---- Logging out ----


@breaks("log_out", violates=("ACCOUNTS-LOGOUT-01",))
def stay_signed_in(request: Request, server: GoodServer) -> Answer:
    """A log-out is confirmed, and the sign-in goes on."""
    answer = server.send(request.with_target("HEAD", ME))
    return answer.with_no_content() if answer.status == 200 else server.send(request)


@breaks("log_out", "refresh_tokens", violates=("ACCOUNTS-LOGOUT-01",))
def end_only_refresh_tokens(request: Request, server: GoodServer) -> Answer:
    """A log-out ends the refresh token, and the access token goes on."""
    ended = server.overheard.noted.setdefault(end_only_refresh_tokens, set())
    if request.path.endswith("logout"):
        ended.add(_find_sign_in(request.token))
        return stay_signed_in(request, server)
    access_token = server.overheard.partners.get(str(request.members.get("refresh_token")), "")
    is_ended = access_token and _find_sign_in(access_token) in ended
    return server.send(request.with_members(**NO_TOKEN) if is_ended else request)


@breaks(violates=("ACCOUNTS-LOGOUT-01",))
def end_only_access_tokens(request: Request, server: GoodServer) -> Answer:
    """A log-out ends the access token, and the refresh token gives new ones."""
    ended = server.overheard.noted.setdefault(end_only_access_tokens, set())
    if request.token in ended:
        return server.send(request.with_token("ended"))
    if not request.path.endswith("logout"):
        return server.send(request)
    ended.add(request.token)
    return stay_signed_in(request, server)


@breaks(violates=("ACCOUNTS-LOGOUT-01",))
def overlook_ended_sign_ins_where_none_is_needed(request: Request, server: GoodServer) -> Answer:
    """A token of a sign-in that is over is taken for none where none is needed."""
    answer = server.send(request)
    if answer.status != 401 or request.token.count(".") != 2:
        return answer
    anonymous = server.send(request.without_header("Authorization"))
    return answer if anonymous.status == 401 else anonymous


def _find_sign_in(access_token: str) -> str:
    try:
        return str(decode(access_token.split(".")[1])["sid"])
    except (ValueError, LookupError):
        return ""
