"""What admins may do with others: give and take the role, close and open accounts."""

from collections.abc import Iterator

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

FORBIDDEN = (403, "forbidden")
NOT_FOUND = (404, "not_found")
ONLY_FOR_THE_OWNER = ("username", "email", "password", "display_name", "bio")


@pytest.fixture
def second_admin(admin: Person, bob: Person) -> Iterator[Person]:
    """Somebody who was made an admin, for as long as the test lasts."""
    assert bob.get_me().json["role"] == "user"
    try:
        assert admin.update_user(bob.username, json={"role": "admin"}).status == 200
        yield bob
    finally:
        admin.update_user(bob.username, json={"role": "user"})


@pytest.fixture(scope="module")
def subject(people: People) -> Person:
    """Somebody whom admins try in vain to change."""
    return people.register("subject", display_name="Somebody", bio="Writes.")


@pytest.fixture(scope="module")
def closed(admin: Person, people: People) -> Person:
    """Somebody who was signed in, and whose account is closed and stays so."""
    person = people.register("closed")
    assert person.access_token
    assert admin.update_user(person.username, json={"is_active": False}).status == 200
    return person


# ---- The role ----


@pytest.mark.requirement("ACCOUNTS-ADMIN-01")
def test_an_admin_gives_the_role_and_gives_up_their_own(api: Api, second_admin: Person) -> None:
    name = second_admin.username
    assert second_admin.get_me().json["role"] == "admin"
    assert api.get_user(name).json["role"] == "admin"
    changed = second_admin.update_user(name, json={"role": "user"}).json
    assert changed["role"] == "user"
    assert second_admin.get_me().json == changed


@pytest.mark.requirement("ACCOUNTS-ADMIN-01", "HARDENING-EXPOSURE-02")
def test_an_admin_sees_the_whole_account(admin: Person, someone: Person) -> None:
    assert admin.update_user(someone.username, json={}).json == someone.get_me().json


@pytest.mark.requirement("ACCOUNTS-ADMIN-01")
def test_a_change_keeps_what_it_does_not_name(admin: Person, people: People) -> None:
    name = people.register("carol", display_name="Carol", bio="Writes.").username
    before = admin.update_user(name, json={}).json
    after = admin.update_user(name, json={"is_active": False}).json
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == {**before, "is_active": False}


@pytest.mark.requirement("ACCOUNTS-ADMIN-02")
def test_whoever_is_no_admin_changes_nobody(api: Api, alice: Person, subject: Person) -> None:
    before = alice.get_me().json, api.get_user(subject.username).json
    for person in (alice, subject):
        assert alice.update_user(person.username, json={"role": "admin"}).problem == FORBIDDEN
    assert alice.update_user(alice.username, json={}).problem == FORBIDDEN
    assert alice.update_user(subject.username, json={"is_active": False}).problem == FORBIDDEN
    assert (alice.get_me().json, api.get_user(subject.username).json) == before


@pytest.mark.requirement("ACCOUNTS-ADMIN-06", "ACCOUNTS-REFRESH-01")
def test_a_change_of_role_holds_at_once(
    admin: Person, second_admin: Person, someone: Person
) -> None:
    # The token of the new admin is older than the role.
    assert second_admin.update_user(someone.username, json={}).status == 200
    second_admin.sign_in_again()
    assert admin.update_user(second_admin.username, json={"role": "user"}).status == 200
    assert second_admin.update_user(someone.username, json={}).problem == FORBIDDEN
    told = {"refresh_token": second_admin.refresh_token}
    token = second_admin.refresh_tokens(json=told).json["access_token"]
    assert second_admin.update_user(someone.username, json={}, token=token).problem == FORBIDDEN


@pytest.mark.requirement("ACCOUNTS-ADMIN-08")
def test_a_role_outside_the_list_is_refused(api: Api, admin: Person, subject: Person) -> None:
    for role in ("Admin", "root", "admin\n"):
        refused = admin.update_user(subject.username, json={"role": role})
        assert refused.faults == [("#/role", "not_one_of")]
    assert api.get_user(subject.username).json["role"] == "user"


