"""Logging in: who gets tokens, and that passwords are compared exactly as received."""

import secrets
from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.tokens import decode

DECOMPOSED = "pa\u0308ssword one"
# What is registered, and what is something else.
OTHER_PASSWORDS = {
    "upper case": ("correct horse", "CORRECT HORSE"),
    "a space in front": ("correct horse", " correct horse"),
    "a space behind": ("correct horse", "correct horse "),
    "no space in front": (" correct horse", "correct horse"),
    "no space behind": ("correct horse ", "correct horse"),
    "a line feed behind": ("correct horse", "correct horse\n"),
    "a wider space": ("correct horse", "correct\u00a0horse"),
    "composed": (DECOMPOSED, "p\u00e4ssword one"),
    "decomposed": ("p\u00e4ssword one", DECOMPOSED),
    "compatible": ("o\ufb03ce hours", "office hours"),
    "folded": ("stra\u00dfe one", "strasse one"),
    "without accents": ("p\u00e4ssword one", "password one"),
    "its first 72 bytes": (80 * "x", 72 * "x"),
    "its first 127": (128 * "x", 127 * "x"),
    "another end": (127 * "x" + "y", 127 * "x" + "z"),
}
ONLY_EXACT_ONES = {
    "spaces at the ends": "  correct horse  ",
    "line feeds and tabs": "\tcorrect\nhorse\n",
    "decomposed": DECOMPOSED,
    "emoji": "\U0001f40e\U0001f50b\U0001f4ce" * 4,
    "noncharacters": "\uffff\ufdd0correct horse",
    "quotes": "' OR '1'='1' --",
    "a hash": "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA",
    "a backslash": "correct\\u0000horse",
}


def register(people: People, password: str) -> Person:
    person = people.register("someone", password=password)
    person.password = password
    return person


def read_sid(pair: dict[str, Any]) -> str:
    return str(decode(pair["access_token"].split(".")[1])["sid"])


@pytest.mark.requirement("ACCOUNTS-LOGIN-01")
def test_logging_in_gives_tokens_that_work(api: Api, alice: Person) -> None:
    pair = api.log_in(json=alice.credentials).json
    assert api.get_me(token=pair["access_token"]).json["username"] == alice.username
    assert api.refresh_tokens(json={"refresh_token": pair["refresh_token"]}).status == 200


@pytest.mark.requirement("ACCOUNTS-LOGIN-01")
def test_a_good_token_does_not_hinder_a_log_in(alice: Person, bob: Person) -> None:
    pair = alice.log_in(json=bob.credentials).json
    assert bob.get_me(token=pair["access_token"]).json["username"] == bob.username


@pytest.mark.requirement("ACCOUNTS-LOGIN-02")
def test_the_email_may_be_written_in_any_case(api: Api, people: People) -> None:
    email = f"{people.invent().username}@Example.com"
    person = people.register("someone", email=email)
    for spelled in (email, email.upper(), email.lower(), email.title()):
        assert api.log_in(json={"email": spelled, "password": person.password}).status == 200


@pytest.mark.requirement("ACCOUNTS-LOGIN-03")
def test_a_wrong_password_is_refused(api: Api, alice: Person, bob: Person) -> None:
    answer = api.log_in(json={"email": alice.email, "password": bob.password})
    assert answer.problem == (401, "invalid_credentials")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.requirement("ACCOUNTS-LOGIN-03")
def test_a_username_is_no_email(api: Api, alice: Person) -> None:
    answer = api.log_in(json={"email": alice.username, "password": alice.password})
    assert answer.problem == (401, "invalid_credentials")


@pytest.mark.requirement("ACCOUNTS-LOGIN-04")
@pytest.mark.parametrize(
    ("password", "other"), OTHER_PASSWORDS.values(), ids=OTHER_PASSWORDS.keys()
)
def test_a_password_that_only_resembles_is_wrong(
    api: Api, people: People, password: str, other: str
) -> None:
    person = register(people, password)
    refused = api.log_in(json={"email": person.email, "password": other})
    assert refused.problem == (401, "invalid_credentials")


@pytest.mark.requirement("ACCOUNTS-LOGIN-04")
@pytest.mark.parametrize("password", ONLY_EXACT_ONES.values(), ids=ONLY_EXACT_ONES.keys())
def test_any_characters_make_a_password(api: Api, people: People, password: str) -> None:
    assert api.log_in(json=register(people, password).credentials).status == 200


@pytest.mark.requirement("ACCOUNTS-LOGIN-05")
@pytest.mark.parametrize("member", ["email", "password"])
def test_credentials_are_complete(api: Api, alice: Person, member: str) -> None:
    told = dict(alice.credentials)
    del told[member]
    assert api.log_in(json=told).faults == [(f"#/{member}", "required")]


@pytest.mark.requirement("ACCOUNTS-LOGIN-05")
@pytest.mark.parametrize("member", ["email", "password"])
def test_credentials_have_a_length(
    api: Api, contract: Contract, people: People, member: str
) -> None:
    # The form is the same as that of a real one, and yet nobody can have it.
    nobody = people.invent().credentials
    for length, fault in [
        (contract.limit("Credentials", member, "minLength") - 1, "too_short"),
        (contract.limit("Credentials", member, "maxLength") + 1, "too_long"),
    ]:
        answer = api.log_in(json={**nobody, member: "\u00e9" * length})
        assert answer.faults == [(f"#/{member}", fault)]


@pytest.mark.requirement("ACCOUNTS-LOGIN-05")
@pytest.mark.parametrize("keyword", ["minLength", "maxLength"])
@pytest.mark.parametrize("member", ["email", "password"])
def test_credentials_at_the_limits_are_looked_at(
    api: Api, contract: Contract, people: People, member: str, keyword: str
) -> None:
    nobody = people.invent().credentials
    # Random, because failures of one e-mail address add up over runs.
    character = chr(0x4E00 + secrets.randbelow(20_000))
    text = character * contract.limit("Credentials", member, keyword)
    answer = api.log_in(json={**nobody, member: text})
    assert answer.problem == (401, "invalid_credentials")


@pytest.mark.requirement("ACCOUNTS-LOGIN-05")
@pytest.mark.parametrize("email", ["somebody", "a b@c", "\u00e9@example.com", "@", "a@b\nc"])
def test_an_email_without_its_form_is_only_unknown(api: Api, people: People, email: str) -> None:
    unique = people.invent().username + email
    answer = api.log_in(json={"email": unique, "password": "correct horse"})
    assert answer.problem == (401, "invalid_credentials")


@pytest.mark.requirement("ACCOUNTS-LOGIN-06")
def test_each_log_in_is_a_sign_in_of_its_own(alice: Person) -> None:
    one, other = alice.sign_in(), alice.sign_in()
    assert one["access_token"] != other["access_token"]
    assert one["refresh_token"] != other["refresh_token"]
    assert read_sid(one) != read_sid(other)


@pytest.mark.requirement("ACCOUNTS-LOGIN-06")
def test_a_sign_in_ends_without_the_others(api: Api, alice: Person) -> None:
    one, other = alice.sign_in(), alice.sign_in()
    assert api.log_out(token=one["access_token"]).status == 204
    assert api.get_me(token=other["access_token"]).status == 200
    assert api.refresh_tokens(json={"refresh_token": other["refresh_token"]}).status == 200
