"""The feed: the published posts of those whom one follows, as they are at the moment."""

from secrets import token_hex
from typing import Any, NamedTuple

import pytest

from conformance_tests.data.shapes import summarize
from conformance_tests.harness.people import People, Person

EMPTY: dict[str, object] = {"items": [], "next_cursor": None}


class Scene(NamedTuple):
    """A reader who follows two writers, and a stranger who writes too."""

    reader: Person
    first: Person
    second: Person
    stranger: Person


@pytest.fixture(scope="module")
def people_there(people: People) -> Scene:
    """Who is there."""
    return Scene(*(people.register(name) for name in Scene._fields))


@pytest.fixture
def scene(people_there: Scene) -> Scene:
    """The same people, with the reader following the two writers and nobody else."""
    reader, first, second, stranger = people_there
    reader.follows(first)
    reader.follows(second)
    assert reader.unfollow_user(stranger.username).status == 204
    return people_there


def list_new(reader: Person, tag: str) -> list[dict[str, Any]]:
    """Return what the feed has of the posts with a tag."""
    return [post for post in reader.get_feed(query={"limit": 100}).items if tag in post["tags"]]


@pytest.fixture
def tag() -> str:
    """A tag that is nobody's but this test's."""
    return f"t{token_hex(6)}"


@pytest.mark.requirement("RELATIONS-FEED-03")
def test_the_feed_of_who_follows_nobody_is_empty(people: People, someone: Person) -> None:
    loner = people.register("loner")
    someone.follows(loner)
    for author in (someone, loner):
        author.has_post()
    assert loner.get_feed().json == EMPTY
    assert someone.unfollow_user(loner.username).status == 204


@pytest.mark.requirement("RELATIONS-FEED-01", "RELATIONS-COUNT-01")
def test_the_feed_has_the_posts_of_all_whom_one_follows_and_of_nobody_else(
    scene: Scene, tag: str
) -> None:
    reader, first, second, stranger = scene
    told = {"title": "Told", "body": "Not told.", "tags": ["a", tag]}
    posts = [author.has_post(**told) for author in (first, second, first)]
    for author in (reader, stranger):
        author.has_post(**told)
    first.has_post(**told, status="draft")
    assert list_new(reader, tag) == [summarize(post) for post in posts[::-1]]


@pytest.mark.requirement("RELATIONS-FEED-01")
def test_being_followed_or_liking_brings_nothing_into_the_feed(scene: Scene, tag: str) -> None:
    stranger = scene.stranger
    stranger.follows(scene.reader)
    post = stranger.has_post(tags=[tag])
    scene.reader.likes(post["id"])
    scene.reader.has_comment(post["id"])
    assert list_new(scene.reader, tag) == []
    assert stranger.unfollow_user(scene.reader.username).status == 204


@pytest.mark.requirement("RELATIONS-FEED-01")
def test_everybody_has_a_feed_of_their_own(scene: Scene, tag: str) -> None:
    post = scene.first.has_post(tags=[tag])
    assert [one["id"] for one in list_new(scene.reader, tag)] == [post["id"]]
    for other in (scene.first, scene.second, scene.stranger):
        assert list_new(other, tag) == []


@pytest.mark.requirement("RELATIONS-FEED-02")
def test_the_feed_follows_whom_one_follows_at_once(scene: Scene, tag: str) -> None:
    reader, stranger = scene.reader, scene.stranger
    theirs = [author.has_post(tags=[tag])["id"] for author in (scene.first, stranger)]
    told = []
    for change in (reader.follow_user, reader.unfollow_user):
        change(stranger.username)
        told.append([post["id"] for post in list_new(reader, tag)])
    reader.unfollow_user(scene.first.username)
    told.append([post["id"] for post in list_new(reader, tag)])
    assert told == [theirs[::-1], theirs[:1], []]


@pytest.mark.requirement("RELATIONS-FEED-02")
def test_the_feed_follows_what_becomes_of_a_post_at_once(scene: Scene, tag: str) -> None:
    author, post_id = scene.first, scene.first.has_post(tags=[tag], status="draft")["id"]
    told = []
    for status in ("published", "draft", "published"):
        author.update_post(post_id, json={"status": status})
        told.append(len(list_new(scene.reader, tag)))
    author.delete_post(post_id)
    told.append(len(list_new(scene.reader, tag)))
    assert told == [1, 0, 1, 0]


@pytest.mark.requirement("RELATIONS-FEED-02", "RELATIONS-COUNT-01")
def test_the_feed_shows_a_post_as_it_is_now(scene: Scene, tag: str) -> None:
    post = scene.second.has_post(tags=[tag])
    changed = scene.second.update_post(post["id"], json={"title": "After"}).json
    scene.stranger.likes(post["id"])
    assert list_new(scene.reader, tag) == [summarize(changed, likes_count=1)]


@pytest.mark.requirement("RELATIONS-FEED-01", "RELATIONS-FEED-02")
def test_a_post_that_is_published_later_keeps_its_place(scene: Scene, tag: str) -> None:
    old = scene.first.has_post(tags=[tag], status="draft")["id"]
    new = scene.second.has_post(tags=[tag])["id"]
    scene.first.update_post(old, json={"status": "published"})
    assert [post["id"] for post in list_new(scene.reader, tag)] == [new, old]
