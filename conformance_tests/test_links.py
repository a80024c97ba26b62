"""Link headers: whoever follows them sees every page, without making an address of their own."""

import re
from collections.abc import Iterator
from secrets import token_hex
from urllib.parse import urljoin

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.listing import ENOUGH_PAGES, Listing
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import People, Person

NEXT = re.compile(r'<([^<>]+)>; rel="next"')
# What ends a value, a target or a link where it is not escaped.
SPECIAL = 'ü&limit=2+<3>; "100%" #1,?=/\'\\'
ROWS = 3
NAMES = [
    "users",
    "posts with several filters",
    "a search for anything",
    "drafts",
    "comments",
    "followers",
    "following",
    "the feed",
]


@pytest.fixture(scope="module")
def listings(api: Api, people: People) -> dict[str, Listing]:
    """Questions of every kind, each with three answers that nobody else changes."""
    reader, word = people.register("reader"), f"t{token_hex(6)}"
    crowd = [people.register(f"{word}{number}") for number in range(ROWS)]
    writer = crowd[0]
    for person in crowd:
        person.follows(reader)
        reader.follows(person)
        post_id = writer.has_post(title=f"{word} {SPECIAL}", tags=[word])["id"]
        writer.has_post(status="draft")
    for person in crowd:
        person.has_comment(post_id)
    by_writer = {"author": writer.username}
    search = {"q": f"{word} {SPECIAL}"}
    return {
        "users": Listing(api, "list_users", {"q": word}),
        "posts with several filters": Listing(
            reader, "list_posts", {**by_writer, **search, "tag": word, "status": "published"}
        ),
        "a search for anything": Listing(api, "list_posts", search),
        "drafts": Listing(writer, "list_posts", {**by_writer, "status": "draft"}),
        "comments": Listing(api, "list_comments", {"sort": "created_at"}, (post_id,)),
        "followers": Listing(api, "list_followers", place=(reader.username,)),
        "following": Listing(reader, "list_following", place=(reader.username,)),
        "the feed": Listing(reader, "get_feed"),
    }


def follow(reader: Operations, page: Answer) -> Answer:
    """Ask for the page that the Link of a page leads to (RFC 3986 §5)."""
    [told] = page.headers.get_list("Link")
    found = NEXT.fullmatch(told)
    assert found, f"not the form of the contract: {told}"
    target = urljoin(page.path, found[1])
    assert target != page.path, "the link leads to the page that it stands on"
    path, _, query = target.partition("?")
    return reader.request("GET", path, query=query)


def walk(listing: Listing, limit: int) -> Iterator[Answer]:
    """Yield page after page, as their links lead."""
    page = listing.ask(limit=limit)
    for _ in range(ENOUGH_PAGES):
        yield page
        if "Link" not in page.headers:
            return
        page = follow(listing.reader, page)
    raise AssertionError(f"the walk did not end after {ENOUGH_PAGES} pages")


@pytest.mark.requirement("HTTP-LINK-01", "HTTP-LINK-02")
@pytest.mark.parametrize("name", NAMES)
def test_links_lead_through_all_pages(listings: dict[str, Listing], name: str) -> None:
    listing = listings[name]
    whole = listing.ask(limit=ROWS)
    assert (len(whole.items), "Link" in whole.headers) == (ROWS, False)
    pages = list(walk(listing, 1))
    assert [page.items for page in pages] == [[item] for item in whole.items]
    assert [page.next_cursor is None for page in pages] == [False, False, True]


@pytest.mark.requirement("HTTP-LINK-01")
def test_a_link_keeps_a_limit_of_several(listings: dict[str, Listing]) -> None:
    pages = list(walk(listings["the feed"], 2))
    assert [len(page.items) for page in pages] == [2, 1]


@pytest.mark.requirement("HTTP-LINK-01", "HTTP-LINK-02")
def test_links_lead_through_all_tags(api: Api, someone: Person) -> None:
    own = {f"t{token_hex(6)}" for _ in range(ROWS)}
    someone.has_post(tags=sorted(own))
    # Other tests use tags meanwhile: a page may have moved when the next one is asked for.
    first = api.list_tags(query={"limit": 2})
    assert len(follow(api, first).items) == 2
    pages = list(walk(Listing(api, "list_tags"), 100))
    assert own <= {tag["name"] for page in pages for tag in page.items}
    assert [page.next_cursor is None for page in pages] == [False] * (len(pages) - 1) + [True]


@pytest.mark.requirement("HTTP-LINK-01", "HTTP-HEAD-01")
def test_head_tells_the_link_too(listings: dict[str, Listing]) -> None:
    listing = listings["a search for anything"]
    page = listing.ask(limit=1)
    path, _, query = page.path.partition("?")
    head = listing.reader.request("HEAD", path, query=query)
    assert follow(listing.reader, head).items == follow(listing.reader, page).items


@pytest.mark.requirement("HTTP-LINK-02")
def test_an_empty_page_has_no_link(api: Api, alice: Person) -> None:
    pages = [
        api.list_users(query={"q": token_hex(12)}),
        api.list_posts(query={"author": alice.username}),
        api.list_followers(alice.username),
        api.list_following(alice.username),
        alice.get_feed(),
        api.list_comments(alice.has_post()["id"]),
    ]
    assert [(page.items, page.headers.get("Link")) for page in pages] == [([], None)] * len(pages)
