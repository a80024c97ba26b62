"""Pages of posts: walks that miss nothing and repeat nothing, and the cursors they go by."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from itertools import chain, repeat
from secrets import token_hex
from typing import NamedTuple

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.listing import Listing
from conformance_tests.harness.people import People, Person

# Spread over the whole cursor, whatever its parts are.
PLACES = 6
INVALID = [("cursor", "invalid_cursor")]


def encode(text: str) -> str:
    """Return what a careless API might use as a cursor."""
    return urlsafe_b64encode(text.encode()).decode()


MADE_UP = {
    "nothing": "",
    "an id, encoded": encode("01890a5d-ac96-774b-bcce-b302099a8057"),
    "beyond ASCII": "é🧄",
    "bytes that are no text": "_____w",
    "a token without a signature": f"{encode('{}')}.{encode('{}')}.",
}
ALTERED: dict[str, Callable[[str], str]] = {
    "cut at the end": lambda cursor: cursor[:-1],
    "cut in half": lambda cursor: cursor[: len(cursor) // 2],
    "longer": lambda cursor: cursor + "A",
    "padded": lambda cursor: cursor + "=",
    "a line feed behind": lambda cursor: cursor + "\n",
}
# What may be asked about posts, each with more than one answer.
QUESTIONS: dict[str, dict[str, str]] = {
    "all posts": {},
    "an author": {"author": "{writer}"},
    "another author": {"author": "{other}"},
    "a tag": {"author": "{writer}", "tag": "common"},
    "another tag": {"author": "{writer}", "tag": "shared"},
    "a search": {"author": "{writer}", "q": "common"},
    "another search": {"author": "{writer}", "q": "shared"},
    "drafts": {"author": "{writer}", "status": "draft"},
    "the oldest": {"author": "{writer}", "sort": "created_at"},
}
# The first question gives the cursor, the second is asked with it.
DIFFERENT = [
    ("all posts", "an author"),
    ("an author", "another author"),
    ("a tag", "another tag"),
    ("a tag", "a search"),
    ("a search", "another search"),
    ("drafts", "an author"),
    ("an author", "the oldest"),
]


class Written(NamedTuple):
    """Somebody with more posts than fit a page unless told, and the ids in the order of writing."""

    writer: Person
    post_ids: list[str]
    drafts: list[str]


@pytest.fixture(scope="module")
def written(people: People, contract: Contract) -> Written:
    """Somebody who wrote and writes no more."""
    person = people.register("writer")
    many = contract.parameter_limit("list_posts", "limit", "default") + 2
    post_ids = []
    for number in range(many):
        tags = [] if number % 4 else ["common", "shared"]
        post_ids.append(person.has_post(title=" ".join(tags) or "Plain", tags=tags)["id"])
    drafts = [person.has_post(status="draft")["id"] for _ in range(2)]
    return Written(person, post_ids, drafts)


@pytest.fixture(scope="module")
def writer(written: Written) -> Person:
    """Who wrote all these posts."""
    return written.writer


@pytest.fixture(scope="module")
def post_ids(written: Written) -> list[str]:
    """The ids of all published posts of the writer."""
    return written.post_ids


@pytest.fixture(scope="module")
def drafts(written: Written) -> list[str]:
    """The ids of the writer's drafts."""
    return written.drafts


@pytest.fixture(scope="module")
def posts(api: Api, writer: Person) -> Listing:
    """All published posts of the writer."""
    return Listing(api, "list_posts", {"author": writer.username})


@pytest.fixture(scope="module")
def cursor(posts: Listing) -> str:
    """The cursor behind the first of these posts."""
    return posts.get_cursor()


@pytest.fixture
def word() -> str:
    """A word that is nobody's but this test's, fit to be a tag and to begin a username."""
    return f"t{token_hex(6)}"


# ---- How much is on a page. ----


