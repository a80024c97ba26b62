"""The members of a post: how long, how many, of what form, on both sides of each limit."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import Person

BLANKS = {
    "next line": "\u0085",
    "paragraph separator": "\u2029",
    "all sorts": " \t\n\u00a0\u2009\u3000",
}
NOT_BLANK = {
    "a dot": " . ",
    "a letter between spaces": "\u3000z\u3000",
    "zero width space": "\u200b",
    "braille blank": "\u2800",
}
TAGS = ["0", "2nd-best", "a", "a--b-"]
NOT_TAGS = [
    "",
    "Garlic",
    "-garlic",
    "black_garlic",
    "garlic ",
    "garlic\n",
    "garlic.",
    "ail-blanché",
    "garlic٣",
]
NOT_STATUSES = ["", "Draft", "draft\n", "publish"]

Write = Callable[[dict[str, Any]], Answer]


@pytest.fixture(scope="module")
def page(someone: Person) -> dict[str, Any]:
    """A post that is written anew again and again."""
    return someone.has_post()


@pytest.fixture
def create(someone: Person) -> Write:
    """Write some members of a new post."""
    return lambda told: someone.create_post(json={"title": "A title", "body": "", **told})


@pytest.fixture(params=["create_post", "update_post"])
def write(
    request: pytest.FixtureRequest, someone: Person, page: dict[str, Any], create: Write
) -> Write:
    """Write some members of a post, of a new one or of one that is there."""
    if request.param == "create_post":
        return create
    return lambda told: someone.update_post(page["id"], json=told)


def make_tags(contract: Contract, further: int = 0) -> list[str]:
    """Return as many tags as a post may have, and some further ones."""
    most = contract.limit("NewPost", "tags", "maxItems")
    return [f"tag-{number:02}" for number in range(most + further)]


# ---- Texts ----


@pytest.mark.requirement("POSTS-TITLE-01")
def test_a_title_needs_a_letter(contract: Contract, write: Write) -> None:
    shortest = "z" * contract.limit("NewPost", "title", "minLength")
    assert write({"title": shortest}).json["title"] == shortest
    assert write({"title": shortest[:-1]}).faults == [("#/title", "too_short")]


@pytest.mark.requirement("POSTS-TITLE-02")
def test_a_title_of_spaces_is_refused(create: Write) -> None:
    faults = {name: create({"title": title}).faults for name, title in BLANKS.items()}
    assert faults == {name: [("#/title", "blank")] for name in BLANKS}


@pytest.mark.requirement("POSTS-TITLE-02", "POSTS-CREATE-05")
def test_a_title_with_anything_but_spaces_is_kept(create: Write) -> None:
    kept = {name: create({"title": title}).json.get("title") for name, title in NOT_BLANK.items()}
    assert kept == NOT_BLANK


@pytest.mark.requirement("POSTS-BODY-01")
def test_a_body_may_be_so_long_and_no_longer(contract: Contract, create: Write) -> None:
    # Each is one code point in four bytes. Probes try titles.
    letter = "🧄"
    longest = letter * contract.limit("NewPost", "body", "maxLength")
    assert create({"body": longest}).json.get("body") == longest
    assert create({"body": longest + letter}).faults == [("#/body", "too_long")]


@pytest.mark.requirement("POSTS-BODY-01")
def test_a_body_may_be_empty(create: Write) -> None:
    assert create({"body": ""}).json["body"] == ""


# ---- Tags ----


@pytest.mark.parametrize("tags", [["a", "a"], ["a", "b", "c", "a"]], ids=str)
@pytest.mark.requirement("POSTS-TAGS-01")
def test_no_tag_is_given_twice(create: Write, tags: list[str]) -> None:
    assert create({"tags": tags}).faults == [("#/tags", "duplicate_item")]


@pytest.mark.requirement("POSTS-TAGS-02")
def test_a_tag_is_kept(create: Write) -> None:
    assert create({"tags": TAGS}).json["tags"] == TAGS


@pytest.mark.requirement("POSTS-TAGS-02")
def test_a_tag_may_be_so_long_and_no_longer(contract: Contract, create: Write) -> None:
    longest = "z" * contract.schema("Tag")["maxLength"]
    assert create({"tags": [longest]}).json["tags"] == [longest]
    assert create({"tags": [f"{longest}z"]}).faults == [("#/tags/0", "invalid_format")]


@pytest.mark.requirement("POSTS-TAGS-02")
def test_every_wrong_tag_is_told_at_its_place(create: Write) -> None:
    faults = create({"tags": ["garlic", *NOT_TAGS]}).faults
    places = range(1, len(NOT_TAGS) + 1)
    assert faults == [(f"#/tags/{place}", "invalid_format") for place in places]


@pytest.mark.requirement("POSTS-TAGS-03")
def test_tags_come_back_in_order(someone: Person, write: Write) -> None:
    # Rules of languages would skip the hyphens or put digits last.
    tags = ["b", "a-c", "ab", "a", "a0", "9", "10", "a-", "z"]
    post = write({"tags": tags}).json
    assert post["tags"] == sorted(tags)
    assert someone.get_post(post["id"]).json["tags"] == sorted(tags)


# ---- Status ----


@pytest.mark.parametrize("status", ["draft", "published"])
@pytest.mark.requirement("POSTS-STATUS-02")
def test_a_status_is_kept(create: Write, status: str) -> None:
    post = create({"status": status}).json
    assert post["status"] == status
    assert (post["published_at"] is None) == (status == "draft")


@pytest.mark.requirement("POSTS-STATUS-01")
def test_a_status_outside_its_list_is_refused(create: Write) -> None:
    faults = {status: create({"status": status}).faults for status in NOT_STATUSES}
    assert faults == {status: [("#/status", "not_one_of")] for status in NOT_STATUSES}


# ---- The same for a post that is new and for one that is there ----


@pytest.mark.requirement("POSTS-TITLE-01", "POSTS-BODY-01", "POSTS-TAGS-01")
def test_a_post_may_be_as_large_as_this(contract: Contract, write: Write) -> None:
    told = {
        "title": "🧄" * contract.limit("NewPost", "title", "maxLength"),
        "body": "z" * contract.limit("NewPost", "body", "maxLength"),
        "tags": make_tags(contract),
    }
    post = write(told).json
    assert {name: post.get(name) for name in told} == told
    assert write({"tags": []}).json["tags"] == []


@pytest.mark.requirement("POSTS-TITLE-02", "POSTS-TAGS-01")
def test_a_blank_title_and_wrong_numbers_of_tags_are_refused(
    contract: Contract, write: Write
) -> None:
    blank = ("#/title", "blank")
    twice = write({"title": "\u3000", "tags": ["a", "a"]})
    assert twice.faults == [("#/tags", "duplicate_item"), blank]
    too_many = write({"title": "\t", "tags": make_tags(contract, further=1)})
    assert too_many.faults == [("#/tags", "too_many"), blank]


@pytest.mark.requirement(
    "POSTS-TITLE-01", "POSTS-BODY-01", "POSTS-TAGS-02", "POSTS-STATUS-01", "HARDENING-FAULTS-01"
)
def test_all_faults_of_a_post_are_told_together(contract: Contract, write: Write) -> None:
    title, body = (
        "z" * (contract.limit("NewPost", name, "maxLength") + 1) for name in ("title", "body")
    )
    answer = write({"title": title, "body": body, "tags": ["a", "B"], "status": "gone"})
    assert answer.faults == [
        ("#/body", "too_long"),
        ("#/status", "not_one_of"),
        ("#/tags/1", "invalid_format"),
        ("#/title", "too_long"),
    ]
