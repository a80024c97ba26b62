"""What answers give away: not which accounts there are, nobody's e-mail address, no secret."""

import json

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person


def refuse(api: Api, person: Person) -> Answer:
    refused = api.log_in(json=person.credentials)
    assert refused.problem == (401, "invalid_credentials")
    return refused


@pytest.fixture(scope="module")
def unknown(api: Api, people: People) -> Answer:
    """The answer to somebody whom the API does not know."""
    return refuse(api, people.invent())


@pytest.mark.requirement("HARDENING-ENUMERATION-01")
def test_a_wrong_password_looks_like_an_unknown_email(
    api: Api, people: People, someone: Person, unknown: Answer
) -> None:
    guesser = people.invent()
    guesser.email = someone.email
    assert refuse(api, guesser).lasting == unknown.lasting


@pytest.mark.requirement("HARDENING-ENUMERATION-01")
def test_a_deleted_account_looks_like_an_unknown_email(
    api: Api, alice: Person, unknown: Answer
) -> None:
    assert alice.delete_me().status == 204
    assert refuse(api, alice).lasting == unknown.lasting


@pytest.mark.requirement("HARDENING-ENUMERATION-01")
def test_a_closed_account_looks_like_an_unknown_email(
    api: Api, admin: Person, alice: Person, unknown: Answer
) -> None:
    assert admin.update_user(alice.username, json={"is_active": False}).status == 200
    assert refuse(api, alice).lasting == unknown.lasting


@pytest.mark.requirement("ACCOUNTS-REFRESH-02")
def test_a_refused_refresh_does_not_tell_why(api: Api, someone: Person) -> None:
    def refresh(token: str) -> Answer:
        return api.refresh_tokens(json={"refresh_token": token})

    used, ended = someone.sign_in()["refresh_token"], someone.sign_in()
    assert refresh(used).status == 200
    assert api.log_out(token=ended["access_token"]).status == 204
    answers = [refresh(token) for token in ("unknown", used, ended["refresh_token"])]
    assert [answer.lasting for answer in answers] == 3 * [answers[0].lasting]


@pytest.mark.requirement("HARDENING-EXPOSURE-02")
def test_nobody_else_sees_an_email(api: Api, someone: Person, someone_else: Person) -> None:
    post = someone.has_post()
    comment = someone.has_comment(post["id"])
    someone_else.follows(someone)
    refused = someone_else.update_user(someone.username, json={"role": "user"})
    answers = [refused, someone_else.get_feed()]
    for reader in (api, someone_else):
        answers += [
            reader.get_user(someone.username),
            reader.list_users(query={"q": someone.username}),
            reader.get_post(post["id"]),
            reader.list_posts(query={"author": someone.username}),
            reader.get_comment(comment["id"]),
            reader.list_comments(post["id"]),
            reader.list_following(someone_else.username),
        ]
    assert [one for one in answers if someone.email in one.content.decode()] == []


@pytest.mark.requirement("HARDENING-EXPOSURE-02")
def test_a_conflict_does_not_show_whose_email_it_is(
    api: Api, people: People, someone: Person
) -> None:
    newcomer = people.invent()
    newcomer.email = someone.email.upper()
    answer = api.register_user(json={"username": newcomer.username, **newcomer.credentials})
    assert answer.problem == (409, "email_taken")
    told = answer.content.decode()
    assert someone.email not in told
    assert someone.username not in told


@pytest.mark.requirement("HARDENING-EXPOSURE-01")
def test_an_account_shows_neither_password_nor_tokens(
    api: Api, people: People, someone: Person
) -> None:
    newcomer = people.invent()
    account = api.register_user(json={"username": newcomer.username, **newcomer.credentials})
    hidden = [newcomer.password, someone.password, "$argon2"]
    hidden += [someone.access_token, someone.refresh_token]
    for answer in (account, someone.get_me(), someone.update_me(json={})):
        told = f"{answer.headers.multi_items()} {answer.content.decode()}"
        assert [one for one in hidden if one in told] == []


@pytest.mark.requirement("HARDENING-EXPOSURE-01")
def test_a_refused_registration_does_not_repeat_what_was_sent(api: Api, people: People) -> None:
    told = {"username": people.invent().username, **people.invent().credentials}
    for member in ("email", "password"):
        wrong = told[member] + 300 * "x"
        refused = api.register_user(json={**told, member: "\t" + wrong})
        assert refused.status == 422
        assert wrong not in json.dumps(refused.json)
