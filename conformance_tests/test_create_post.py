"""Writing a post: what comes back, where it is, and what is made up for it."""

from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

PLAIN = {"title": "Planting garlic", "body": "Plant it in October."}
FULL = {**PLAIN, "tags": ["autumn", "garden"], "status": "published"}
TEXTS = {
    "spaces around": "  in the middle \t\n",
    "line feeds and tabs": "one\n\n\ttwo\n",
    "markup": "<script>alert('é')</script> &amp; <b>&lt;</b>",
    "quotes": "\"double\" 'single' `back` \\ \\n \\u0041 / %41 %s {0} ${HOME}",
    "composed and separate accents": "Caf\u00e9 Cafe\u0301",
    "compatibility characters": "① ﬁ ２ Ω K",
    "beyond the first plane, and invisible": ("🧄👩\u200d🌾𝔊 \u202ea\u200bb\ufeffc\u00add\u0085e"),
}
AT_ONCE = 6
ATTEMPTS = 2


@pytest.fixture
def word() -> str:
    """A word that is nobody's but this test's, and fit to be a tag."""
    return f"t{token_hex(6)}"


@pytest.mark.requirement("POSTS-CREATE-01")
def test_a_new_post_is_as_given(someone: Person) -> None:
    post = someone.create_post(json=FULL).json
    assert {name: post[name] for name in FULL} == FULL


@pytest.mark.requirement("POSTS-CREATE-01")
def test_the_caller_is_the_author(someone: Person, someone_else: Person) -> None:
    authors = [one.create_post(json=PLAIN).json["author"] for one in (someone, someone_else)]
    assert authors == [someone.username, someone_else.username]


@pytest.mark.requirement("POSTS-CREATE-01", "POSTS-ID-01")
def test_the_same_words_twice_are_two_posts(someone: Person, word: str) -> None:
    told = {**PLAIN, "tags": [word]}
    first, second = (someone.create_post(json=told).json["id"] for _ in range(2))
    listed = someone.list_posts(query={"tag": word, "sort": "created_at"}).items
    assert [post["id"] for post in listed] == [first, second]


@pytest.mark.requirement("POSTS-CREATE-02")
def test_a_new_post_is_where_its_location_says(api: Api, someone: Person) -> None:
    answer = someone.create_post(json=FULL)
    assert answer.headers["Location"] == f"/api/v1/posts/{answer.json['id']}"
    assert api.request("GET", answer.headers["Location"]).json == answer.json


@pytest.mark.requirement("POSTS-CREATE-02", "POSTS-DRAFT-01")
def test_a_new_draft_is_where_its_location_says(someone: Person) -> None:
    answer = someone.create_post(json={**PLAIN, "status": "draft"})
    assert answer.headers["Location"] == f"/api/v1/posts/{answer.json['id']}"
    assert someone.request("GET", answer.headers["Location"]).json == answer.json


@pytest.mark.requirement("POSTS-CREATE-03")
def test_a_new_post_is_published_and_has_no_tags_unless_told(someone: Person) -> None:
    post = someone.create_post(json=PLAIN).json
    assert (post["status"], post["tags"]) == ("published", [])


@pytest.mark.parametrize("missing", [["title"], ["body"], ["body", "title"]], ids=" and ".join)
@pytest.mark.requirement("POSTS-CREATE-04")
def test_a_post_needs_title_and_body(someone: Person, missing: list[str]) -> None:
    told = {name: value for name, value in FULL.items() if name not in missing}
    answer = someone.create_post(json=told)
    assert answer.faults == [(f"#/{name}", "required") for name in missing]


@pytest.mark.requirement("POSTS-CREATE-05")
def test_the_text_of_a_new_post_is_kept_exactly(someone: Person) -> None:
    kept = {}
    for name, text in TEXTS.items():
        post_id = someone.has_post(title=text, body=text)["id"]
        post = someone.get_post(post_id, headers={"Accept": "text/html"}).json
        kept[name] = (post["title"], post["body"])
    assert kept == {name: (text, text) for name, text in TEXTS.items()}


@pytest.mark.requirement("POSTS-CREATE-05")
def test_the_text_of_a_changed_post_is_kept_exactly(someone: Person) -> None:
    told = {"title": "  Cafe\u0301 \ufb01 <b>&amp;</b>\n", "body": "".join(TEXTS.values()) + "\n"}
    post_id = someone.has_post()["id"]
    for post in (someone.update_post(post_id, json=told).json, someone.get_post(post_id).json):
        assert {name: post[name] for name in told} == told


@pytest.mark.requirement("POSTS-CREATE-06")
def test_a_refused_post_leaves_nothing_behind(someone: Person, word: str) -> None:
    wrong: list[dict[str, Any]] = [{"title": ""}, {"tags": ["garlic", "-"]}, {"status": "hidden"}]
    for fault in [*wrong, {"rating": 5}]:
        answer = someone.create_post(json={"title": word, "body": word, **fault})
        assert answer.problem == (422, "invalid_request")
    for status in ("published", "draft"):
        query = {"author": someone.username, "q": word, "status": status}
        assert someone.list_posts(query=query).items == []


@pytest.mark.requirement("HARDENING-RACE-06")
def test_of_many_posts_at_once_with_the_same_new_tags_each_has_them(
    api: Api, people: People, someone: Person, someone_else: Person
) -> None:
    # Posts of one author may wait for each other, and then do not race for the tags.
    authors = [someone, someone_else, people.register()]
    tokens = [author.access_token for author in authors] * (AT_ONCE // len(authors))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(ATTEMPTS):
            tags = sorted(f"t{token_hex(6)}" for _ in range(4))
            told = [{**PLAIN, "tags": tags}, {**PLAIN, "tags": tags[::-1]}] * (AT_ONCE // 2)
            sent = pool.map(
                lambda token, body: api.create_post(json=body, token=token), tokens, told
            )
            assert [answer.status for answer in sent] == [201] * AT_ONCE
            listed = api.list_posts(query={"tag": tags[0]}).items
            assert [post["tags"] for post in listed] == [tags] * AT_ONCE
