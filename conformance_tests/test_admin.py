"""What admins may do with others: give and take the role, close and open accounts."""

from collections.abc import Iterator

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

FORBIDDEN = (403, "forbidden")


@pytest.fixture
def second_admin(admin: Person, bob: Person) -> Iterator[Person]:
    """Somebody who was made an admin, for as long as the test lasts."""
    assert bob.get_me().json["role"] == "user"
    assert admin.update_user(bob.username, json={"role": "admin"}).status == 200
    yield bob
    admin.update_user(bob.username, json={"role": "user"})


@pytest.fixture
def inactive(admin: Person, alice: Person) -> Person:
    """Somebody whose account is closed, and who was signed in."""
    assert alice.get_me().status == 200
    assert admin.update_user(alice.username, json={"is_active": False}).status == 200
    return alice


# ---- The role ----


@pytest.mark.requirement("ACCOUNTS-ADMIN-01")
def test_an_admin_changes_the_role_of_a_user(api: Api, admin: Person, second_admin: Person) -> None:
    name = second_admin.username
    assert second_admin.get_me().json["role"] == "admin"
    assert api.get_user(name).json["role"] == "admin"
    changed = admin.update_user(name, json={"role": "user"}).json
    assert changed["role"] == "user"
    assert second_admin.get_me().json == changed


@pytest.mark.requirement("ACCOUNTS-ADMIN-01", "HARDENING-EXPOSURE-02")
def test_an_admin_sees_the_whole_account(admin: Person, alice: Person) -> None:
    assert admin.update_user(alice.username, json={}).json == alice.get_me().json


@pytest.mark.requirement("ACCOUNTS-ADMIN-01")
def test_a_change_keeps_what_it_does_not_name(admin: Person, people: People) -> None:
    carol = people.register("carol", display_name="Carol", bio="Writes.")
    before = carol.get_me().json
    after = admin.update_user(carol.username, json={"is_active": False}).json
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == {**before, "is_active": False}


@pytest.mark.requirement("ACCOUNTS-ADMIN-02")
def test_whoever_is_no_admin_changes_nobody(alice: Person, bob: Person) -> None:
    before = [person.get_me().json for person in (alice, bob)]
    for change in ({"role": "admin"}, {"is_active": False}, {}):
        for person in (alice, bob):
            assert alice.update_user(person.username, json=change).problem == FORBIDDEN
    assert [person.get_me().json for person in (alice, bob)] == before


@pytest.mark.requirement("ACCOUNTS-ADMIN-06")
def test_a_given_role_holds_at_once(second_admin: Person, alice: Person) -> None:
    # The token of the new admin is older than the role.
    changed = second_admin.update_user(alice.username, json={"is_active": False})
    assert changed.json["is_active"] is False


@pytest.mark.requirement("ACCOUNTS-ADMIN-06")
def test_a_taken_role_ends_at_once(admin: Person, second_admin: Person, alice: Person) -> None:
    second_admin.sign_in_again()
    assert second_admin.update_user(alice.username, json={}).status == 200
    assert admin.update_user(second_admin.username, json={"role": "user"}).status == 200
    assert second_admin.update_user(alice.username, json={}).problem == FORBIDDEN


@pytest.mark.requirement("ACCOUNTS-ADMIN-06", "ACCOUNTS-REFRESH-01")
def test_a_refresh_brings_no_role_back(admin: Person, second_admin: Person) -> None:
    assert admin.update_user(second_admin.username, json={"role": "user"}).status == 200
    pair = second_admin.refresh_tokens(json={"refresh_token": second_admin.refresh_token}).json
    refused = second_admin.update_user(admin.username, json={}, token=pair["access_token"])
    assert refused.problem == FORBIDDEN


@pytest.mark.requirement("ACCOUNTS-ADMIN-01")
def test_an_admin_may_step_down_while_there_is_another(second_admin: Person) -> None:
    changed = second_admin.update_user(second_admin.username, json={"role": "user"})
    assert changed.json["role"] == "user"


@pytest.mark.requirement("ACCOUNTS-ADMIN-08")
def test_a_role_outside_the_list_is_refused(admin: Person, alice: Person) -> None:
    for role in ("Admin", "root", "", "user ", "admin\n"):
        refused = admin.update_user(alice.username, json={"role": role})
        assert refused.faults == [("#/role", "not_one_of")]
    assert alice.get_me().json["role"] == "user"


