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
    star, ann, ben, cyd = crew
    posts = [star.has_post(status=status)["id"] for status in ("published", "published", "draft")]
    # More than one each, so that none multiplies another.
    for person in (ann, ben):
        person.likes(posts[0])
        person.has_comment(posts[0])
    user = star.get_user(star.username).json
    listed = api.list_posts(query={"author": star.username, "limit": 100}).items
    numbers = [user[f"{name}_count"] for name in ("posts", "followers", "following")]
    assert numbers == [len(listed), 3, 2]
    assert api.get_user(star.username).json == user
    assert api.list_users(query={"q": star.username}).items == [user]
    assert find(api.list_followers(ann.username).items, star) == user
    assert api.list_following(cyd.username).items == [user]


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
    draft, post = (ann.has_post(status=status)["id"] for status in ("draft", "published"))
    told = [count_posts(ann, ann)]
    ann.update_post(draft, json={"status": "published"})
    told.append(count_posts(api, ann))
    ann.update_post(draft, json={"status": "draft"})
    ann.delete_post(post)
    told.append(count_posts(ann, ann))
    assert [number - before for number in told] == [1, 2, 0]


# ---- Posts. ----


@pytest.mark.requirement("RELATIONS-COUNT-01", "RELATIONS-STATS-01")
def test_a_post_is_shown_with_the_same_numbers_everywhere(api: Api, crew: Crew, word: str) -> None:
    star, ann, ben, cyd = crew
    liked, commented, plain = (star.has_post(tags=["a", word]) for _ in range(3))
    for person in (ann, ben):
        person.likes(liked["id"])
    for person in (ann, ann, ben):
        person.has_comment(liked["id"])
    cyd.has_comment(commented["id"])
    expected = [
        summarize(plain),
        summarize(commented, comments_count=1),
        summarize(liked, likes_count=2, comments_count=3),
    ]
    for reader in (api, ann):
        assert reader.list_posts(query={"tag": word}).items == expected
    assert ann.get_feed(query={"limit": len(expected)}).items == expected
    stats = {"likes_count": 2, "comments_count": 3, "liked": None}
    assert api.get_post_stats(liked["id"]).json == stats


@pytest.mark.requirement("RELATIONS-COUNT-01", "RELATIONS-STATS-01", "RELATIONS-LIKE-03")
def test_what_is_taken_back_counts_no_more(api: Api, crew: Crew, word: str) -> None:
    star, ann, ben, _ = crew
    post = star.has_post(title=word)
    for person in (ann, ben):
        person.likes(post["id"])
    comments = [person.has_comment(post["id"]) for person in (ann, ben)]
    assert ann.unlike_post(post["id"]).status == 204
    assert ann.delete_comment(comments[0]["id"]).status == 204
    stats = api.get_post_stats(post["id"]).json
    assert (stats["likes_count"], stats["comments_count"]) == (1, 1)
    listed = api.list_posts(query={"q": word}).items
    assert listed == [summarize(post, likes_count=1, comments_count=1)]


@pytest.mark.requirement("RELATIONS-COUNT-01")
def test_authors_see_the_numbers_of_their_drafts(crew: Crew, word: str) -> None:
    star, ann = crew.star, crew.ann
    post = star.has_post(title=word)
    ann.likes(post["id"])
    ann.has_comment(post["id"])
    draft = star.update_post(post["id"], json={"status": "draft"}).json
    query = {"author": star.username, "status": "draft", "q": word}
    expected = [summarize(draft, likes_count=1, comments_count=1)]
    assert star.list_posts(query=query).items == expected


# ---- Deleted accounts. ----


class Remains(NamedTuple):
    """What is left of the relations of somebody who is gone: posts of the star's, and comments."""

    post_id: str
    draft_id: str
    kept: dict[str, Any]
    gone: list[str]


@pytest.fixture(scope="module")
def remains(people: People, crew: Crew) -> Remains:
    """Somebody comments, likes and follows, is liked, commented and followed, and is gone."""
    star, ann, ben, cyd = crew
    leaver = people.register("leaver")
    post_id, draft_id, theirs = (one.has_post()["id"] for one in (star, star, leaver))
    gone = [leaver.has_comment(post_id), leaver.has_comment(draft_id), ann.has_comment(theirs)]
    kept = ann.has_comment(post_id)
    for person, liked in ((leaver, post_id), (leaver, draft_id), (ann, post_id), (ann, theirs)):
        person.likes(liked)
    for follower, followed in ((leaver, ben), (leaver, cyd), (ben, leaver)):
        follower.follows(followed)
    star.update_post(draft_id, json={"status": "draft"})
    assert leaver.delete_me().status == 204
    return Remains(post_id, draft_id, kept, [comment["id"] for comment in gone])


@pytest.mark.requirement("RELATIONS-COUNT-04", "ACCOUNTS-DELETE-01")
def test_a_deleted_account_takes_its_comments_and_likes_with_it(
    crew: Crew, remains: Remains
) -> None:
    assert [crew.star.get_comment(one).status for one in remains.gone] == [404, 404, 404]
    assert crew.star.list_comments(remains.post_id).items == [remains.kept]
    stats = {"likes_count": 1, "comments_count": 1, "liked": True}
    assert crew.ann.get_post_stats(remains.post_id).json == stats


@pytest.mark.requirement("RELATIONS-COUNT-04", "ACCOUNTS-DELETE-01")
@pytest.mark.usefixtures("remains")
def test_a_deleted_account_takes_its_follows_and_followers_with_it(api: Api, crew: Crew) -> None:
    counted = [count_user(api, person) for person in (crew.ben, crew.cyd)]
    assert [(one["followers"], one["following"]) for one in counted] == [(1, 1), (0, 1)]
    for list_users in (api.list_followers, api.list_following):
        [user] = list_users(crew.ben.username).items
        assert user["username"] == crew.star.username


@pytest.mark.requirement("RELATIONS-COUNT-04")
def test_a_deleted_account_leaves_drafts_without_its_relations(
    crew: Crew, remains: Remains
) -> None:
    stats = {"likes_count": 0, "comments_count": 0, "liked": False}
    assert crew.star.get_post_stats(remains.draft_id).json == stats
    assert crew.star.list_comments(remains.draft_id).items == []
