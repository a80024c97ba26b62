"""Lists of posts: their order, what they hold, and the filters that combine."""

from collections.abc import Mapping
from itertools import cycle
from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.data.shapes import summarize
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person

NOT_AUTHORS = ["", "Alice", "alice-1", "alice\n", "alicé", "alic%"]
NOT_TAGS = ["", "Garden", "my_garden", "-garden", "garden\n", "gärten"]
NOT_STATUSES = ["", "Draft", "draft,published"]
NOT_SORTS = ["", "-updated_at", "CREATED_AT"]
OLDEST_FIRST, NEWEST_FIRST = {"sort": "created_at"}, {"sort": "-created_at"}


@pytest.fixture(scope="module")
def writer(people: People) -> Person:
    """Somebody whose posts are those of the fixture `posts`, and no others."""
    return people.register("writer")


@pytest.fixture(scope="module")
def posts(writer: Person) -> list[dict[str, Any]]:
    """All posts of the writer as lists show them, in the order they were written."""
    first = writer.has_post(status="draft")["id"]
    written = [writer.has_post(tags=tags) for tags in (["one"], ["one", "two"], ["b", "a"])]
    # What is published or changed later keeps its place.
    written.insert(0, writer.update_post(first, json={"status": "published"}).json)
    return [summarize(post) for post in written]


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
def test_the_newest_post_comes_first_and_without_its_body(
    api: Api, writer: Person, posts: list[dict[str, Any]], sort: dict[str, str]
) -> None:
    listed = api.list_posts(query={"author": writer.username, **sort}).items
    assert listed == posts[::-1]
    times = [post["created_at"] for post in listed]
    assert times == sorted(times, reverse=True)


@pytest.mark.requirement("POSTS-LIST-01")
def test_a_new_post_is_in_the_list_of_all_posts(
    api: Api, someone: Person, someone_else: Person
) -> None:
    new = ids_of(someone.has_post(), someone_else.has_post())
    listed = list_ids(api)
    assert listed == sorted(listed, reverse=True)
    assert [one for one in listed if one in new] == new


@pytest.mark.requirement("POSTS-LIST-01")
def test_everybody_sees_the_same_list(
    someone: Person, writer: Person, posts: list[dict[str, Any]]
) -> None:
    for reader in (someone, writer):
        assert reader.list_posts(query={"author": writer.username}).items == posts[::-1]


@pytest.mark.requirement("POSTS-LIST-02")
def test_the_oldest_post_comes_first_if_asked(
    api: Api, writer: Person, posts: list[dict[str, Any]]
) -> None:
    assert api.list_posts(query={"author": writer.username, **OLDEST_FIRST}).items == posts


@pytest.mark.requirement("POSTS-LIST-03", "POSTS-LIST-04")
def test_a_name_like_the_authors_has_none_of_their_posts(
    api: Api, writer: Person, posts: list[dict[str, Any]]
) -> None:
    name = writer.username
    alike = [f"{name}0", name[:-1], name[1:], name.replace("_", "x"), f"{name[:-1]}_"]
    assert {one: list_ids(api, author=one) for one in alike} == {one: [] for one in alike}


@pytest.mark.requirement("POSTS-LIST-03")
def test_a_tag_lists_the_posts_that_have_exactly_it(
    api: Api, someone: Person, someone_else: Person, word: str
) -> None:
    alike = [f"{word}0", word[:-1], f"{word}-", f"a{word}", f"{word[0]}-{word[1:]}"]
    someone.has_post(title=word, body=word, tags=alike)
    posts = [someone.has_post(tags=[word]), someone_else.has_post(tags=[word, *alike])]
    assert list_ids(api, tag=word) == ids_of(*posts)


@pytest.mark.requirement("POSTS-LIST-03", "POSTS-TAGS-03")
def test_a_list_by_tag_shows_each_post_once_with_all_its_tags(
    api: Api, someone: Person, word: str
) -> None:
    # Rules of languages would skip the hyphen.
    tags = ["zucchini", word, "b", "a", "a0", "a-b", "0"]
    post = someone.has_post(tags=tags)
    listed = api.list_posts(query={"tag": word}).items
    assert [(one["id"], one["tags"]) for one in listed] == [(post["id"], sorted(tags))]


@pytest.mark.requirement("POSTS-LIST-03")
def test_filters_combine(api: Api, someone: Person, someone_else: Person, word: str) -> None:
    found = [
        someone.has_post(title=word, tags=[word, "x"]),
        someone.has_post(body=word, tags=[word]),
    ]
    someone.has_post(title=word, tags=["x"])
    someone.has_post(title="Another", tags=[word])
    someone.has_post(title=word, tags=[word], status="draft")
    someone_else.has_post(title=word, tags=[word])
    query = {"author": someone.username, "tag": word, "q": word, "status": "published"}
    assert list_ids(api, **query) == ids_of(*found)
    assert list_ids(api, **query, **OLDEST_FIRST) == ids_of(*found)[::-1]


@pytest.mark.requirement("POSTS-LIST-03")
def test_a_tag_that_was_taken_away_lists_the_post_no_more(
    api: Api, someone: Person, word: str
) -> None:
    post = someone.has_post(tags=[f"{word}-old", f"{word}-kept"])
    someone.update_post(post["id"], json={"tags": [f"{word}-kept", f"{word}-new"]})
    found = {end: list_ids(api, tag=f"{word}-{end}") for end in ("old", "kept", "new")}
    assert found == {"old": [], "kept": [post["id"]], "new": [post["id"]]}


@pytest.mark.parametrize("name", ["author", "tag"])
@pytest.mark.requirement("POSTS-LIST-04")
def test_what_does_not_exist_has_no_posts(api: Api, word: str, name: str) -> None:
    assert api.list_posts(query={name: word}).json == {"items": [], "next_cursor": None}


@pytest.mark.requirement("POSTS-LIST-05")
def test_filters_that_cannot_be_one_are_refused(api: Api) -> None:
    for author, tag, status, sort in zip(
        NOT_AUTHORS, NOT_TAGS, cycle(NOT_STATUSES), cycle(NOT_SORTS), strict=False
    ):
        told = {"author": author, "tag": tag, "status": status, "sort": sort}
        assert api.list_posts(query=told).faults == [
            ("author", "invalid_format"),
            ("sort", "not_one_of"),
            ("status", "not_one_of"),
            ("tag", "invalid_format"),
        ], told


@pytest.mark.requirement("POSTS-LIST-05")
def test_the_lengths_of_filters_are_those_of_what_they_find(api: Api, contract: Contract) -> None:
    def ask(keyword: str, further: int) -> Answer:
        limits = {
            name: contract.parameter_limit("list_posts", name, keyword)
            for name in ("author", "tag")
        }
        return api.list_posts(query={name: "z" * (limits[name] + further) for name in limits})

    assert [ask("minLength", 0).status, ask("maxLength", 0).status] == [200, 200]
    for beyond in (ask("minLength", -1), ask("maxLength", 1)):
        assert beyond.faults == [("author", "invalid_format"), ("tag", "invalid_format")]


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
