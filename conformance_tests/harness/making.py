"""Requests that make something once for each Idempotency-Key: posts, and comments on a post."""

from itertools import repeat
from secrets import token_hex
from typing import Any, NamedTuple, Unpack

from .answers import Answer
from .listing import Listing
from .operations import Call
from .people import Person


class Making(NamedTuple):
    """Somebody's way to make posts, or comments on a post, all alike unless told otherwise."""

    person: Person
    body: dict[str, Any]
    post_id: str = ""

    @property
    def kind(self) -> str:
        """What is made."""
        return "comment" if self.post_id else "post"

    @property
    def path(self) -> str:
        """Where one is made."""
        return f"/api/v1/posts/{self.post_id}/comments" if self.post_id else "/api/v1/posts"

    def change_body(self, **members: Any) -> dict[str, Any]:
        """Return the body that is sent unless another one is given, with other members."""
        return {**self.body, **members}

    def make(self, key: str | None, **call: Unpack[Call]) -> Answer:
        """Send a request with a key."""
        call["headers"] = {**(call.get("headers") or {}), "Idempotency-Key": key}
        if "content" not in call:
            call.setdefault("json", self.body)
        return self.person.request("POST", self.path, **call)

    def find_ids(self) -> list[str]:
        """Return the ids of all that was made this way, drafts too."""
        if self.post_id:
            listings = [Listing(self.person, "list_comments", place=(self.post_id,))]
        else:
            own = {"author": self.person.username, "q": self.body["title"]}
            listings = [
                Listing(self.person, "list_posts", {**own, "status": status})
                for status in ("draft", "published")
            ]
        return [key for listing in listings for key in listing.walk_through(repeat(100))]


def make_posting(person: Person) -> Making:
    """Return somebody's way to make posts, under a title that nothing else has."""
    return Making(person, {"title": f"A title {token_hex(6)}", "body": "Words."})


def make_commenting(person: Person) -> Making:
    """Return somebody's way to make comments, on a new post that has none."""
    return Making(person, {"body": "Words."}, person.has_post()["id"])


def make_key() -> str:
    """Return a key that nobody has used."""
    return token_hex(8)


def expect_replay(answer: Answer, first: Answer) -> None:
    """Compare an answer with the first one for the same key."""
    assert (answer.status, answer.json) == (first.status, first.json)
    for name in ("Location", "ETag"):
        assert answer.headers[name] == first.headers[name]
