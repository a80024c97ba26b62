"""One's own account: reading it, and changing profile and e-mail address."""

from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person

SET_BY_THE_SERVER = {
    "role": "admin",
    "is_admin": True,
    "is_active": False,
    "is_staff": True,
    "is_superuser": True,
    "username": "somebody_else",
    "password": "another horse",
    "password_hash": "x",
    "id": "01890000-0000-7000-8000-000000000000",
    "created_at": "2020-01-01T00:00:00.000000Z",
    "updated_at": "2020-01-01T00:00:00.000000Z",
    "search_text": "x",
}


def new_email(person: Person) -> str:
    return f"New.{person.username}@Example.com"


@pytest.mark.requirement("ACCOUNTS-PROFILE-01")
def test_everybody_sees_their_own_account(people: People, bob: Person) -> None:
    alice = people.register("alice", display_name="Alice", bio="Writes.")
    expected = {
        "username": alice.username,
        "email": alice.email,
        "display_name": "Alice",
        "bio": "Writes.",
        "role": "user",
        "is_active": True,
    }
    account = alice.get_me().json
    assert {name: account[name] for name in expected} == expected
    assert bob.get_me().json["username"] == bob.username


@pytest.mark.requirement("ACCOUNTS-PROFILE-02")
@pytest.mark.parametrize("text", ["", "<b>Älice</b>\n\t🌱", " "], ids=repr)
def test_a_changed_profile_stays_changed(api: Api, people: People, text: str) -> None:
    alice = people.register("alice", display_name="Before.", bio="Before.")
    profile = {"display_name": text, "bio": text}
    changed = alice.update_me(json=profile)
    assert {name: changed.json[name] for name in profile} == profile
    assert alice.get_me().json == changed.json
    user = api.get_user(alice.username).json
    assert {name: user[name] for name in profile} == profile


@pytest.mark.requirement("ACCOUNTS-PROFILE-03")
@pytest.mark.parametrize("change", [{"display_name": "Alice"}, {"bio": "New."}], ids=str)
def test_a_change_keeps_what_it_does_not_name(people: People, change: dict[str, str]) -> None:
    alice = people.register("alice", display_name="Before.", bio="Before.")
    before, after = alice.get_me().json, alice.update_me(json=change).json
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == {**before, **change}


@pytest.mark.requirement("ACCOUNTS-PROFILE-03", "ACCOUNTS-PROFILE-05")
def test_another_email_keeps_the_rest_too(alice: Person) -> None:
    change = {"email": new_email(alice)}
    before = alice.get_me().json
    after = alice.update_me(json={**change, "current_password": alice.password}).json
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == {**before, **change}


@pytest.mark.requirement("ACCOUNTS-PROFILE-04")
def test_a_change_to_what_is_there_changes_nothing(people: People) -> None:
    alice = people.register("alice", display_name="Alice", bio="Writes.")
    before = alice.get_me().json
    profile = {"display_name": "Alice", "bio": "Writes."}
    current = {"current_password": alice.password}
    for told in ({}, profile, current, {**profile, **current, "email": before["email"]}):
        same = alice.update_me(json=told)
        assert same.status == 200
        assert same.json == before
    assert alice.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-PROFILE-05")
def test_only_the_new_email_logs_in(api: Api, alice: Person) -> None:
    email = new_email(alice)
    answer = alice.update_me(json={"email": email, "current_password": alice.password})
    assert answer.status == 200
    assert api.log_in(json=alice.credentials).problem == (401, "invalid_credentials")
    assert api.log_in(json={"email": email.lower(), "password": alice.password}).status == 200


@pytest.mark.requirement("ACCOUNTS-PROFILE-05")
def test_an_email_that_was_given_up_is_free(alice: Person, bob: Person) -> None:
    change = {"email": new_email(alice), "current_password": alice.password}
    assert alice.update_me(json=change).status == 200
    heir = {"email": alice.email, "current_password": bob.password}
    assert bob.update_me(json=heir).json["email"] == alice.email


