"""Mutants of chapter 1: registering, signing in and out, one's account, other users."""

from conformance_tests.harness.tokens import decode
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks


@breaks("get_me", violates=("ACCOUNTS-TOKEN-03",))
def accept_unsigned_tokens(request: Request, server: GoodServer) -> Answer:
    """A token that says it is not signed is taken at its word."""
    answer = server.send(request)
    if answer.status != 401 or not _is_unsigned(request.token):
        return answer
    return server.send(request.with_token(server.tokens.with_header(request.token, alg="HS256")))


def _is_unsigned(token: str) -> bool:
    try:
        return str(decode(token.partition(".")[0]).get("alg")).lower() == "none"
    except (ValueError, AttributeError):
        return False


@breaks("change_password", violates=("ACCOUNTS-PASSWORD-01",))
def keep_the_old_password(request: Request, server: GoodServer) -> Answer:
    """A change of the password is confirmed, and the old password stays."""
    current = request.members.get("current_password")
    return server.send(request.with_members(new_password=current) if current else request)


@breaks("log_out", violates=("ACCOUNTS-LOGOUT-01",))
def stay_signed_in(request: Request, server: GoodServer) -> Answer:
    """A log-out is confirmed, and the sign-in goes on."""
    answer = server.send(request.with_target("HEAD", "/api/v1/me"))
    if answer.status != 200:
        return server.send(request)
    done = answer.with_status(204, "No Content")
    return done.without_header("Content-Type").without_header("Content-Length")


@breaks("get_user", violates=("ACCOUNTS-USER-01", "HARDENING-EXPOSURE-02"))
def show_email_addresses(request: Request, server: GoodServer) -> Answer:
    """Whoever reads a user reads the e-mail address too."""
    answer = server.send(request)
    if answer.status != 200 or not answer.body:
        return answer
    return answer.with_members(email=server.overheard.emails.get(answer.members["username"]))


@breaks("get_me", violates=("ACCOUNTS-AUTH-01", "ACCOUNTS-AUTH-02"))
def leave_out_the_challenge(request: Request, server: GoodServer) -> Answer:
    """A 401 does not say which credentials are wanted."""
    return server.send(request).without_header("WWW-Authenticate")
