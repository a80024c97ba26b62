"""Text that is code elsewhere is text here, and what the server sets nobody else sets."""

import time
from secrets import token_hex
from typing import Any
from urllib.parse import unquote

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person
from conformance_tests.harness.versioned import Versioned

CODE = {
    "a quote": "'",
    "always true": "' OR '1'='1",
    "another query": "' UNION SELECT email, password_hash FROM users --",
    "a wait": "'; SELECT pg_sleep(5); --",
    "a wait in brackets": "') OR (SELECT 1 FROM pg_sleep(5)) IS NULL --",
    "parameters": ":id ? %s %(id)s $1 {id} ${id} {{7*7}} <%= 7 * 7 %>",
    "markup": "<img src=x onerror=alert(1)>",
}
# Where one door is as good as another, one that opens and one that waits will do.
DANGEROUS = [CODE["always true"], CODE["a wait"]]
SECONDS = 4
# What ends the line of a header and begins one of its own, where it is decoded.
INJECTED = "X-Injected"
NEW_LINE = f"a%0d%0a{INJECTED}:%20b%0d%0a%0d%0ac"
# In a column, an attribute or a lookup of an object-relational mapper.
PRYING = [
    "author__password_hash__startswith",
    "author.password_hash",
    "author_id",
    "search_text",
    "id__gt",
    "is_active",
    "order_by",
]
OURS: dict[str, Any] = {
    "id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "author": "somebody_else",
    "author_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "created_at": "2001-01-01T00:00:00.000000Z",
    "published_at": "2001-01-01T00:00:00.000000Z",
    "version": 7,
    "search_text": "found everywhere",
    "role": "admin",
    "is_active": False,
    "password_hash": "0",
    "__class__": "Post",
}

each_dangerous = pytest.mark.parametrize("code", DANGEROUS, ids=["always true", "a wait"])


@pytest.mark.requirement("HARDENING-INJECTION-01", "POSTS-CREATE-05")
def test_code_in_a_post_is_text(api: Api, someone: Person) -> None:
    tag = f"t{token_hex(6)}"
    told = [{"title": code, "body": code, "tags": [tag]} for code in CODE.values()]
    posts = [someone.has_post(**one) for one in told]
    assert [
        {name: post[name] for name in one} for one, post in zip(told, posts, strict=True)
    ] == told
    listed = api.list_posts(query={"tag": tag, "sort": "created_at"}).items
    assert [(one["id"], one["title"]) for one in listed] == [
        (post["id"], post["title"]) for post in posts
    ]


@pytest.mark.requirement("HARDENING-INJECTION-01")
def test_code_in_a_search_of_posts_finds_nothing_and_takes_no_time(api: Api) -> None:
    begun = time.monotonic()
    for name, code in CODE.items():
        answer = api.list_posts(query={"q": f"{token_hex(6)}{code}"})
        assert answer.json == {"items": [], "next_cursor": None}, name
    assert time.monotonic() - begun < SECONDS


@each_dangerous
@pytest.mark.requirement("HARDENING-INJECTION-01")
def test_code_in_a_search_of_users_finds_nothing_and_takes_no_time(api: Api, code: str) -> None:
    begun = time.monotonic()
    answer = api.list_users(query={"q": f"{token_hex(6)}{code}"})
    assert answer.json == {"items": [], "next_cursor": None}
    assert time.monotonic() - begun < SECONDS


@pytest.mark.requirement("HARDENING-INJECTION-01", "RELATIONS-COMMENT-01")
def test_code_in_a_comment_is_text(api: Api, someone: Person) -> None:
    post_id = someone.has_post()["id"]
    told = [*DANGEROUS, CODE["parameters"]]
    for code in told:
        someone.has_comment(post_id, body=code)
    listed = api.list_comments(post_id, query={"sort": "created_at"}).items
    assert [comment["body"] for comment in listed] == told


@each_dangerous
@pytest.mark.requirement("HARDENING-INJECTION-01", "POSTS-LIST-05", "POSTS-PAGE-04")
def test_code_in_a_filter_is_refused(api: Api, code: str) -> None:
    told = {"author": code, "tag": code, "status": code, "sort": code}
    assert api.list_posts(query=told).faults == [
        ("author", "invalid_format"),
        ("sort", "not_one_of"),
        ("status", "not_one_of"),
        ("tag", "invalid_format"),
    ]
    assert api.list_posts(query={"cursor": code}).faults == [("cursor", "invalid_cursor")]


@each_dangerous
@pytest.mark.requirement("HARDENING-INJECTION-01")
def test_code_in_a_log_in_opens_nothing(api: Api, someone: Person, code: str) -> None:
    told = {"email": f"{someone.email}{code}", "password": code}
    assert api.log_in(json=told).problem == (401, "invalid_credentials")


@each_dangerous
@pytest.mark.requirement("HARDENING-INJECTION-01")
def test_code_in_a_path_leads_nowhere(
    api: Api, someone: Person, lasting_post: Versioned, code: str
) -> None:
    name, post_id = f"{someone.username}{code}", f"{lasting_post.key}{code}"
    answers = [ask(name) for ask in (api.get_user, api.list_followers, api.list_following)]
    answers += [ask(post_id) for ask in (api.list_comments, api.get_post_stats)]
    assert [answer.problem for answer in answers] == len(answers) * [(404, "not_found")]


@pytest.mark.requirement("HARDENING-INJECTION-02")
def test_no_text_of_a_request_begins_a_header(api: Api, someone: Person) -> None:
    asked = {
        "path": api.request("GET", f"/api/v1/users/{someone.username}{NEW_LINE}"),
        "unknown path": api.request("GET", f"/{NEW_LINE}"),
        "query": api.list_posts(query=f"author={someone.username}{NEW_LINE}"),
        "cursor": api.list_posts(query=f"cursor={NEW_LINE}"),
        "request id": api.check_live(headers={"X-Request-ID": NEW_LINE}),
        "token": api.get_me(token=NEW_LINE),
        "username": api.register_user(json={"username": unquote(NEW_LINE)}),
        "tag": someone.create_post(json={"title": "", "body": "", "tags": [unquote(NEW_LINE)]}),
    }
    assert [place for place, answer in asked.items() if INJECTED in answer.headers] == []


@pytest.mark.parametrize("operation_id", ["list_posts", "list_users"])
@pytest.mark.requirement("HARDENING-INJECTION-01", "HARDENING-QUERY-01")
def test_no_column_is_a_filter_unless_the_contract_says_so(api: Api, operation_id: str) -> None:
    answer: Answer = getattr(api, operation_id)(query=dict.fromkeys(PRYING, "a"))
    assert answer.faults == sorted((name, "unknown_parameter") for name in PRYING)


@pytest.mark.requirement("HARDENING-MEMBERS-02")
def test_a_post_is_not_made_with_what_is_ours_to_set(someone: Person) -> None:
    answer = someone.create_post(json={"title": "Mine", "body": "All of it", **OURS})
    assert answer.faults == sorted((f"#/{name}", "unknown_field") for name in OURS)


@pytest.mark.requirement("HARDENING-MEMBERS-02")
def test_no_change_sets_what_is_ours_to_set(someone: Person) -> None:
    post = someone.has_post()
    answer = someone.update_post(post["id"], json={"title": "Mine", **OURS})
    assert answer.faults == sorted((f"#/{name}", "unknown_field") for name in OURS)
    assert someone.get_post(post["id"]).json == post
