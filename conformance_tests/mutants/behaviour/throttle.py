"""Mutants of chapter 5 that count failed log-ins in another way."""

import json
import re
import secrets
import time

from conformance_tests.data.samples import CONTRACT
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

ATTEMPTS = CONTRACT.general_limit("failed_log_ins")
WINDOW_SECONDS = CONTRACT.general_limit("failed_log_in_seconds")
LOG_IN = "/api/v1/auth/login"
LOG_OUT = "/api/v1/auth/logout"
VERIFYING = ("update_me", "change_password")
THROTTLED = (429, "too_many_attempts")


@breaks("log_in", violates=("HARDENING-THROTTLE-01", "HARDENING-RACE-04"))
def never_throttle(request: Request, server: GoodServer) -> Answer:
    """Everybody guesses as long as they like."""
    answer = server.send(request)
    return _guess_elsewhere(request, server) if answer.status == 429 else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-01",))
def throttle_guesses_only(request: Request, server: GoodServer) -> Answer:
    """The right password logs in, however often a wrong one came before."""
    answer, told = server.send(request), request.members
    knows = server.overheard.passwords.get(str(told.get("email"))) == told.get("password")
    return _let_in(server, answer) if knows and answer.status == 429 else answer


def _let_in(server: GoodServer, answer: Answer) -> Answer:
    refresh_token, access_token = [*server.overheard.partners.items()][-1]
    pair = {"access_token": access_token, "refresh_token": refresh_token}
    given = answer.with_success(200, {**pair, "token_type": "Bearer", "expires_in": 900})
    return given.with_header("Cache-Control", "no-store")


@breaks("log_in", violates=("HARDENING-THROTTLE-01",))
def throttle_one_failure_later(request: Request, server: GoodServer) -> Answer:
    """Eleven wrong passwords are looked at."""
    answer = server.send(request)
    is_first = answer.status == 429 and _count(request, server, "later") == 1
    return _guess_elsewhere(request, server) if is_first else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-01",))
def throttle_one_failure_earlier(request: Request, server: GoodServer) -> Answer:
    """Nine wrong passwords are looked at."""
    answer = server.send(request)
    is_tenth = answer.status == 401 and _count(request, server, "earlier") == ATTEMPTS
    return answer.with_refusal(*THROTTLED) if is_tenth else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-01",))
def do_not_tell_when_the_window_ends(request: Request, server: GoodServer) -> Answer:
    """Whoever is throttled is told to come back at once."""
    answer = server.send(request)
    return answer.with_header("Retry-After", "1") if answer.status == 429 else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-01",))
def throttle_for_a_day(request: Request, server: GoodServer) -> Answer:
    """Whoever is throttled is told to come back tomorrow."""
    answer = server.send(request)
    return answer.with_header("Retry-After", "86400") if answer.status == 429 else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-01",))
def end_sign_ins_of_the_throttled(request: Request, server: GoodServer) -> Answer:
    """When an account is throttled, its sign-ins end."""
    answer = server.send(request)
    username = server.overheard.find_by_email(_email(request))
    token = server.overheard.access_tokens.get(username, "")
    if answer.status == 429 and token:
        server.ask(request, "POST", LOG_OUT, token)
    return answer


@breaks("log_in", violates=("HARDENING-THROTTLE-02", "HARDENING-RACE-04"))
def throttle_known_addresses_only(request: Request, server: GoodServer) -> Answer:
    """Where nobody has an e-mail address, nobody counts guesses."""
    answer = server.send(request)
    is_unknown = not server.overheard.find_by_email(_email(request))
    return _guess_elsewhere(request, server) if is_unknown and answer.status == 429 else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-03",))
def throttle_the_client(request: Request, server: GoodServer) -> Answer:
    """Whoever is throttled for one e-mail address is so for all of them."""
    answer, noted = server.send(request), server.overheard.noted
    if answer.status == 429:
        noted["a client is throttled"] = True
    is_throttled = "a client is throttled" in noted
    return answer.with_refusal(*THROTTLED) if is_throttled else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-03",))
def throttle_addresses_that_end_alike(request: Request, server: GoodServer) -> Answer:
    """An e-mail address is throttled with one that it ends with."""
    answer, noted = server.send(request), server.overheard.noted
    throttled = noted.setdefault("throttled addresses", set())
    if answer.status == 429:
        throttled.add(_email(request))
    ends = any(_email(request).endswith(one) for one in throttled)
    return answer.with_refusal(*THROTTLED) if ends else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-04",))
def forget_failures_at_a_success(request: Request, server: GoodServer) -> Answer:
    """A log-in that succeeds forgets the failures before it."""
    answer, noted = server.send(request), server.overheard.noted
    if answer.status == 200:
        noted["succeeded", _email(request)] = True
    is_forgotten = answer.status == 429 and ("succeeded", _email(request)) in noted
    return _guess_elsewhere(request, server) if is_forgotten else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-04",))
def count_successes(request: Request, server: GoodServer) -> Answer:
    """A log-in that succeeds counts like one that fails."""
    answer = server.send(request)
    is_counted = answer.status in (200, 401, 429)
    count = _count(request, server, "attempts") if is_counted else 0
    return answer.with_refusal(*THROTTLED) if count > ATTEMPTS else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-05",))
def count_capitals_apart(request: Request, server: GoodServer) -> Answer:
    """An e-mail address in capitals is another one."""
    answer = server.send(request)
    is_loud = _email(request) != _email(request).lower()
    return _guess_elsewhere(request, server) if is_loud and answer.status == 429 else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-06",))
