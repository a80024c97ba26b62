"""Registering: what a new account needs, what it is like, and what is refused."""

import secrets
import string
from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person

NOT_USERNAMES = {
    "upper case": "Alice_1",
    "a hyphen": "alice-1",
    "a dot": "alice.1",
    "a space inside": "alice 1",
    "a space in front": " alice",
    "a space behind": "alice ",
    "a line feed behind": "alice\n",
    "an accent": "alicé",
    "wide letters": "ａｌｉｃｅ",
    "a digit of another script": "alice١",
    "nothing": "",
    "a path": "../me",
}
NOT_EMAILS = {
    "nothing": "",
    "no at sign": "alice.example.com",
    "two at signs": "alice@home@example.com",
    "no local part": "@example.com",
    "no domain": "alice@",
    "one label": "alice@localhost",
    "an empty label": "alice@example..com",
    "a dot behind": "alice@example.com.",
    "a hyphen before a label": "alice@-example.com",
    "a hyphen behind a label": "alice@example-.com",
    "an underscore in the domain": "alice@ex_ample.com",
    "a label of 64": "alice@" + 64 * "d" + ".com",
    "an address in brackets": "alice@[127.0.0.1]",
    "a display name": "Alice <alice@example.com>",
    "quotes": '"alice"@example.com',
    "a comment": "alice(home)@example.com",
    "a space in front": " alice@example.com",
    "a space behind": "alice@example.com ",
    "a line feed behind": "alice@example.com\n",
    "a header behind": "alice@example.com\nBcc: bob@example.com",
    "an accent before the at sign": "alicé@example.com",
    "an accent in the domain": "alice@éxample.com",
    "a wide at sign": "alice＠example.com",
}
FRESH_EMAILS = {
    "every sign that is allowed": "{}.!#$%&'*+/=?^_{{}}~-@example.com",
    "dots at the ends": ".{}.@example.com",
    "a plus": "{}+tag@example.com",
    "upper case": "{}.UPPER@EXAMPLE.COM",
    "short labels": "{}@e.c",
    "digits as labels": "{}@1.2",
    "punycode": "{}@xn--9ca.com",
    "a reserved ending": "{}@mail.test",
    "labels of 63": "{}@" + 63 * "d" + "." + 63 * "e",
}

SET_BY_THE_SERVER = {
    "role": "admin",
    "is_admin": True,
    "is_active": True,
    "is_staff": True,
    "is_superuser": True,
    "id": "01890000-0000-7000-8000-000000000000",
    "created_at": "2020-01-01T00:00:00.000000Z",
    "updated_at": "2020-01-01T00:00:00.000000Z",
    "password_hash": "x",
    "search_text": "x",
}
USERNAME_CHARACTERS = string.ascii_lowercase + string.digits + "_"
ENOUGH_TRIES = 10


def fill_in(person: Person, **members: Any) -> dict[str, Any]:
    """Return the registration of a person, with other or further members."""
    return {"username": person.username, **person.credentials, **members}


@pytest.fixture
def newcomer(people: People) -> Person:
    """Somebody without an account."""
    return people.invent("newcomer")


@pytest.mark.requirement("ACCOUNTS-REGISTER-01")
def test_a_new_account_is_as_given(api: Api, newcomer: Person) -> None:
    told = {"display_name": "Néwcomer 🌱", "bio": "Two lines\n\tand a tab."}
    account = api.register_user(json=fill_in(newcomer, **told)).json
    expected = {"username": newcomer.username, "email": newcomer.email, **told}
    assert {name: account[name] for name in expected} == expected


@pytest.mark.requirement("ACCOUNTS-REGISTER-01", "ACCOUNTS-LOGIN-01")
def test_a_new_account_can_sign_in_at_once(api: Api, newcomer: Person) -> None:
    account = api.register_user(json=fill_in(newcomer)).json
    assert newcomer.get_me().json == account


@pytest.mark.requirement("ACCOUNTS-REGISTER-02")
def test_registering_tells_where_the_user_is(api: Api, newcomer: Person) -> None:
    location = api.register_user(json=fill_in(newcomer)).headers["Location"]
    assert location == f"/api/v1/users/{newcomer.username}"
    assert api.request("GET", location).json["username"] == newcomer.username


