"""Entity tags of posts and comments: another one after each change, the same one until then."""

import re
from typing import Any

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person
from conformance_tests.harness.versioned import Versioned, make_versioned

STRONG = re.compile(r'"[!#-~]+"')
# The last ones bring back what was there before.
CHANGES: dict[str, list[dict[str, Any]]] = {
    "post": [
        {"title": "After"},
        {"body": "As it is."},
        {"tags": ["a"]},
        {"tags": ["b"]},
        {"tags": []},
        {"status": "draft"},
        {"status": "published"},
        {"title": "Before"},
        {"title": "After"},
    ],
    "comment": [{"body": "Before"}, {"body": "After"}, {"body": "Before"}],
}
NAMES = {"post": ["title", "body", "tags", "status"], "comment": ["body"]}


@pytest.fixture(scope="module")
def made(someone: Person, lasting_post: Versioned) -> list[Answer]:
    """The answers to who made a post, a draft and a comment."""
    return [
        someone.create_post(json={"title": "Made", "body": "", "tags": ["a", "b"]}),
        someone.create_post(json={"title": "Made", "body": "", "status": "draft"}),
        someone.create_comment(lasting_post.key, json={"body": "Made"}),
    ]


@pytest.mark.requirement("HTTP-ETAG-01")
def test_what_is_made_has_a_strong_entity_tag(made: list[Answer]) -> None:
    _expect_strong(made)


@pytest.mark.requirement("HTTP-ETAG-01")
def test_what_is_read_and_changed_has_a_strong_entity_tag(
    someone: Person, versioned: Versioned
) -> None:
    _expect_strong([versioned.read(someone), versioned.change(someone, json={"body": "Changed"})])


@pytest.mark.requirement("HTTP-ETAG-02")
def test_what_is_made_is_read_with_the_same_entity_tag(someone: Person, made: list[Answer]) -> None:
    read = [someone.request("GET", answer.headers["Location"]) for answer in made]
    assert [one.headers["ETag"] for one in read] == [one.headers["ETag"] for one in made]


@pytest.mark.requirement("HTTP-ETAG-02")
def test_every_reader_is_told_the_same_entity_tag(
    api: Api, someone: Person, someone_else: Person, lasting: Versioned
) -> None:
    tags = [lasting.get_tag(reader) for reader in (api, someone, someone_else)]
    assert tags == [tags[0]] * len(tags)


@pytest.mark.requirement("HTTP-ETAG-03", "HTTP-ETAG-02")
def test_every_change_gives_a_new_entity_tag(someone: Person, versioned: Versioned) -> None:
    changes = CHANGES[versioned.kind]
    tags = [versioned.change(someone, json=change).headers["ETag"] for change in changes]
    assert versioned.get_tag(someone) == tags[-1]
    assert len({versioned.tag, *tags}) == len(changes) + 1


@pytest.mark.requirement("HTTP-ETAG-04")
def test_a_change_that_changes_nothing_keeps_the_entity_tag(
    someone: Person, lasting: Versioned
) -> None:
    read = lasting.read(someone)
    same = {name: read.json[name] for name in NAMES[lasting.kind]}
    tags = [lasting.change(someone, json=change).headers["ETag"] for change in ({}, same)]
    tags.append(lasting.get_tag(someone))
    assert tags == [read.headers["ETag"]] * len(tags)


@pytest.mark.requirement("HTTP-ETAG-04")
def test_tags_in_another_order_keep_the_entity_tag(someone: Person, made: list[Answer]) -> None:
    post = Versioned("post", made[0].json["id"])
    tags = [post.change(someone, json={"tags": ["b", "a"]}).headers["ETag"]]
    tags.append(post.get_tag(someone))
    assert tags == [made[0].headers["ETag"]] * len(tags)


@pytest.mark.requirement("HTTP-ETAG-04")
def test_what_others_do_with_a_post_keeps_its_entity_tag(
    api: Api, someone: Person, someone_else: Person
) -> None:
    post = make_versioned("post", someone)
    someone_else.likes(post.key)
    comment = make_versioned("comment", someone_else, post.key)
    tags = [post.get_tag(api)]
    comment.change(someone_else, json={"body": "Changed"})
    comment.delete(someone_else)
    someone_else.unlike_post(post.key)
    tags.append(post.get_tag(api))
    assert tags == [post.tag] * len(tags)


@pytest.mark.requirement("HTTP-ETAG-04")
def test_what_happens_beside_a_comment_keeps_its_entity_tag(
    api: Api, someone: Person, someone_else: Person
) -> None:
    post = make_versioned("post", someone)
    comment = make_versioned("comment", someone_else, post.key)
    make_versioned("comment", someone, post.key)
    someone.likes(post.key)
    post.change(someone, json={"title": "Changed"})
    assert comment.get_tag(api) == comment.tag


def _expect_strong(answers: list[Answer]) -> None:
    tags = [answer.headers.get_list("ETag") for answer in answers]
    assert [len(told) for told in tags] == [1] * len(tags)
    assert all(STRONG.fullmatch(tag) for [tag] in tags), tags
