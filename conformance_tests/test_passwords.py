"""Changing the password: who may, to what, and that every sign-in ends."""

from typing import Any

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import Person

NEW = "another horse"


def change(person: Person, password: str, **members: Any) -> Answer:
    told = {"current_password": person.password, "new_password": password, **members}
    return person.change_password(json=told)


@pytest.mark.requirement("ACCOUNTS-PASSWORD-01")
def test_only_the_new_password_logs_in(api: Api, alice: Person) -> None:
    assert change(alice, NEW).status == 204
    assert api.log_in(json=alice.credentials).problem == (401, "invalid_credentials")
    assert api.log_in(json={"email": alice.email, "password": NEW}).status == 200


@pytest.mark.requirement("ACCOUNTS-PASSWORD-01")
def test_the_new_password_is_kept_exactly(api: Api, alice: Person) -> None:
    new = "  pa\u0308ssword \U0001f40e "
    assert change(alice, new).status == 204
    assert api.log_in(json={"email": alice.email, "password": new.strip()}).status == 401
    assert api.log_in(json={"email": alice.email, "password": new}).status == 200


@pytest.mark.requirement("ACCOUNTS-PASSWORD-02")
def test_a_wrong_current_password_changes_nothing(api: Api, alice: Person, bob: Person) -> None:
    for wrong in (alice.password.swapcase(), alice.password + " ", bob.password):
        refused = change(alice, NEW, current_password=wrong)
        assert refused.faults == [("#/current_password", "wrong_password")]
    assert alice.get_me().status == 200
    assert api.log_in(json={"email": alice.email, "password": NEW}).status == 401
    assert api.log_in(json=alice.credentials).status == 200


@pytest.mark.requirement("ACCOUNTS-PASSWORD-02")
def test_both_passwords_have_to_be_told(alice: Person) -> None:
    required = [("#/current_password", "required"), ("#/new_password", "required")]
    assert alice.change_password(json={}).faults == required


@pytest.mark.requirement("ACCOUNTS-REGISTER-09")
@pytest.mark.parametrize("keyword", ["minLength", "maxLength"])
def test_the_new_password_may_have_any_length_within_the_limits(
    api: Api, contract: Contract, alice: Person, keyword: str
) -> None:
    new = "\U0001f40e" * contract.limit("PasswordChange", "new_password", keyword)
    assert change(alice, new).status == 204
    assert api.log_in(json={"email": alice.email, "password": new}).status == 200


@pytest.mark.requirement("ACCOUNTS-REGISTER-09")
def test_a_new_password_beyond_the_limits_is_refused(contract: Contract, alice: Person) -> None:
    shortest = contract.limit("PasswordChange", "new_password", "minLength")
    longest = contract.limit("PasswordChange", "new_password", "maxLength")
    for length, code in [(shortest - 1, "too_short"), (longest + 1, "too_long")]:
        assert change(alice, "\U0001f40e" * length).faults == [("#/new_password", code)]


@pytest.mark.requirement("ACCOUNTS-PASSWORD-02")
def test_the_current_password_has_only_a_length(contract: Contract, alice: Person) -> None:
    shortest = contract.limit("PasswordChange", "current_password", "minLength")
    longest = contract.limit("PasswordChange", "current_password", "maxLength")
    for length, code in [
        (shortest - 1, "too_short"),
        (shortest, "wrong_password"),
        (longest, "wrong_password"),
        (longest + 1, "too_long"),
    ]:
        refused = change(alice, NEW, current_password="é" * length)
        assert refused.faults == [("#/current_password", code)]


@pytest.mark.requirement("ACCOUNTS-REGISTER-10")
def test_a_new_password_that_is_a_name_is_refused(api: Api, alice: Person) -> None:
    for name in (alice.username, alice.email):
        for password in (name, name.upper()):
            refused = change(alice, password)
            assert refused.faults == [("#/new_password", "password_is_name")]
    assert api.log_in(json=alice.credentials).status == 200


@pytest.mark.requirement("HARDENING-REVOCATION-01")
def test_changing_the_password_ends_every_sign_in(api: Api, alice: Person) -> None:
    pairs = [alice.tokens, alice.sign_in()]
    assert change(alice, NEW).status == 204
    for pair in pairs:
        assert api.get_me(token=pair["access_token"]).problem == (401, "invalid_token")
        refused = api.refresh_tokens(json={"refresh_token": pair["refresh_token"]})
        assert refused.problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("HARDENING-REVOCATION-01")
def test_changing_the_password_leaves_others_signed_in(alice: Person, bob: Person) -> None:
    assert bob.get_me().status == 200
    assert change(alice, NEW).status == 204
    assert bob.get_me().status == 200


@pytest.mark.requirement("HARDENING-REVOCATION-01")
def test_a_refused_change_ends_nothing(api: Api, alice: Person) -> None:
    assert change(alice, NEW, current_password="something else").status == 422
    refreshed = api.refresh_tokens(json={"refresh_token": alice.refresh_token})
    assert refreshed.status == 200
