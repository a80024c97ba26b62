"""What is there again after a fault, compared with what was acknowledged before it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person

from .load import make_post, send_post


def find_lost(api: Api, acknowledged: Sequence[Answer]) -> list[str]:
    """Return where something was made, was acknowledged, and is not there as it was."""
    return [answer.headers["Location"] for answer in acknowledged if not _is_there(api, answer)]


def find_damaged_posts(api: Api, writers: Sequence[Person]) -> list[str]:
    """Return which posts are not whole or there twice, whether anybody heard of them or not."""
    posts = [post for writer in writers for post in _list_posts(api, writer)]
    counted = Counter(str(post["title"]) for post in posts)
    twice = [f"{title} is there {number} times" for title, number in counted.items() if number > 1]
    return [*twice, *(f"{post['title']} is not whole" for post in posts if not _is_whole(post))]


def repeat_unanswered(api: Api, unanswered: Sequence[tuple[Person, int]]) -> list[str]:
    """Send again what got no answer, by the same key, and return what is refused."""
    answers = [send_post(api, author, number) for author, number in unanswered]
    return [f"repeated: {answer!r}" for answer in answers if answer.status != 201]


def _is_there(api: Api, made: Answer) -> bool:
    found = api.request("GET", made.headers["Location"])
    # Oneself is told more of oneself than others are.
    return found.status == 200 and all(
        found.json[name] == value for name, value in made.json.items() if name in found.json
    )


def _list_posts(api: Api, writer: Person) -> Iterator[dict[str, Any]]:
    query = {"author": writer.username, "limit": "100"}
    while True:
        page = api.list_posts(query=query)
        yield from page.items
        if page.next_cursor is None:
            return
        query["cursor"] = page.next_cursor


def _is_whole(post: dict[str, Any]) -> bool:
    sent = make_post(int(str(post["title"]).rpartition(" ")[2]))
    return all(post[name] == value for name, value in sent.items() if name in post)
