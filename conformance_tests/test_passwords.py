"""Changing the password: who may, to what, and that every sign-in ends."""

from typing import Any

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person

NEW = "  pa\u0308ssword \U0001f40e "
WRONG_PASSWORD = [("#/current_password", "wrong_password")]


def change(person: Person, password: str, **members: Any) -> Answer:
    told = {"current_password": person.password, "new_password": password, **members}
    return person.change_password(json=told)


@pytest.mark.requirement("ACCOUNTS-PASSWORD-01")
def test_only_the_new_password_logs_in_exactly_as_given(api: Api, alice: Person) -> None:
    assert change(alice, NEW).status == 204
    for wrong in (alice.password, NEW.strip()):
        refused = api.log_in(json={"email": alice.email, "password": wrong})
        assert refused.problem == (401, "invalid_credentials")
    assert api.log_in(json={"email": alice.email, "password": NEW}).status == 200


@pytest.mark.requirement("HARDENING-REVOCATION-01")
def test_changing_the_password_ends_every_sign_in_and_nobody_elses(
    api: Api, alice: Person, someone: Person
) -> None:
    pairs = [alice.tokens, alice.sign_in()]
    assert someone.get_me().status == 200
    assert change(alice, NEW).status == 204
    assert change(alice, NEW).problem == (401, "invalid_token")
    for pair in pairs:
        assert api.get_me(token=pair["access_token"]).problem == (401, "invalid_token")
        refused = api.refresh_tokens(json={"refresh_token": pair["refresh_token"]})
        assert refused.problem == (401, "invalid_refresh_token")
    assert someone.get_me().status == 200


@pytest.mark.requirement("ACCOUNTS-PASSWORD-02")
def test_a_wrong_current_password_changes_nothing(
    api: Api, contract: Contract, alice: Person
) -> None:
    keywords = ("minLength", "maxLength")
    limits = [contract.limit("PasswordChange", "current_password", one) for one in keywords]
    at_the_limits = ["é" * length for length in limits]
    for wrong in (alice.password.swapcase(), alice.password + " ", *at_the_limits):
        assert change(alice, NEW, current_password=wrong).faults == WRONG_PASSWORD
    refreshed = api.refresh_tokens(json={"refresh_token": alice.refresh_token})
    assert refreshed.status == 200
    assert api.log_in(json=alice.credentials).status == 200


@pytest.mark.requirement("ACCOUNTS-PASSWORD-03")
def test_a_changed_password_shows_in_the_account(alice: Person) -> None:
    before = alice.get_me().json
    assert change(alice, NEW, current_password="not it").faults == WRONG_PASSWORD
    assert alice.get_me().json == before
    assert change(alice, NEW).status == 204
    alice.password = NEW
    alice.sign_in_again()
    after = alice.get_me().json
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == before


@pytest.mark.requirement("ACCOUNTS-PASSWORD-02")
def test_both_passwords_have_to_be_told(someone: Person) -> None:
    required = [("#/current_password", "required"), ("#/new_password", "required")]
    assert someone.change_password(json={}).faults == required


@pytest.mark.requirement("ACCOUNTS-REGISTER-09")
def test_the_new_password_may_have_any_length_within_the_limits(
    contract: Contract, alice: Person
) -> None:
    for keyword in ("minLength", "maxLength"):
        new = "\U0001f40e" * contract.limit("PasswordChange", "new_password", keyword)
        assert change(alice, new).status == 204
        alice.password = new
        alice.sign_in_again()


@pytest.mark.requirement("ACCOUNTS-REGISTER-09", "ACCOUNTS-PASSWORD-02")
def test_passwords_beyond_the_limits_are_refused(contract: Contract, someone: Person) -> None:
    members = ("current_password", "new_password")
    for keyword, step, code in [("minLength", -1, "too_short"), ("maxLength", 1, "too_long")]:
        told = {
            name: "\U0001f40e" * (contract.limit("PasswordChange", name, keyword) + step)
            for name in members
        }
        faults = [(f"#/{name}", code) for name in members]
        assert someone.change_password(json=told).faults == faults


@pytest.mark.requirement("ACCOUNTS-REGISTER-10")
def test_a_new_password_that_is_a_name_is_refused(alice: Person) -> None:
    names = (alice.username, alice.username.upper(), alice.email, alice.email.upper())
    faults = {name: change(alice, name).faults for name in names}
    assert faults == {name: [("#/new_password", "password_is_name")] for name in names}
    assert alice.get_me().status == 200


@pytest.mark.requirement("ACCOUNTS-REGISTER-10")
def test_a_name_in_capitals_is_no_password_in_small_letters(people: People) -> None:
    shouted = people.invent()
    shouted.email = shouted.email.upper()
    told = {"username": shouted.username, "email": shouted.email}
    refused = shouted.api.register_user(json={**told, "password": shouted.email.lower()})
    assert refused.faults == [("#/password", "password_is_name")]
    person = people.register(email=shouted.email)
    assert change(person, person.email.lower()).faults == [("#/new_password", "password_is_name")]