@pytest.mark.requirement("HARDENING-MEMBERS-01")
def test_an_admin_changes_nothing_else(admin: Person, alice: Person) -> None:
    before = alice.get_me().json
    for member in ("username", "email", "password", "password_hash", "display_name", "bio", "id"):
        refused = admin.update_user(alice.username, json={"role": "admin", member: "x"})
        assert refused.faults == [(f"#/{member}", "unknown_field")]
    assert alice.get_me().json == before


# ---- Who is there ----


@pytest.mark.requirement("ACCOUNTS-ADMIN-03")
def test_a_user_that_never_existed_is_not_found(
    admin: Person, alice: Person, people: People
) -> None:
    nobody = people.invent().username
    for person in (admin, alice):
        assert person.update_user(nobody, json={}).problem == (404, "not_found")


@pytest.mark.requirement("ACCOUNTS-ADMIN-03")
def test_a_deleted_user_is_not_found(admin: Person, alice: Person, bob: Person) -> None:
    assert bob.delete_me().status == 204
    for person in (admin, alice):
        refused = person.update_user(bob.username, json={"is_active": True})
        assert refused.problem == (404, "not_found")


# ---- Closed accounts ----


@pytest.mark.requirement("HARDENING-REVOCATION-02")
def test_closing_an_account_ends_every_sign_in(api: Api, admin: Person, alice: Person) -> None:
    pairs = [alice.tokens, alice.sign_in()]
    assert admin.update_user(alice.username, json={"is_active": False}).status == 200
    for pair in pairs:
        assert api.get_me(token=pair["access_token"]).problem == (401, "invalid_token")
        refused = api.refresh_tokens(json={"refresh_token": pair["refresh_token"]})
        assert refused.problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("HARDENING-REVOCATION-02")
def test_a_closed_account_cannot_log_in(api: Api, inactive: Person) -> None:
    assert api.log_in(json=inactive.credentials).problem == (401, "invalid_credentials")


@pytest.mark.requirement("HARDENING-REVOCATION-02")
def test_a_token_of_a_closed_account_is_bad_where_none_is_needed(inactive: Person) -> None:
    assert inactive.list_users().problem == (401, "invalid_token")


@pytest.mark.requirement("ACCOUNTS-LIST-02")
def test_a_closed_account_is_still_seen(api: Api, inactive: Person) -> None:
    profile = api.get_user(inactive.username)
    assert profile.status == 200
    assert api.list_users(query={"q": inactive.username}).items == [profile.json]


@pytest.mark.requirement("ACCOUNTS-REGISTER-04", "ACCOUNTS-REGISTER-05")
def test_a_closed_account_keeps_its_names(api: Api, people: People, inactive: Person) -> None:
    heir = {"username": people.invent().username, **people.invent().credentials}
    for member, code in [("username", "username_taken"), ("email", "email_taken")]:
        told = {**heir, member: getattr(inactive, member)}
        assert api.register_user(json=told).problem == (409, code)


@pytest.mark.requirement("ACCOUNTS-ADMIN-04")
def test_an_account_that_is_opened_again_logs_in(api: Api, admin: Person, inactive: Person) -> None:
    old = inactive.tokens
    opened = admin.update_user(inactive.username, json={"is_active": True}).json
    assert opened["is_active"] is True
    assert api.get_me(token=old["access_token"]).problem == (401, "invalid_token")
    refused = api.refresh_tokens(json={"refresh_token": old["refresh_token"]})
    assert refused.problem == (401, "invalid_refresh_token")
    inactive.sign_in_again()
    assert inactive.get_me().json == opened


@pytest.mark.requirement("ACCOUNTS-ADMIN-07")
def test_a_change_to_what_is_there_changes_nothing(admin: Person, alice: Person) -> None:
    before = alice.get_me().json
    for change in ({}, {"role": "user"}, {"is_active": True}):
        same = admin.update_user(alice.username, json=change)
        assert same.status == 200
        assert same.json == before
    assert alice.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-ADMIN-07")
def test_closing_a_closed_account_changes_nothing(admin: Person, inactive: Person) -> None:
    before = admin.update_user(inactive.username, json={}).json
    same = admin.update_user(inactive.username, json={"is_active": False})
    assert same.json == before
