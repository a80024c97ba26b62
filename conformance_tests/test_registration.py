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
    "a space behind": "alice ",
    "a line feed behind": "alice\n",
    "an accent": "alicé",
    "a digit of another script": "alice١",
    "nothing": "",
}
NOT_EMAILS = {
    "nothing": "",
    "no at sign": "alice.example.com",
    "no local part": "@example.com",
    "one label": "alice@localhost",
    "an empty label": "alice@example..com",
    "a hyphen behind a label": "alice@example-.com",
    "an underscore in the domain": "alice@ex_ample.com",
    "a label of 64": "alice@" + 64 * "d" + ".com",
    "a display name": "Alice <alice@example.com>",
    "a space behind": "alice@example.com ",
    "a line feed behind": "alice@example.com\n",
    "an accent in the domain": "alice@éxample.com",
    "a wide at sign": "alice＠example.com",
}
FRESH_EMAILS = (
    ".{}.!#$%&'*+/=?^_{{}}~-.@example.com",  # every sign that is allowed, and dots at the ends
    "{}.UPPER@XN--9CA.COM",
    "{}@e.1",
    "{}@" + 63 * "d" + "." + 63 * "e",
)
SET_BY_THE_SERVER = {
    "role": "admin",
    "is_admin": True,
    "is_active": True,
    "id": "01890000-0000-7000-8000-000000000000",
    "created_at": "2020-01-01T00:00:00.000000Z",
    "password_hash": "x",
}
USERNAME_CHARACTERS = string.ascii_lowercase + string.digits + "_"
ENOUGH_TRIES = 10


def fill_in(person: Person, **members: Any) -> dict[str, Any]:
    """Return the registration of a person, with other or further members."""
    return {"username": person.username, **person.credentials, **members}


def find_faults(api: Api, person: Person, member: str, values: dict[str, str]) -> dict[str, Any]:
    """Register a person with each value in turn, and return the faults that were found."""
    return {
        case: api.register_user(json=fill_in(person, **{member: value})).faults
        for case, value in values.items()
    }


@pytest.fixture
def newcomer(people: People) -> Person:
    """Somebody without an account."""
    return people.invent("newcomer")


@pytest.mark.requirement("ACCOUNTS-REGISTER-01", "ACCOUNTS-LOGIN-01")
def test_a_new_account_is_as_given_and_can_sign_in(api: Api, newcomer: Person) -> None:
    told = {"display_name": " Ne\u0301wc\u00f6mer 🌱", "bio": "Two lines\n\tand a tab.\n"}
    account = api.register_user(json=fill_in(newcomer, **told)).json
    expected = {"username": newcomer.username, "email": newcomer.email, **told}
    assert {name: account[name] for name in expected} == expected
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


@pytest.mark.requirement("ACCOUNTS-REGISTER-05")
def test_a_taken_email_is_refused_in_any_case(api: Api, people: People, newcomer: Person) -> None:
    email = f"Mixed.{newcomer.username}@Example.COM"
    people.register("taker", email=email)
    for spelled in (email.lower(), email.upper()):
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
def test_a_username_of_another_form_is_refused(
    api: Api, contract: Contract, newcomer: Person
) -> None:
    refused = {
        **NOT_USERNAMES,
        "too short": "a" * (contract.limit("NewUser", "username", "minLength") - 1),
        "too long": "a" * (contract.limit("NewUser", "username", "maxLength") + 1),
    }
    faults = find_faults(api, newcomer, "username", refused)
    assert faults == {case: [("#/username", "invalid_format")] for case in refused}


@pytest.mark.requirement("ACCOUNTS-REGISTER-07")
def test_an_email_of_another_form_is_refused(api: Api, newcomer: Person) -> None:
    faults = find_faults(api, newcomer, "email", NOT_EMAILS)
    assert faults == {case: [("#/email", "invalid_format")] for case in NOT_EMAILS}


@pytest.mark.requirement("ACCOUNTS-REGISTER-07", "ACCOUNTS-REGISTER-08")
@pytest.mark.parametrize("form", FRESH_EMAILS)
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
@pytest.mark.parametrize("keyword", ["minLength", "maxLength"])
def test_a_password_is_measured_in_code_points(
    api: Api, contract: Contract, newcomer: Person, keyword: str
) -> None:
    newcomer.password = "🌱" * contract.limit("NewUser", "password", keyword)
    assert api.register_user(json=fill_in(newcomer)).status == 201
    assert api.log_in(json=newcomer.credentials).status == 200


@pytest.mark.requirement("ACCOUNTS-REGISTER-09")
def test_a_password_beyond_the_limits_is_refused(
    api: Api, contract: Contract, newcomer: Person
) -> None:
    too_short = contract.limit("NewUser", "password", "minLength") - 1
    too_long = contract.limit("NewUser", "password", "maxLength") + 1
    refused = {"too_short": "🌱" * too_short, "too_long": "x" * too_long}
    faults = find_faults(api, newcomer, "password", refused)
    assert faults == {code: [("#/password", code)] for code in refused}


@pytest.mark.requirement("ACCOUNTS-REGISTER-10")
def test_a_password_that_is_a_name_is_refused(api: Api, newcomer: Person) -> None:
    names = (newcomer.username, newcomer.email)
    refused = {name: name for name in (*names, *map(str.upper, names))}
    faults = find_faults(api, newcomer, "password", refused)
    assert faults == {case: [("#/password", "password_is_name")] for case in refused}


@pytest.mark.requirement("ACCOUNTS-REGISTER-11")
def test_what_people_tell_of_themselves_has_a_longest_length(
    api: Api, contract: Contract, newcomer: Person
) -> None:
    members = ("display_name", "bio")
    longest = {name: "🌱" * contract.limit("NewUser", name, "maxLength") for name in members}
    longer = {name: text + "x" for name, text in longest.items()}
    refused = api.register_user(json=fill_in(newcomer, **longer))
    assert refused.faults == [("#/bio", "too_long"), ("#/display_name", "too_long")]
    account = api.register_user(json=fill_in(newcomer, **longest)).json
    assert {name: account[name] for name in members} == longest


@pytest.mark.requirement("ACCOUNTS-REGISTER-12")
def test_what_an_account_needs_has_to_be_told(api: Api, newcomer: Person) -> None:
    told = fill_in(newcomer)
    for missing in (["email"], ["password"], ["username"], sorted(told)):
        rest = {name: value for name, value in told.items() if name not in missing}
        expected = [(f"#/{name}", "required") for name in missing]
        assert api.register_user(json=rest).faults == expected


@pytest.mark.requirement("ACCOUNTS-REGISTER-13")
def test_a_refused_registration_leaves_nothing(api: Api, someone: Person, newcomer: Person) -> None:
    changes: list[dict[str, Any]] = [
        {"bio": 1},
        {"username": someone.username},
        {"email": someone.email},
    ]
    answers = [api.register_user(json=fill_in(newcomer, **change)) for change in changes]
    assert [answer.status for answer in answers] == [422, 409, 409]
    assert api.get_user(newcomer.username).status == 404
    assert api.register_user(json=fill_in(newcomer)).status == 201


@pytest.mark.requirement("HARDENING-MEMBERS-02")
def test_nobody_registers_with_what_only_the_server_sets(api: Api, newcomer: Person) -> None:
    faults = api.register_user(json=fill_in(newcomer, **SET_BY_THE_SERVER)).faults
    assert faults == sorted((f"#/{name}", "unknown_field") for name in SET_BY_THE_SERVER)