@pytest.mark.requirement("ACCOUNTS-REGISTER-03")
def test_a_new_account_is_plain_unless_told(api: Api, newcomer: Person) -> None:
    account = api.register_user(json=fill_in(newcomer)).json
    expected = {"display_name": "", "bio": "", "role": "user", "is_active": True}
    assert {name: account[name] for name in expected} == expected
    assert account["updated_at"] == account["created_at"]


@pytest.mark.requirement("ACCOUNTS-REGISTER-04")
def test_a_taken_username_is_refused(api: Api, alice: Person, newcomer: Person) -> None:
    answer = api.register_user(json=fill_in(newcomer, username=alice.username))
    assert answer.problem == (409, "username_taken")


@pytest.mark.requirement("ACCOUNTS-REGISTER-04")
def test_of_two_things_taken_the_username_is_told(api: Api, alice: Person) -> None:
    assert api.register_user(json=fill_in(alice)).problem == (409, "username_taken")


@pytest.mark.requirement("ACCOUNTS-REGISTER-05")
def test_a_taken_email_is_refused_in_any_case(api: Api, people: People, newcomer: Person) -> None:
    email = f"Mixed.{newcomer.username}@Example.COM"
    people.register("alice", email=email)
    for spelled in (email, email.lower(), email.upper()):
        answer = api.register_user(json=fill_in(newcomer, email=spelled))
        assert answer.problem == (409, "email_taken")


@pytest.mark.requirement("ACCOUNTS-REGISTER-06")
@pytest.mark.parametrize("keyword", ["minLength", "maxLength"])
def test_a_username_may_have_any_length_within_the_limits(
    api: Api, contract: Contract, newcomer: Person, keyword: str
) -> None:
    length = contract.limit("NewUser", "username", keyword)
    for _ in range(ENOUGH_TRIES):
        username = "".join(secrets.choice(USERNAME_CHARACTERS) for _ in range(length))
        answer = api.register_user(json=fill_in(newcomer, username=username))
        if answer.problem != (409, "username_taken"):  # a name this short may be taken
            break
    assert answer.status == 201
    assert answer.json["username"] == username


@pytest.mark.requirement("ACCOUNTS-REGISTER-06")
def test_a_username_beyond_the_limits_has_no_form(
    api: Api, contract: Contract, newcomer: Person
) -> None:
    shortest = contract.limit("NewUser", "username", "minLength")
    longest = contract.limit("NewUser", "username", "maxLength")
    for username in ("a" * (shortest - 1), "a" * (longest + 1)):
        answer = api.register_user(json=fill_in(newcomer, username=username))
        assert answer.faults == [("#/username", "invalid_format")]


@pytest.mark.requirement("ACCOUNTS-REGISTER-06")
@pytest.mark.parametrize("username", NOT_USERNAMES.values(), ids=NOT_USERNAMES.keys())
def test_a_username_of_other_characters_is_refused(
    api: Api, newcomer: Person, username: str
) -> None:
    answer = api.register_user(json=fill_in(newcomer, username=username))
    assert answer.faults == [("#/username", "invalid_format")]


@pytest.mark.requirement("ACCOUNTS-REGISTER-07")
@pytest.mark.parametrize("email", NOT_EMAILS.values(), ids=NOT_EMAILS.keys())
def test_an_email_of_another_form_is_refused(api: Api, newcomer: Person, email: str) -> None:
    answer = api.register_user(json=fill_in(newcomer, email=email))
    assert answer.faults == [("#/email", "invalid_format")]


@pytest.mark.requirement("ACCOUNTS-REGISTER-07", "ACCOUNTS-REGISTER-08")
@pytest.mark.parametrize("form", FRESH_EMAILS.values(), ids=FRESH_EMAILS.keys())
def test_an_email_is_kept_as_given(api: Api, newcomer: Person, form: str) -> None:
    email = form.format(newcomer.username)
    assert api.register_user(json=fill_in(newcomer, email=email)).json["email"] == email


@pytest.mark.requirement("ACCOUNTS-REGISTER-07")
def test_an_email_has_a_longest_length(api: Api, contract: Contract, newcomer: Person) -> None:
    longest = contract.limit("NewUser", "email", "maxLength")
    email = newcomer.email.rjust(longest, "a")
    refused = api.register_user(json=fill_in(newcomer, email="a" + email))
    assert refused.faults == [("#/email", "too_long")]
    assert api.register_user(json=fill_in(newcomer, email=email)).status == 201


