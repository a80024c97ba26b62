"""Logging out: this sign-in is over, and no other."""

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person


@pytest.mark.requirement("ACCOUNTS-LOGOUT-01")
def test_logging_out_ends_the_sign_in(api: Api, someone: Person) -> None:
    pair = someone.sign_in()
    token = pair["access_token"]
    assert api.log_out(token=token).status == 204
    # Also where no token is needed.
    for answer in (
        api.get_me(token=token),
        api.get_user(someone.username, token=token),
        api.log_out(token=token),
    ):
        assert answer.problem == (401, "invalid_token")
    refused = api.refresh_tokens(json={"refresh_token": pair["refresh_token"]})
    assert refused.problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("ACCOUNTS-LOGOUT-01")
def test_logging_out_ends_what_was_refreshed_too(api: Api, someone: Person) -> None:
    old = someone.sign_in()
    new = api.refresh_tokens(json={"refresh_token": old["refresh_token"]}).json
    assert api.log_out(token=new["access_token"]).status == 204
    assert api.get_me(token=old["access_token"]).problem == (401, "invalid_token")
    refused = api.refresh_tokens(json={"refresh_token": new["refresh_token"]})
    assert refused.problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("ACCOUNTS-LOGOUT-01", "ACCOUNTS-LOGIN-06")
def test_logging_out_ends_no_other_sign_in(api: Api, someone: Person, someone_else: Person) -> None:
    assert api.log_out(token=someone.sign_in()["access_token"]).status == 204
    for token in (
        someone.access_token,
        someone.sign_in()["access_token"],
        someone_else.access_token,
    ):
        assert api.get_me(token=token).status == 200
