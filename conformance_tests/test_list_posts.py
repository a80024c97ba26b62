"""Lists of posts: their order, what they hold, and the filters that combine."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person

NOT_AUTHORS = {
    "nothing": "",
    "upper case": "Alice",
    "a hyphen": "alice-1",
    "a space behind": "alice ",
    "a line feed behind": "alice\n",
    "an accent": "alicé",
    "a wildcard": "alic%",
    "two of them": "alice,bob",
}
NOT_TAGS = {
    "nothing": "",
    "upper case": "Garden",
    "an underscore": "my_garden",
    "a hyphen in front": "-garden",
    "a space inside": "my garden",
    "a line feed behind": "garden\n",
    "an accent": "gärten",
    "a wildcard": "gard%",
    "two of them": "garden,autumn",
}
NOT_STATUSES = ["", "Draft", "draft ", "deleted", "all", "draft,published"]
NOT_SORTS = ["", "title", "id", "-id", "-updated_at", "author", "+created_at", "CREATED_AT", "-"]
OLDEST_FIRST, NEWEST_FIRST = {"sort": "created_at"}, {"sort": "-created_at"}


@pytest.fixture(scope="module")
def writer(people: People) -> Person:
    """Somebody with six posts, and no further one in any test."""
    person = people.register("writer")
    for number in range(3):
        person.has_post(title=f"Garlic {number}", tags=["garden", "garlic"])
        person.has_post(title=f"Leek {number}", tags=["garden"])
    return person


@pytest.fixture
def word() -> str:
    """A word that is nobody's but this test's, and fit to be a tag."""
    return f"t{token_hex(6)}"


def list_ids(reader: Api | Person, **query: object) -> list[str]:
    """Return the ids on one page that has room for all."""
    return [post["id"] for post in reader.list_posts(query={**query, "limit": 100}).items]


def ids_of(*posts: Mapping[str, Any]) -> list[str]:
    """Return the ids of posts, the newest first."""
    return sorted((str(post["id"]) for post in posts), reverse=True)


@pytest.mark.parametrize("sort", [{}, NEWEST_FIRST], ids=["unless told", "-created_at"])
@pytest.mark.requirement("POSTS-LIST-01")
def test_the_newest_post_comes_first(api: Api, alice: Person, sort: dict[str, str]) -> None:
    posts = [alice.has_post(title=f"Number {number}", tags=["b", "a"]) for number in range(4)]
    listed = api.list_posts(query={"author": alice.username, **sort}).items
    assert [post["id"] for post in listed] == ids_of(*posts)
    times = [post["created_at"] for post in listed]
    assert times == sorted(times, reverse=True)


@pytest.mark.requirement("POSTS-LIST-01")
def test_a_list_shows_posts_without_their_bodies(api: Api, alice: Person) -> None:
    posts = [alice.has_post(tags=tags) for tags in ([], ["one"], ["one", "two"])]
    for post in posts:
        del post["body"]
    assert api.list_posts(query={"author": alice.username, **OLDEST_FIRST}).items == posts


@pytest.mark.requirement("POSTS-LIST-01")
def test_a_new_post_is_in_the_list_of_all_posts(
    api: Api, alice: Person, bob: Person, post: dict[str, Any]
) -> None:
    other = bob.has_post()
    listed = list_ids(api)
    assert listed == sorted(listed, reverse=True)
    assert [one for one in listed if one in ids_of(post, other)] == ids_of(post, other)


@pytest.mark.requirement("POSTS-LIST-01")
def test_everybody_sees_the_same_list(api: Api, alice: Person, writer: Person) -> None:
    query = {"author": writer.username}
    pages = [reader.list_posts(query=query).json for reader in (api, alice, writer)]
    assert pages == [pages[0]] * len(pages)


@pytest.mark.requirement("POSTS-LIST-02")
def test_the_oldest_post_comes_first_if_asked(api: Api, writer: Person) -> None:
    oldest_first = list_ids(api, author=writer.username, **OLDEST_FIRST)
    newest_first = list_ids(api, author=writer.username)
    assert oldest_first == sorted(oldest_first)
    assert oldest_first == newest_first[::-1]


@pytest.mark.requirement("POSTS-LIST-03")
def test_an_author_lists_their_posts_only(
    api: Api, people: People, alice: Person, post: dict[str, Any]
) -> None:
    for alike in (f"{alice.username}0", alice.username[:-1], alice.username.replace("_", "x")):
        people.register(username=alike).has_post()
    assert list_ids(api, author=alice.username) == [post["id"]]


@pytest.mark.requirement("POSTS-LIST-03")
def test_a_tag_lists_the_posts_that_have_exactly_it(
    api: Api, alice: Person, bob: Person, word: str
) -> None:
    alike = [f"{word}0", word[:-1], f"{word}-", f"a{word}", f"{word[0]}-{word[1:]}"]
    alice.has_post(title=word, body=word, tags=alike)
    posts = [alice.has_post(tags=[word]), bob.has_post(tags=[word, *alike])]
    assert list_ids(api, tag=word) == ids_of(*posts)


@pytest.mark.requirement("POSTS-LIST-03", "POSTS-TAGS-03")
def test_a_list_by_tag_shows_each_post_once_with_all_its_tags(
    api: Api, alice: Person, word: str
) -> None:
    tags = ["zucchini", word, "b", "a", "a-b", "0"]
    post = alice.has_post(tags=tags)
    listed = api.list_posts(query={"tag": word}).items
    assert [(one["id"], one["tags"]) for one in listed] == [(post["id"], sorted(tags))]


@pytest.mark.requirement("POSTS-LIST-03")
def test_filters_combine(api: Api, alice: Person, bob: Person, word: str) -> None:
    found = [alice.has_post(title=word, tags=[word, "x"]), alice.has_post(body=word, tags=[word])]
    alice.has_post(title=word, tags=["x"])
    alice.has_post(title="Another", tags=[word])
    alice.has_post(title=word, tags=[word], status="draft")
    bob.has_post(title=word, tags=[word])
    query = {"author": alice.username, "tag": word, "q": word, "status": "published"}
    assert list_ids(api, **query) == ids_of(*found)
    assert list_ids(api, **query, **OLDEST_FIRST) == ids_of(*found)[::-1]


@pytest.mark.requirement("POSTS-LIST-03")
def test_a_tag_that_was_taken_away_lists_the_post_no_more(
    api: Api, alice: Person, word: str
) -> None:
    post = alice.has_post(tags=[f"{word}-old", f"{word}-kept"])
    alice.update_post(post["id"], json={"tags": [f"{word}-kept", f"{word}-new"]})
    found = {end: list_ids(api, tag=f"{word}-{end}") for end in ("old", "kept", "new")}
    assert found == {"old": [], "kept": [post["id"]], "new": [post["id"]]}


@pytest.mark.parametrize("query", [{"author": "nobody_{}"}, {"tag": "t{}"}], ids=["author", "tag"])
@pytest.mark.requirement("POSTS-LIST-04")
def test_what_does_not_exist_has_no_posts(api: Api, query: dict[str, str]) -> None:
    unknown = {name: value.format(token_hex(6)) for name, value in query.items()}
    assert api.list_posts(query=unknown).json == {"items": [], "next_cursor": None}


@pytest.mark.requirement("POSTS-LIST-04", "POSTS-DELETE-04")
def test_a_deleted_author_has_no_posts(api: Api, alice: Person, post: dict[str, Any]) -> None:
    alice.delete_me()
    listed = api.list_posts(query={"author": alice.username})
    assert listed.json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("name", "value"),
    [("author", value) for value in NOT_AUTHORS.values()]
    + [("tag", value) for value in NOT_TAGS.values()],
    ids=[f"author-{name}" for name in NOT_AUTHORS] + [f"tag-{name}" for name in NOT_TAGS],
)
@pytest.mark.requirement("POSTS-LIST-05")
def test_what_cannot_be_an_author_or_a_tag_is_refused(api: Api, name: str, value: str) -> None:
    assert api.list_posts(query={name: value}).faults == [(name, "invalid_format")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", value) for value in NOT_STATUSES] + [("sort", value) for value in NOT_SORTS],
)
@pytest.mark.requirement("POSTS-LIST-05")
def test_a_status_or_sort_outside_its_list_is_refused(api: Api, name: str, value: str) -> None:
    assert api.list_posts(query={name: value}).faults == [(name, "not_one_of")]


@pytest.mark.parametrize("name", ["author", "tag"])
@pytest.mark.requirement("POSTS-LIST-05")
def test_the_lengths_of_filters_are_those_of_what_they_find(
    api: Api, contract: Contract, name: str
) -> None:
    shortest = contract.parameter_limit("list_posts", name, "minLength")
    longest = contract.parameter_limit("list_posts", name, "maxLength")
    for length in (shortest, longest):
        assert api.list_posts(query={name: "z" * length}).status == 200
    for length in (shortest - 1, longest + 1):
        answer = api.list_posts(query={name: "z" * length})
        assert answer.faults == [(name, "invalid_format")]


@pytest.mark.requirement("POSTS-LIST-05")
def test_all_faults_of_filters_are_told_together(api: Api) -> None:
    wrong = {"author": "A", "tag": "-", "status": "gone", "sort": "size", "q": "", "limit": "0"}
    assert api.list_posts(query=wrong).faults == [
        ("author", "invalid_format"),
        ("limit", "out_of_range"),
        ("q", "too_short"),
        ("sort", "not_one_of"),
        ("status", "not_one_of"),
        ("tag", "invalid_format"),
    ]
