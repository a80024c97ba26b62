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
def test_a_refresh_gives_other_tokens_of_the_same_sign_in(api: Api, someone: Person) -> None:
    old = someone.sign_in()
    new = refresh(api, old["refresh_token"]).json
    assert new["refresh_token"] != old["refresh_token"]
    claims = [decode(pair["access_token"].split(".")[1]) for pair in (old, new)]
    assert claims[0]["sid"] == claims[1]["sid"]
    assert claims[0]["jti"] != claims[1]["jti"]
    assert api.get_me(token=new["access_token"]).json["username"] == someone.username
    assert refresh(api, new["refresh_token"]).status == 200


@pytest.mark.requirement("ACCOUNTS-REFRESH-01")
def test_a_refresh_is_for_the_owner_of_its_token(
    api: Api, someone: Person, someone_else: Person
) -> None:
    told = {"refresh_token": someone.sign_in()["refresh_token"]}
    pair = someone_else.refresh_tokens(json=told).json
    assert api.get_me(token=pair["access_token"]).json["username"] == someone.username


@pytest.mark.requirement("ACCOUNTS-REFRESH-02")
def test_a_token_that_was_never_given_out_is_refused(api: Api) -> None:
    answer = refresh(api, secrets.token_urlsafe(32))
    assert answer.problem == (401, "invalid_refresh_token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.requirement("ACCOUNTS-REFRESH-02")
def test_a_token_that_was_changed_is_refused(api: Api, someone: Person) -> None:
    token = someone.sign_in()["refresh_token"]
    others = [change_one(token, position) for position in (0, len(token) // 2, -1)]
    others += [token[:-1], token + "A", token + "=", f" {token}", f"{token}\n"]
    problems = {other: refresh(api, other).problem for other in others}
    assert problems == dict.fromkeys(others, (401, "invalid_refresh_token"))


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
def test_a_token_works_once(api: Api, someone: Person) -> None:
    token = someone.sign_in()["refresh_token"]
    assert refresh(api, token).status == 200
    assert refresh(api, token).problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("HARDENING-REPLAY-02")
def test_a_replay_ends_the_sign_in(api: Api, someone: Person) -> None:
    pairs = [someone.sign_in()]
    for _ in range(2):
        pairs.append(refresh(api, pairs[-1]["refresh_token"]).json)
    assert refresh(api, pairs[0]["refresh_token"]).problem == (401, "invalid_refresh_token")
    assert refresh(api, pairs[-1]["refresh_token"]).problem == (401, "invalid_refresh_token")
    for pair in pairs:
        assert api.get_me(token=pair["access_token"]).problem == (401, "invalid_token")


@pytest.mark.requirement("HARDENING-REPLAY-03")
def test_a_replay_leaves_other_sign_ins_alone(api: Api, someone: Person) -> None:
    stolen, other = someone.sign_in(), someone.sign_in()
    for _ in range(2):
        refresh(api, stolen["refresh_token"])
    assert api.get_me(token=other["access_token"]).status == 200
    assert refresh(api, other["refresh_token"]).status == 200
