"""A request whose answer got lost may be sent again with its key, and is done once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from conformance_tests.data.samples import NOWHERE
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.making import Making, expect_replay, make_key
from conformance_tests.harness.people import Person
from conformance_tests.harness.together import send_together
from conformance_tests.harness.versioned import Versioned, make_versioned

NOT_FOUND = (404, "not_found")
IN_PROGRESS = (409, "request_in_progress")
REUSED = [("Idempotency-Key", "idempotency_key_reused")]
JSON = {"Content-Type": "application/json"}
# The same JSON value, written otherwise. The first one is what is sent first.
SPELLINGS = [
    b'{"title": "A title", "body": "Words/", "tags": ["b", "a"]}',
    b'{"tags":["b","a"],"body":"Words/","title":"A title"}',
    b'{"title": "A title", "body": "Words/", "tags": ["b", "a"], "status": "published"}',
    b'\r\n\t{"\\u0074itle": "\\u0041 title", "body": "Word\\u0073\\/", "tags": ["b", "a"]} ',
]
# Each makes another body of the one that is sent first.
OTHER_BODIES: dict[str, list[dict[str, Any]]] = {
    "post": [{"title": "Another"}, {"body": ""}, {"tags": ["b"]}, {"status": "draft"}],
    "comment": [{"body": "words."}, {"body": "Words. "}],
}
CROWD = 6


# ---- Again. ----


@pytest.mark.requirement("HTTP-KEY-01")
def test_again_is_answered_alike_and_makes_nothing(making: Making) -> None:
    key = make_key()
    first = making.make(key)
    assert first.status == 201
    expect_replay(making.make(key, headers={"X-Request-ID": make_key()}), first)
    assert making.find_ids() == [first.json["id"]]


@pytest.mark.requirement("HTTP-KEY-01")
def test_another_key_or_none_is_no_repetition(commenting: Making) -> None:
    key = f"{make_key()}k"
    keys = [key, key.upper(), key[:-1], f"{key}.", None, None]
    answers = [commenting.make(one) for one in keys]
    assert [answer.status for answer in answers] == [201] * len(keys)
    assert sorted(commenting.find_ids()) == sorted(answer.json["id"] for answer in answers)


@pytest.mark.requirement("HTTP-KEY-01", "HTTP-KEY-02")
def test_a_draft_is_answered_alike(posting: Making) -> None:
    key, draft = make_key(), posting.change_body(status="draft")
    first = posting.make(key, json=draft)
    posting.person.update_post(first.json["id"], json={"status": "published"})
    expect_replay(posting.make(key, json=draft), first)


@pytest.mark.requirement("HTTP-KEY-02")
def test_what_was_changed_since_is_answered_as_it_was(making: Making) -> None:
    key = make_key()
    first = making.make(key)
    made = Versioned(making.kind, first.json["id"])
    changed = made.change(making.person, json={"body": "Changed"})
    expect_replay(making.make(key), first)
    assert made.read(making.person).json == changed.json


@pytest.mark.requirement("HTTP-KEY-02")
def test_what_was_deleted_since_is_answered_as_it_was(making: Making) -> None:
    key = make_key()
    first = making.make(key)
    made = Versioned(making.kind, first.json["id"])
    assert made.delete(making.person).status == 204
    expect_replay(making.make(key), first)
    assert made.read(making.person).problem == NOT_FOUND
    assert making.find_ids() == []


@pytest.mark.requirement("HTTP-KEY-02")
def test_a_comment_is_answered_as_it_was_when_its_post_is_gone(commenting: Making) -> None:
    key = make_key()
    first = commenting.make(key)
    assert commenting.person.delete_post(commenting.post_id).status == 204
    expect_replay(commenting.make(key), first)
    assert commenting.person.get_comment(first.json["id"]).problem == NOT_FOUND
    assert commenting.make(make_key()).problem == NOT_FOUND


# ---- Something else under the same key. ----


@pytest.mark.requirement("HTTP-KEY-03")
def test_a_key_is_good_for_one_body(making: Making) -> None:
    key = make_key()
    first = making.make(key)
    for other in OTHER_BODIES[making.kind]:
        refused = making.make(key, json=making.change_body(**other))
        assert (refused.status, refused.faults) == (422, REUSED), other
    assert making.find_ids() == [first.json["id"]]


@pytest.mark.requirement("HTTP-KEY-03")
def test_what_it_was_changed_to_is_another_body(posting: Making) -> None:
    key, changed = make_key(), {"body": "Changed"}
    first = posting.make(key)
    posting.person.update_post(first.json["id"], json=changed)
    assert posting.make(key, json=posting.change_body(**changed)).faults == REUSED
    expect_replay(posting.make(key), first)


@pytest.mark.requirement("HTTP-KEY-03")
def test_a_key_is_good_for_one_post(sender: Person, commenting: Making) -> None:
    key = make_key()
    first = commenting.make(key)
    other = commenting._replace(post_id=make_versioned("post", sender).key)
    for elsewhere in (other, commenting._replace(post_id=NOWHERE["post_id"])):
        refused = elsewhere.make(key)
        assert (refused.status, refused.faults) == (422, REUSED)
    assert (commenting.find_ids(), other.find_ids()) == ([first.json["id"]], [])


# ---- The same body. ----


@pytest.mark.requirement("HTTP-KEY-07")
def test_a_body_is_the_same_however_it_is_written(posting: Making) -> None:
    key = make_key()
    first, *others = SPELLINGS
    made = posting.make(key, content=first, headers=JSON)
    assert made.status == 201
    for other in others:
        expect_replay(posting.make(key, content=other, headers=JSON), made)
    media_type = {"Content-Type": "Application/JSON; charset=utf-8"}
    expect_replay(posting.make(key, content=first, headers=media_type), made)


@pytest.mark.requirement("HTTP-KEY-07")
def test_a_default_that_is_spelled_out_is_the_same_body(posting: Making) -> None:
    told = [posting.body, posting.change_body(tags=[], status="published")]
    for first, second in (told, told[::-1]):
        key = make_key()
        made = posting.make(key, json=first)
        expect_replay(posting.make(key, json=second), made)


@pytest.mark.requirement("HTTP-KEY-07", "HTTP-KEY-03")
def test_the_order_of_tags_belongs_to_the_body(posting: Making) -> None:
    key = make_key()
    assert posting.make(key, json=posting.change_body(tags=["b", "a"])).status == 201
    assert posting.make(key, json=posting.change_body(tags=["a", "b"])).faults == REUSED


@pytest.mark.requirement("HTTP-KEY-07", "HTTP-KEY-03")
def test_the_case_of_an_id_makes_no_other_post(commenting: Making) -> None:
    key = make_key()
    first = commenting.make(key)
    expect_replay(commenting._replace(post_id=commenting.post_id.upper()).make(key), first)


# ---- At once. ----


@pytest.mark.requirement("HTTP-KEY-08")
def test_of_many_at_once_one_is_done(making: Making) -> None:
    key = make_key()
    answers = send_together([partial(making.make, key)] * CROWD)
    [made_id] = making.find_ids()
    done = [answer for answer in answers if answer.problem != IN_PROGRESS]
    assert done[0].json["id"] == made_id
    for answer in (*done, making.make(key)):
        expect_replay(answer, done[0])


@pytest.mark.requirement("HTTP-KEY-08", "HTTP-KEY-03")
def test_of_many_different_ones_at_once_one_is_done(posting: Making) -> None:
    key = make_key()
    bodies = [posting.change_body(body=f"Body {number}") for number in range(CROWD)]
    twins: list[Callable[[], Answer]] = [partial(posting.make, key, json=told) for told in bodies]
    answers = send_together(twins)
    done = [answer for answer in answers if answer.status == 201]
    assert posting.find_ids() == [answer.json["id"] for answer in done]
    refused = [answer for answer in answers if answer.status == 422]
    assert [answer.faults for answer in refused] == [REUSED] * len(refused)
    late = [answer for answer in answers if answer.problem == IN_PROGRESS]
    assert (len(done), len(done) + len(refused) + len(late)) == (1, CROWD)
