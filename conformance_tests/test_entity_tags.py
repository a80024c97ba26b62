"""Entity tags of posts and comments: another one after each change, the same one until then."""

import re
from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person
from conformance_tests.harness.versioned import Versioned

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


@pytest.fixture
def post(someone: Person) -> Versioned:
    """A published post."""
    return Versioned("post", someone.has_post()["id"])


@pytest.mark.requirement("HTTP-ETAG-01")
def test_what_is_made_has_a_strong_entity_tag(someone: Person, post: Versioned) -> None:
    made = [
        someone.create_post(json={"title": "Made", "body": ""}),
        someone.create_post(json={"title": "Made", "body": "", "status": "draft"}),
        someone.create_comment(post.key, json={"body": "Made"}),
    ]
    tags = [answer.headers.get_list("ETag") for answer in made]
    assert [len(told) for told in tags] == [1, 1, 1]
    assert all(STRONG.fullmatch(tag) for [tag] in tags), tags


@pytest.mark.requirement("HTTP-ETAG-01")
def test_what_is_read_and_changed_has_a_strong_entity_tag(
    someone: Person, versioned: Versioned
) -> None:
    answers = [versioned.read(someone), versioned.change(someone, json={"body": "Changed"})]
    tags = [answer.headers.get_list("ETag") for answer in answers]
    assert [len(told) for told in tags] == [1, 1]
    assert all(STRONG.fullmatch(tag) for [tag] in tags), tags


@pytest.mark.requirement("HTTP-ETAG-02")
def test_what_is_made_is_read_with_the_same_entity_tag(someone: Person, post: Versioned) -> None:
    for made in (
        someone.create_post(json={"title": "Made", "body": "", "tags": ["a", "b"]}),
        someone.create_comment(post.key, json={"body": "Made"}),
    ):
        read = someone.request("GET", made.headers["Location"])
        assert read.headers["ETag"] == made.headers["ETag"]


@pytest.mark.requirement("HTTP-ETAG-02")
def test_every_reader_is_told_the_same_entity_tag(
    api: Api, someone: Person, someone_else: Person, versioned: Versioned
) -> None:
    changed = versioned.change(someone, json={"body": "Changed"}).headers["ETag"]
    tags = [versioned.get_tag(reader) for reader in (api, someone, someone_else)]
    assert tags == [changed] * len(tags)


@pytest.mark.requirement("HTTP-ETAG-03", "HTTP-ETAG-02")
def test_every_change_gives_a_new_entity_tag(someone: Person, versioned: Versioned) -> None:
    tags = [versioned.get_tag(someone)]
    for change in CHANGES[versioned.kind]:
        tags.append(versioned.change(someone, json=change).headers["ETag"])
        assert versioned.get_tag(someone) == tags[-1]
    assert len(set(tags)) == len(tags)


@pytest.mark.requirement("HTTP-ETAG-04")
def test_a_change_that_changes_nothing_keeps_the_entity_tag(
    someone: Person, versioned: Versioned
) -> None:
    read = versioned.read(someone)
    same = {name: read.json[name] for name in NAMES[versioned.kind]}
    tags = [versioned.change(someone, json=change).headers["ETag"] for change in ({}, same)]
    tags.append(versioned.get_tag(someone))
    assert tags == [read.headers["ETag"]] * len(tags)


@pytest.mark.requirement("HTTP-ETAG-04")
def test_tags_in_another_order_keep_the_entity_tag(someone: Person) -> None:
    post = Versioned("post", someone.has_post(tags=["a", "b"])["id"])
    tag = post.get_tag(someone)
    assert post.change(someone, json={"tags": ["b", "a"]}).headers["ETag"] == tag
    assert post.get_tag(someone) == tag


@pytest.mark.requirement("HTTP-ETAG-04")
def test_what_others_do_with_a_post_keeps_its_entity_tag(
    api: Api, someone: Person, someone_else: Person, post: Versioned
) -> None:
    tags = [post.get_tag(api)]
    someone_else.likes(post.key)
    tags.append(post.get_tag(api))
    comment_id = someone_else.has_comment(post.key)["id"]
    tags.append(post.get_tag(api))
    someone_else.update_comment(comment_id, json={"body": "Changed"})
    someone_else.delete_comment(comment_id)
    someone_else.unlike_post(post.key)
    tags.append(post.get_tag(api))
    assert tags == [tags[0]] * len(tags)


@pytest.mark.requirement("HTTP-ETAG-04")
def test_what_happens_beside_a_comment_keeps_its_entity_tag(
    api: Api, someone: Person, someone_else: Person, post: Versioned
) -> None:
    comment = Versioned("comment", someone_else.has_comment(post.key)["id"])
    tag = comment.get_tag(api)
    someone.has_comment(post.key)
    someone.likes(post.key)
    post.change(someone, json={"title": "Changed"})
    assert comment.get_tag(api) == tag
