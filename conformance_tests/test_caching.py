"""What caches are told: nothing here is for others than the caller, whatever the answer is."""

from collections.abc import Callable, Mapping

import pytest

from conformance_tests.data.refusals import CASES, Refusals
from conformance_tests.data.samples import CONTRACT, body_for, fill
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.versioned import Versioned

Send = Callable[[Person, Person, str], Answer]

PRIVATE = ("private, no-cache",)
LARGEST = CONTRACT.general_limit("body_bytes")
JSON = {"Content-Type": "application/json"}
# A server may drop the connection on which it left a body unread.
LAST = {**JSON, "Connection": "close"}
# A way to each kind of answer that has no tokens and no account, but for the refusals below.
WAYS: dict[str, Send] = {
    "200": lambda alice, bob, post_id: alice.get_user(bob.username),
    "200 to anybody": lambda alice, bob, post_id: alice.api.get_user(bob.username),
    "200, users to anybody": lambda alice, bob, post_id: alice.api.list_users(query={"limit": 1}),
    "200, posts to anybody": lambda alice, bob, post_id: alice.api.list_posts(query={"limit": 1}),
    "200, a list": lambda alice, bob, post_id: alice.list_posts(query={"limit": 1}),
    "200, a feed": lambda alice, bob, post_id: alice.get_feed(),
    "200, a post": lambda alice, bob, post_id: alice.get_post(post_id),
    "200, stats": lambda alice, bob, post_id: bob.get_post_stats(post_id),
    "201": lambda alice, bob, post_id: alice.create_post(json={"title": "A title", "body": ""}),
    "204": lambda alice, bob, post_id: alice.delete_post(alice.has_post()["id"]),
    "204, not liked": lambda alice, bob, post_id: alice.unlike_post(post_id),
    "304": lambda alice, bob, post_id: alice.get_post(post_id, headers={"If-None-Match": "*"}),
    "401, signing in": lambda alice, bob, post_id: alice.api.log_in(
        json={"email": f"not.{alice.email}", "password": bob.password}
    ),
    "403": lambda alice, bob, post_id: bob.delete_post(post_id),
    "404, a post": lambda alice, bob, post_id: alice.get_post(bob.has_post(status="draft")["id"]),
    "409": lambda alice, bob, post_id: alice.api.register_user(
        json={**body_for("register_user"), "username": bob.username}
    ),
    "412": lambda alice, bob, post_id: alice.delete_post(
        post_id, headers={"If-Match": '"another"'}
    ),
    "413": lambda alice, bob, post_id: alice.update_me(content=b" " * (LARGEST + 1), headers=LAST),
    "422, a key": lambda alice, bob, post_id: alice.create_post(
        json=body_for("create_post"), headers={"Idempotency-Key": "a key"}
    ),
    "428": lambda alice, bob, post_id: alice.delete_post(post_id, headers={"If-Match": None}),
}


@pytest.mark.requirement("HTTP-CACHE-02", "HTTP-CACHE-03")
def test_every_kind_of_answer_is_for_the_caller_alone(
    someone: Person, someone_else: Person, lasting_post: Versioned
) -> None:
    asked = (someone, someone_else, lasting_post.key)
    answers = {name: send(*asked) for name, send in WAYS.items()}
    assert {name: str(answer.status) for name, answer in answers.items()} == {
        name: name[:3] for name in WAYS
    }
    _expect_private(answers)


@pytest.mark.requirement("HTTP-CACHE-02", "HTTP-CACHE-03")
def test_every_refusal_of_every_operation_is_for_the_caller_alone(refusals: Refusals) -> None:
    answers = {case: refusals.get(*case) for case in CASES}
    below = {
        " ".join(case): answer
        for case, answer in answers.items()
        if answer.path.startswith("/api/v1/")
    }
    _expect_private(below)


@pytest.mark.requirement("HTTP-CACHE-02", "HTTP-CACHE-03")
def test_an_account_that_has_to_wait_is_told_so(throttled: Person) -> None:
    answer = throttled.api.log_in(json=throttled.credentials)
    assert answer.status == 429
    _expect_private({"429": answer})


@pytest.mark.requirement("HTTP-CACHE-02", "HTTP-CACHE-03")
def test_an_outage_is_for_the_caller_alone(unreachable_api: Api, someone: Person) -> None:
    answers = {
        "a list": unreachable_api.list_posts(),
        "the caller": unreachable_api.get_me(token=someone.access_token),
    }
    assert [answer.status for answer in answers.values()] == [503, 503]
    _expect_private(answers)


@pytest.mark.requirement("HTTP-CACHE-02", "HTTP-CACHE-01")
def test_what_is_not_stored_varies_too(api: Api, people: People) -> None:
    person = people.invent()
    told = {"username": person.username, **person.credentials}
    answers = [
        api.register_user(json=told),
        api.log_in(json=person.credentials),
        person.get_me(),
        person.update_me(json={"bio": "Changed"}),
    ]
    assert [answer.headers.get_list("Cache-Control") for answer in answers] == [["no-store"]] * 4
    assert ["authorization" in answer.vary for answer in answers] == [True] * 4


@pytest.mark.requirement("HTTP-CACHE-02", "HTTP-CACHE-03", "HTTP-HEAD-01")
def test_head_is_for_the_caller_alone(someone: Person, someone_else: Person) -> None:
    paths = ["/api/v1/posts", f"/api/v1/users/{someone_else.username}", "/api/v1/feed"]
    nobody = fill("/api/v1/users/{username}")
    answers = {path: someone.request("HEAD", path) for path in (*paths, nobody)}
    assert [answer.status for answer in answers.values()] == [200, 200, 200, 404]
    _expect_private(answers)


def _expect_private(answers: Mapping[str, Answer]) -> None:
    told = {
        name: (tuple(answer.headers.get_list("Cache-Control")), "authorization" in answer.vary)
        for name, answer in answers.items()
    }
    assert told == dict.fromkeys(answers, (PRIVATE, True))
