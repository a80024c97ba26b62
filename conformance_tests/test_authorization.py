"""Who may do what to which thing, for every operation of the contract with an id in its path."""

from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.data.ids import NEVER_GIVEN
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Call
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.plugin import get_contract

# For each caller in turn: `ok`, or the code of the refusal. `departed` has a token from before
# the account was deleted. What is `gone` was deleted or never there. Comments are the owner's, but
# for those `received` on a post of the owner's and those there `on_draft`.
TABLE = """
    operation      thing      owner     other     admin     anonymous     departed

    get_post       published  ok        ok        ok        ok            invalid_token
    get_post       draft      ok        not_found not_found not_found     invalid_token
    get_post       gone       not_found not_found not_found not_found     invalid_token

    update_post    published  ok        forbidden forbidden missing_token invalid_token
    update_post    draft      ok        not_found not_found missing_token invalid_token
    update_post    gone       not_found not_found not_found missing_token invalid_token

    delete_post    published  ok        forbidden ok        missing_token invalid_token
    delete_post    draft      ok        not_found not_found missing_token invalid_token
    delete_post    gone       not_found not_found not_found missing_token invalid_token

    get_post_stats published  ok        ok        ok        ok            invalid_token
    get_post_stats draft      ok        not_found not_found not_found     invalid_token
    get_post_stats gone       not_found not_found not_found not_found     invalid_token

    like_post      published  ok        ok        ok        missing_token invalid_token
    like_post      draft      ok        not_found not_found missing_token invalid_token
    like_post      gone       not_found not_found not_found missing_token invalid_token

    unlike_post    published  ok        ok        ok        missing_token invalid_token
    unlike_post    draft      ok        not_found not_found missing_token invalid_token
    unlike_post    gone       not_found not_found not_found missing_token invalid_token

    create_comment published  ok        ok        ok        missing_token invalid_token
    create_comment draft      ok        not_found not_found missing_token invalid_token
    create_comment gone       not_found not_found not_found missing_token invalid_token

    list_comments  published  ok        ok        ok        ok            invalid_token
    list_comments  draft      ok        not_found not_found not_found     invalid_token
    list_comments  gone       not_found not_found not_found not_found     invalid_token

    get_comment    own        ok        ok        ok        ok            invalid_token
    get_comment    received   ok        ok        ok        ok            invalid_token
    get_comment    hidden     not_found not_found not_found not_found     invalid_token
    get_comment    on_draft   ok        not_found not_found not_found     invalid_token
    get_comment    gone       not_found not_found not_found not_found     invalid_token

    update_comment own        ok        forbidden forbidden missing_token invalid_token
    update_comment received   forbidden forbidden forbidden missing_token invalid_token
    update_comment hidden     not_found not_found not_found missing_token invalid_token
    update_comment on_draft   forbidden not_found not_found missing_token invalid_token
    update_comment gone       not_found not_found not_found missing_token invalid_token

    delete_comment own        ok        forbidden ok        missing_token invalid_token
    delete_comment received   ok        forbidden ok        missing_token invalid_token
    delete_comment hidden     not_found not_found not_found missing_token invalid_token
    delete_comment on_draft   ok        not_found not_found missing_token invalid_token
    delete_comment gone       not_found not_found not_found missing_token invalid_token

    get_user       active     ok        ok        ok        ok            invalid_token
    get_user       gone       not_found not_found not_found not_found     invalid_token

    update_user    active     forbidden forbidden ok        missing_token invalid_token
    update_user    gone       not_found not_found not_found missing_token invalid_token

    follow_user    active     invalid_request ok  ok        missing_token invalid_token
    follow_user    gone       not_found not_found not_found missing_token invalid_token

    unfollow_user  active     ok        ok        ok        missing_token invalid_token
    unfollow_user  gone       not_found not_found not_found missing_token invalid_token

    list_followers active     ok        ok        ok        ok            invalid_token
    list_followers gone       not_found not_found not_found not_found     invalid_token

    list_following active     ok        ok        ok        ok            invalid_token
    list_following gone       not_found not_found not_found not_found     invalid_token
"""
HEADING, *ROWS = [line.split() for line in TABLE.splitlines() if line]
EXPECTED = {(operation_id, thing): row for operation_id, thing, *row in ROWS}
CALLERS = HEADING[2:]
BODIES: dict[str, dict[str, Any]] = {
    "update_post": {"body": "Changed."},
    "update_user": {},
    "create_comment": {"body": "A comment."},
    "update_comment": {"body": "Changed."},
}