@pytest.mark.requirement("ACCOUNTS-REGISTER-08", "ACCOUNTS-PROFILE-05")
def test_a_new_email_is_kept_as_given(alice: Person) -> None:
    change = {"email": new_email(alice), "current_password": alice.password}
    assert alice.update_me(json=change).json["email"] == change["email"]
    assert alice.get_me().json["email"] == change["email"]


@pytest.mark.requirement("ACCOUNTS-PROFILE-06")
def test_a_new_email_needs_the_current_password(alice: Person) -> None:
    before = alice.get_me().json
    for further in ({}, {"bio": "New."}):
        refused = alice.update_me(json={"email": new_email(alice), **further})
        assert refused.faults == [("#/current_password", "required")]
    assert alice.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-PROFILE-07")
def test_a_wrong_current_password_changes_nothing(alice: Person) -> None:
    before = alice.get_me().json
    for further in ({}, {"bio": "New."}, {"email": new_email(alice)}):
        refused = alice.update_me(json={"current_password": "something else", **further})
        assert refused.faults == [("#/current_password", "wrong_password")]
    assert alice.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-PROFILE-07")
def test_the_current_password_has_only_a_length(contract: Contract, alice: Person) -> None:
    shortest = contract.limit("MeChanges", "current_password", "minLength")
    longest = contract.limit("MeChanges", "current_password", "maxLength")
    for length, code in [
        (shortest - 1, "too_short"),
        (shortest, "wrong_password"),
        (longest, "wrong_password"),
        (longest + 1, "too_long"),
    ]:
        refused = alice.update_me(json={"current_password": "é" * length})
        assert refused.faults == [("#/current_password", code)]


@pytest.mark.requirement("ACCOUNTS-PROFILE-08")
@pytest.mark.parametrize("spell", [str, str.upper], ids=["same", "upper"])
def test_the_email_of_another_is_taken(alice: Person, bob: Person, spell: Any) -> None:
    change = {"email": spell(bob.email), "bio": "New.", "current_password": alice.password}
    before = alice.get_me().json
    assert alice.update_me(json=change).problem == (409, "email_taken")
    assert alice.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-PROFILE-08")
def test_ones_own_email_in_other_case_is_free(alice: Person) -> None:
    change = {"email": alice.email.upper(), "current_password": alice.password}
    assert alice.update_me(json=change).json["email"] == alice.email.upper()


@pytest.mark.requirement("ACCOUNTS-REGISTER-07")
def test_an_email_of_another_form_is_refused(alice: Person) -> None:
    for form in ("", "alice", "{}@localhost", " {}@example.com", "{}@example.com\n"):
        told = {"email": form.format(alice.username), "current_password": alice.password}
        assert alice.update_me(json=told).faults == [("#/email", "invalid_format")]


@pytest.mark.requirement("ACCOUNTS-REGISTER-07")
def test_an_email_has_a_longest_length(contract: Contract, alice: Person) -> None:
    email = alice.email.rjust(contract.limit("MeChanges", "email", "maxLength"), "a")
    current = {"current_password": alice.password}
    refused = alice.update_me(json={**current, "email": "a" + email})
    assert refused.faults == [("#/email", "too_long")]
    assert alice.update_me(json={**current, "email": email}).json["email"] == email


@pytest.mark.requirement("ACCOUNTS-REGISTER-11")
@pytest.mark.parametrize("member", ["display_name", "bio"])
def test_what_people_tell_of_themselves_has_a_longest_length(
    contract: Contract, alice: Person, member: str
) -> None:
    text = "🌱" * contract.limit("MeChanges", member, "maxLength")
    refused = alice.update_me(json={member: text + "x"})
    assert refused.faults == [(f"#/{member}", "too_long")]
    assert alice.update_me(json={member: text}).json[member] == text


@pytest.mark.requirement("HARDENING-MEMBERS-02")
def test_nobody_changes_what_only_the_server_sets(alice: Person) -> None:
    before = alice.get_me().json
    for member, value in SET_BY_THE_SERVER.items():
        refused = alice.update_me(json={"bio": "New.", member: value})
        assert refused.faults == [(f"#/{member}", "unknown_field")]
    assert alice.get_me().json == before