@pytest.mark.requirement("POSTS-PAGE-01")
def test_a_page_is_as_long_as_the_contract_says(
    contract: Contract, posts: Listing, post_ids: list[str]
) -> None:
    limit = {
        keyword: contract.parameter_limit("list_posts", "limit", keyword)
        for keyword in ("minimum", "default", "maximum")
    }
    assert len(posts.ask().items) == limit["default"]
    assert len(posts.ask(limit=limit["minimum"]).items) == limit["minimum"]
    assert len(posts.ask(limit=limit["maximum"]).items) == len(post_ids)


@pytest.mark.requirement("POSTS-PAGE-01")
def test_a_limit_beyond_its_range_is_refused(contract: Contract, posts: Listing) -> None:
    smallest = contract.parameter_limit("list_posts", "limit", "minimum")
    largest = contract.parameter_limit("list_posts", "limit", "maximum")
    for limit in (smallest - 1, largest + 1, 10**30):
        assert posts.ask(limit=limit).faults == [("limit", "out_of_range")]


# ---- Walks. ----


# The last page of each is full, and yet the last one.
@pytest.mark.parametrize(("sort", "limits"), [("-created_at", [10]), ("created_at", [9, 3])])
@pytest.mark.requirement("POSTS-PAGE-02", "POSTS-LIST-01", "POSTS-LIST-02")
def test_a_walk_shows_every_post_once(
    posts: Listing, post_ids: list[str], sort: str, limits: list[int]
) -> None:
    sizes = [*limits, len(post_ids) - sum(limits)]
    pages = list(posts._replace(query={**posts.query, "sort": sort}).walk(sizes))
    assert [len(page) for page in pages] == sizes
    assert [*chain(*pages)] == sorted(post_ids, reverse=sort.startswith("-"))


@pytest.mark.parametrize("asked", [{"tag": "common"}, {"q": "COMMON"}], ids=["tag", "q"])
@pytest.mark.requirement("POSTS-PAGE-02")
def test_a_walk_keeps_to_what_was_asked(
    api: Api, writer: Person, post_ids: list[str], asked: dict[str, str]
) -> None:
    query = {"author": writer.username, **asked}
    seen = Listing(api, "list_posts", query).walk_through(repeat(4))
    assert seen == post_ids[::4][::-1]


@pytest.mark.requirement("POSTS-PAGE-02", "POSTS-DRAFT-05")
def test_a_walk_shows_every_draft_once(writer: Person, drafts: list[str]) -> None:
    query = {"author": writer.username, "status": "draft"}
    assert list(Listing(writer, "list_posts", query).walk([1, 1])) == [drafts[1:], drafts[:1]]


@pytest.mark.requirement("POSTS-PAGE-03")
def test_a_walk_misses_no_post_while_others_come_and_go(
    api: Api, someone: Person, someone_else: Person, word: str
) -> None:
    ids = [someone.has_post(title=word)["id"] for _ in range(6)]
    orders = ("created_at", "-created_at")
    walks = [Listing(api, "list_posts", {"q": word, "sort": one}).walk(repeat(2)) for one in orders]
    seen = [next(walk) for walk in walks]
    # Both walks stand at a post that goes.
    for post_id in (ids[0], ids[1], ids[4]):
        someone.delete_post(post_id)
    someone.update_post(ids[5], json={"status": "draft"})
    someone.update_post(ids[3], json={"body": "Changed."})
    someone_else.has_post(title=word)
    for ids_seen, walk in zip(seen, walks, strict=True):
        ids_seen += [key for page in walk for key in page if key in ids]
    assert seen == [ids[:4], ids[:1:-1]]


@pytest.mark.requirement("ACCOUNTS-PAGE-04")
def test_a_walk_misses_no_user_while_others_come_and_go(
    api: Api, people: People, word: str
) -> None:
    crowd = [people.register(f"{word}{number}") for number in (1, 2, 3)]
    walk = Listing(api, "list_users", {"q": word}).walk(repeat(1))
    seen = next(walk, [])
    crowd[0].delete_me()
    seen += next(walk, [])
    people.register(f"{word}0")
    seen += [name for page in walk for name in page]
    assert seen == [person.username for person in crowd]


