"""Who may do what to which thing, for every operation of the contract with an id in its path."""

from collections.abc import Callable, Iterable
from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.data.ids import NEVER_GIVEN
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Call
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.plugin import get_contract

# For each caller in turn: `ok`, or the code of the refusal. What is `gone` was deleted or never
# there. Comments are the owner's, but for those `received` on a post of the owner's and those there
# `on_draft`; `hidden` ones are on a draft of somebody else. What is marked `-` differs in nothing
# from another row, and is not tried.
TABLE = """
    operation      thing      owner     other     admin     anonymous

    get_post       published  ok        ok        ok        ok
    get_post       draft      ok        not_found not_found not_found
    get_post       gone       not_found not_found not_found not_found

    update_post    published  ok        forbidden forbidden missing_token
    update_post    draft      ok        not_found not_found -
    update_post    gone       not_found not_found not_found -

    delete_post    published  ok        forbidden ok        missing_token
    delete_post    draft      ok        not_found not_found -
    delete_post    gone       not_found not_found not_found -

    get_post_stats published  ok        ok        ok        ok
    get_post_stats draft      ok        not_found not_found not_found
    get_post_stats gone       not_found not_found not_found not_found

    like_post      published  ok        ok        ok        missing_token
    like_post      draft      ok        not_found not_found -
    like_post      gone       not_found not_found not_found -

    unlike_post    published  ok        ok        ok        missing_token
    unlike_post    draft      ok        not_found not_found -
    unlike_post    gone       not_found not_found not_found -

    create_comment published  ok        ok        ok        missing_token
    create_comment draft      ok        not_found not_found -
    create_comment gone       not_found not_found not_found -

    list_comments  published  ok        ok        ok        ok
    list_comments  draft      ok        not_found not_found not_found
    list_comments  gone       not_found not_found not_found not_found

    get_comment    own        ok        ok        ok        ok
    get_comment    received   ok        ok        -         -
    get_comment    hidden     not_found -         -         -
    get_comment    on_draft   ok        not_found not_found not_found
    get_comment    gone       not_found not_found not_found not_found

    update_comment own        ok        forbidden forbidden missing_token
    update_comment received   forbidden forbidden -         -
    update_comment hidden     not_found -         -         -
    update_comment on_draft   forbidden not_found not_found -
    update_comment gone       not_found not_found not_found -

    delete_comment own        ok        forbidden ok        missing_token
    delete_comment received   ok        forbidden -         -
    delete_comment hidden     not_found -         -         -
    delete_comment on_draft   ok        not_found not_found -
    delete_comment gone       not_found not_found not_found -

    get_user       active     ok        ok        ok        ok
    get_user       gone       not_found not_found not_found not_found

    update_user    active     forbidden forbidden ok        missing_token
    update_user    gone       not_found not_found not_found -

    follow_user    active     invalid_request ok  ok        missing_token
    follow_user    gone       not_found not_found not_found -

    unfollow_user  active     ok        ok        ok        missing_token
    unfollow_user  gone       not_found not_found not_found -

    list_followers active     ok        ok        ok        ok
    list_followers gone       not_found not_found not_found not_found

    list_following active     ok        ok        ok        ok
    list_following gone       not_found not_found not_found not_found
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

with_and_without_token = pytest.mark.parametrize("who", ["other", "anonymous"])

# What is answered to each operation.
Outcomes = dict[str, str]
Make = Callable[[Person, Person], str]


def publish(owner: Person, _host: Person) -> str:
    return str(owner.has_post()["id"])


def draft(owner: Person, _host: Person) -> str:
    return str(owner.has_post(status="draft")["id"])


def comment(owner: Person, host: Person) -> str:
    return str(owner.has_comment(host.has_post()["id"])["id"])


def comment_and_hide(owner: Person, host: Person) -> str:
    made = owner.has_comment(host.has_post()["id"])
    host.update_post(made["post_id"], json={"status": "draft"})
    return str(made["id"])


MAKE: dict[str, Make] = {
    "published": publish,
    "draft": draft,
    "own": comment,
    "received": lambda owner, host: comment(host, owner),
    "hidden": comment_and_hide,
    "on_draft": lambda owner, host: comment_and_hide(host, owner),
}


class Things:
    """The ids of what the table names: made when first asked for, and anew when deleted."""

    def __init__(self, owner: Person, host: Person) -> None:
        self._people = owner, host
        self._there: dict[str, str] = {}

    def find(self, thing: str) -> str:
        """Return the id of a thing, the same one until it is deleted."""
        if thing not in self._there:
            self._there[thing] = MAKE[thing](*self._people)
        return self._there[thing]

    def forget(self, thing: str) -> None:
        """Take note that a thing was deleted."""
        del self._there[thing]


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
def things(owner: Person, host: Person) -> Things:
    """One thing of each kind for all callers in turn."""
    return Things(owner, host)


@pytest.fixture(scope="module")
def departed(people: People) -> str:
    """The name of somebody whose account is deleted."""
    person = people.register("departed")
    person.delete_me()
    return person.username


@pytest.fixture(params=CALLERS[::-1])
def who(request: pytest.FixtureRequest) -> str:
    """Each of the callers in turn; those who may delete a thing come last."""
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
    """Return what the table says that a caller gets for a thing."""
    column = CALLERS.index(who)
    told = {name: EXPECTED[name, thing][column] for name in list_operations(parameter)}
    return {name: outcome for name, outcome in told.items() if outcome != "-"}


def choose_body(operation_id: str) -> Call:
    return {"json": BODIES[operation_id]} if operation_id in BODIES else {}


def try_all(caller: Api | Person, operation_ids: Iterable[str], key: str) -> Outcomes:
    """Call operations on a thing, and return `ok` or the code of the refusal for each."""
    outcomes = {}
    for operation_id in operation_ids:
        answer: Answer = getattr(caller, operation_id)(key, **choose_body(operation_id))
        outcomes[operation_id] = answer.problem[1] if answer.status >= 400 else "ok"
    return outcomes


def expect_all(caller: Api | Person, who: str, things: Things, parameter: str, thing: str) -> None:
    """Try a thing of that kind, and compare with the table."""
    expected = expect(who, parameter, thing)
    outcomes = try_all(caller, expected, things.find(thing))
    if "ok" in (outcomes.get("delete_post"), outcomes.get("delete_comment")):
        things.forget(thing)
    assert outcomes == expected


@pytest.mark.requirement(
    "POSTS-READ-01",
    "POSTS-UPDATE-05",
    "POSTS-DELETE-01",
    "POSTS-DELETE-02",
    "ACCOUNTS-AUTH-01",
    "RELATIONS-COMMENT-04",
    "RELATIONS-ACCESS-01",
    "RELATIONS-ACCESS-02",
)
def test_a_published_post_is_guarded(who: str, caller: Api | Person, things: Things) -> None:
    expect_all(caller, who, things, "post_id", "published")


@pytest.mark.requirement(
    "POSTS-DRAFT-01",
    "POSTS-DRAFT-02",
    "POSTS-DRAFT-03",
    "RELATIONS-COMMENT-04",
    "RELATIONS-COMMENT-05",
    "RELATIONS-LIKE-05",
    "RELATIONS-STATS-03",
)
def test_a_draft_is_guarded(who: str, caller: Api | Person, things: Things) -> None:
    expect_all(caller, who, things, "post_id", "draft")


@pytest.mark.requirement(
    "POSTS-DELETE-03",
    "POSTS-READ-02",
    "RELATIONS-COMMENT-05",
    "RELATIONS-LIKE-05",
    "RELATIONS-STATS-03",
)
def test_a_deleted_post_is_nothing(owner: Person) -> None:
    post_id = owner.has_post()["id"]
    owner.delete_post(post_id)
    expected = expect("owner", "post_id", "gone")
    assert try_all(owner, expected, post_id) == expected


@with_and_without_token
@pytest.mark.requirement(
    "POSTS-READ-02", "RELATIONS-COMMENT-05", "RELATIONS-LIKE-05", "RELATIONS-STATS-03"
)
def test_a_post_that_never_was_is_nothing(who: str, caller: Api | Person) -> None:
    expected = expect(who, "post_id", "gone")
    assert try_all(caller, expected, NEVER_GIVEN) == expected


@pytest.mark.requirement(
    "RELATIONS-COMMENT-11",
    "RELATIONS-COMMENT-12",
    "RELATIONS-COMMENT-13",
    "RELATIONS-ACCESS-01",
    "RELATIONS-ACCESS-02",
)
def test_a_comment_is_guarded(who: str, caller: Api | Person, things: Things) -> None:
    expect_all(caller, who, things, "comment_id", "own")


@pytest.mark.parametrize("who", ["other", "owner"])
@pytest.mark.requirement("RELATIONS-COMMENT-11", "RELATIONS-COMMENT-12", "RELATIONS-COMMENT-13")
def test_a_comment_on_ones_own_post_is_guarded(
    who: str, caller: Api | Person, things: Things
) -> None:
    expect_all(caller, who, things, "comment_id", "received")


@pytest.mark.requirement("RELATIONS-COMMENT-06")
def test_a_comment_on_anothers_draft_is_nothing(owner: Person, things: Things) -> None:
    expect_all(owner, "owner", things, "comment_id", "hidden")


@pytest.mark.requirement("RELATIONS-COMMENT-06", "RELATIONS-COMMENT-12")
def test_a_comment_on_ones_own_draft_is_guarded(
    who: str, caller: Api | Person, things: Things
) -> None:
    expect_all(caller, who, things, "comment_id", "on_draft")


@pytest.mark.requirement("RELATIONS-COMMENT-07")
def test_a_deleted_comment_is_nothing(owner: Person, host: Person) -> None:
    comment_id = comment(owner, host)
    owner.delete_comment(comment_id)
    expected = expect("owner", "comment_id", "gone")
    assert try_all(owner, expected, comment_id) == expected


@with_and_without_token
@pytest.mark.requirement("RELATIONS-COMMENT-07")
def test_a_comment_that_never_was_is_nothing(who: str, caller: Api | Person) -> None:
    expected = expect(who, "comment_id", "gone")
    assert try_all(caller, expected, NEVER_GIVEN) == expected


@pytest.mark.requirement(
    "ACCOUNTS-USER-01",
    "ACCOUNTS-ADMIN-02",
    "ACCOUNTS-AUTH-01",
    "RELATIONS-FOLLOW-04",
    "RELATIONS-FOLLOW-05",
    "RELATIONS-ACCESS-01",
    "RELATIONS-ACCESS-02",
)
def test_a_user_is_guarded(who: str, caller: Api | Person, owner: Person) -> None:
    expected = expect(who, "username", "active")
    assert try_all(caller, expected, owner.username) == expected


@pytest.mark.parametrize("who", ["anonymous", "admin"])
@pytest.mark.requirement("ACCOUNTS-DELETE-01", "ACCOUNTS-ADMIN-03", "RELATIONS-FOLLOW-06")
def test_a_deleted_user_is_nobody(who: str, caller: Api | Person, departed: str) -> None:
    expected = expect(who, "username", "gone")
    assert try_all(caller, expected, departed) == expected


@pytest.mark.requirement("ACCOUNTS-USER-02", "ACCOUNTS-ADMIN-03", "RELATIONS-FOLLOW-06")
def test_a_user_that_never_was_is_nobody(other: Person) -> None:
    expected = expect("other", "username", "gone")
    assert try_all(other, expected, f"nobody_{token_hex(6)}") == expected