# The departed are refused before anything is looked for; what never was is nobody's.
each_but_departed = pytest.mark.parametrize("who", [one for one in CALLERS if one != "departed"])
with_and_without_token = pytest.mark.parametrize("who", ["other", "anonymous"])

# What is answered to each operation.
Outcomes = dict[str, str]


@pytest.fixture(scope="module")
def owner(someone: Person) -> Person:
    """Whose things they are."""
    return someone


@pytest.fixture(scope="module")
def other(someone_else: Person) -> Person:
    """Somebody who owns nothing here."""
    return someone_else


@pytest.fixture(scope="module")
def host(people: People) -> Person:
    """Somebody on whose posts the owner comments, and who comments on the owner's."""
    return people.register("host")


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


@pytest.fixture(scope="module")
def deleted_comment(owner: Person, host: Person) -> str:
    """The id of a comment that the owner made."""
    comment_id = str(owner.has_comment(host.has_post()["id"])["id"])
    owner.delete_comment(comment_id)
    return comment_id


@pytest.fixture(scope="module")
def hidden_comment(owner: Person, host: Person) -> str:
    """The id of a comment by the owner on a post that became a draft."""
    post_id = host.has_post()["id"]
    comment_id = str(owner.has_comment(post_id)["id"])
    host.update_post(post_id, json={"status": "draft"})
    return comment_id


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
    """Return every operation with such an id; what deletes the thing comes last."""
    operations = get_contract().operations.values()
    names = [one.operation_id for one in operations if "{" + parameter + "}" in one.path]
    return sorted(names, key=lambda name: name.startswith("delete_"))


def expect(who: str, parameter: str, thing: str) -> Outcomes:
    """Return the column of the table that tells what a caller gets for a thing."""
    column = CALLERS.index(who)
    return {name: EXPECTED[name, thing][column] for name in list_operations(parameter)}


def choose_body(operation_id: str) -> Call:
    return {"json": BODIES[operation_id]} if operation_id in BODIES else {}


def try_all(caller: Api | Person, parameter: str, name: str) -> Outcomes:
    """Call every operation on a thing, and return `ok` or the code of the refusal for each."""
    outcomes = {}
    for operation_id in list_operations(parameter):
        answer: Answer = getattr(caller, operation_id)(name, **choose_body(operation_id))
        outcomes[operation_id] = answer.problem[1] if answer.status >= 400 else "ok"
    return outcomes


@pytest.mark.requirement(
    "POSTS-READ-01",
    "POSTS-UPDATE-05",
    "POSTS-DELETE-01",
    "POSTS-DELETE-02",
    "ACCOUNTS-AUTH-01",
    "RELATIONS-COMMENT-04",
    "RELATIONS-ACCESS-01",
)
def test_a_published_post_is_guarded(who: str, caller: Api | Person, owner: Person) -> None:
    outcomes = try_all(caller, "post_id", owner.has_post()["id"])
    assert outcomes == expect(who, "post_id", "published")


@each_but_departed
@pytest.mark.requirement(
    "POSTS-DRAFT-01",
    "POSTS-DRAFT-02",
    "POSTS-DRAFT-03",
    "RELATIONS-COMMENT-04",
    "RELATIONS-COMMENT-05",
    "RELATIONS-LIKE-05",
    "RELATIONS-STATS-03",
)
def test_a_draft_is_guarded(who: str, caller: Api | Person, owner: Person) -> None:
    outcomes = try_all(caller, "post_id", owner.has_post(status="draft")["id"])
    assert outcomes == expect(who, "post_id", "draft")


@each_but_departed
@pytest.mark.requirement(
    "POSTS-DELETE-03",
    "POSTS-READ-02",
    "RELATIONS-COMMENT-05",
    "RELATIONS-LIKE-05",
    "RELATIONS-STATS-03",
)
def test_a_deleted_post_is_nothing(who: str, caller: Api | Person, deleted: str) -> None:
    assert try_all(caller, "post_id", deleted) == expect(who, "post_id", "gone")