@pytest.mark.requirement("ACCOUNTS-REGISTER-09")
@pytest.mark.parametrize("character", ["x", "🌱"], ids=["1 byte", "4 bytes"])
@pytest.mark.parametrize("keyword", ["minLength", "maxLength"])
def test_a_password_is_measured_in_code_points(
    api: Api, contract: Contract, newcomer: Person, keyword: str, character: str
) -> None:
    newcomer.password = character * contract.limit("NewUser", "password", keyword)
    assert api.register_user(json=fill_in(newcomer)).status == 201
    assert api.log_in(json=newcomer.credentials).status == 200


@pytest.mark.requirement("ACCOUNTS-REGISTER-09")
@pytest.mark.parametrize("character", ["x", "🌱"], ids=["1 byte", "4 bytes"])
def test_a_password_beyond_the_limits_is_refused(
    api: Api, contract: Contract, newcomer: Person, character: str
) -> None:
    shortest = contract.limit("NewUser", "password", "minLength")
    longest = contract.limit("NewUser", "password", "maxLength")
    for length, code in [(shortest - 1, "too_short"), (longest + 1, "too_long")]:
        answer = api.register_user(json=fill_in(newcomer, password=character * length))
        assert answer.faults == [("#/password", code)]


@pytest.mark.requirement("ACCOUNTS-REGISTER-10")
@pytest.mark.parametrize("spell", [str, str.upper], ids=["same", "upper"])
@pytest.mark.parametrize("name", ["username", "email"])
def test_a_password_that_is_a_name_is_refused(
    api: Api, newcomer: Person, name: str, spell: Any
) -> None:
    password = spell(getattr(newcomer, name))
    answer = api.register_user(json=fill_in(newcomer, password=password))
    assert answer.faults == [("#/password", "password_is_name")]


@pytest.mark.requirement("ACCOUNTS-REGISTER-11")
@pytest.mark.parametrize("member", ["display_name", "bio"])
def test_what_people_tell_of_themselves_has_a_longest_length(
    api: Api, contract: Contract, newcomer: Person, member: str
) -> None:
    text = "🌱" * contract.limit("NewUser", member, "maxLength")
    refused = api.register_user(json=fill_in(newcomer, **{member: text + "x"}))
    assert refused.faults == [(f"#/{member}", "too_long")]
    assert api.register_user(json=fill_in(newcomer, **{member: text})).json[member] == text


@pytest.mark.requirement("ACCOUNTS-REGISTER-12")
@pytest.mark.parametrize("member", ["username", "email", "password"])
def test_what_an_account_needs_has_to_be_told(api: Api, newcomer: Person, member: str) -> None:
    told = fill_in(newcomer)
    del told[member]
    assert api.register_user(json=told).faults == [(f"#/{member}", "required")]


@pytest.mark.requirement("ACCOUNTS-REGISTER-12")
def test_everything_that_is_missing_is_told_at_once(api: Api) -> None:
    missing = [("#/email", "required"), ("#/password", "required"), ("#/username", "required")]
    assert api.register_user(json={}).faults == missing


@pytest.mark.requirement("ACCOUNTS-REGISTER-13")
def test_a_registration_refused_for_its_form_leaves_nothing(api: Api, newcomer: Person) -> None:
    assert api.register_user(json=fill_in(newcomer, bio=1)).status == 422
    assert api.get_user(newcomer.username).status == 404
    assert api.register_user(json=fill_in(newcomer)).status == 201


@pytest.mark.requirement("ACCOUNTS-REGISTER-13")
@pytest.mark.parametrize("member", ["username", "email"])
def test_a_registration_refused_for_what_is_taken_leaves_nothing(
    api: Api, alice: Person, newcomer: Person, member: str
) -> None:
    taken = {member: getattr(alice, member)}
    assert api.register_user(json=fill_in(newcomer, **taken)).status == 409
    assert api.register_user(json=fill_in(newcomer)).status == 201


@pytest.mark.requirement("HARDENING-MEMBERS-02")
@pytest.mark.parametrize("member", SET_BY_THE_SERVER)
def test_nobody_registers_with_what_only_the_server_sets(
    api: Api, newcomer: Person, member: str
) -> None:
    value = SET_BY_THE_SERVER[member]
    answer = api.register_user(json=fill_in(newcomer, **{member: value}))
    assert answer.faults == [(f"#/{member}", "unknown_field")]
