"""One's own account: reading it, and changing profile and e-mail address."""

import secrets

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person

SET_BY_THE_SERVER = {
    "role": "admin",
    "is_admin": True,
    "is_active": False,
    "username": "somebody_else",
    "password": "another horse",
    "password_hash": "x",
    "id": "01890000-0000-7000-8000-000000000000",
    "created_at": "2020-01-01T00:00:00.000000Z",
}


@pytest.fixture(scope="module")
def writer(people: People) -> Person:
    """Somebody whose account changes: each test begins with what it finds."""
    return people.register("writer", display_name="Before.", bio="Before.")


def new_email() -> str:
    return f"New.{secrets.token_hex(6)}@Example.com"


@pytest.mark.requirement("ACCOUNTS-PROFILE-01")
def test_everybody_sees_their_own_account(someone: Person, someone_else: Person) -> None:
    for person in (someone, someone_else):
        expected = {
            "username": person.username,
            "email": person.email,
            "display_name": "",
            "bio": "",
            "role": "user",
            "is_active": True,
        }
        account = person.get_me().json
        assert {name: account[name] for name in expected} == expected


@pytest.mark.requirement("ACCOUNTS-PROFILE-02")
@pytest.mark.parametrize("text", [" <b>A\u0308lic\u00e9</b>\n\t🌱", ""], ids=repr)
def test_a_changed_profile_stays_changed(api: Api, writer: Person, text: str) -> None:
    assert writer.update_me(json={"display_name": "Before.", "bio": "Before."}).status == 200
    profile = {"display_name": text, "bio": text}
    changed = writer.update_me(json=profile).json
    assert {name: changed[name] for name in profile} == profile
    assert writer.get_me().json == changed
    user = api.get_user(writer.username).json
    assert {name: user[name] for name in profile} == profile


@pytest.mark.requirement("ACCOUNTS-PROFILE-03")
@pytest.mark.parametrize("member", ["display_name", "bio"])
def test_a_change_keeps_what_it_does_not_name(writer: Person, member: str) -> None:
    change = {member: f"New {secrets.token_hex(6)}"}
    before, after = writer.get_me().json, writer.update_me(json=change).json
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == {**before, **change}


@pytest.mark.requirement("ACCOUNTS-PROFILE-03", "ACCOUNTS-PROFILE-05", "ACCOUNTS-REGISTER-08")
def test_another_email_is_kept_as_given_and_keeps_the_rest(writer: Person) -> None:
    before, email = writer.get_me().json, new_email()
    changed = writer.update_me(json={"email": email, "current_password": writer.password}).json
    writer.email = email
    assert writer.get_me().json == changed
    assert changed.pop("updated_at") > before.pop("updated_at")
    assert changed == {**before, "email": email}


@pytest.mark.requirement("ACCOUNTS-PROFILE-04")
def test_a_change_to_what_is_there_changes_nothing(writer: Person) -> None:
    before = writer.get_me().json
    profile = {name: before[name] for name in ("display_name", "bio")}
    current = {"current_password": writer.password}
    for told in ({}, profile, {**profile, **current, "email": before["email"]}):
        same = writer.update_me(json=told)
        assert same.status == 200
        assert same.json == before
    assert writer.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-PROFILE-05")
def test_only_the_new_email_logs_in_and_the_old_one_is_free(
    api: Api, people: People, alice: Person
) -> None:
    change = {"email": new_email(), "current_password": alice.password}
    assert alice.update_me(json=change).status == 200
    assert api.log_in(json=alice.credentials).problem == (401, "invalid_credentials")
    told = {"email": change["email"].lower(), "password": alice.password}
    assert api.log_in(json=told).status == 200
    heir = {"username": people.invent().username, **alice.credentials}
    assert api.register_user(json=heir).status == 201


@pytest.mark.requirement("ACCOUNTS-PROFILE-06")
def test_a_new_email_needs_the_current_password(writer: Person) -> None:
    before = writer.get_me().json
    refused = writer.update_me(json={"email": new_email(), "bio": "New."})
    assert refused.faults == [("#/current_password", "required")]
    assert writer.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-PROFILE-07")
def test_a_wrong_current_password_changes_nothing(writer: Person) -> None:
    before = writer.get_me().json
    for further in ({}, {"bio": "New."}, {"email": new_email()}):
        refused = writer.update_me(json={"current_password": "something else", **further})
        assert refused.faults == [("#/current_password", "wrong_password")]
    assert writer.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-PROFILE-07")
def test_the_current_password_has_only_a_length(contract: Contract, writer: Person) -> None:
    shortest = contract.limit("MeChanges", "current_password", "minLength")
    longest = contract.limit("MeChanges", "current_password", "maxLength")
    for length, code in [
        (shortest - 1, "too_short"),
        (shortest, "wrong_password"),
        (longest, "wrong_password"),
        (longest + 1, "too_long"),
    ]:
        refused = writer.update_me(json={"current_password": "é" * length})
        assert refused.faults == [("#/current_password", code)]


@pytest.mark.requirement("ACCOUNTS-PROFILE-08")
def test_the_email_of_another_is_taken_in_any_case(writer: Person, someone: Person) -> None:
    before = writer.get_me().json
    for email in (someone.email, someone.email.upper()):
        change = {"email": email, "bio": "New.", "current_password": writer.password}
        assert writer.update_me(json=change).problem == (409, "email_taken")
    assert writer.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-PROFILE-08")
def test_ones_own_email_in_other_case_is_free(writer: Person) -> None:
    email = writer.email.swapcase()
    change = {"email": email, "current_password": writer.password}
    assert writer.update_me(json=change).json["email"] == email


@pytest.mark.requirement("ACCOUNTS-REGISTER-07")
def test_an_email_of_another_form_is_refused(writer: Person) -> None:
    forms = ("", "alice", "alice@localhost", " alice@example.com", "alice@example.com\n")
    current = {"current_password": writer.password}
    faults = {form: writer.update_me(json={**current, "email": form}).faults for form in forms}
    assert faults == {form: [("#/email", "invalid_format")] for form in forms}


@pytest.mark.requirement("ACCOUNTS-REGISTER-07")
def test_an_email_has_a_longest_length(contract: Contract, writer: Person) -> None:
    email = new_email().rjust(contract.limit("MeChanges", "email", "maxLength"), "a")
    current = {"current_password": writer.password}
    refused = writer.update_me(json={**current, "email": "a" + email})
    assert refused.faults == [("#/email", "too_long")]
    assert writer.update_me(json={**current, "email": email}).json["email"] == email
    writer.email = email


@pytest.mark.requirement("ACCOUNTS-REGISTER-11")
def test_what_people_tell_of_themselves_has_a_longest_length(
    contract: Contract, writer: Person
) -> None:
    members = ("display_name", "bio")
    longest = {name: "🌱" * contract.limit("MeChanges", name, "maxLength") for name in members}
    refused = writer.update_me(json={name: text + "x" for name, text in longest.items()})
    assert refused.faults == [("#/bio", "too_long"), ("#/display_name", "too_long")]
    account = writer.update_me(json=longest).json
    assert {name: account[name] for name in members} == longest


@pytest.mark.requirement("HARDENING-MEMBERS-02")
def test_nobody_changes_what_only_the_server_sets(writer: Person) -> None:
    before = writer.get_me().json
    faults = {
        member: writer.update_me(json={"bio": "New.", member: value}).faults
        for member, value in SET_BY_THE_SERVER.items()
    }
    assert faults == {member: [(f"#/{member}", "unknown_field")] for member in SET_BY_THE_SERVER}
    assert writer.get_me().json == before