def believe_x_forwarded_for(request: Request, server: GoodServer) -> Answer:
    """Whoever names another address in X-Forwarded-For is another client."""
    return _believe("X-Forwarded-For", request, server)


@breaks("log_in", violates=("HARDENING-THROTTLE-06",))
def believe_x_real_ip(request: Request, server: GoodServer) -> Answer:
    """Whoever names another address in X-Real-IP is another client."""
    return _believe("X-Real-IP", request, server)


@breaks("log_in", violates=("HARDENING-THROTTLE-06",))
def believe_forwarded(request: Request, server: GoodServer) -> Answer:
    """Whoever names another address in Forwarded is another client."""
    return _believe("Forwarded", request, server)


def _believe(header: str, request: Request, server: GoodServer) -> Answer:
    answer = server.send(request)
    is_another = answer.status == 429 and request.header(header)
    return _guess_elsewhere(request, server) if is_another else answer


@breaks(*VERIFYING, violates=("HARDENING-THROTTLE-07",))
def let_the_throttled_verify_passwords(request: Request, server: GoodServer) -> Answer:
    """Who may not log in any more goes on guessing where the current password is wanted."""
    answer = server.send(request)
    return _call_wrong(answer) if answer.status == 429 else answer


@breaks(*VERIFYING, violates=("HARDENING-THROTTLE-07",))
def count_no_wrong_current_passwords(request: Request, server: GoodServer) -> Answer:
    """A wrong current password does not count."""
    username = server.overheard.find_user(request.token)
    right = server.overheard.passwords.get(server.overheard.emails.get(username, ""))
    told = request.members.get("current_password")
    if told in (None, right):
        return server.send(request)
    return _call_wrong(server.send(request.with_body({"surprise": 1})))


@breaks("update_me", violates=("HARDENING-THROTTLE-07",))
def count_wrong_passwords_beside_emails_only(request: Request, server: GoodServer) -> Answer:
    """A wrong current password counts only where the e-mail address is to change."""
    is_alone = {"current_password", "email"} & request.members.keys() == {"current_password"}
    if not is_alone:
        return server.send(request)
    return _call_wrong(server.send(request.with_body({"surprise": 1})))


def _call_wrong(refused: Answer) -> Answer:
    fault = {"pointer": "#/current_password", "code": "wrong_password", "detail": "It is wrong."}
    return refused.with_refusal(422, "invalid_request").with_members(errors=[fault])


@breaks("log_in", "update_me", violates=("HARDENING-THROTTLE-07",))
def let_the_throttled_change_nothing(request: Request, server: GoodServer) -> Answer:
    """Who is throttled changes nothing of the account."""
    answer, noted = server.send(request), server.overheard.noted
    if answer.status == 429:
        noted["throttled", server.overheard.find_by_email(_email(request))] = True
    is_throttled = (
        request.token and ("throttled", server.overheard.find_user(request.token)) in noted
    )
    return answer.with_refusal(*THROTTLED) if is_throttled else answer


@breaks("log_in", violates=("HARDENING-THROTTLE-08",))
def count_log_ins_that_are_no_json(request: Request, server: GoodServer) -> Answer:
    """A log-in that is not JSON counts."""
    return _count_refused(request, server, 400)


@breaks("log_in", violates=("HARDENING-THROTTLE-08",))
def count_log_ins_of_another_type(request: Request, server: GoodServer) -> Answer:
    """A log-in of another media type counts."""
    return _count_refused(request, server, 415)


@breaks("log_in", violates=("HARDENING-THROTTLE-08",))
def count_log_ins_of_another_shape(request: Request, server: GoodServer) -> Answer:
    """A log-in of another shape counts."""
    return _count_refused(request, server, 422)


def _count_refused(request: Request, server: GoodServer, status: int) -> Answer:
    answer = server.send(request)
    email = re.search(rb'"email": ?("[^"]*")', request.body)
    if answer.status == status and email:
        told = {"email": json.loads(email[1]), "password": "a wrong password"}
        server.ask(request, "POST", LOG_IN, members=told)
    return answer


@breaks("log_in", violates=("HARDENING-THROTTLE-09",))
def begin_the_window_with_each_attempt(request: Request, server: GoodServer) -> Answer:
    """The window begins anew with every attempt, those that are refused too."""
    answer = server.send(request)
    return (
        answer.with_header("Retry-After", str(WINDOW_SECONDS)) if answer.status == 429 else answer
    )


@breaks("log_in", violates=("HARDENING-THROTTLE-09",))
def begin_the_window_with_the_last_failure(request: Request, server: GoodServer) -> Answer:
    """The window begins anew with every failure."""
    answer, noted = server.send(request), server.overheard.noted
    now = time.monotonic()
    if answer.status != 429:
        noted["failed at", _email(request)] = now
    passed = now - noted.get(("failed at", _email(request)), now)
    left = str(round(WINDOW_SECONDS - passed))
    return answer.with_header("Retry-After", left) if answer.status == 429 else answer


def _email(request: Request) -> str:
    return str(request.members.get("email"))


def _count(request: Request, server: GoodServer, what: str) -> int:
    noted, key = server.overheard.noted, (what, _email(request).lower())
    noted[key] = noted.get(key, 0) + 1
    return int(noted[key])


def _guess_elsewhere(request: Request, server: GoodServer) -> Answer:
    return server.send(request.with_members(email=f"{secrets.token_hex(8)}@example.com"))
