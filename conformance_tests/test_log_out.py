"""Logging out: this sign-in is over, and no other."""

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person


@pytest.mark.requirement("ACCOUNTS-LOGOUT-01")
def test_logging_out_ends_the_sign_in(api: Api, alice: Person) -> None:
    pair = alice.tokens
    assert alice.log_out().status == 204
    assert alice.get_me().problem == (401, "invalid_token")
    refused = api.refresh_tokens(json={"refresh_token": pair["refresh_token"]})
    assert refused.problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("ACCOUNTS-LOGOUT-01")
def test_logging_out_ends_what_was_refreshed_too(api: Api, alice: Person) -> None:
    old = alice.tokens
    new = api.refresh_tokens(json={"refresh_token": old["refresh_token"]}).json
    assert api.log_out(token=new["access_token"]).status == 204
    assert api.get_me(token=old["access_token"]).problem == (401, "invalid_token")
    refused = api.refresh_tokens(json={"refresh_token": new["refresh_token"]})
    assert refused.problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("ACCOUNTS-LOGOUT-01")
def test_nobody_logs_out_twice(alice: Person) -> None:
    assert alice.log_out().status == 204
    assert alice.log_out().problem == (401, "invalid_token")


@pytest.mark.requirement("ACCOUNTS-LOGOUT-01")
def test_a_token_of_an_ended_sign_in_is_bad_where_none_is_needed(alice: Person) -> None:
    assert alice.log_out().status == 204
    assert alice.get_user(alice.username).problem == (401, "invalid_token")


@pytest.mark.requirement("ACCOUNTS-LOGOUT-01")
def test_somebody_who_logged_out_may_log_in_again(alice: Person) -> None:
    assert alice.log_out().status == 204
    alice.sign_in_again()
    assert alice.get_me().status == 200


@pytest.mark.requirement("ACCOUNTS-LOGIN-06")
def test_logging_out_leaves_others_signed_in(alice: Person, bob: Person) -> None:
    assert bob.get_me().status == 200
    assert alice.log_out().status == 204
    assert bob.get_me().status == 200
