"""Drafts: for everybody but their author they do not exist, anywhere, and leave no trace."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any, Unpack

import pytest

from conformance_tests.data.ids import NEVER_GIVEN
from conformance_tests.data.shapes import summarize
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Call
from conformance_tests.harness.people import Person

EMPTY: dict[str, object] = {"items": [], "next_cursor": None}
CHANGES: list[tuple[str, Call]] = [
    ("update_post", {"json": {"status": "published"}}),
    ("update_post", {"json": {}}),
    ("delete_post", {}),
]


def ask_of_both(
    reader: Api | Person, operation_id: str, post: Mapping[str, Any], **call: Unpack[Call]
) -> tuple[Answer, Answer]:
    """Return what is answered for a post, and for one that never was."""
    operation = getattr(reader, operation_id)
    return operation(post["id"], **call), operation(NEVER_GIVEN, **call)


def list_ids(reader: Api | Person, **query: object) -> list[str]:
    """Return the ids on one page that has room for all."""
    return [post["id"] for post in reader.list_posts(query={**query, "limit": 100}).items]


@pytest.fixture(scope="module")
def hidden(someone: Person) -> dict[str, Any]:
    """A draft by someone that nobody here has a right to change."""
    return someone.has_post(status="draft")


@pytest.fixture(scope="module")
def secret_word() -> str:
    """A word that is nobody's but the secret's, and fit to be a tag."""
    return f"t{token_hex(6)}"


@pytest.fixture(scope="module")
def secret(someone: Person, secret_word: str) -> dict[str, Any]:
    """A draft by someone that has the word everywhere, and stays as it is."""
    told = {"title": f"A {secret_word}", "body": f"The {secret_word}", "tags": [secret_word]}
    return someone.has_post(**told, status="draft")


@pytest.fixture
def word() -> str:
    """A word that is nobody's but this test's, and fit to be a tag."""
    return f"t{token_hex(6)}"


# ---- One draft. ----


@pytest.mark.requirement("POSTS-DRAFT-01")
def test_the_author_reads_their_draft(someone: Person, hidden: dict[str, Any]) -> None:
    assert someone.get_post(hidden["id"]).json == hidden


@pytest.mark.requirement("POSTS-DRAFT-01")
def test_the_author_changes_their_draft(someone: Person) -> None:
    post_id = someone.has_post(status="draft")["id"]
    changed = someone.update_post(post_id, json={"title": "Better", "tags": ["new"]}).json
    assert (changed["title"], changed["tags"], changed["status"]) == ("Better", ["new"], "draft")
    assert someone.get_post(post_id).json == changed


@pytest.mark.requirement("POSTS-DRAFT-01", "POSTS-DRAFT-02", "HTTP-HEAD-01")
def test_head_of_a_draft_is_for_its_author_alone(
    someone: Person, someone_else: Person, hidden: dict[str, Any]
) -> None:
    path = f"/api/v1/posts/{hidden['id']}"
    answers = [reader.request("HEAD", path) for reader in (someone, someone_else)]
    assert [answer.status for answer in answers] == [200, 404]
    never_there = someone_else.request("HEAD", f"/api/v1/posts/{NEVER_GIVEN}")
    assert answers[1].lasting == never_there.lasting


@pytest.mark.requirement("POSTS-DRAFT-02")
def test_reading_anothers_draft_tells_nothing(
    api: Api, someone_else: Person, hidden: dict[str, Any]
) -> None:
    for reader in (api, someone_else):
        there, absent = ask_of_both(reader, "get_post", hidden)
        assert there.problem == (404, "not_found")
        assert there.lasting == absent.lasting


@pytest.mark.requirement("POSTS-DRAFT-02")
def test_reading_anothers_draft_tells_an_admin_nothing(
    admin: Person, hidden: dict[str, Any]
) -> None:
    there, absent = ask_of_both(admin, "get_post", hidden)
    assert there.problem == (404, "not_found")
    assert there.lasting == absent.lasting


@pytest.mark.requirement("POSTS-DRAFT-03")
def test_changing_anothers_draft_tells_nothing(
    someone: Person, someone_else: Person, hidden: dict[str, Any]
) -> None:
    for operation_id, call in CHANGES:
        there, absent = ask_of_both(someone_else, operation_id, hidden, **call)
        assert there.problem == (404, "not_found"), call
        assert there.lasting == absent.lasting, call
    assert someone.get_post(hidden["id"]).json == hidden


@pytest.mark.requirement("POSTS-DRAFT-03")
def test_changing_anothers_draft_tells_an_admin_nothing(
    someone: Person, admin: Person, hidden: dict[str, Any]
) -> None:
    # Of published posts this is all that admins may do.
    there, absent = ask_of_both(admin, "delete_post", hidden)
    assert there.problem == (404, "not_found")
    assert there.lasting == absent.lasting
    assert someone.get_post(hidden["id"]).json == hidden


@pytest.mark.requirement("POSTS-DRAFT-03", "HARDENING-ORDER-05")
def test_a_wrong_change_of_anothers_draft_tells_nothing(
    someone_else: Person, hidden: dict[str, Any]
) -> None:
    wrong = {"title": "", "status": "public"}
    there, absent = ask_of_both(someone_else, "update_post", hidden, json=wrong)
    assert there.problem == (422, "invalid_request")
    assert there.lasting == absent.lasting


# ---- Lists. ----


@pytest.mark.requirement("POSTS-DRAFT-04")
def test_no_list_holds_a_draft_unless_drafts_are_asked_for(
    api: Api, someone: Person, secret: dict[str, Any], secret_word: str
) -> None:
    for reader in (api, someone):
        for query in ({"tag": secret_word}, {"q": secret_word, "author": someone.username}):
            assert reader.list_posts(query=query).json == EMPTY, f"{reader} asked for {query}"
    for query in ({}, {"author": someone.username}):
        assert secret["id"] not in list_ids(someone, **query)


@pytest.mark.requirement("POSTS-DRAFT-04")
def test_no_list_holds_a_draft_for_an_admin(
    admin: Person, secret: dict[str, Any], secret_word: str
) -> None:
    assert admin.list_posts(query={"q": secret_word}).json == EMPTY
    assert secret["id"] not in list_ids(admin)


@pytest.mark.requirement("POSTS-DRAFT-04", "POSTS-PAGE-02")
def test_drafts_leave_no_trace_in_pages(someone: Person, word: str) -> None:
    for status in ("draft", "published", "draft", "published", "draft"):
        someone.has_post(title=word, status=status)
    for sort in ("created_at", "-created_at"):
        page = someone.list_posts(query={"q": word, "sort": sort, "limit": 2})
        assert (len(page.items), page.next_cursor) == (2, None)


@pytest.mark.requirement("POSTS-DRAFT-05")
def test_authors_list_their_own_drafts_and_nothing_else(
    someone: Person, someone_else: Person, word: str
) -> None:
    told = {"title": word, "tags": [word]}
    drafts = [someone.has_post(**told, status="draft")["id"] for _ in range(2)]
    someone.has_post(**told)
    someone_else.has_post(**told, status="draft")
    mine = {"author": someone.username, "status": "draft"}
    listed = someone.list_posts(query=mine).items
    assert {(post["author"], post["status"]) for post in listed} == {tuple(mine.values())}
    assert [post["id"] for post in listed[:2]] == drafts[::-1]
    assert list_ids(someone, **mine, tag=word) == drafts[::-1]
    assert list_ids(someone, **mine, q=word, sort="created_at") == drafts


@pytest.mark.requirement("POSTS-DRAFT-05")
def test_a_draft_in_a_list_is_as_it_is(
    someone: Person, secret: dict[str, Any], secret_word: str
) -> None:
    query = {"author": someone.username, "status": "draft", "tag": secret_word}
    assert someone.list_posts(query=query).items == [summarize(secret)]


@pytest.mark.requirement("POSTS-DRAFT-06")
@pytest.mark.usefixtures("secret")
def test_nobody_lists_the_drafts_of_another(
    api: Api, someone: Person, someone_else: Person, secret_word: str
) -> None:
    theirs = {"author": someone.username, "status": "draft"}
    for reader in (api, someone_else):
        for further in ({}, {"tag": secret_word, "q": secret_word}):
            assert reader.list_posts(query={**theirs, **further}).json == EMPTY


@pytest.mark.requirement("POSTS-DRAFT-06")
@pytest.mark.usefixtures("secret")
def test_drafts_are_listed_for_a_named_author_only(
    api: Api, someone: Person, secret_word: str
) -> None:
    assert api.list_posts(query={"status": "draft"}).json == EMPTY
    for query in ({}, {"tag": secret_word}, {"author": "nobody_at_all"}):
        assert someone.list_posts(query={**query, "status": "draft"}).json == EMPTY


@pytest.mark.requirement("POSTS-DRAFT-06")
@pytest.mark.usefixtures("secret")
def test_no_admin_lists_the_drafts_of_another(admin: Person, someone: Person) -> None:
    for query in ({}, {"author": someone.username}):
        assert admin.list_posts(query={**query, "status": "draft"}).json == EMPTY


@pytest.mark.requirement("POSTS-DRAFT-06")
@pytest.mark.usefixtures("hidden", "secret")
def test_a_cursor_opens_nobody_elses_drafts(
    api: Api, someone: Person, someone_else: Person
) -> None:
    query = {"author": someone.username, "status": "draft", "limit": 1}
    cursor = someone.list_posts(query=query).next_cursor
    for reader in (api, someone_else):
        assert reader.list_posts(query={**query, "cursor": cursor}).json == EMPTY


# ---- From draft to post, and back. ----


@pytest.fixture
def promising(someone: Person, word: str) -> dict[str, Any]:
    """A draft by someone that has the word."""
    return someone.has_post(title=word, tags=[word], status="draft")


@pytest.mark.requirement("POSTS-DRAFT-04", "POSTS-LIST-03")
def test_a_draft_is_listed_once_it_is_published(
    api: Api, someone: Person, promising: dict[str, Any], word: str
) -> None:
    someone.update_post(promising["id"], json={"status": "published"})
    for query in ({"author": someone.username, "tag": word}, {"q": word}):
        assert list_ids(api, **query) == [promising["id"]]
    assert list_ids(someone, author=someone.username, tag=word, status="draft") == []


@pytest.mark.requirement("POSTS-STATUS-03", "POSTS-DRAFT-02")
def test_a_post_that_becomes_a_draft_leaves_every_list(
    api: Api, someone: Person, promising: dict[str, Any], word: str
) -> None:
    for status in ("published", "draft"):
        someone.update_post(promising["id"], json={"status": status})
    for query in ({"author": someone.username, "tag": word}, {"q": word}):
        assert someone.list_posts(query=query).json == EMPTY
    mine = {"author": someone.username, "status": "draft", "tag": word}
    assert list_ids(someone, **mine) == [promising["id"]]
    there, absent = ask_of_both(api, "get_post", promising)
    assert there.lasting == absent.lasting
