"""Writing a post: what comes back, where it is, and what is made up for it."""

from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

PLAIN = {"title": "Planting garlic", "body": "Plant it in October."}
FULL = {**PLAIN, "tags": ["autumn", "garden"], "status": "published"}
TEXTS = {
    "spaces around": "  in the middle \t\n",
    "line feeds and tabs": "one\n\n\ttwo\n",
    "markup": "<script>alert('é')</script> &amp; <b>&lt;</b>",
    "quotes": "\"double\" 'single' `back` \\ \\n \\u0041 / %41 %s {0} ${HOME}",
    "a composed accent": "Caf\u00e9",
    "a separate accent": "Cafe\u0301",
    "compatibility characters": "① ﬁ ２ Ω K",
    "beyond the first plane": "🧄👩‍🌾𝔊",
    "right to left": "\u202eשלום\u202c مرحبا",
    "invisible characters": "a\u200bb\ufeffc\u00add\u0085e",
    "a number": "007",
    "a word of other languages": "null",
}
AT_ONCE = 16


@pytest.fixture(scope="module")
def writer(people: People) -> Person:
    """The author of all posts whose author does not matter."""
    return people.register("writer")


@pytest.fixture(scope="module")
def page(writer: Person) -> dict[str, Any]:
    """A post that is written anew again and again."""
    return writer.has_post()


@pytest.mark.requirement("POSTS-CREATE-01")
def test_a_new_post_is_as_given(alice: Person) -> None:
    post = alice.create_post(json=FULL).json
    assert {name: post[name] for name in FULL} == FULL


@pytest.mark.requirement("POSTS-CREATE-01")
def test_the_caller_is_the_author(alice: Person, bob: Person) -> None:
    authors = [person.create_post(json=PLAIN).json["author"] for person in (alice, bob)]
    assert authors == [alice.username, bob.username]


@pytest.mark.requirement("POSTS-CREATE-01", "POSTS-ID-01")
def test_the_same_words_twice_are_two_posts(alice: Person) -> None:
    first, second = (alice.create_post(json=PLAIN).json["id"] for _ in range(2))
    listed = alice.list_posts(query={"author": alice.username, "sort": "created_at"}).items
    assert [post["id"] for post in listed] == [first, second]


@pytest.mark.requirement("POSTS-CREATE-02")
def test_a_new_post_is_where_its_location_says(api: Api, alice: Person) -> None:
    answer = alice.create_post(json=FULL)
    assert answer.headers["Location"] == f"/api/v1/posts/{answer.json['id']}"
    assert api.request("GET", answer.headers["Location"]).json == answer.json


@pytest.mark.requirement("POSTS-CREATE-02", "POSTS-DRAFT-01")
def test_a_new_draft_is_where_its_location_says(alice: Person) -> None:
    answer = alice.create_post(json={**PLAIN, "status": "draft"})
    assert answer.headers["Location"] == f"/api/v1/posts/{answer.json['id']}"
    assert alice.request("GET", answer.headers["Location"]).json == answer.json


@pytest.mark.requirement("POSTS-CREATE-03")
def test_a_new_post_is_published_and_has_no_tags_unless_told(alice: Person) -> None:
    post = alice.create_post(json=PLAIN).json
    assert (post["status"], post["tags"]) == ("published", [])


@pytest.mark.parametrize("missing", [["title"], ["body"], ["body", "title"]])
@pytest.mark.requirement("POSTS-CREATE-04")
def test_a_post_needs_title_and_body(writer: Person, missing: list[str]) -> None:
    told = {name: value for name, value in FULL.items() if name not in missing}
    answer = writer.create_post(json=told)
    assert answer.faults == [(f"#/{name}", "required") for name in missing]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.requirement("POSTS-CREATE-05")
def test_the_text_of_a_new_post_is_kept_exactly(writer: Person, text: str) -> None:
    post_id = writer.create_post(json={"title": text, "body": text}).json["id"]
    post = writer.get_post(post_id, headers={"Accept": "text/html"}).json
    assert (post["title"], post["body"]) == (text, text)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.requirement("POSTS-CREATE-05")
def test_the_text_of_a_changed_post_is_kept_exactly(
    writer: Person, page: dict[str, Any], text: str
) -> None:
    changed = writer.update_post(page["id"], json={"title": text, "body": text}).json
    assert (changed["title"], changed["body"]) == (text, text)


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"tags": ["garlic", "-"]}, {"status": "hidden"}, {"rating": 5}],
    ids=["title", "tags", "status", "unknown member"],
)
@pytest.mark.requirement("POSTS-CREATE-06")
def test_a_refused_post_leaves_nothing_behind(alice: Person, wrong: dict[str, Any]) -> None:
    assert alice.create_post(json={**FULL, **wrong}).problem == (422, "invalid_request")
    for status in ("published", "draft"):
        assert alice.list_posts(query={"author": alice.username, "status": status}).items == []


@pytest.mark.requirement("HARDENING-RACE-05")
def test_of_many_posts_at_once_with_one_new_tag_each_has_it(alice: Person) -> None:
    tags = sorted(f"t{token_hex(6)}" for _ in range(3))
    alice.sign_in_again()

    def create(number: int) -> Answer:
        order = tags if number % 2 else tags[::-1]
        return alice.create_post(json={**PLAIN, "tags": order})

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(create, range(AT_ONCE)))
    assert [answer.status for answer in answers] == [201] * AT_ONCE
    listed = alice.list_posts(query={"tag": tags[0], "limit": 100}).items
    assert [post["tags"] for post in listed] == [tags] * AT_ONCE
