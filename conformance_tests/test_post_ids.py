"""The ids of posts: what they look like, and what only resembles one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

CALLS: dict[str, dict[str, Any]] = {
    "get_post": {},
    "update_post": {"json": {"title": "Found in upper case"}},
    "delete_post": {},
}
SUCCESSES = {"get_post": 200, "update_post": 200, "delete_post": 204}
ALIKE: dict[str, Callable[[str], str]] = {
    "no hyphens": lambda post_id: post_id.replace("-", ""),
    "a hyphen elsewhere": lambda post_id: post_id[:7] + "-" + post_id[7] + post_id[9:],
    "underscores": lambda post_id: post_id.replace("-", "_"),
    "braces": lambda post_id: "{" + post_id + "}",
    "a URN": lambda post_id: f"urn:uuid:{post_id}",
    "one digit less": lambda post_id: post_id[:-1],
    "one digit more": lambda post_id: post_id + "0",
    "a letter beyond f": lambda post_id: "g" + post_id[1:],
    "a digit of another script": lambda post_id: "０" + post_id[1:],
    "a space behind": lambda post_id: post_id + " ",
    "a space in front": lambda post_id: " " + post_id,
    "a line feed behind": lambda post_id: post_id + "\n",
    "a quote behind": lambda post_id: post_id + "'",
    "two ids": lambda post_id: f"{post_id},{post_id}",
    "a number": lambda post_id: str(UUID(post_id).int),
    "a wildcard": lambda post_id: post_id[:-1] + "%",
    "an object": lambda post_id: "{}",
    "a word": lambda post_id: "undefined",
}
# Between the making of an id and the noting of the time there is little to do.
MOMENT = timedelta(seconds=2)


@pytest.fixture(scope="module")
def writer(people: People) -> Person:
    """The author of all posts here."""
    return people.register("writer")


@pytest.fixture(scope="module")
def there(writer: Person) -> dict[str, Any]:
    """A post that is there, and that no other id should find."""
    return writer.has_post()


def call(person: Person, operation_id: str, post_id: str) -> Answer:
    """Call an operation on a post with what it needs."""
    answer: Answer = getattr(person, operation_id)(post_id, **CALLS[operation_id])
    return answer


@pytest.mark.requirement("POSTS-ID-01")
def test_the_time_in_an_id_is_that_of_the_post(writer: Person) -> None:
    for _ in range(3):
        post = writer.has_post()
        post_id = UUID(post["id"])
        assert (post_id.version, str(post_id)) == (7, post["id"])
        made_at = datetime.fromtimestamp((post_id.int >> 80) / 1000, UTC)
        assert abs(datetime.fromisoformat(post["created_at"]) - made_at) < MOMENT


@pytest.mark.requirement("POSTS-ID-01")
def test_a_new_post_is_of_today(writer: Person) -> None:
    answer = writer.create_post(json={"title": "Today", "body": ""})
    post = answer.json
    for name in ("created_at", "updated_at", "published_at"):
        age = abs(datetime.fromisoformat(post[name]) - datetime.now(UTC))
        assert age < timedelta(hours=1), f"{name} is off by {age}: is it in UTC?"


@pytest.mark.parametrize("operation_id", CALLS)
@pytest.mark.requirement("POSTS-ID-02")
def test_a_post_is_found_by_its_id_in_upper_case(writer: Person, operation_id: str) -> None:
    answer = call(writer, operation_id, writer.has_post()["id"].upper())
    assert answer.status == SUCCESSES[operation_id]


@pytest.mark.requirement("POSTS-ID-02")
def test_an_id_is_shown_in_lower_case_however_it_was_asked_for(
    api: Api, there: dict[str, Any]
) -> None:
    assert api.get_post(there["id"].upper()).json == there


@pytest.mark.parametrize("alter", ALIKE.values(), ids=ALIKE)
@pytest.mark.requirement("POSTS-ID-03")
def test_what_only_resembles_an_id_is_404(
    writer: Person, there: dict[str, Any], alter: Callable[[str], str]
) -> None:
    answers = [call(writer, operation_id, alter(there["id"])) for operation_id in CALLS]
    assert [answer.problem for answer in answers] == [(404, "not_found")] * len(CALLS)


@pytest.mark.requirement("POSTS-ID-03")
def test_a_username_is_no_id_of_a_post(writer: Person) -> None:
    answers = [call(writer, operation_id, writer.username) for operation_id in CALLS]
    assert [answer.problem for answer in answers] == [(404, "not_found")] * len(CALLS)
