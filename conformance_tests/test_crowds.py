"""Many callers at once: each is served, as the one that they are."""

from functools import partial
from itertools import cycle, islice

import pytest

from conformance_tests.harness.people import People, Person
from conformance_tests.harness.together import count, send_together

AT_ONCE = 12


@pytest.fixture(scope="module")
def crowd(people: People, someone: Person, someone_else: Person) -> list[Person]:
    """Some people, each of them more than once."""
    told = [someone, someone_else, people.register(), people.register()]
    return list(islice(cycle(told), AT_ONCE))


@pytest.mark.requirement("HARDENING-CROWD-01")
def test_each_of_a_crowd_is_answered_as_who_they_are(crowd: list[Person]) -> None:
    answers = send_together([partial(one.get_me, token=one.access_token) for one in crowd])
    names = [answer.json["username"] for answer in answers]
    assert names == [person.username for person in crowd]


@pytest.mark.requirement("HARDENING-CROWD-02")
def test_all_of_a_crowd_may_write_at_once(crowd: list[Person]) -> None:
    words = [f"Word {number}" for number in range(AT_ONCE)]
    told = [{"title": word, "body": word} for word in words]
    requests = [
        partial(one.create_post, json=body, token=one.access_token)
        for one, body in zip(crowd, told, strict=True)
    ]
    posts = send_together(requests)
    assert count(posts) == {(201, "None"): AT_ONCE}
    assert [answer.json["title"] for answer in posts] == words
    assert [answer.json["author"] for answer in posts] == [one.username for one in crowd]
