"""Many requests at once: what may happen once happens once, and nothing fails in between."""

from collections.abc import Callable
from functools import partial

import pytest

from conformance_tests.data.samples import CONTRACT
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.together import count, send_together

CROWD = 6
REFRESHES = 12
ATTEMPTS = CONTRACT.general_limit("failed_log_ins")
DUELS = 3


def register(api: Api, person: Person) -> Callable[[], Answer]:
    told = {"username": person.username, **person.credentials}
    return lambda: api.register_user(json=told)


@pytest.mark.requirement("HARDENING-RACE-01")
def test_of_many_who_want_one_username_one_gets_it(api: Api, people: People) -> None:
    crowd = [people.invent() for _ in range(CROWD)]
    for person in crowd:
        person.username = crowd[0].username
    counted = count(send_together([register(api, person) for person in crowd]))
    assert counted == {(201, "None"): 1, (409, "username_taken"): CROWD - 1}


@pytest.mark.requirement("HARDENING-RACE-02")
def test_of_many_who_want_one_email_one_gets_it(api: Api, people: People) -> None:
    crowd = [people.invent() for _ in range(CROWD)]
    email = crowd[0].email
    for length, person in enumerate(crowd, start=1):
        person.email = email[:length].upper() + email[length:]
    counted = count(send_together([register(api, person) for person in crowd]))
    assert counted == {(201, "None"): 1, (409, "email_taken"): CROWD - 1}


@pytest.mark.requirement("HARDENING-RACE-02")
def test_of_many_who_change_to_one_email_one_gets_it(people: People) -> None:
    crowd = [people.register() for _ in range(3)]
    email = people.invent().email

    def change(person: Person) -> Callable[[], Answer]:
        told = {"email": email, "current_password": person.password}
        token = person.access_token
        return lambda: person.update_me(json=told, token=token)

    counted = count(send_together([change(person) for person in crowd]))
    assert counted == {(200, "None"): 1, (409, "email_taken"): len(crowd) - 1}


@pytest.mark.requirement("HARDENING-RACE-03")
def test_of_many_refreshes_one_succeeds_and_the_sign_in_ends(api: Api, someone: Person) -> None:
    old = someone.sign_in()

    def refresh(token: str) -> Answer:
        return api.refresh_tokens(json={"refresh_token": token})

    answers = send_together(REFRESHES * [lambda: refresh(old["refresh_token"])])
    assert count(answers) == {(200, "None"): 1, (401, "invalid_refresh_token"): REFRESHES - 1}
    [new] = [answer.json for answer in answers if answer.status == 200]
    assert refresh(new["refresh_token"]).problem == (401, "invalid_refresh_token")
    for pair in (old, new):
        assert api.get_me(token=pair["access_token"]).problem == (401, "invalid_token")


@pytest.mark.requirement("HARDENING-RACE-04", "HARDENING-THROTTLE-02")
def test_of_many_guesses_only_ten_are_looked_at(api: Api, people: People) -> None:
    # Nobody has the address: it is throttled like any other.
    guess = people.invent().credentials
    answers = send_together((ATTEMPTS + CROWD) * [lambda: api.log_in(json=guess)])
    expected = {(401, "invalid_credentials"): ATTEMPTS, (429, "too_many_attempts"): CROWD}
    assert count(answers) == expected


def demote_each_other(api: Api, admin: Person, bob: Person) -> list[str]:
    """Let two admins demote each other at once; return what they are then, and restore it."""
    change = {"role": "user"}
    send_together(
        [
            partial(admin.update_user, bob.username, json=change, token=admin.access_token),
            partial(bob.update_user, admin.username, json=change, token=bob.access_token),
        ]
    )
    roles = [api.get_user(person.username).json["role"] for person in (admin, bob)]
    # Before anything is judged, because all other tests need the first admin.
    if roles[1] == "admin":
        bob.update_user(admin.username, json={"role": "admin"})
        bob.update_user(bob.username, json={"role": "user"})
    return sorted(roles)


@pytest.mark.requirement("HARDENING-RACE-05")
def test_of_two_admins_who_demote_each_other_one_remains(
    api: Api, admin: Person, bob: Person
) -> None:
    # A race that a server loses now and then is seldom lost at the first try.
    for _ in range(DUELS):
        assert admin.update_user(bob.username, json={"role": "admin"}).status == 200
        assert demote_each_other(api, admin, bob) == ["admin", "user"]


@pytest.mark.requirement("HARDENING-RACE-08")
def test_an_admin_who_is_shut_out_cannot_come_back(api: Api, admin: Person, people: People) -> None:
    bob = people.register("bob")
    assert admin.update_user(bob.username, json={"role": "admin"}).status == 200
    token = bob.access_token
    close = partial(admin.update_user, bob.username, json={"is_active": False})
    reopen = partial(bob.update_user, bob.username, json={"is_active": True}, token=token)
    answers = send_together([*(CROWD // 2 * [reopen]), close, *(CROWD // 2 * [reopen])])
    log_in = api.log_in(json=bob.credentials)
    # Before anything is judged, because other tests need the first admin to be the last.
    assert admin.update_user(bob.username, json={"role": "user"}).status == 200
    assert count(answers).keys() <= {(200, "None"), (401, "invalid_token")}
    assert log_in.problem == (401, "invalid_credentials")


@pytest.mark.requirement("HARDENING-RACE-09")
def test_a_deletion_and_refreshes_do_not_wait_for_each_other(api: Api, people: People) -> None:
    bob = people.register("bob")
    sign_ins = [bob.tokens, bob.sign_in(), bob.sign_in()]
    told = [{"refresh_token": tokens["refresh_token"]} for tokens in sign_ins]
    refreshes = [partial(api.refresh_tokens, json=body) for body in told]
    deleted, *refreshed = send_together([bob.delete_me, *refreshes])
    assert deleted.status == 204
    assert count(refreshed).keys() <= {(200, "None"), (401, "invalid_refresh_token")}
    newest = [answer.json for answer in refreshed if answer.status == 200]
    for pair in (*sign_ins, *newest):
        assert api.get_me(token=pair["access_token"]).problem == (401, "invalid_token")
