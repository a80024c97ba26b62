"""What answers give away: not which accounts there are, nobody's e-mail address, no secret."""

import json

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

# They differ from answer to answer, whoever asks.
OWN_HEADERS = {"date", "x-request-id"}


def show(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """Return all that a guesser sees of an answer."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}
    return answer.status, headers, answer.content


def refuse(api: Api, person: Person) -> Answer:
    refused = api.log_in(json=person.credentials)
    assert refused.problem == (401, "invalid_credentials")
    return refused


@pytest.fixture
def unknown(api: Api, people: People) -> Answer:
    """The answer to somebody whom the API does not know."""
    return refuse(api, people.invent())


@pytest.mark.requirement("HARDENING-ENUMERATION-01")
def test_a_wrong_password_looks_like_an_unknown_email(
    api: Api, alice: Person, unknown: Answer
) -> None:
    alice.password += "x"
    assert show(refuse(api, alice)) == show(unknown)


@pytest.mark.requirement("HARDENING-ENUMERATION-01")
def test_a_deleted_account_looks_like_an_unknown_email(
    api: Api, alice: Person, unknown: Answer
) -> None:
    assert alice.delete_me().status == 204
    assert show(refuse(api, alice)) == show(unknown)


@pytest.mark.requirement("HARDENING-ENUMERATION-01")
def test_a_closed_account_looks_like_an_unknown_email(
    api: Api, admin: Person, alice: Person, unknown: Answer
) -> None:
    assert admin.update_user(alice.username, json={"is_active": False}).status == 200
    assert show(refuse(api, alice)) == show(unknown)


@pytest.mark.requirement("ACCOUNTS-REFRESH-02")
def test_a_refused_refresh_does_not_tell_why(api: Api, alice: Person) -> None:
    def refresh(token: str) -> Answer:
        return api.refresh_tokens(json={"refresh_token": token})

    used, ended = alice.refresh_token, alice.sign_in()
    assert refresh(used).status == 200
    assert api.log_out(token=ended["access_token"]).status == 204
    answers = [refresh(token) for token in ("unknown", used, ended["refresh_token"])]
    assert [show(answer) for answer in answers] == 3 * [show(answers[0])]


@pytest.mark.requirement("HARDENING-EXPOSURE-02")
def test_nobody_else_sees_an_email(api: Api, alice: Person, bob: Person) -> None:
    post = alice.has_post()
    for reader in (api, bob):
        for answer in (
            reader.get_user(alice.username),
            reader.list_users(query={"q": alice.username}),
            reader.get_post(post["id"]),
            reader.list_posts(query={"author": alice.username}),
            reader.update_user(alice.username, json={"role": "user"}, token=bob.access_token),
        ):
            assert alice.email not in answer.content.decode()


@pytest.mark.requirement("HARDENING-EXPOSURE-02")
def test_a_conflict_does_not_show_whose_email_it_is(api: Api, alice: Person, bob: Person) -> None:
    change = {"email": alice.email.upper(), "current_password": bob.password}
    told = bob.update_me(json=change).content.decode()
    assert alice.email not in told
    assert alice.username not in told


@pytest.mark.requirement("HARDENING-EXPOSURE-01")
def test_an_account_shows_neither_password_nor_tokens(api: Api, people: People) -> None:
    alice = people.invent("alice")
    account = api.register_user(json={"username": alice.username, **alice.credentials})
    hidden = [alice.password, alice.access_token, alice.refresh_token, "$argon2"]
    for answer in (account, alice.get_me(), alice.update_me(json={"bio": "New."})):
        assert [one for one in hidden if one in answer.content.decode()] == []


@pytest.mark.requirement("HARDENING-EXPOSURE-01")
@pytest.mark.parametrize("member", ["email", "password"])
def test_a_refused_registration_does_not_repeat_what_was_sent(
    api: Api, people: People, member: str
) -> None:
    told = {"username": people.invent().username, **people.invent().credentials}
    told[member] = "\t" + told[member] + 300 * "x"
    refused = api.register_user(json=told)
    assert refused.status == 422
    assert told[member].strip() not in json.dumps(refused.json)
