"""Pages of comments, followers, the feed and tags: walks that miss nothing, and their cursors."""

from collections.abc import Callable
from itertools import chain, repeat
from secrets import token_hex
from typing import NamedTuple

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.listing import Listing
from conformance_tests.harness.people import People, Person

INVALID = [("cursor", "invalid_cursor")]
FULL = 100
# Of one beginning, in the order of their characters. The rules of a language have another order.
ENDINGS = ("", "0", "_b", "a")
# What is done to a cursor of each list, besides changing a letter.
ALTERED: dict[str, Callable[[str], str]] = {
    "comments": lambda cursor: cursor[:-1],
    "followers": lambda cursor: cursor + "A",
    "following": lambda _: "",
    "feed": lambda _: "made-up",
    "tags": lambda cursor: cursor[: len(cursor) // 2],
}
# The first question gives the cursor, the second is asked with it.
DIFFERENT = [
    ("comments", "other comments"),
    ("comments", "oldest comments"),
    ("comments", "feed"),
    ("comments", "tags"),
    ("feed", "other feed"),
    ("feed", "posts"),
    ("posts", "feed"),
    ("followers", "other followers"),
    ("followers", "following"),
    ("following", "other following"),
    ("following", "users"),
    ("users", "followers"),
    ("tags", "comments"),
]


class Crowd(NamedTuple):
    """A star and fans by name: the star follows all fans, and each fan the star."""

    star: Person
    fans: dict[str, Person]


class Post(NamedTuple):
    """A post of the star's and the comments on it, in the order in which they were made."""

    post_id: str
    comment_ids: list[str]


@pytest.fixture(scope="module")
def crowd(people: People) -> Crowd:
    """The star and the fans, and nobody changes who follows whom."""
    word, star = make_word(), people.register("star")
    fans = {word + ending: people.register(username=word + ending) for ending in ENDINGS[::-1]}
    for fan in fans.values():
        fan.follows(star)
        star.follows(fan)
    return Crowd(star, fans)


@pytest.fixture(scope="module")
def names(crowd: Crowd) -> list[str]:
    """The names of the fans in the order in which they are listed."""
    return list(crowd.fans)[::-1]


@pytest.fixture(scope="module")
def post(crowd: Crowd) -> Post:
    """A post with some comments, and nobody changes them."""
    post_id = crowd.star.has_post()["id"]
    return Post(post_id, [crowd.star.has_comment(post_id)["id"] for _ in range(5)])


@pytest.fixture(scope="module")
def feed(crowd: Crowd, contract: Contract) -> list[str]:
    """The ids of all posts of the fans, the newest first, with more tags than fit a page."""
    many = contract.limit("NewPost", "tags", "maxItems")
    fans = [*crowd.fans.values()]
    posts = [fan.has_post(tags=[make_word() for _ in range(many)])["id"] for fan in fans[:3]]
    return [*posts, *(fan.has_post()["id"] for fan in fans[3:])][::-1]


@pytest.fixture(scope="module")
def questions(
    api: Api, someone: Person, crowd: Crowd, post: Post, feed: list[str]
) -> dict[str, Listing]:
    """What may be asked. What is called another one is a question of the same kind."""
    here, star, other = (post.post_id,), (crowd.star.username,), (someone.username,)
    another = (someone.has_post()["id"],)
    return {
        "comments": Listing(api, "list_comments", place=here),
        "oldest comments": Listing(api, "list_comments", {"sort": "created_at"}, here),
        "other comments": Listing(api, "list_comments", place=another),
        "followers": Listing(api, "list_followers", place=star),
        "other followers": Listing(api, "list_followers", place=other),
        "following": Listing(api, "list_following", place=star),
        "other following": Listing(api, "list_following", place=other),
        "feed": Listing(crowd.star, "get_feed"),
        "other feed": Listing(someone, "get_feed"),
        "tags": Listing(api, "list_tags"),
        "posts": Listing(api, "list_posts"),
        "users": Listing(api, "list_users"),
    }


def split(number: int) -> list[int]:
    """Return how many items each of some pages has that have so many together."""
    full, rest = divmod(number, FULL)
    return [FULL] * full + [rest] * bool(rest)


def make_word() -> str:
    """Return a word that nobody else has, fit to be a tag and to begin a username."""
    return f"t{token_hex(6)}"


# ---- Whole walks. ----


@pytest.mark.requirement("RELATIONS-PAGE-01")
def test_a_page_has_a_size_unless_told(contract: Contract, questions: dict[str, Listing]) -> None:
    default = contract.parameter_limit("list_tags", "limit", "default")
    assert len(questions["tags"].ask().items) == default


@pytest.mark.requirement("RELATIONS-PAGE-01", "RELATIONS-COMMENT-14")
def test_a_walk_shows_every_comment_once(questions: dict[str, Listing], post: Post) -> None:
    # The last page is full, and yet the last one.
    oldest, newest = post.comment_ids, post.comment_ids[::-1]
    assert list(questions["comments"].walk([2, 3])) == [newest[:2], newest[2:]]
    assert list(questions["oldest comments"].walk([2, 3])) == [oldest[:2], oldest[2:]]


@pytest.mark.parametrize("name", ["followers", "following"])
@pytest.mark.requirement("RELATIONS-PAGE-01", "RELATIONS-FOLLOW-07")
def test_a_walk_shows_everybody_once(
    questions: dict[str, Listing], names: list[str], name: str
) -> None:
    assert list(questions[name].walk([1, 3])) == [names[:1], names[1:]]


@pytest.mark.requirement("RELATIONS-FOLLOW-07")
def test_who_follows_and_is_followed_is_shown_as_a_user(
    api: Api, questions: dict[str, Listing], names: list[str]
) -> None:
    users = api.list_users(query={"q": names[0]}).items
    assert questions["followers"].ask().items == users
    assert questions["following"].ask().items == users


@pytest.mark.requirement("RELATIONS-PAGE-01", "RELATIONS-FEED-01")
def test_a_walk_shows_every_post_of_the_feed_once(
    questions: dict[str, Listing], feed: list[str]
) -> None:
    assert list(questions["feed"].walk([1, 3])) == [feed[:1], feed[1:]]


@pytest.mark.requirement("RELATIONS-PAGE-01")
def test_a_default_that_is_spelled_out_is_the_same_question(
    questions: dict[str, Listing], post: Post
) -> None:
    comments = questions["comments"]
    page = comments.ask(cursor=comments.get_cursor(), sort="-created_at", limit=2)
    assert [comment["id"] for comment in page.items] == post.comment_ids[-2:-4:-1]


# ---- Walks while others come and go. ----


@pytest.mark.requirement("RELATIONS-PAGE-01")
def test_a_walk_misses_no_comment_in_either_order(api: Api, someone: Person) -> None:
    post_id = someone.has_post()["id"]
    ids = [someone.has_comment(post_id)["id"] for _ in range(6)]
    orders = ({"sort": "created_at"}, {"sort": "-created_at"})
    walks = [Listing(api, "list_comments", order, (post_id,)).walk(repeat(2)) for order in orders]
    seen = [next(walk) for walk in walks]
    # Each walk stands at one that goes, and the third is before both.
    for index in (1, 2, 4):
        someone.delete_comment(ids[index])
    someone.has_comment(post_id)
    someone.update_comment(ids[3], json={"body": "Changed."})
    for ids_seen, walk in zip(seen, walks, strict=True):
        ids_seen += [key for page in walk for key in page if key in ids]
    assert seen == [[*ids[:2], ids[3], ids[5]], [ids[5], ids[4], ids[3], ids[0]]]


@pytest.mark.requirement("RELATIONS-PAGE-01")
def test_a_walk_misses_nobody(
    api: Api, alice: Person, someone: Person, crowd: Crowd, names: list[str]
) -> None:
    for name in names:
        crowd.fans[name].follows(alice)
        alice.follows(crowd.fans[name])
    lists = ("list_followers", "list_following")
    walks = [Listing(api, one, place=(alice.username,)).walk(repeat(2)) for one in lists]
    seen = [next(walk) for walk in walks]
    for name in names[:2]:
        crowd.fans[name].unfollow_user(alice.username)
        alice.unfollow_user(name)
    # This name comes before all others.
    someone.follows(alice)
    alice.follows(someone)
    for names_seen, walk in zip(seen, walks, strict=True):
        names_seen += [key for page in walk for key in page]
        assert names_seen == names


@pytest.mark.requirement("RELATIONS-PAGE-01")
def test_a_walk_misses_no_post_of_the_feed(alice: Person, someone: Person) -> None:
    ids = [someone.has_post()["id"] for _ in range(6)][::-1]
    alice.follows(someone)
    walk = Listing(alice, "get_feed").walk([2, 2, 100])
    seen = next(walk)
    for post_id in ids[:2]:
        someone.delete_post(post_id)
    someone.has_post()
    seen += next(walk, [])
    someone.update_post(ids[4], json={"status": "draft"})
    seen += next(walk, [])
    assert [one for one in seen if one in ids] == [*ids[:4], ids[5]]


@pytest.mark.requirement("RELATIONS-PAGE-01", "RELATIONS-TAGS-02")
def test_a_walk_misses_no_tag(api: Api, someone: Person) -> None:
    word = make_word()
    names = [word + ending for ending in ("z", "-", "-b", "0", "a")]
    posts = {name: someone.has_post(tags=[name])["id"] for name in reversed(names)}
    # Used more often than the others, and so before them in spite of its name.
    someone.has_post(tags=names[:1])
    tags = Listing(api, "list_tags")
    listed = tags.walk_through(repeat(FULL))
    first, second = (listed.index(name) for name in names[:2])
    # One page ends with the first of them, and one with the third.
    limits = [*split(first), 1, *split(second - first - 1)]
    walk = tags.walk(chain(limits, repeat(2, 6), repeat(FULL)))
    seen: list[str] = []
    for page in walk:
        seen += page
        if names[2] in seen:
            break
    someone.delete_post(posts[names[2]])
    # Two new ones come before the cursor: one alone would make up for the one that went.
    someone.has_post(tags=[word, word[:-1]])
    seen += [key for page in walk for key in page]
    assert [one for one in seen if one.startswith(word)] == names


# ---- Cursors that are no good. ----


@pytest.mark.requirement("RELATIONS-PAGE-02")
def test_a_cursor_is_good_for_no_other_question(questions: dict[str, Listing]) -> None:
    cursors = {first: questions[first].get_cursor() for first, _ in DIFFERENT}
    faults = {pair: questions[pair[1]].ask(cursor=cursors[pair[0]]).faults for pair in DIFFERENT}
    assert faults == dict.fromkeys(DIFFERENT, INVALID)


@pytest.mark.parametrize(("name", "alter"), ALTERED.items(), ids=ALTERED)
@pytest.mark.requirement("RELATIONS-PAGE-03")
def test_a_cursor_is_refused_when_it_was_changed(
    questions: dict[str, Listing], name: str, alter: Callable[[str], str]
) -> None:
    cursor = questions[name].get_cursor()
    other_letter = "B" if cursor[0] == "A" else "A"
    for altered in (other_letter + cursor[1:], alter(cursor)):
        assert questions[name].ask(cursor=altered).faults == INVALID
