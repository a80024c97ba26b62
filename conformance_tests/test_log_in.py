"""Logging in: who gets tokens, and that passwords are compared exactly as received."""

import secrets
from typing import Any
from unicodedata import normalize

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.tokens import decode

# As long as a password may be, with both normal forms, and with spaces at the ends.
PASSWORD = " p\u00e4ss pa\u0308ss ".ljust(127, "x") + " "
OTHERS = {
    "no space in front": PASSWORD.lstrip(),
    "no space behind": PASSWORD.rstrip(),
    "another end": PASSWORD[:-1] + "x",
    "other case": PASSWORD.replace("x", "X"),
    "composed": normalize("NFC", PASSWORD),
    "without accents": PASSWORD.replace("\u0308", "").replace("\u00e4", "a"),
}
ANY_CHARACTERS = "$argon2id$v=19$m=8,t=1,p=1$aGFzaA' OR 1=1 --\t\\u0000\U0001f40e\uffff\ufdd0\n"


def read_sid(pair: dict[str, Any]) -> str:
    return str(decode(pair["access_token"].split(".")[1])["sid"])


@pytest.mark.requirement("ACCOUNTS-LOGIN-01")
def test_logging_in_gives_tokens_that_work(api: Api, someone: Person) -> None:
    pair = api.log_in(json=someone.credentials).json
    assert api.get_me(token=pair["access_token"]).json["username"] == someone.username
    assert api.refresh_tokens(json={"refresh_token": pair["refresh_token"]}).status == 200


@pytest.mark.requirement("ACCOUNTS-LOGIN-01")
def test_a_good_token_does_not_hinder_a_log_in(someone: Person, someone_else: Person) -> None:
    pair = someone.log_in(json=someone_else.credentials).json
    me = someone.get_me(token=pair["access_token"]).json
    assert me["username"] == someone_else.username


@pytest.mark.requirement("ACCOUNTS-LOGIN-02")
def test_the_email_may_be_written_in_any_case(api: Api, people: People) -> None:
    email = f"{people.invent().username}@Example.com"
    person = people.register("mixed", email=email)
    for spelled in (email.upper(), email.lower()):
        assert api.log_in(json={"email": spelled, "password": person.password}).status == 200


@pytest.mark.requirement("ACCOUNTS-LOGIN-03")
def test_a_wrong_password_is_refused(api: Api, someone: Person, someone_else: Person) -> None:
    answer = api.log_in(json={"email": someone.email, "password": someone_else.password})
    assert answer.problem == (401, "invalid_credentials")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.requirement("ACCOUNTS-LOGIN-03")
def test_a_username_is_no_email(api: Api, someone: Person) -> None:
    answer = api.log_in(json={"email": someone.username, "password": someone.password})
    assert answer.problem == (401, "invalid_credentials")


@pytest.mark.requirement("ACCOUNTS-LOGIN-04")
def test_a_password_that_only_resembles_is_wrong(api: Api, people: People) -> None:
    person = people.register(password=PASSWORD)
    problems = {
        case: api.log_in(json={"email": person.email, "password": other}).problem
        for case, other in OTHERS.items()
    }
    assert problems == dict.fromkeys(OTHERS, (401, "invalid_credentials"))
    assert api.log_in(json=person.credentials).status == 200


@pytest.mark.requirement("ACCOUNTS-LOGIN-04")
def test_any_characters_make_a_password(api: Api, people: People) -> None:
    person = people.register(password=ANY_CHARACTERS)
    assert api.log_in(json=person.credentials).status == 200


@pytest.mark.requirement("ACCOUNTS-LOGIN-05")
def test_credentials_are_complete(api: Api, someone: Person) -> None:
    for missing, told in [("email", "password"), ("password", "email")]:
        answer = api.log_in(json={told: someone.credentials[told]})
        assert answer.faults == [(f"#/{missing}", "required")]


@pytest.mark.requirement("ACCOUNTS-LOGIN-05")
def test_credentials_have_a_length(api: Api, contract: Contract) -> None:
    for keyword, step, code in [("minLength", -1, "too_short"), ("maxLength", 1, "too_long")]:
        lengths = find_lengths(contract, keyword)
        told = {member: "\u00e9" * (length + step) for member, length in lengths.items()}
        assert api.log_in(json=told).faults == [("#/email", code), ("#/password", code)]


@pytest.mark.requirement("ACCOUNTS-LOGIN-05")
@pytest.mark.parametrize("keyword", ["minLength", "maxLength"])
def test_credentials_at_the_limits_are_looked_at(
    api: Api, contract: Contract, keyword: str
) -> None:
    # Random, because failures of one e-mail address add up over runs.
    character = chr(0x4E00 + secrets.randbelow(20_000))
    lengths = find_lengths(contract, keyword)
    answer = api.log_in(json={member: character * size for member, size in lengths.items()})
    assert answer.problem == (401, "invalid_credentials")


def find_lengths(contract: Contract, keyword: str) -> dict[str, int]:
    return {name: contract.limit("Credentials", name, keyword) for name in ("email", "password")}


@pytest.mark.requirement("ACCOUNTS-LOGIN-05")
def test_an_email_without_its_form_is_only_unknown(api: Api, people: People) -> None:
    email = f"@ {people.invent().username}\u00e9@a\nb"
    answer = api.log_in(json={"email": email, "password": "correct horse"})
    assert answer.problem == (401, "invalid_credentials")


@pytest.mark.requirement("ACCOUNTS-LOGIN-06")
def test_each_log_in_is_a_sign_in_that_ends_without_the_others(api: Api, someone: Person) -> None:
    one, other = someone.sign_in(), someone.sign_in()
    assert one["access_token"] != other["access_token"]
    assert one["refresh_token"] != other["refresh_token"]
    assert read_sid(one) != read_sid(other)
    assert api.log_out(token=one["access_token"]).status == 204
    assert api.get_me(token=other["access_token"]).status == 200
    assert api.refresh_tokens(json={"refresh_token": other["refresh_token"]}).status == 200
