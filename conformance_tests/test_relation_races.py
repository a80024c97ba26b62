"""Likes, comments and follows at once: every count is exact, and nothing outlives its owner."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.together import count, send_together

Send = Callable[[], Answer]

OFTEN = 12
EACH = 3
DONE, MADE = (204, "None"), (201, "None")
NOT_FOUND, INVALID = (404, "not_found"), (401, "invalid_token")
COMMENT = {"body": "A comment."}


@pytest.fixture(scope="module")
def crowd(people: People, someone: Person, someone_else: Person) -> list[Person]:
    """Some people, all of them signed in."""
    crowd = [someone, someone_else, people.register(), people.register()]
    assert all(person.access_token for person in crowd)
    return crowd


def send_amid(requests: Sequence[Send], one: Send) -> tuple[Answer, list[Answer]]:
    """Send one request in the middle of others, all at the same moment."""
    half = len(requests) // 2
    answers = send_together([*requests[:half], one, *requests[half:]])
    return answers.pop(half), answers


def tell_stats(reader: Api | Person, post_id: str) -> tuple[int, int]:
    """Return how many like a post, and how many comments it has."""
    stats = reader.get_post_stats(post_id).json
    return stats["likes_count"], stats["comments_count"]


@pytest.mark.requirement("HARDENING-RACE-10")
def test_of_many_likes_by_one_caller_one_counts(api: Api, someone: Person) -> None:
    post_id = someone.has_post()["id"]
    answers = send_together(OFTEN * [partial(someone.like_post, post_id)])
    assert count(answers) == {DONE: OFTEN}
    assert tell_stats(api, post_id) == (1, 0)
    assert someone.unlike_post(post_id).status == 204
    assert tell_stats(api, post_id) == (0, 0)


@pytest.mark.requirement("HARDENING-RACE-11")
def test_likes_by_many_callers_all_count(api: Api, crowd: list[Person]) -> None:
    first, second, *others = crowd
    post_id = first.has_post()["id"]
    for person in (first, second):
        person.likes(post_id)
    likes = EACH * [partial(person.like_post, post_id) for person in others]
    answers = send_together([*likes, *(EACH * [partial(first.unlike_post, post_id)])])
    assert count(answers) == {DONE: len(answers)}
    assert tell_stats(api, post_id) == (1 + len(others), 0)
    liked = [person.get_post_stats(post_id).json["liked"] for person in crowd]
    assert liked == [False, True, *(True for _ in others)]


@pytest.mark.requirement("HARDENING-RACE-12")
def test_of_many_follows_by_one_caller_one_counts(api: Api, crowd: list[Person]) -> None:
    ann, ben = crowd[2:]
    # Each follows the other, so that neither may wait for the other for ever.
    follows = [partial(ann.follow_user, ben.username), partial(ben.follow_user, ann.username)]
    answers = send_together(OFTEN // 2 * follows)
    users = [api.get_user(person.username).json for person in (ann, ben)]
    # Before anything is judged, because other tests count whom they follow.
    unfollows = [partial(ann.unfollow_user, ben.username), partial(ben.unfollow_user, ann.username)]
    assert count([*answers, *send_together(unfollows)]) == {DONE: OFTEN + 2}
    assert [(user["followers_count"], user["following_count"]) for user in users] == 2 * [(1, 1)]


@pytest.mark.requirement("HARDENING-RACE-13")
def test_comments_at_once_are_all_made(api: Api, crowd: list[Person]) -> None:
    post_id = crowd[0].has_post()["id"]
    comments = [partial(person.create_comment, post_id, json=COMMENT) for person in crowd]
    answers = send_together(EACH * comments)
    assert count(answers) == {MADE: len(answers)}
    made = sorted(answer.json["id"] for answer in answers)
    listed = api.list_comments(post_id, query={"sort": "created_at", "limit": 100}).items
    assert [comment["id"] for comment in listed] == made
    assert tell_stats(api, post_id) == (0, len(made))


@pytest.mark.requirement("HARDENING-RACE-14")
def test_no_comment_outlives_its_post(crowd: list[Person]) -> None:
    author = crowd[0]
    post_id = author.has_post()["id"]
    earlier = author.has_comment(post_id)["id"]
    comments = [partial(person.create_comment, post_id, json=COMMENT) for person in crowd]
    likes = [partial(person.like_post, post_id) for person in crowd]
    requests = [*comments, *likes, *comments]
    deleted, others = send_amid(requests, partial(author.delete_post, post_id))
    assert deleted.status == 204
    assert count(others).keys() <= {MADE, DONE, NOT_FOUND}
    made = [earlier, *(answer.json["id"] for answer in others if answer.status == 201)]
    assert [author.get_comment(one).problem for one in made] == len(made) * [NOT_FOUND]


@pytest.mark.requirement("HARDENING-RACE-15")
def test_nobody_follows_who_has_left(api: Api, people: People, crowd: list[Person]) -> None:
    leaver = people.register("leaver")
    assert crowd[2].follow_user(leaver.username).status == 204
    leave = partial(leaver.delete_me, token=leaver.access_token)
    follows = EACH * [partial(person.follow_user, leaver.username) for person in crowd]
    deleted, others = send_amid(follows, leave)
    assert deleted.status == 204
    assert count(others).keys() <= {DONE, NOT_FOUND}
    following = [api.get_user(person.username).json["following_count"] for person in crowd[2:]]
    assert following == [0, 0]


@pytest.mark.requirement("HARDENING-RACE-16")
def test_nothing_that_is_done_at_once_outlives_the_account(
    api: Api, people: People, crowd: list[Person]
) -> None:
    host = crowd[2]
    leaver, post_id = people.register("leaver"), host.has_post()["id"]
    token = leaver.access_token
    deeds = [
        partial(leaver.create_comment, post_id, json=COMMENT, token=token),
        partial(leaver.like_post, post_id, token=token),
        partial(leaver.follow_user, host.username, token=token),
    ]
    # However fast the account goes, something of it is there before.
    assert [deed().status for deed in deeds] == [201, 204, 204]
    deleted, others = send_amid(4 * deeds, partial(leaver.delete_me, token=token))
    assert deleted.status == 204
    assert count(others).keys() <= {MADE, DONE, INVALID}
    assert tell_stats(api, post_id) == (0, 0)
    assert api.list_comments(post_id).items == []
    assert api.list_followers(host.username).items == []
    assert api.get_user(host.username).json["followers_count"] == 0


@pytest.mark.requirement("HARDENING-RACE-17")
def test_accounts_with_ties_to_each_other_are_deleted_at_once(people: People) -> None:
    pair = [people.register("leaver") for _ in range(2)]
    posts = [person.has_post()["id"] for person in pair]
    for person, other, theirs in zip(pair, reversed(pair), reversed(posts), strict=True):
        person.follows(other)
        person.likes(theirs)
        person.has_comment(theirs)
    answers = send_together([person.delete_me for person in pair])
    assert count(answers) == {DONE: 2}
