"""Who may do what to which thing, for every operation of the contract with an id in its path."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.plugin import get_contract

# For each caller in turn: `ok`, or the code of the refusal. `departed` has a token from before
# the account was deleted.
TABLE = """
    operation   thing      owner     other     admin     anonymous     departed

    get_post    published  ok        ok        ok        ok            invalid_token
    get_post    draft      ok        not_found not_found not_found     invalid_token
    get_post    deleted    not_found not_found not_found not_found     invalid_token
    get_post    absent     not_found not_found not_found not_found     invalid_token

    update_post published  ok        forbidden forbidden missing_token invalid_token
    update_post draft      ok        not_found not_found missing_token invalid_token
    update_post deleted    not_found not_found not_found missing_token invalid_token
    update_post absent     not_found not_found not_found missing_token invalid_token

    delete_post published  ok        forbidden ok        missing_token invalid_token
    delete_post draft      ok        not_found not_found missing_token invalid_token
    delete_post deleted    not_found not_found not_found missing_token invalid_token
    delete_post absent     not_found not_found not_found missing_token invalid_token

    get_user    active     ok        ok        ok        ok            invalid_token
    get_user    deleted    not_found not_found not_found not_found     invalid_token
    get_user    absent     not_found not_found not_found not_found     invalid_token

    update_user active     forbidden forbidden ok        missing_token invalid_token
    update_user deleted    not_found not_found not_found missing_token invalid_token
    update_user absent     not_found not_found not_found missing_token invalid_token
"""
HEADING, *ROWS = [line.split() for line in TABLE.splitlines() if line]
EXPECTED = {(operation_id, thing): row for operation_id, thing, *row in ROWS}
CALLERS = HEADING[2:]
CALLS: dict[str, dict[str, Any]] = {
    "get_post": {},
    "update_post": {"json": {"body": "Changed."}},
    "delete_post": {},
    "get_user": {},
    "update_user": {"json": {}},
}


NEVER_GIVEN = "01890a5d-ac96-774b-bcce-b302099a8057"

# What is answered to each operation.
Outcomes = dict[str, str]
Attempt = Callable[[str], Outcomes]


@pytest.fixture(scope="module")
def owner(someone: Person) -> Person:
    """Whose things they are."""
    return someone


@pytest.fixture(scope="module")
def other(someone_else: Person) -> Person:
    """Somebody who owns nothing here."""
    return someone_else


@pytest.fixture(scope="module")
def departed(people: People) -> Person:
    """Somebody whose account is deleted, and who still has a token."""
    person = people.register("departed")
    person.delete_me()
    return person


@pytest.fixture(scope="module")
def deleted(owner: Person) -> str:
    """The id of a post that the owner had."""
    post_id = str(owner.has_post()["id"])
    owner.delete_post(post_id)
    return post_id


@pytest.fixture(params=CALLERS)
def who(request: pytest.FixtureRequest) -> str:
    """Each of the callers in turn."""
    return str(request.param)


@pytest.fixture
def caller(request: pytest.FixtureRequest, api: Api, who: str) -> Api | Person:
    """The caller of that name."""
    chosen: Api | Person = api if who == "anonymous" else request.getfixturevalue(who)
    return chosen


def list_operations(parameter: str) -> list[str]:
    """Return every operation with such an id, in the order of the contract: deleting is last."""
    operations = get_contract().operations.values()
    return [one.operation_id for one in operations if "{" + parameter + "}" in one.path]


def expect(who: str, parameter: str, thing: str) -> Outcomes:
    """Return the column of the table that tells what a caller gets for a thing."""
    column = CALLERS.index(who)
    return {name: EXPECTED[name, thing][column] for name in list_operations(parameter)}


def try_all(caller: Api | Person, parameter: str, name: str) -> Outcomes:
    """Call every operation on a thing, and return `ok` or the code of the refusal for each."""
    outcomes = {}
    for operation_id in list_operations(parameter):
        answer: Answer = getattr(caller, operation_id)(name, **CALLS[operation_id])
        outcomes[operation_id] = answer.problem[1] if answer.status >= 400 else "ok"
    return outcomes


@pytest.mark.requirement(
    "POSTS-READ-01", "POSTS-UPDATE-05", "POSTS-DELETE-01", "POSTS-DELETE-02", "ACCOUNTS-AUTH-01"
)
def test_a_published_post_is_guarded(who: str, caller: Api | Person, owner: Person) -> None:
    outcomes = try_all(caller, "post_id", owner.has_post()["id"])
    assert outcomes == expect(who, "post_id", "published")


@pytest.mark.requirement("POSTS-DRAFT-01", "POSTS-DRAFT-02", "POSTS-DRAFT-03")
def test_a_draft_is_guarded(who: str, caller: Api | Person, owner: Person) -> None:
    outcomes = try_all(caller, "post_id", owner.has_post(status="draft")["id"])
    assert outcomes == expect(who, "post_id", "draft")


@pytest.mark.requirement("POSTS-DELETE-03", "POSTS-READ-02")
def test_a_deleted_post_is_nothing(who: str, caller: Api | Person, deleted: str) -> None:
    assert try_all(caller, "post_id", deleted) == expect(who, "post_id", "deleted")


@pytest.mark.requirement("POSTS-READ-02")
def test_a_post_that_never_was_is_nothing(who: str, caller: Api | Person) -> None:
    assert try_all(caller, "post_id", NEVER_GIVEN) == expect(who, "post_id", "absent")


@pytest.mark.requirement("ACCOUNTS-USER-01", "ACCOUNTS-ADMIN-02", "ACCOUNTS-AUTH-01")
def test_a_user_is_guarded(who: str, caller: Api | Person, owner: Person) -> None:
    assert try_all(caller, "username", owner.username) == expect(who, "username", "active")


@pytest.mark.requirement("ACCOUNTS-DELETE-01", "ACCOUNTS-ADMIN-03")
def test_a_deleted_user_is_nobody(who: str, caller: Api | Person, departed: Person) -> None:
    assert try_all(caller, "username", departed.username) == expect(who, "username", "deleted")


@pytest.mark.requirement("ACCOUNTS-USER-02", "ACCOUNTS-ADMIN-03")
def test_a_user_that_never_was_is_nobody(who: str, caller: Api | Person) -> None:
    outcomes = try_all(caller, "username", f"nobody_{token_hex(6)}")
    assert outcomes == expect(who, "username", "absent")
