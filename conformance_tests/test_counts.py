"""Counts: of posts, followers, likes and comments, equal wherever they are shown."""

from secrets import token_hex
from typing import Any, NamedTuple

import pytest

from conformance_tests.data.shapes import summarize
from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import People, Person


class Crew(NamedTuple):
    """Somebody whose counts are looked at, and three others."""

    star: Person
    ann: Person
    ben: Person
    cyd: Person


@pytest.fixture(scope="module")
def crew(people: People) -> Crew:
    """Two follow each other with the star and one only follows, so that all numbers differ."""
    crew = Crew(*(people.register(name) for name in Crew._fields))
    for fan in crew[1:]:
        fan.follows(crew.star)
    for idol in (crew.ann, crew.ben):
        crew.star.follows(idol)
    return crew


@pytest.fixture
def word() -> str:
    """A word that is nobody's but this test's, and fit to be a tag."""
    return f"t{token_hex(6)}"


def count_user(reader: Operations, person: Person) -> dict[str, int]:
    """Return the numbers of a user, by what they number."""
    user = reader.get_user(person.username).json
    return {name[: -len("_count")]: user[name] for name in user if name.endswith("_count")}


def count_posts(reader: Operations, person: Person) -> int:
    """Return the number of a user's posts."""
    return count_user(reader, person)["posts"]


def find(users: list[dict[str, Any]], person: Person) -> dict[str, Any]:
    """Return one of the users in a list."""
    [found] = [user for user in users if user["username"] == person.username]
    return found


# ---- Users. ----


@pytest.mark.requirement("RELATIONS-COUNT-02")
def test_a_new_user_has_no_numbers(api: Api, people: People) -> None:
    newcomer = people.register()
    assert count_user(api, newcomer) == {"posts": 0, "followers": 0, "following": 0}


@pytest.mark.requirement("RELATIONS-COUNT-02", "RELATIONS-COUNT-03")
def test_a_user_is_shown_with_the_same_numbers_everywhere(api: Api, crew: Crew) -> None:
    star, ann = crew.star, crew.ann
    mine = [star.has_post(), star.has_post(tags=["a", "b"])]
    star.has_post(status="draft")
    for person in crew:
        person.likes(mine[0]["id"])
        person.has_comment(mine[0]["id"])
    expected = {"posts": count_listed(api, star), "followers": 3, "following": 2}
    for reader in (api, star, ann):
        assert count_user(reader, star) == expected
    user = api.get_user(star.username).json
    assert api.list_users(query={"q": star.username}).items == [user]
    assert find(api.list_followers(ann.username).items, star) == user
    assert find(api.list_following(ann.username).items, star) == user
    assert find(api.list_following(crew.cyd.username).items, star) == user


def count_listed(reader: Operations, person: Person) -> int:
    """Return how many posts of a user are listed."""
    return len(reader.list_posts(query={"author": person.username, "limit": 100}).items)


@pytest.mark.requirement("RELATIONS-COUNT-02")
def test_numbers_follow_at_once(api: Api, crew: Crew) -> None:
    ben, cyd = crew.ben, crew.cyd
    told = []
    for change in (ben.follow_user, ben.unfollow_user):
        assert change(cyd.username).status == 204
        told.append((count_user(api, ben)["following"], count_user(api, cyd)["followers"]))
    assert told == [(2, 1), (1, 0)]


@pytest.mark.requirement("RELATIONS-COUNT-03", "RELATIONS-COUNT-02")
def test_a_draft_counts_once_it_is_published_and_no_longer(api: Api, crew: Crew) -> None:
    ann, before = crew.ann, count_posts(api, crew.ann)
    post_id = ann.has_post(status="draft")["id"]
    told = [count_posts(reader, ann) for reader in (api, ann)]
    for status in ("published", "draft", "published"):
        ann.update_post(post_id, json={"status": status})
        told.append(count_posts(ann, ann))
    ann.delete_post(post_id)
    told.append(count_posts(api, ann))
    assert [number - before for number in told] == [0, 0, 1, 0, 1, 0]


# ---- Posts. ----


