"""Requests that make something once for each Idempotency-Key: posts, and comments on a post."""

from itertools import repeat
from secrets import token_hex
from typing import Any, NamedTuple, Unpack

from .answers import Answer
from .listing import Listing
from .operations import Call
from .people import Person

BODIES: dict[str, dict[str, Any]] = {
    "post": {"title": "A title", "body": "Words.", "tags": ["b", "a"]},
    "comment": {"body": "Words."},
}


class Making(NamedTuple):
    """Somebody's way to make posts, or comments on a post, as its `kind` says."""

    kind: str
    person: Person
    post_id: str = ""

    @property
    def path(self) -> str:
        """Where one is made."""
        return "/api/v1/posts" + (f"/{self.post_id}/comments" if self.kind == "comment" else "")

    def change_body(self, **members: Any) -> dict[str, Any]:
        """Return the body that is sent unless another one is given, with other members."""
        return {**BODIES[self.kind], **members}

    def make(self, key: str | None, **call: Unpack[Call]) -> Answer:
        """Send a request with a key."""
        call["headers"] = {**(call.get("headers") or {}), "Idempotency-Key": key}
        if "content" not in call:
            call.setdefault("json", BODIES[self.kind])
        return self.person.request("POST", self.path, **call)

    def find_ids(self) -> set[str]:
        """Return the ids of all that is there, drafts too."""
        if self.kind == "comment":
            listings = [Listing(self.person, "list_comments", place=(self.post_id,))]
        else:
            own = {"author": self.person.username}
            listings = [
                Listing(self.person, "list_posts", {**own, "status": status})
                for status in ("draft", "published")
            ]
        return {key for listing in listings for key in listing.walk_through(repeat(100))}


def make_key() -> str:
    """Return a key that nobody has used."""
    return token_hex(8)


def expect_replay(answer: Answer, first: Answer) -> None:
    """Compare an answer with the first one for the same key."""
    assert (answer.status, answer.json) == (first.status, first.json)
    for name in ("Location", "ETag"):
        assert answer.headers[name] == first.headers[name]