@pytest.mark.requirement("HARDENING-MEMBERS-01")
def test_an_admin_changes_nothing_else(admin: Person, subject: Person) -> None:
    before = admin.update_user(subject.username, json={}).json
    told = dict.fromkeys(ONLY_FOR_THE_OWNER, "somebody_else")
    refused = admin.update_user(subject.username, json=told)
    assert refused.faults == sorted((f"#/{member}", "unknown_field") for member in told)
    assert admin.update_user(subject.username, json={}).json == before


@pytest.mark.requirement("ACCOUNTS-ADMIN-07")
def test_a_change_to_what_is_there_changes_nothing(admin: Person, subject: Person) -> None:
    before = admin.update_user(subject.username, json={}).json
    for change in ({"role": "user", "is_active": True}, {}):
        same = admin.update_user(subject.username, json=change)
        assert same.status == 200
        assert same.json == before


# ---- Who is there ----


@pytest.mark.requirement("ACCOUNTS-ADMIN-03")
def test_a_user_that_does_not_exist_is_not_found(
    admin: Person, people: People, someone: Person
) -> None:
    name = people.invent().username
    for person in (admin, someone):
        assert person.update_user(name, json={"is_active": True}).problem == NOT_FOUND


# ---- Closed accounts ----


@pytest.mark.requirement("HARDENING-REVOCATION-02", "ACCOUNTS-ADMIN-04")
def test_closing_an_account_ends_every_sign_in_for_ever(
    api: Api, admin: Person, alice: Person
) -> None:
    pairs = [alice.tokens, alice.sign_in()]
    for is_active in (False, True):
        # Together with another member, which must not hide this one.
        told = {"is_active": is_active, "role": "user"}
        changed = admin.update_user(alice.username, json=told).json
        assert changed["is_active"] is is_active
        for pair in pairs:
            assert api.get_me(token=pair["access_token"]).problem == (401, "invalid_token")
            refused = api.refresh_tokens(json={"refresh_token": pair["refresh_token"]})
            assert refused.problem == (401, "invalid_refresh_token")
    pair = api.log_in(json=alice.credentials).json
    assert api.get_me(token=pair["access_token"]).json == changed


@pytest.mark.requirement("HARDENING-REVOCATION-02")
def test_a_closed_account_cannot_log_in(api: Api, closed: Person) -> None:
    assert api.log_in(json=closed.credentials).problem == (401, "invalid_credentials")


@pytest.mark.requirement("HARDENING-REVOCATION-02")
def test_a_token_of_a_closed_account_is_bad_for_all_that_takes_one(closed: Person) -> None:
    answers = [closed.list_users(), closed.update_user(closed.username, json={})]
    assert [answer.problem for answer in answers] == 2 * [(401, "invalid_token")]


@pytest.mark.requirement("ACCOUNTS-LIST-02")
def test_a_closed_account_is_still_seen(api: Api, closed: Person) -> None:
    profile = api.get_user(closed.username)
    assert profile.status == 200
    assert api.list_users(query={"q": closed.username}).items == [profile.json]


@pytest.mark.requirement("ACCOUNTS-REGISTER-04", "ACCOUNTS-REGISTER-05")
def test_a_closed_account_keeps_its_names(api: Api, people: People, closed: Person) -> None:
    heir = {"username": people.invent().username, **people.invent().credentials}
    for member, code in [("username", "username_taken"), ("email", "email_taken")]:
        told = {**heir, member: getattr(closed, member)}
        assert api.register_user(json=told).problem == (409, code)


@pytest.mark.requirement("ACCOUNTS-ADMIN-07")
def test_closing_a_closed_account_changes_nothing(admin: Person, closed: Person) -> None:
    before = admin.update_user(closed.username, json={}).json
    same = admin.update_user(closed.username, json={"is_active": False})
    assert same.json == before