@with_and_without_token
@pytest.mark.requirement(
    "POSTS-READ-02", "RELATIONS-COMMENT-05", "RELATIONS-LIKE-05", "RELATIONS-STATS-03"
)
def test_a_post_that_never_was_is_nothing(who: str, caller: Api | Person) -> None:
    assert try_all(caller, "post_id", NEVER_GIVEN) == expect(who, "post_id", "gone")


@pytest.mark.requirement("RELATIONS-COMMENT-11", "RELATIONS-COMMENT-12", "RELATIONS-COMMENT-13")
def test_a_comment_is_guarded(who: str, caller: Api | Person, owner: Person, host: Person) -> None:
    comment_id = owner.has_comment(host.has_post()["id"])["id"]
    assert try_all(caller, "comment_id", comment_id) == expect(who, "comment_id", "own")


@each_but_departed
@pytest.mark.requirement("RELATIONS-COMMENT-11", "RELATIONS-COMMENT-12", "RELATIONS-COMMENT-13")
def test_a_comment_on_ones_own_post_is_guarded(
    who: str, caller: Api | Person, owner: Person, host: Person
) -> None:
    comment_id = host.has_comment(owner.has_post()["id"])["id"]
    assert try_all(caller, "comment_id", comment_id) == expect(who, "comment_id", "received")


@each_but_departed
@pytest.mark.requirement("RELATIONS-COMMENT-06")
def test_a_comment_on_anothers_draft_is_nothing(
    who: str, caller: Api | Person, hidden_comment: str
) -> None:
    assert try_all(caller, "comment_id", hidden_comment) == expect(who, "comment_id", "hidden")


@each_but_departed
@pytest.mark.requirement("RELATIONS-COMMENT-06", "RELATIONS-COMMENT-12")
def test_a_comment_on_ones_own_draft_is_guarded(
    who: str, caller: Api | Person, owner: Person, host: Person
) -> None:
    post_id = owner.has_post()["id"]
    comment_id = host.has_comment(post_id)["id"]
    owner.update_post(post_id, json={"status": "draft"})
    assert try_all(caller, "comment_id", comment_id) == expect(who, "comment_id", "on_draft")


@each_but_departed
@pytest.mark.requirement("RELATIONS-COMMENT-07")
def test_a_deleted_comment_is_nothing(who: str, caller: Api | Person, deleted_comment: str) -> None:
    assert try_all(caller, "comment_id", deleted_comment) == expect(who, "comment_id", "gone")


@with_and_without_token
@pytest.mark.requirement("RELATIONS-COMMENT-07")
def test_a_comment_that_never_was_is_nothing(who: str, caller: Api | Person) -> None:
    assert try_all(caller, "comment_id", NEVER_GIVEN) == expect(who, "comment_id", "gone")


@pytest.mark.requirement(
    "ACCOUNTS-USER-01",
    "ACCOUNTS-ADMIN-02",
    "ACCOUNTS-AUTH-01",
    "RELATIONS-FOLLOW-04",
    "RELATIONS-FOLLOW-05",
    "RELATIONS-ACCESS-01",
)
def test_a_user_is_guarded(who: str, caller: Api | Person, owner: Person) -> None:
    assert try_all(caller, "username", owner.username) == expect(who, "username", "active")


@each_but_departed
@pytest.mark.requirement("ACCOUNTS-DELETE-01", "ACCOUNTS-ADMIN-03", "RELATIONS-FOLLOW-06")
def test_a_deleted_user_is_nobody(who: str, caller: Api | Person, departed: Person) -> None:
    assert try_all(caller, "username", departed.username) == expect(who, "username", "gone")


@with_and_without_token
@pytest.mark.requirement("ACCOUNTS-USER-02", "ACCOUNTS-ADMIN-03", "RELATIONS-FOLLOW-06")
def test_a_user_that_never_was_is_nobody(who: str, caller: Api | Person) -> None:
    outcomes = try_all(caller, "username", f"nobody_{token_hex(6)}")
    assert outcomes == expect(who, "username", "gone")
