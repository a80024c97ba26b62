"""The feed: the published posts of those whom one follows, as they are at the moment."""

from secrets import token_hex
from typing import Any, NamedTuple

import pytest

from conformance_tests.data.shapes import summarize
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

EMPTY: dict[str, object] = {"items": [], "next_cursor": None}


class Scene(NamedTuple):
    """A reader who follows two writers, and a stranger who writes too."""

    reader: Person
    first: Person
    second: Person
    stranger: Person


@pytest.fixture(scope="module")
def scene(people: People) -> Scene:
    """The people, with the reader following the two writers, and nobody else anybody."""
    scene = Scene(*(people.register(name) for name in Scene._fields))
    for author in (scene.first, scene.second):
        scene.reader.follows(author)
    return scene


def list_new(reader: Person, word: str) -> list[dict[str, Any]]:
    """Return what the feed has of the posts with a title."""
    return [post for post in reader.get_feed(query={"limit": 100}).items if post["title"] == word]


@pytest.fixture
def word() -> str:
    """A title that no post has but those of this test."""
    return f"About {token_hex(6)}"


@pytest.mark.requirement("RELATIONS-ACCESS-01")
def test_nobody_in_particular_has_a_feed(api: Api) -> None:
    assert api.get_feed().problem == (401, "missing_token")


@pytest.mark.requirement("RELATIONS-FEED-03", "RELATIONS-FEED-01")
def test_the_feed_of_who_follows_nobody_is_empty(scene: Scene) -> None:
    scene.first.has_post()
    for author in (scene.first, scene.second):
        assert author.get_feed().json == EMPTY


@pytest.mark.requirement("RELATIONS-FEED-01", "RELATIONS-COUNT-01")
def test_the_feed_has_the_posts_of_all_whom_one_follows_and_of_nobody_else(
    scene: Scene, word: str
) -> None:
    reader, first, second, stranger = scene
    told = {"title": word, "body": "Not told."}
    posts = [first.has_post(**told, tags=["b", "a"]), second.has_post(**told)]
    posts.append(first.has_post(**told))
    for author in (reader, stranger):
        author.has_post(**told)
    first.has_post(**told, status="draft")
    assert list_new(reader, word) == [summarize(post) for post in posts[::-1]]


@pytest.mark.requirement("RELATIONS-FEED-01")
def test_being_followed_or_liking_brings_nothing_into_the_feed(scene: Scene, word: str) -> None:
    stranger = scene.stranger
    stranger.follows(scene.reader)
    post = stranger.has_post(title=word)
    scene.reader.likes(post["id"])
    scene.reader.has_comment(post["id"])
    assert list_new(scene.reader, word) == []


@pytest.mark.requirement("RELATIONS-FEED-02")
def test_the_feed_follows_whom_one_follows_at_once(scene: Scene, word: str) -> None:
    reader, stranger = scene.reader, scene.stranger
    theirs = [author.has_post(title=word)["id"] for author in (scene.first, stranger)]
    told = []
    for change in (reader.follow_user, reader.unfollow_user):
        change(stranger.username)
        told.append([post["id"] for post in list_new(reader, word)])
    assert told == [theirs[::-1], theirs[:1]]


@pytest.mark.requirement("RELATIONS-FEED-01", "RELATIONS-FEED-02")
def test_the_feed_follows_what_becomes_of_a_post_at_once(scene: Scene, word: str) -> None:
    first, second = scene.first, scene.second
    old = first.has_post(title=word, status="draft")["id"]
    new = second.has_post(title=word)["id"]
    first.update_post(old, json={"status": "published"})
    # What is published later keeps its place.
    assert [post["id"] for post in list_new(scene.reader, word)] == [new, old]
    first.update_post(old, json={"status": "draft"})
    second.delete_post(new)
    assert list_new(scene.reader, word) == []


@pytest.mark.requirement("RELATIONS-FEED-02", "RELATIONS-COUNT-01")
def test_the_feed_shows_a_post_as_it_is_now(scene: Scene, word: str) -> None:
    post = scene.second.has_post()
    changed = scene.second.update_post(post["id"], json={"title": word}).json
    scene.stranger.likes(post["id"])
    assert list_new(scene.reader, word) == [summarize(changed, likes_count=1)]
