"""Refusals are RFC 9457 problems: told in full, and giving nothing away."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conformance_tests.data.samples import CONTRACT, WITH_BODY, body_for, call, fill, members_of
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.leaks import find_insides
from conformance_tests.harness.people import Person
from conformance_tests.harness.versioned import Versioned

Refuse = Callable[[Person, Person, str], Answer]

JSON = {"Content-Type": "application/json"}
# A server may drop the connection on which it left a body unread.
LAST = {**JSON, "Connection": "close"}
LARGEST = CONTRACT.general_limit("body_bytes")
NOBODY = fill("{username}")
# One way to each refusal that chapter 0 has.
FIRST_WAYS: dict[str, Callable[[Api], Answer]] = {
    "not_found": lambda api: api.request("GET", "/nothing"),
    "method_not_allowed": lambda api: api.request("POST", "/livez"),
}
# And to each other one that asks for no admin, no outage and no patience. What is missing behind a
# path may be told elsewhere than a missing path.
WAYS: dict[str, Refuse] = {
    "malformed_json": lambda alice, bob, post_id: alice.update_me(content=b"{", headers=JSON),
    "missing_token": lambda alice, bob, post_id: alice.api.get_me(),
    "invalid_token": lambda alice, bob, post_id: alice.api.get_me(token="nonsense"),
    "invalid_credentials": lambda alice, bob, post_id: alice.api.log_in(
        json={"email": f"not.{alice.email}", "password": bob.password}
    ),
    "invalid_refresh_token": lambda alice, bob, post_id: alice.api.refresh_tokens(
        json={"refresh_token": "nonsense"}
    ),
    "forbidden": lambda alice, bob, post_id: alice.update_user(bob.username, json={}),
    "not_found": lambda alice, bob, post_id: alice.get_user(NOBODY),
    "username_taken": lambda alice, bob, post_id: alice.api.register_user(
        json={**body_for("register_user"), "username": bob.username}
    ),
    "email_taken": lambda alice, bob, post_id: alice.update_me(
        json={"email": bob.email, "current_password": alice.password}
    ),
    "precondition_failed": lambda alice, bob, post_id: alice.delete_post(
        post_id, headers={"If-Match": '"another"'}
    ),
    "precondition_required": lambda alice, bob, post_id: alice.delete_post(
        post_id, headers={"If-Match": None}
    ),
    "body_too_large": lambda alice, bob, post_id: alice.update_me(
        content=b" " * (LARGEST + 1), headers=LAST
    ),
    "unsupported_media_type": lambda alice, bob, post_id: alice.update_me(content=b"{}"),
    "invalid_request": lambda alice, bob, post_id: alice.update_me(json={"bio": 1}),
}
# What a careless program gives to its database, its file system, its templates or its log.
NASTY = [
    "'",
    '"; DROP TABLE users; --',
    "../../etc/passwd",
    "{{7*7}}",
    "${jndi:ldap://localhost/a}",
]
REFUSED = "Gqx7RefusedValue"


@pytest.mark.requirement("SYSTEM-PROBLEM-01", "SYSTEM-MEDIA-01")
def test_problem_of_chapter_0_tells_all_that_the_contract_says(
    contract: Contract, api: Api
) -> None:
    answers = {code: refuse(api) for code, refuse in FIRST_WAYS.items()}
    _expect_all(contract, answers)
    assert [code for code, answer in answers.items() if answer.faults] == []


@pytest.mark.requirement("SYSTEM-PROBLEM-01", "SYSTEM-MEDIA-01")
def test_problem_tells_all_that_the_contract_says(
    contract: Contract, someone: Person, someone_else: Person, lasting_post: Versioned
) -> None:
    asked = (someone, someone_else, lasting_post.key)
    answers = {code: refuse(*asked) for code, refuse in WAYS.items()}
    _expect_all(contract, answers)
    assert [code for code, answer in answers.items() if answer.faults] == ["invalid_request"]


@pytest.fixture(scope="module")
def refused(someone: Person) -> dict[str, Answer]:
    """The refusals of every operation, where each member is wrong and some are unknown."""
    nasty = {text: [text] for text in NASTY}
    wrong = {one: {name: [nasty, REFUSED] for name in members_of(one)} for one in WITH_BODY}
    return {name: call(someone, name, json={**wrong[name], **nasty}) for name in WITH_BODY}


@pytest.mark.requirement("SYSTEM-PROBLEM-02", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_problem_shows_no_insides(refused: dict[str, Answer], operation_id: str) -> None:
    _expect_no_insides(refused[operation_id], 422)


@pytest.mark.requirement("SYSTEM-PROBLEM-02")
def test_problem_of_an_unknown_path_shows_no_insides(api: Api) -> None:
    for text in NASTY:
        _expect_no_insides(api.request("GET", f"/{text}"), 404)


@pytest.mark.requirement("SYSTEM-PROBLEM-02", "HARDENING-FAILURE-01")
def test_problem_of_a_value_or_a_query_shows_no_insides(someone: Person) -> None:
    for text in NASTY:
        _expect_no_insides(someone.list_posts(query={"cursor": text}), 422)
        _expect_no_insides(someone.get_user(f"nobody{text}"), 404)


@pytest.mark.requirement("SYSTEM-PROBLEM-03")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_problem_does_not_repeat_a_member(refused: dict[str, Answer], operation_id: str) -> None:
    _expect_silence(refused[operation_id], 422)


@pytest.mark.requirement("SYSTEM-PROBLEM-03")
@pytest.mark.parametrize("wrong", [REFUSED * 3000, f"{REFUSED}\x00"], ids=["long", "unfit"])
def test_problem_does_not_repeat_a_text(someone: Person, wrong: str) -> None:
    _expect_silence(someone.create_post(json={"title": wrong, "body": wrong, "tags": [wrong]}), 422)


@pytest.mark.requirement("SYSTEM-PROBLEM-03")
def test_problem_does_not_repeat_an_unknown_path(api: Api) -> None:
    _expect_silence(api.request("GET", f"/{REFUSED}"), 404)


@pytest.mark.requirement("SYSTEM-PROBLEM-03")
def test_problem_does_not_repeat_a_parameter(someone: Person) -> None:
    names = ("author", "limit", "sort", "status", "surprise", "tag")
    _expect_silence(someone.list_posts(query=dict.fromkeys(names, REFUSED)), 422)
    _expect_silence(someone.list_posts(query={"cursor": REFUSED}), 422)


@pytest.mark.requirement("SYSTEM-PROBLEM-03")
def test_problem_does_not_repeat_what_else_was_refused(api: Api, someone: Person) -> None:
    _expect_silence(api.get_user(REFUSED), 404)
    _expect_silence(api.get_me(token=REFUSED), 401)
    _expect_silence(api.refresh_tokens(json={"refresh_token": REFUSED}), 401)
    wrong = {"email": f"{REFUSED}{someone.email}", "password": REFUSED}
    _expect_silence(api.log_in(json=wrong), 401)
    _expect_silence(someone.update_me(content=REFUSED.encode(), headers=JSON), 400)
    _expect_silence(someone.update_me(content=b"{}", headers={"Content-Type": REFUSED}), 415)


@pytest.mark.requirement("SYSTEM-PROBLEM-03")
def test_problem_does_not_repeat_what_is_taken(api: Api, someone: Person) -> None:
    told = body_for("register_user")
    for member in ("username", "email"):
        taken = getattr(someone, member)
        fresh = {**told, "username": f"not_{someone.username}"[:30]}
        _expect_silence(api.register_user(json={**fresh, member: taken}), 409, taken)


def _tell(answer: Answer) -> dict[str, Any]:
    told = {name: value for name, value in answer.json.items() if name not in ("detail", "errors")}
    return {**told, "media type": answer.media_type, "status line": answer.status}


def _expect(contract: Contract, code: str) -> dict[str, Any]:
    members = contract.schema(code.title().replace("_", ""))["properties"]
    told = {name: members[name]["const"] for name in ("type", "title", "status", "code")}
    return {**told, "media type": "application/problem+json", "status line": told["status"]}


def _expect_all(contract: Contract, answers: Mapping[str, Answer]) -> None:
    assert {code: _tell(answer) for code, answer in answers.items()} == {
        code: _expect(contract, code) for code in answers
    }
    assert [code for code, answer in answers.items() if not answer.json["detail"]] == []


def _expect_no_insides(answer: Answer, status: int) -> None:
    assert answer.status == status
    assert list(find_insides(answer.content.decode())) == []


def _expect_silence(answer: Answer, status: int, refused: str = REFUSED) -> None:
    assert answer.status == status
    assert refused not in answer.content.decode(), f"the refused value stands in {answer!r}"
