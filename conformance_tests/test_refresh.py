"""Refreshing: a token is exchanged once, and a second time ends the sign-in."""

import secrets

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import Person
from conformance_tests.harness.tokens import decode


def refresh(api: Api, token: str) -> Answer:
    return api.refresh_tokens(json={"refresh_token": token})


def change_one(text: str, position: int) -> str:
    other = "A" if text[position] != "A" else "B"
    return text[:position] + other + text[position:][1:]


@pytest.mark.requirement("ACCOUNTS-REFRESH-01")
def test_a_refresh_gives_other_tokens_that_work(api: Api, alice: Person) -> None:
    old = alice.sign_in()
    new = refresh(api, old["refresh_token"]).json
    assert new["access_token"] != old["access_token"]
    assert new["refresh_token"] != old["refresh_token"]
    assert api.get_me(token=new["access_token"]).json["username"] == alice.username
    assert refresh(api, new["refresh_token"]).status == 200


@pytest.mark.requirement("ACCOUNTS-REFRESH-01")
def test_a_refresh_stays_in_its_sign_in(api: Api, alice: Person) -> None:
    old = alice.sign_in()
    new = refresh(api, old["refresh_token"]).json
    claims = [decode(pair["access_token"].split(".")[1]) for pair in (old, new)]
    assert claims[0]["sid"] == claims[1]["sid"]
    assert claims[0]["jti"] != claims[1]["jti"]


@pytest.mark.requirement("ACCOUNTS-REFRESH-01")
def test_a_refresh_needs_no_access_token(api: Api, alice: Person, bob: Person) -> None:
    pair = bob.refresh_tokens(json={"refresh_token": alice.refresh_token}).json
    assert api.get_me(token=pair["access_token"]).json["username"] == alice.username


@pytest.mark.requirement("ACCOUNTS-REFRESH-02")
def test_a_token_that_was_never_given_out_is_refused(api: Api) -> None:
    assert refresh(api, secrets.token_urlsafe(32)).problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("ACCOUNTS-REFRESH-02")
def test_a_refused_refresh_asks_for_no_token(api: Api) -> None:
    assert refresh(api, secrets.token_urlsafe(32)).headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.requirement("ACCOUNTS-REFRESH-02")
def test_a_token_that_was_changed_is_refused(api: Api, alice: Person) -> None:
    token = alice.refresh_token
    others = [change_one(token, position) for position in (0, len(token) // 2, -1)]
    for other in [*others, token[:-1], token + "A", token + "=", f" {token}", f"{token}\n"]:
        assert refresh(api, other).problem == (401, "invalid_refresh_token")
    assert refresh(api, token).status == 200


@pytest.mark.requirement("ACCOUNTS-REFRESH-03")
def test_a_token_has_a_length(api: Api, contract: Contract) -> None:
    shortest = contract.limit("Refresh", "refresh_token", "minLength")
    longest = contract.limit("Refresh", "refresh_token", "maxLength")
    for length, code in [(shortest - 1, "too_short"), (longest + 1, "too_long")]:
        assert refresh(api, "é" * length).faults == [("#/refresh_token", code)]
    for length in (shortest, longest):
        assert refresh(api, "é" * length).problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("ACCOUNTS-REFRESH-03")
def test_a_token_has_to_be_sent(api: Api) -> None:
    assert api.refresh_tokens(json={}).faults == [("#/refresh_token", "required")]


@pytest.mark.requirement("HARDENING-REPLAY-01")
def test_a_token_works_once(api: Api, alice: Person) -> None:
    token = alice.refresh_token
    assert refresh(api, token).status == 200
    assert refresh(api, token).problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("HARDENING-REPLAY-02")
def test_a_replay_ends_the_sign_in(api: Api, alice: Person) -> None:
    first = alice.sign_in()
    second = refresh(api, first["refresh_token"]).json
    refresh(api, first["refresh_token"])
    assert refresh(api, second["refresh_token"]).problem == (401, "invalid_refresh_token")
    for pair in (first, second):
        assert api.get_me(token=pair["access_token"]).problem == (401, "invalid_token")


@pytest.mark.requirement("HARDENING-REPLAY-02")
def test_a_replay_of_a_token_long_used_ends_the_sign_in_too(api: Api, alice: Person) -> None:
    first = alice.sign_in()
    newest = first
    for _ in range(3):
        newest = refresh(api, newest["refresh_token"]).json
    assert refresh(api, first["refresh_token"]).problem == (401, "invalid_refresh_token")
    assert api.get_me(token=newest["access_token"]).problem == (401, "invalid_token")


@pytest.mark.requirement("HARDENING-REPLAY-03")
def test_a_replay_leaves_other_sign_ins_alone(api: Api, alice: Person) -> None:
    stolen, other = alice.sign_in(), alice.sign_in()
    for _ in range(2):
        refresh(api, stolen["refresh_token"])
    assert api.get_me(token=other["access_token"]).status == 200
    assert refresh(api, other["refresh_token"]).status == 200
