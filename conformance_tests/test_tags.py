"""Tags: those of published posts, with how many there are of each, the most used first."""

from secrets import token_hex

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import Person

ENOUGH_PAGES = 200


@pytest.fixture
def word() -> str:
    """A word that begins this test's tags, and nobody else's."""
    return f"t{token_hex(6)}"


def list_all(reader: Operations) -> list[tuple[str, int]]:
    """Return all tags of the whole API with their counts, as they are listed."""
    tags: list[tuple[str, int]] = []
    query: dict[str, object] = {"limit": 100}
    for _ in range(ENOUGH_PAGES):
        page = reader.list_tags(query=query)
        tags += [(tag["name"], tag["posts_count"]) for tag in page.items]
        if page.next_cursor is None:
            return tags
        query["cursor"] = page.next_cursor
    raise AssertionError(f"there are more than {ENOUGH_PAGES} pages of tags")


def list_own(reader: Operations, word: str) -> list[tuple[str, int]]:
    """Return the tags that begin with a word."""
    return [(name, number) for name, number in list_all(reader) if name.startswith(word)]


@pytest.mark.requirement("RELATIONS-TAGS-01", "RELATIONS-TAGS-02", "RELATIONS-COUNT-03")
def test_tags_come_with_their_numbers_the_highest_first(
    api: Api, someone: Person, someone_else: Person, word: str
) -> None:
    # Rules of languages would skip the hyphen, and so put the second behind the third.
    most, second, third, last = f"{word}z", f"{word}-b", f"{word}a", word
    someone.has_post(tags=[most, second, third, last])
    someone.has_post(tags=[third, second, most])
    someone_else.has_post(tags=[most])
    for _ in range(2):
        someone.has_post(tags=[last, third], status="draft")
    listed = list_all(someone)
    assert listed == sorted(listed, key=lambda tag: (-tag[1], tag[0]))
    own = [(name, number) for name, number in listed if name.startswith(word)]
    assert own == [(most, 3), (second, 2), (third, 2), (last, 1)]


@pytest.mark.requirement(
    "RELATIONS-TAGS-03", "RELATIONS-TAGS-01", "RELATIONS-COUNT-03", "RELATIONS-ACCESS-02"
)
def test_a_tag_is_listed_as_long_as_a_published_post_has_it(
    api: Api, someone: Person, word: str
) -> None:
    def write(*endings: str, **members: str) -> str:
        return str(someone.has_post(tags=[word + one for one in endings], **members)["id"])

    changed, hidden, deleted = write("", "-old"), write("", "-hidden"), write("", "-deleted")
    draft = write("", "-draft", status="draft")
    someone.update_post(changed, json={"tags": [word, f"{word}-new"]})
    someone.update_post(hidden, json={"status": "draft"})
    someone.delete_post(deleted)
    assert list_own(api, word) == [(word, 1), (f"{word}-new", 1)]
    for post_id in (hidden, draft):
        someone.update_post(post_id, json={"status": "published"})
    others = [(f"{word}-{name}", 1) for name in ("draft", "hidden", "new")]
    assert list_own(api, word) == [(word, 3), *others]


@pytest.mark.requirement("RELATIONS-TAGS-03", "RELATIONS-COUNT-04")
def test_a_deleted_account_takes_its_tags_with_it(
    api: Api, alice: Person, someone: Person, word: str
) -> None:
    alice.has_post(tags=[word, f"{word}-own"])
    someone.has_post(tags=[word])
    alice.delete_me()
    assert list_own(api, word) == [(word, 1)]
