"""Following: who follows whom, in the lists of both."""

from itertools import permutations
from typing import NamedTuple

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import People, Person

NOT_FOUND = (404, "not_found")
OPERATIONS = ("follow_user", "unfollow_user", "list_followers", "list_following")


class Circle(NamedTuple):
    """Three people who follow nobody when a test begins, nor does anybody follow them."""

    ann: Person
    ben: Person
    cyd: Person


@pytest.fixture(scope="module")
def members(people: People) -> Circle:
    """The people of the circle."""
    return Circle(*(people.register(name) for name in Circle._fields))


@pytest.fixture
def circle(members: Circle) -> Circle:
    """The same people, once more without any ties."""
    return untie(members)


def untie(circle: Circle) -> Circle:
    """Let everybody unfollow everybody else."""
    for one, other in permutations(circle, 2):
        assert one.unfollow_user(other.username).status == 204
    return circle


def list_followers(reader: Operations, person: Person) -> list[str]:
    """Return the names of those who follow a person."""
    return [user["username"] for user in reader.list_followers(person.username).items]


def list_following(reader: Operations, person: Person) -> list[str]:
    """Return the names of those whom a person follows."""
    return [user["username"] for user in reader.list_following(person.username).items]


def show_ties(reader: Operations, circle: Circle) -> set[str]:
    """Return who follows whom, which has to be the same seen from either end."""
    names = {person.username: name for name, person in circle._asdict().items()}
    ties, mirrored = [], []
    for name, person in circle._asdict().items():
        ties += [f"{name} {names[one]}" for one in list_following(reader, person)]
        mirrored += [f"{names[one]} {name}" for one in list_followers(reader, person)]
    assert sorted(ties) == sorted(mirrored)
    assert len(ties) == len(set(ties))
    return set(ties)


@pytest.mark.requirement("RELATIONS-FOLLOW-01", "RELATIONS-FOLLOW-02")
def test_following_shows_in_the_lists_of_both_and_only_once(api: Api, circle: Circle) -> None:
    ann, ben, cyd = circle
    for follower, followed in ((ann, ben), (ann, cyd), (cyd, ben), (ben, ann), (ann, ben)):
        assert follower.follow_user(followed.username).status == 204
    assert show_ties(api, circle) == {"ann ben", "ann cyd", "cyd ben", "ben ann"}
    assert api.get_user(ben.username).json["followers_count"] == 2


@pytest.mark.requirement("RELATIONS-FOLLOW-03", "RELATIONS-FOLLOW-04")
def test_unfollowing_takes_out_these_two_and_nobody_else(api: Api, members: Circle) -> None:
    circle = untie(members)
    ann, ben, cyd = circle
    for follower, followed in ((ann, ben), (ben, ann), (ann, cyd), (cyd, ben)):
        follower.follows(followed)
    # Once more, and oneself, and somebody who follows but is not followed.
    for person, other in ((ann, ben), (ann, ben), (ann, ann), (ben, cyd)):
        assert person.unfollow_user(other.username).status == 204
    assert show_ties(api, circle) == {"ben ann", "ann cyd", "cyd ben"}


@pytest.mark.requirement("RELATIONS-FOLLOW-05")
def test_nobody_follows_themselves(api: Api, someone: Person) -> None:
    refused = someone.follow_user(someone.username)
    assert refused.problem == (422, "invalid_request")
    assert refused.faults == [("username", "cannot_follow_self")]
    assert someone.username not in list_followers(api, someone)


@pytest.mark.requirement("RELATIONS-FOLLOW-06", "ACCOUNTS-USER-03")
def test_nobody_is_followed_by_a_name_that_only_resembles_theirs(someone: Person) -> None:
    loud = someone.username.upper()
    problems = {one: getattr(someone, one)(loud).problem for one in OPERATIONS}
    assert problems == dict.fromkeys(OPERATIONS, NOT_FOUND)


@pytest.mark.requirement("RELATIONS-FOLLOW-08", "RELATIONS-COUNT-02")
def test_a_closed_account_keeps_its_ties(api: Api, admin: Person, people: People) -> None:
    closed, fan = people.register("closed"), people.register("fan")
    closed.follows(fan)
    fan.follows(closed)
    assert admin.update_user(closed.username, json={"is_active": False}).status == 200
    for person, other in ((fan, closed), (closed, fan)):
        assert list_followers(api, person) == list_following(api, person) == [other.username]
    user = api.get_user(fan.username).json
    assert (user["followers_count"], user["following_count"]) == (1, 1)