@pytest.mark.requirement("POSTS-PAGE-02")
def test_a_cursor_may_be_used_again(posts: Listing, cursor: str, post_ids: list[str]) -> None:
    for _ in range(2):
        [second] = posts.ask(cursor=cursor, limit=1).items
        assert second["id"] == sorted(post_ids)[-2]


# ---- Cursors that are no good. ----


@pytest.mark.requirement("POSTS-PAGE-04")
def test_a_cursor_is_refused_wherever_it_was_changed(posts: Listing, cursor: str) -> None:
    faults = {}
    for place in range(0, len(cursor), len(cursor) // PLACES + 1):
        letter = "B" if cursor[place] == "A" else "A"
        changed = cursor[:place] + letter + cursor[place + 1 :]
        faults[place] = posts.ask(cursor=changed).faults
    assert faults == dict.fromkeys(faults, INVALID), f"changed at places of {len(cursor)}"


@pytest.mark.requirement("POSTS-PAGE-04")
def test_a_cursor_has_one_spelling(posts: Listing, cursor: str) -> None:
    # The last letter of base64 may have bits that mean nothing.
    for step in (-1, 1):
        spelled = cursor[:-1] + chr(ord(cursor[-1]) + step)
        assert posts.ask(cursor=spelled).faults == INVALID


@pytest.mark.requirement("POSTS-PAGE-04")
def test_an_altered_cursor_is_refused(posts: Listing, cursor: str) -> None:
    faults = {name: posts.ask(cursor=alter(cursor)).faults for name, alter in ALTERED.items()}
    assert faults == dict.fromkeys(ALTERED, INVALID)


@pytest.mark.requirement("POSTS-PAGE-04")
def test_a_made_up_cursor_is_refused(posts: Listing) -> None:
    faults = {name: posts.ask(cursor=made_up).faults for name, made_up in MADE_UP.items()}
    assert faults == dict.fromkeys(MADE_UP, INVALID)


@pytest.mark.requirement("POSTS-PAGE-05")
def test_a_cursor_is_good_for_no_other_question(writer: Person, someone: Person) -> None:
    names = {"writer": writer.username, "other": someone.username}
    questions = {}
    for question, query in QUESTIONS.items():
        filled = {name: value.format(**names) for name, value in query.items()}
        questions[question] = Listing(writer, "list_posts", filled)
    cursors = {first: questions[first].get_cursor() for first, _ in DIFFERENT}
    faults = {pair: questions[pair[1]].ask(cursor=cursors[pair[0]]).faults for pair in DIFFERENT}
    assert faults == dict.fromkeys(DIFFERENT, INVALID)


@pytest.mark.requirement("POSTS-PAGE-05")
def test_a_default_that_is_spelled_out_is_the_same_question(
    posts: Listing, cursor: str, post_ids: list[str]
) -> None:
    page = posts.ask(cursor=cursor, status="published", sort="-created_at", limit=1)
    assert [post["id"] for post in page.items] == [sorted(post_ids)[-2]]


@pytest.mark.requirement("POSTS-PAGE-05", "ACCOUNTS-PAGE-03")
def test_a_cursor_is_good_for_no_other_operation(
    api: Api, someone: Person, someone_else: Person
) -> None:
    shared = "someone"
    for person in (someone, someone_else):
        assert shared in person.username
        person.has_post(title=shared)
    users, theirs = (Listing(api, one, {"q": shared}) for one in ("list_users", "list_posts"))
    assert theirs.ask(cursor=users.get_cursor()).faults == INVALID
    assert users.ask(cursor=theirs.get_cursor()).faults == INVALID
