"""Deleting one's account: what goes with it, and what may be used again."""

from typing import Any, NamedTuple

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

NOT_FOUND = (404, "not_found")
INVALID = (401, "invalid_token")


class Departure(NamedTuple):
    """Somebody whose account is deleted, and what they got at each log-in."""

    person: Person
    sign_ins: list[dict[str, Any]]


@pytest.fixture(scope="module")
def departure(people: People) -> Departure:
    """Somebody signed in and was deleted. The name begins every list."""
    person = people.register("0", display_name="Somebody who left")
    sign_ins = [person.sign_in(), person.tokens]
    assert person.delete_me().status == 204
    return Departure(person, sign_ins)


@pytest.fixture(scope="module")
def gone(departure: Departure) -> Person:
    """Who is gone."""
    return departure.person


@pytest.mark.requirement("ACCOUNTS-DELETE-01")
def test_a_deleted_user_answers_as_one_that_never_existed(
    api: Api, people: People, gone: Person
) -> None:
    answer = api.get_user(gone.username)
    assert answer.problem == NOT_FOUND
    assert answer.json == api.get_user(people.invent().username).json


@pytest.mark.requirement("ACCOUNTS-DELETE-01")
def test_a_deleted_user_is_in_no_list(api: Api, gone: Person) -> None:
    assert api.list_users(query={"q": gone.username}).items == []
    listed = api.list_users(query={"limit": 100}).items
    assert gone.username not in [user["username"] for user in listed]


@pytest.mark.requirement("ACCOUNTS-DELETE-01")
def test_a_deleted_user_cannot_log_in(api: Api, gone: Person) -> None:
    assert api.log_in(json=gone.credentials).problem == (401, "invalid_credentials")


@pytest.mark.requirement("HARDENING-REVOCATION-03")
def test_deleting_ends_every_sign_in(api: Api, departure: Departure) -> None:
    for pair in departure.sign_ins:
        assert api.get_me(token=pair["access_token"]).problem == INVALID
        refused = api.refresh_tokens(json={"refresh_token": pair["refresh_token"]})
        assert refused.problem == (401, "invalid_refresh_token")


@pytest.mark.requirement("HARDENING-REVOCATION-03")
def test_a_token_of_a_deleted_user_does_nothing(gone: Person, someone: Person) -> None:
    answers = [
        gone.update_me(json={"bio": "Still here."}),
        gone.change_password(json={"current_password": "x", "new_password": "a good horse"}),
        gone.delete_me(),
        gone.log_out(),
        gone.update_user(someone.username, json={}),
        gone.create_post(json={"title": "A post", "body": ""}),
        gone.list_posts(query={"author": gone.username, "status": "draft"}),
        gone.get_user(someone.username),
        gone.get_feed(),
    ]
    assert [answer.problem for answer in answers] == len(answers) * [INVALID]


@pytest.mark.requirement("ACCOUNTS-DELETE-02")
def test_the_username_is_never_given_out_again(api: Api, people: People, gone: Person) -> None:
    heir = {"username": gone.username, **people.invent().credentials}
    assert api.register_user(json=heir).problem == (409, "username_taken")
    assert api.get_user(gone.username).problem == NOT_FOUND


@pytest.mark.requirement("ACCOUNTS-DELETE-02")
def test_the_email_is_free_for_a_new_account(api: Api, people: People, gone: Person) -> None:
    heir = people.invent("heir")
    heir.email = gone.email
    told = {"username": heir.username, **heir.credentials, "bio": "New here."}
    account = api.register_user(json=told).json
    assert (account["display_name"], account["bio"]) == ("", "New here.")
    assert heir.get_me().json == account
    assert gone.get_me().problem == INVALID