@pytest.mark.requirement("RELATIONS-COUNT-01", "RELATIONS-STATS-01")
def test_a_post_is_shown_with_the_same_numbers_everywhere(api: Api, crew: Crew, word: str) -> None:
    star, ann, ben, cyd = crew
    liked, commented, plain = (star.has_post(tags=["a", "b", word]) for _ in range(3))
    for person in crew:
        person.likes(liked["id"])
    for person in (ann, ann, ben):
        person.has_comment(liked["id"])
    cyd.has_comment(commented["id"])
    expected = [
        summarize(plain),
        summarize(commented, comments_count=1),
        summarize(liked, likes_count=4, comments_count=3),
    ]
    for reader in (api, star, ann):
        assert reader.list_posts(query={"tag": word}).items == expected
    assert ann.get_feed(query={"limit": len(expected)}).items == expected
    for post in expected:
        numbers = {name: post[name] for name in ("likes_count", "comments_count")}
        assert api.get_post_stats(post["id"]).json == {**numbers, "liked": None}


@pytest.mark.requirement("RELATIONS-COUNT-01", "RELATIONS-STATS-01", "RELATIONS-LIKE-03")
def test_what_is_taken_back_counts_no_more(api: Api, crew: Crew, word: str) -> None:
    star, ann, ben, _ = crew
    post = star.has_post(tags=[word])
    for person in (ann, ben):
        person.likes(post["id"])
    comments = [person.has_comment(post["id"]) for person in (ann, ann, ben)]
    assert ann.unlike_post(post["id"]).status == 204
    assert ann.delete_comment(comments[0]["id"]).status == 204
    assert star.delete_comment(comments[2]["id"]).status == 204
    stats = api.get_post_stats(post["id"]).json
    assert (stats["likes_count"], stats["comments_count"]) == (1, 1)
    listed = api.list_posts(query={"tag": word}).items
    assert listed == [summarize(post, likes_count=1, comments_count=1)]


@pytest.mark.requirement("RELATIONS-COUNT-01")
def test_authors_see_the_numbers_of_their_drafts(crew: Crew, word: str) -> None:
    star, ann = crew.star, crew.ann
    post = star.has_post(tags=[word])
    ann.likes(post["id"])
    ann.has_comment(post["id"])
    draft = star.update_post(post["id"], json={"status": "draft"}).json
    query = {"author": star.username, "status": "draft", "tag": word}
    expected = [summarize(draft, likes_count=1, comments_count=1)]
    assert star.list_posts(query=query).items == expected


# ---- Deleted accounts. ----


@pytest.mark.requirement("RELATIONS-COUNT-04", "ACCOUNTS-DELETE-01")
def test_a_deleted_account_takes_its_comments_and_likes_with_it(people: People, crew: Crew) -> None:
    star, ann, leaver = crew.star, crew.ann, people.register("leaver")
    post_id, theirs = star.has_post()["id"], leaver.has_post()["id"]
    gone = [leaver.has_comment(post_id), ann.has_comment(theirs)]
    kept = ann.has_comment(post_id)
    for person in (leaver, ann):
        person.likes(post_id)
        person.likes(theirs)
    assert leaver.delete_me().status == 204
    assert [star.get_comment(comment["id"]).status for comment in gone] == [404, 404]
    assert star.list_comments(post_id).items == [kept]
    stats = {"likes_count": 1, "comments_count": 1, "liked": True}
    assert ann.get_post_stats(post_id).json == stats


@pytest.mark.requirement("RELATIONS-COUNT-04", "ACCOUNTS-DELETE-01")
def test_a_deleted_account_takes_its_follows_and_followers_with_it(
    api: Api, people: People, crew: Crew
) -> None:
    ben, cyd, leaver = crew.ben, crew.cyd, people.register("leaver")
    before = [count_user(api, person) for person in (ben, cyd)]
    for follower, followed in ((leaver, ben), (leaver, cyd), (ben, leaver)):
        follower.follows(followed)
    assert count_user(api, ben) != before[0]
    assert leaver.delete_me().status == 204
    assert [count_user(api, person) for person in (ben, cyd)] == before
    for answer in (api.list_followers(ben.username), api.list_following(ben.username)):
        assert [user["username"] for user in answer.items] == [crew.star.username]


@pytest.mark.requirement("RELATIONS-COUNT-04")
def test_a_deleted_account_leaves_drafts_without_its_relations(people: People, crew: Crew) -> None:
    star, leaver = crew.star, people.register("leaver")
    post_id = star.has_post()["id"]
    leaver.likes(post_id)
    leaver.has_comment(post_id)
    star.update_post(post_id, json={"status": "draft"})
    assert leaver.delete_me().status == 204
    stats = {"likes_count": 0, "comments_count": 0, "liked": False}
    assert star.get_post_stats(post_id).json == stats
    assert star.list_comments(post_id).items == []
