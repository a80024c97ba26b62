"""Guessing passwords: ten failures for one e-mail address and client, and then no more."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from conformance_tests.conftest import Guesses
from conformance_tests.data.samples import CONTRACT
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

ATTEMPTS = CONTRACT.general_limit("failed_log_ins")
WINDOW_SECONDS = CONTRACT.general_limit("failed_log_in_seconds")
# What a client might send to look like another one.
ADDRESS_HEADERS = (
    "X-Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
)
WRONG = "a wrong password"
JSON = {"Content-Type": "application/json"}

Attempts = list[tuple[Callable[..., Answer], dict[str, str]]]


def fail(api: Api, email: str, times: int, **call: Any) -> None:
    """Log in with a wrong password, which each time has to be looked at."""
    for _ in range(times):
        refused = api.log_in(json={"email": email, "password": WRONG}, **call)
        assert refused.problem == (401, "invalid_credentials")


def seconds(answer: Answer) -> int:
    return int(answer.headers["Retry-After"])


@pytest.mark.requirement("HARDENING-THROTTLE-01")
def test_after_ten_failures_every_log_in_is_refused(api: Api, throttled: Person) -> None:
    guess = {"email": throttled.email, "password": WRONG}
    for credentials in (guess, throttled.credentials):
        assert api.log_in(json=credentials).problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-THROTTLE-01")
def test_a_refusal_tells_when_the_window_ends(api: Api, throttled: Person) -> None:
    told = seconds(api.log_in(json=throttled.credentials))
    # The window began with the first failure, not long ago.
    assert WINDOW_SECONDS - 300 < told <= WINDOW_SECONDS


@pytest.mark.requirement("HARDENING-THROTTLE-01")
def test_who_is_signed_in_stays_so(api: Api, throttled: Person) -> None:
    assert throttled.get_me().status == 200
    refreshed = api.refresh_tokens(json={"refresh_token": throttled.refresh_token})
    assert refreshed.status == 200


@pytest.mark.requirement("HARDENING-THROTTLE-03")
def test_other_emails_are_not_throttled(api: Api, throttled: Person, someone: Person) -> None:
    assert api.log_in(json=throttled.credentials).status == 429
    assert api.log_in(json=someone.credentials).status == 200
    fail(api, f"other.{throttled.email}", 1)


@pytest.mark.requirement("HARDENING-THROTTLE-01", "HARDENING-THROTTLE-04", "HARDENING-THROTTLE-08")
def test_neither_a_success_nor_a_log_in_without_form_counts(api: Api, alice: Person) -> None:
    current = {"current_password": alice.password}
    assert alice.update_me(json=current).status == 200
    fail(api, alice.email, ATTEMPTS - 1)
    assert send_without_form(api, alice.email) == [400, 415, 422, 422, 422]
    assert api.log_in(json=alice.credentials).status == 200
    assert alice.update_me(json=current).status == 200
    # The successes did not forget the failures before them either.
    fail(api, alice.email, 1)
    assert api.log_in(json=alice.credentials).problem == (429, "too_many_attempts")


def send_without_form(api: Api, email: str) -> list[int]:
    """Try to log in by requests that are refused for their form, and return the statuses."""
    guess, typed = {"email": email, "password": WRONG}, {"Content-Type": "text/plain"}
    answers = [
        api.log_in(content=b"[" + json.dumps(guess).encode(), headers=JSON),
        api.log_in(json=guess, headers=typed),
        api.log_in(json={**guess, "password": ""}),
        api.log_in(json={**guess, "remember": True}),
        api.log_in(json=guess, query="next=/"),
    ]
    return [answer.status for answer in answers]


@pytest.mark.requirement("HARDENING-THROTTLE-05")
def test_one_email_in_different_case_counts_together(api: Api, throttled: Person) -> None:
    for spell in (str.upper, str.title):
        told = {**throttled.credentials, "email": spell(throttled.email)}
        assert api.log_in(json=told).problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-THROTTLE-06")
def test_who_claims_another_address_gains_nothing(api: Api, throttled: Person) -> None:
    for address in ("192.0.2.99", "127.0.0.1", ""):
        claimed = {**dict.fromkeys(ADDRESS_HEADERS, address), "Forwarded": f'for="{address}"'}
        answer = api.log_in(json=throttled.credentials, headers=claimed)
        assert answer.problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-THROTTLE-07")
def test_a_wrong_current_password_counts(api: Api, alice: Person) -> None:
    guess = {"current_password": WRONG}
    guesses: Attempts = [
        (alice.update_me, {**guess, "email": f"new.{alice.email}"}),
        (alice.update_me, {**guess, "bio": "New."}),
        (alice.change_password, {**guess, "new_password": "another horse"}),
    ]
    fail(api, alice.email, ATTEMPTS - len(guesses))
    for operation, told in guesses:
        assert operation(json=told).faults == [("#/current_password", "wrong_password")]
    for operation, told in guesses:
        assert operation(json=told).problem == (429, "too_many_attempts")
    assert api.log_in(json=alice.credentials).problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-THROTTLE-07")
def test_who_is_throttled_changes_neither_email_nor_password(throttled: Person) -> None:
    current = {"current_password": throttled.password}
    email = throttled.update_me(json={**current, "email": f"new.{throttled.email}"})
    assert email.problem == (429, "too_many_attempts")
    password = throttled.change_password(json={**current, "new_password": "another horse"})
    assert password.problem == (429, "too_many_attempts")
    assert throttled.get_me().json["email"] == throttled.email


@pytest.mark.requirement("HARDENING-THROTTLE-07")
def test_who_is_throttled_changes_what_needs_no_password(throttled: Person) -> None:
    assert throttled.update_me(json={"bio": "New."}).json["bio"] == "New."


@pytest.mark.requirement("HARDENING-THROTTLE-09")
def test_the_window_begins_with_the_first_failure_and_not_anew(
    api: Api, people: People, guesses: Guesses
) -> None:
    def wait_for(person: Person) -> int:
        return seconds(api.log_in(json={"email": person.email, "password": WRONG}))

    time.sleep(max(0.0, guesses.moment + 1.05 - time.monotonic()))
    assert wait_for(guesses.throttled) < seconds(guesses.refusal)
    late = people.invent()
    fail(api, late.email, ATTEMPTS)
    fail(api, guesses.failed_once.email, ATTEMPTS - 1)
    assert wait_for(guesses.failed_once) < wait_for(late)
