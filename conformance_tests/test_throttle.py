"""Guessing passwords: ten failures for one e-mail address and client, and then no more."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

ATTEMPTS = 10
WINDOW_SECONDS = 900
# What a client might send to look like another one.
ADDRESS_HEADERS = (
    "X-Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
)
WRONG = "a wrong password"


def fail(api: Api, email: str, times: int, **call: Any) -> None:
    """Log in with a wrong password, which each time has to be looked at."""
    for _ in range(times):
        refused = api.log_in(json={"email": email, "password": WRONG}, **call)
        assert refused.problem == (401, "invalid_credentials")


def seconds(answer: Answer) -> int:
    return int(answer.headers["Retry-After"])


@pytest.fixture
def throttled(api: Api, alice: Person) -> Person:
    """Somebody signed in, for whom somebody guessed passwords."""
    assert alice.get_me().status == 200
    fail(api, alice.email, ATTEMPTS)
    return alice


@pytest.mark.requirement("HARDENING-THROTTLE-01")
def test_after_ten_failures_every_log_in_is_refused(api: Api, throttled: Person) -> None:
    guess = {"email": throttled.email, "password": WRONG}
    for credentials in (guess, throttled.credentials, guess, throttled.credentials):
        assert api.log_in(json=credentials).problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-THROTTLE-01")
def test_after_nine_failures_the_right_password_logs_in(api: Api, alice: Person) -> None:
    fail(api, alice.email, ATTEMPTS - 1)
    assert api.log_in(json=alice.credentials).status == 200


@pytest.mark.requirement("HARDENING-THROTTLE-01")
def test_a_refusal_tells_when_the_window_ends(api: Api, throttled: Person) -> None:
    told = seconds(api.log_in(json=throttled.credentials))
    # The window began with the first failure, not long ago.
    assert WINDOW_SECONDS - 60 < told <= WINDOW_SECONDS


@pytest.mark.requirement("HARDENING-THROTTLE-01")
def test_who_is_signed_in_stays_so(api: Api, throttled: Person) -> None:
    assert throttled.get_me().status == 200
    refreshed = api.refresh_tokens(json={"refresh_token": throttled.refresh_token})
    assert refreshed.status == 200


@pytest.mark.requirement("HARDENING-THROTTLE-02")
def test_an_email_that_nobody_has_is_throttled_too(api: Api, people: People) -> None:
    nobody = people.invent()
    fail(api, nobody.email, ATTEMPTS)
    assert api.log_in(json=nobody.credentials).problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-THROTTLE-03")
def test_other_emails_are_not_throttled(api: Api, throttled: Person, bob: Person) -> None:
    assert api.log_in(json=bob.credentials).status == 200
    fail(api, bob.email, 1)
    assert api.log_in(json=throttled.credentials).status == 429


@pytest.mark.requirement("HARDENING-THROTTLE-04")
def test_a_success_does_not_count(api: Api, alice: Person) -> None:
    for _ in range(ATTEMPTS + 1):
        assert api.log_in(json=alice.credentials).status == 200
    fail(api, alice.email, 1)


@pytest.mark.requirement("HARDENING-THROTTLE-04")
def test_a_success_does_not_forget_failures(api: Api, alice: Person) -> None:
    fail(api, alice.email, ATTEMPTS - 1)
    assert api.log_in(json=alice.credentials).status == 200
    assert api.log_in(json=alice.credentials).status == 200
    fail(api, alice.email, 1)
    assert api.log_in(json=alice.credentials).problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-THROTTLE-05")
def test_one_email_in_different_case_counts_together(api: Api, alice: Person) -> None:
    for spell in (str.upper, str.title, str.lower, str.capitalize, str.swapcase):
        fail(api, spell(alice.email), ATTEMPTS // 5)
    assert api.log_in(json=alice.credentials).problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-THROTTLE-06")
def test_who_claims_another_address_gains_nothing(api: Api, alice: Person) -> None:
    for number in range(ATTEMPTS):
        fail(api, alice.email, 1, headers=claim_address(f"192.0.2.{number}"))
    for address in ("192.0.2.99", "127.0.0.1", "::1", "unknown", ""):
        answer = api.log_in(json=alice.credentials, headers=claim_address(address))
        assert answer.problem == (429, "too_many_attempts")


def claim_address(address: str) -> dict[str, str]:
    return {**dict.fromkeys(ADDRESS_HEADERS, address), "Forwarded": f'for="{address}"'}


def guess_for_email(person: Person) -> Answer:
    told = {"email": f"new.{person.email}", "current_password": WRONG}
    return person.update_me(json=told)


def guess_for_profile(person: Person) -> Answer:
    return person.update_me(json={"bio": "New.", "current_password": WRONG})


def guess_for_password(person: Person) -> Answer:
    return person.change_password(json={"current_password": WRONG, "new_password": "another horse"})


GUESSES = [guess_for_email, guess_for_profile, guess_for_password]


@pytest.mark.requirement("HARDENING-THROTTLE-07")
@pytest.mark.parametrize("guess", GUESSES)
def test_a_wrong_current_password_counts(
    api: Api, alice: Person, guess: Callable[[Person], Answer]
) -> None:
    for _ in range(ATTEMPTS):
        assert guess(alice).faults == [("#/current_password", "wrong_password")]
    assert guess(alice).problem == (429, "too_many_attempts")
    assert api.log_in(json=alice.credentials).problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-THROTTLE-07")
def test_the_right_current_password_does_not_count(api: Api, alice: Person) -> None:
    fail(api, alice.email, ATTEMPTS - 1)
    for _ in range(3):
        assert alice.update_me(json={"current_password": alice.password}).status == 200
    fail(api, alice.email, 1)


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


@pytest.mark.requirement("HARDENING-THROTTLE-08")
@pytest.mark.parametrize(
    ("status", "call"),
    [
        (400, {"content": b"{", "headers": {"Content-Type": "application/json"}}),
        (415, {"content": b"{}", "headers": {"Content-Type": "text/plain"}}),
        (422, {"json": {"password": ""}}),
        (422, {"json": {"password": WRONG, "remember": True}}),
        (422, {"json": {"password": WRONG}, "query": "next=/"}),
    ],
    ids=["not JSON", "another type", "too short", "an unknown member", "an unknown parameter"],
)
def test_a_log_in_without_form_does_not_count(
    api: Api, alice: Person, status: int, call: dict[str, Any]
) -> None:
    if "json" in call:
        call = {**call, "json": {"email": alice.email, **call["json"]}}
    for _ in range(ATTEMPTS + 1):
        assert api.log_in(**call).status == status
    assert api.log_in(json=alice.credentials).status == 200


@pytest.mark.requirement("HARDENING-THROTTLE-09")
def test_the_window_does_not_start_anew(api: Api, throttled: Person) -> None:
    guess = {"email": throttled.email, "password": WRONG}
    earlier = seconds(api.log_in(json=guess))
    time.sleep(1.05)
    assert seconds(api.log_in(json=guess)) < earlier


@pytest.mark.requirement("HARDENING-ORDER-04")
def test_the_form_is_looked_at_before_the_count(api: Api, throttled: Person) -> None:
    email = {"email": throttled.email}
    assert api.log_in(json=email).faults == [("#/password", "required")]
    assert throttled.update_me(json=email).faults == [("#/current_password", "required")]
    told = {"current_password": throttled.password, "new_password": ""}
    answer = throttled.change_password(json=told)
    assert answer.faults == [("#/new_password", "too_short")]
