"""One active admin always remains: the last one can neither step down nor leave."""

from collections.abc import Iterator

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person
from conformance_tests.harness.plugin import NOT_APPLICABLE
from conformance_tests.harness.targets import Target

LAST_ADMIN = (409, "last_admin")


def find_admins(api: Api, admin: Person) -> Iterator[str]:
    """Yield the name of every active admin."""
    query: dict[str, object] = {"limit": 100}
    while True:
        page = api.list_users(query=query)
        for user in page.items:
            name = user["username"]
            if user["role"] == "admin" and admin.update_user(name, json={}).json["is_active"]:
                yield name
        if page.next_cursor is None:
            return
        query["cursor"] = page.next_cursor


@pytest.fixture(scope="module")
def last_admin(target: Target, api: Api, admin: Person) -> Person:
    """The admin, while there is no other."""
    admins = set(find_admins(api, admin))
    # A server that ran before the tests may have more; one of our own has what tests left behind.
    if target.outage_url is None and admins != {admin.username}:
        pytest.skip(f"{NOT_APPLICABLE}there is another active admin, so none is the last one")
    assert admins == {admin.username}
    return admin


def step_down(person: Person) -> Answer:
    return person.update_user(person.username, json={"role": "user"})


def close(person: Person) -> Answer:
    return person.update_user(person.username, json={"is_active": False})


def do_both(person: Person) -> Answer:
    return person.update_user(person.username, json={"role": "user", "is_active": False})


@pytest.mark.requirement("ACCOUNTS-ADMIN-05")
def test_the_last_admin_cannot_step_down(last_admin: Person) -> None:
    before = last_admin.get_me().json
    for give_up in (step_down, close, do_both):
        assert give_up(last_admin).problem == LAST_ADMIN
    assert last_admin.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-DELETE-03")
def test_the_last_admin_cannot_leave(last_admin: Person) -> None:
    before = last_admin.get_me().json
    assert last_admin.delete_me().problem == LAST_ADMIN
    assert last_admin.get_me().json == before


@pytest.mark.requirement("ACCOUNTS-ADMIN-05")
def test_an_admin_whose_account_is_closed_does_not_count(last_admin: Person, bob: Person) -> None:
    closed = {"role": "admin", "is_active": False}
    assert last_admin.update_user(bob.username, json=closed).status == 200
    assert step_down(last_admin).problem == LAST_ADMIN
    assert last_admin.update_user(bob.username, json={"role": "user"}).status == 200


@pytest.mark.requirement("ACCOUNTS-ADMIN-05")
def test_an_admin_who_left_does_not_count(last_admin: Person, bob: Person) -> None:
    assert last_admin.update_user(bob.username, json={"role": "admin"}).status == 200
    assert bob.delete_me().status == 204
    assert step_down(last_admin).problem == LAST_ADMIN


@pytest.mark.requirement("ACCOUNTS-ADMIN-07")
def test_the_last_admin_may_stay_what_they_are(last_admin: Person) -> None:
    before = last_admin.get_me().json
    for change in ({}, {"role": "admin"}, {"is_active": True}):
        assert last_admin.update_user(last_admin.username, json=change).json == before
