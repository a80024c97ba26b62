"""One active admin always remains: the last one can neither step down nor leave."""

from collections.abc import Callable, Iterator

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person

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


@pytest.fixture
def last_admin(api: Api, admin: Person) -> Person:
    """The admin, while there is no other."""
    if set(find_admins(api, admin)) != {admin.username}:
        pytest.skip("not applicable: there is another active admin, so none is the last one")
    return admin


@pytest.fixture
def former_admin(admin: Person, bob: Person) -> Person:
    """Somebody who was an admin: an account that counted, and counts no more."""
    for role in ("admin", "user"):
        assert admin.update_user(bob.username, json={"role": role}).status == 200
    return bob


def step_down(person: Person) -> Answer:
    return person.update_user(person.username, json={"role": "user"})


def close(person: Person) -> Answer:
    return person.update_user(person.username, json={"is_active": False})


def do_both(person: Person) -> Answer:
    return person.update_user(person.username, json={"role": "user", "is_active": False})


def leave(person: Person) -> Answer:
    return person.delete_me()


WAYS_OUT = [
    pytest.param(step_down, marks=pytest.mark.requirement("ACCOUNTS-ADMIN-05")),
    pytest.param(close, marks=pytest.mark.requirement("ACCOUNTS-ADMIN-05")),
    pytest.param(do_both, marks=pytest.mark.requirement("ACCOUNTS-ADMIN-05")),
    pytest.param(leave, marks=pytest.mark.requirement("ACCOUNTS-DELETE-03")),
]
