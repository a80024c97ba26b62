"""Pages of posts and of users: walks that miss nothing and repeat nothing, and their cursors."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle, repeat
from secrets import token_hex
from typing import NamedTuple

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person

KEYS = {"list_posts": "id", "list_users": "username"}
ENOUGH_PAGES = 200
INVALID = [("cursor", "invalid_cursor")]


def encode(text: str) -> str:
    """Return what a careless API might use as a cursor."""
    return urlsafe_b64encode(text.encode()).decode()


MADE_UP = {
    "nothing": "",
    "a word": "next",
    "a number": "2",
    "a dot": ".",
    "null": "null",
    "an id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "an id, encoded": encode("01890a5d-ac96-774b-bcce-b302099a8057"),
    "an object, encoded": encode('{"id": "01890a5d-ac96-774b-bcce-b302099a8057"}'),
    "SQL": "' OR '1'='1",
    "SQL, encoded": encode("' OR '1'='1"),
    "beyond ASCII": "é🧄",
    "five letters": "aaaaa",
    "bytes that are no text": "_____w",
    "a token without a signature": f"{encode('{}')}.{encode('{}')}.",
    "a long one": "A" * 2000,
}
ALTERED: dict[str, Callable[[str], str]] = {
    "cut at the end": lambda cursor: cursor[:-1],
    "cut at the start": lambda cursor: cursor[1:],
    "cut in half": lambda cursor: cursor[: len(cursor) // 2],
    "longer": lambda cursor: cursor + "A",
    "padded": lambda cursor: cursor + "=",
    "longer in front": lambda cursor: "A" + cursor,
    "a space behind": lambda cursor: cursor + " ",
    "a line feed behind": lambda cursor: cursor + "\n",
    "twice": lambda cursor: cursor + cursor,
    "backwards": lambda cursor: cursor[::-1],
    "in upper case": lambda cursor: cursor.upper(),
    "in quotes": lambda cursor: f'"{cursor}"',
}
# What a writer may ask about posts, each with more than one answer.
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
DIFFERENT = [
    ("all posts", "an author"),
    ("an author", "another author"),
    ("an author", "a tag"),
    ("a tag", "another tag"),
    ("an author", "a search"),
    ("a search", "another search"),
    ("a tag", "a search"),
    ("an author", "drafts"),
    ("an author", "the oldest"),
]

both_sorts = pytest.mark.parametrize("sort", ["-created_at", "created_at"])
both_lists = pytest.mark.parametrize("operation_id", KEYS)


class Listing(NamedTuple):
    """A question with more answers than fit a page."""

    reader: Api | Person
    operation_id: str
    query: dict[str, str]

    def ask(self, **further: object) -> Answer:
        """Ask for one page."""
        answer: Answer = getattr(self.reader, self.operation_id)(query={**self.query, **further})
        return answer

    def walk(self, limits: Iterable[int]) -> Iterator[list[str]]:
        """Yield the keys of the items on page after page."""
        further: dict[str, str] = {}
        for _, limit in zip(range(ENOUGH_PAGES), limits, strict=False):
            page = self.ask(limit=limit, **further)
            assert len(page.items) <= limit
            yield [item[KEYS[self.operation_id]] for item in page.items]
            if page.next_cursor is None:
                return
            further = {"cursor": page.next_cursor}
        raise AssertionError(f"the walk did not end after {ENOUGH_PAGES} pages")

    def walk_through(self, limits: Iterable[int]) -> list[str]:
        """Return the keys on all pages."""
        return [key for page in self.walk(limits) for key in page]

    def get_cursor(self) -> str:
        """Return the cursor behind the first item."""
        cursor = self.ask(limit=1).next_cursor
        assert cursor is not None, "there should be a second page"
        return cursor


@pytest.fixture(scope="module")
def writer(people: People, contract: Contract) -> Person:
    """Somebody with more posts than fit the largest page; every fourth has a tag."""
    person = people.register("writer")
    for number in range(contract.parameter_limit("list_posts", "limit", "maximum") + 1):
        tags = [] if number % 4 else ["common", "shared"]
        person.has_post(title=" ".join(tags) or "Plain", tags=tags)
    for _ in range(3):
        person.has_post(status="draft")
    return person


@pytest.fixture(scope="module")
def post_ids(api: Api, writer: Person) -> list[str]:
    """The ids of all published posts of the writer, the oldest first."""
    query = {"author": writer.username, "sort": "created_at"}
    first = api.list_posts(query={**query, "limit": 100})
    rest = api.list_posts(query={**query, "cursor": first.next_cursor, "limit": 100})
    return [post["id"] for page in (first, rest) for post in page.items]


@pytest.fixture
def crowd_name() -> str:
    """What the usernames of some people have in common."""
    return f"c{token_hex(6)}"


@pytest.fixture(scope="module")
def listings(api: Api, people: People, writer: Person) -> dict[str, Listing]:
    """For each operation that lists, something to list that does not change."""
    crowd_name = f"l{token_hex(6)}"
    for _ in range(3):
        people.register(crowd_name)
    return {
        "list_posts": Listing(api, "list_posts", {"author": writer.username}),
        "list_users": Listing(api, "list_users", {"q": crowd_name}),
    }


@pytest.fixture(scope="module")
def cursors(listings: dict[str, Listing]) -> dict[str, str]:
    """For each of these lists the cursor of its second page."""
    return {operation_id: listing.get_cursor() for operation_id, listing in listings.items()}


@pytest.fixture(scope="module")
def questions(people: People, writer: Person) -> dict[str, Listing]:
    """All questions, asked by the writer."""
    other = people.register("other")
    for _ in range(2):
        other.has_post(tags=["common"])
    names = {"writer": writer.username, "other": other.username}
    return {
        name: Listing(writer, "list_posts", {key: value.format(**names) for key, value in query})
        for name, query in ((name, query.items()) for name, query in QUESTIONS.items())
    }


# ---- How much is on a page. ----


@pytest.mark.requirement("POSTS-PAGE-01")
def test_a_page_is_as_long_as_the_contract_says(
    contract: Contract, listings: dict[str, Listing]
) -> None:
    limits = {
        keyword: contract.parameter_limit("list_posts", "limit", keyword)
        for keyword in ("minimum", "default", "maximum")
    }
    posts = listings["list_posts"]
    assert len(posts.ask().items) == limits["default"]
    assert len(posts.ask(limit=limits["minimum"]).items) == limits["minimum"]
    assert len(posts.ask(limit=limits["maximum"]).items) == limits["maximum"]


@both_lists
@pytest.mark.requirement("POSTS-PAGE-01", "ACCOUNTS-PAGE-01")
def test_a_limit_beyond_its_range_is_refused(
    contract: Contract, listings: dict[str, Listing], operation_id: str
) -> None:
    smallest = contract.parameter_limit(operation_id, "limit", "minimum")
    largest = contract.parameter_limit(operation_id, "limit", "maximum")
    for limit in (smallest, largest):
        assert listings[operation_id].ask(limit=limit).status == 200
    for limit in (smallest - 1, largest + 1, 10**18, 10**30):
        assert listings[operation_id].ask(limit=limit).faults == [("limit", "out_of_range")]


@pytest.mark.requirement("POSTS-PAGE-01", "POSTS-PAGE-02")
def test_the_last_page_has_no_next_one(api: Api, alice: Person) -> None:
    posts = Listing(api, "list_posts", {"author": alice.username})
    for number in (1, 2, 3):
        alice.has_post()
        ends = [posts.ask(limit=limit).next_cursor is None for limit in (1, 2, 3)]
        assert ends == [limit >= number for limit in (1, 2, 3)], f"{number} posts"


@both_lists
@pytest.mark.requirement("POSTS-PAGE-02", "ACCOUNTS-PAGE-02")
def test_what_has_no_items_has_no_next_page(api: Api, operation_id: str) -> None:
    page = Listing(api, operation_id, {"q": token_hex(12)}).ask(limit=1)
    assert page.json == {"items": [], "next_cursor": None}


# ---- Walks. ----


@both_sorts
@pytest.mark.parametrize("limits", [[33], [1, 50, 3]], ids=str)
@pytest.mark.requirement("POSTS-PAGE-02", "POSTS-LIST-01", "POSTS-LIST-02")
def test_a_walk_shows_every_post_once(
    listings: dict[str, Listing], post_ids: list[str], sort: str, limits: list[int]
) -> None:
    posts = listings["list_posts"]
    seen = posts._replace(query={**posts.query, "sort": sort}).walk_through(cycle(limits))
    assert seen == sorted(post_ids, reverse=sort.startswith("-"))


@both_sorts
@pytest.mark.parametrize("asked", [{"tag": "common"}, {"q": "COMMON"}], ids=["tag", "q"])
@pytest.mark.requirement("POSTS-PAGE-02")
def test_a_walk_keeps_to_what_was_asked(
    api: Api, writer: Person, post_ids: list[str], sort: str, asked: dict[str, str]
) -> None:
    query = {"author": writer.username, "sort": sort, **asked}
    seen = Listing(api, "list_posts", query).walk_through(repeat(10))
    assert seen == sorted(post_ids[::4], reverse=sort.startswith("-"))


@both_sorts
@pytest.mark.requirement("POSTS-PAGE-02", "POSTS-DRAFT-05")
def test_a_walk_shows_every_draft_once(alice: Person, sort: str) -> None:
    drafts = [alice.has_post(status="draft")["id"] for _ in range(5)]
    query = {"author": alice.username, "status": "draft", "sort": sort}
    seen = Listing(alice, "list_posts", query).walk_through(repeat(2))
    assert seen == sorted(drafts, reverse=sort.startswith("-"))


@both_sorts
@pytest.mark.requirement("POSTS-PAGE-03")
def test_a_walk_misses_no_post_while_others_come_and_go(
    api: Api, alice: Person, bob: Person, sort: str
) -> None:
    tag = f"t{token_hex(6)}"
    authors = {person.has_post(tags=[tag])["id"]: person for person in [alice, bob] * 5}
    ids = sorted(authors, reverse=sort.startswith("-"))
    walk = Listing(api, "list_posts", {"tag": tag, "sort": sort}).walk(repeat(3))
    seen = next(walk, [])
    authors[ids[0]].delete_post(ids[0])
    authors[ids[2]].delete_post(ids[2])
    authors[ids[4]].delete_post(ids[4])
    authors[ids[6]].update_post(ids[6], json={"title": "Changed"})
    alice.has_post(tags=[tag])
    seen += next(walk, [])
    authors[seen[-1]].update_post(seen[-1], json={"status": "draft"})
    bob.has_post(tags=[tag])
    seen += [key for page in walk for key in page]
    assert [one for one in seen if one in ids] == [*ids[:4], *ids[5:]]
    assert len(seen) == len(set(seen))


@pytest.mark.requirement("ACCOUNTS-PAGE-04")
def test_a_walk_misses_no_user_while_others_come_and_go(
    api: Api, people: People, crowd_name: str
) -> None:
    crowd = [people.register(f"{crowd_name}{number}") for number in range(8)]
    names = [person.username for person in crowd]
    walk = Listing(api, "list_users", {"q": crowd_name}).walk(repeat(2))
    seen = next(walk, [])
    for index in (0, 1, 3):
        crowd[index].delete_me()
    people.register(f"{crowd_name}0")
    people.register(f"{crowd_name}7")
    crowd[4].update_me(json={"display_name": "Changed"})
    seen += [key for page in walk for key in page]
    assert [name for name in seen if name in names] == [*names[:3], *names[4:]]
    assert len(seen) == len(set(seen))


@both_lists
@pytest.mark.requirement("POSTS-PAGE-02", "ACCOUNTS-PAGE-02")
def test_a_cursor_may_be_used_again(listings: dict[str, Listing], operation_id: str) -> None:
    listing = listings[operation_id]
    cursor = listing.get_cursor()
    first, second = (listing.ask(cursor=cursor).items for _ in range(2))
    assert first == second


# ---- Cursors that are no good. ----


@both_lists
@pytest.mark.requirement("POSTS-PAGE-04", "ACCOUNTS-PAGE-03")
def test_a_cursor_is_refused_wherever_it_was_changed(
    listings: dict[str, Listing], cursors: dict[str, str], operation_id: str
) -> None:
    cursor = cursors[operation_id]
    for place, letter in enumerate(cursor):
        other = "B" if letter == "A" else "A"
        changed = cursor[:place] + other + cursor[place + 1 :]
        answer = listings[operation_id].ask(cursor=changed)
        assert answer.faults == INVALID, f"changed at {place} of {len(cursor)}"


@both_lists
@pytest.mark.requirement("POSTS-PAGE-04", "ACCOUNTS-PAGE-03")
def test_a_cursor_is_refused_where_its_last_letter_is_another(
    listings: dict[str, Listing], cursors: dict[str, str], operation_id: str
) -> None:
    # The last letter of base64 may have bits that mean nothing: one cursor, many spellings.
    cursor = cursors[operation_id]
    for other in (chr(ord(cursor[-1]) + step) for step in (-1, 1)):
        answer = listings[operation_id].ask(cursor=cursor[:-1] + other)
        assert answer.faults == INVALID, f"{other!r} for {cursor[-1]!r}"


@both_lists
@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
@pytest.mark.requirement("POSTS-PAGE-04", "ACCOUNTS-PAGE-03")
def test_an_altered_cursor_is_refused(
    listings: dict[str, Listing],
    cursors: dict[str, str],
    operation_id: str,
    alter: Callable[[str], str],
) -> None:
    altered = alter(cursors[operation_id])
    assert listings[operation_id].ask(cursor=altered).faults == INVALID


@both_lists
@pytest.mark.parametrize("cursor", MADE_UP.values(), ids=MADE_UP)
@pytest.mark.requirement("POSTS-PAGE-04", "ACCOUNTS-PAGE-03")
def test_a_made_up_cursor_is_refused(
    listings: dict[str, Listing], operation_id: str, cursor: str
) -> None:
    assert listings[operation_id].ask(cursor=cursor).faults == INVALID


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
@pytest.mark.requirement("POSTS-PAGE-05")
def test_a_cursor_is_good_for_no_other_question(
    questions: dict[str, Listing], one: str, other: str
) -> None:
    first, second = questions[one], questions[other]
    assert second.ask(cursor=first.get_cursor()).faults == INVALID
    assert first.ask(cursor=second.get_cursor()).faults == INVALID


@pytest.mark.requirement("POSTS-PAGE-05")
def test_a_default_that_is_spelled_out_is_the_same_question(
    listings: dict[str, Listing], cursors: dict[str, str], post_ids: list[str]
) -> None:
    spelled_out = {"status": "published", "sort": "-created_at", "limit": 1}
    page = listings["list_posts"].ask(cursor=cursors["list_posts"], **spelled_out)
    assert [post["id"] for post in page.items] == [post_ids[-2]]


@pytest.mark.requirement("POSTS-PAGE-05", "ACCOUNTS-PAGE-03")
def test_a_cursor_is_good_for_no_other_operation(api: Api, people: People, crowd_name: str) -> None:
    crowd = [people.register(crowd_name) for _ in range(2)]
    for person in crowd:
        person.has_post(title=crowd_name)
    users, posts = (Listing(api, one, {"q": crowd_name}) for one in ("list_users", "list_posts"))
    assert posts.ask(cursor=users.get_cursor()).faults == INVALID
    assert users.ask(cursor=posts.get_cursor()).faults == INVALID


@pytest.mark.requirement("POSTS-PAGE-05", "ACCOUNTS-PAGE-03")
def test_a_cursor_of_users_is_good_for_no_other_search(
    listings: dict[str, Listing], cursors: dict[str, str]
) -> None:
    users = listings["list_users"]
    for query in ({}, {"q": users.query["q"][:-1]}, {"q": "a"}):
        other = users._replace(query=query)
        assert other.ask(cursor=cursors["list_users"]).faults == INVALID
