"""What has an entity tag, a post or a comment, for the tests that treat both alike."""

from typing import NamedTuple, Unpack

from .answers import Answer
from .operations import Call, Operations
from .people import Blocked, Person

KINDS = ("post", "comment")


class Versioned(NamedTuple):
    """A post or a comment, as its `kind` says, and the entity tag that it was made with."""

    kind: str
    key: str
    tag: str = ""

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/api/v1/{self.kind}s/{self.key}"

    def read(self, reader: Operations, **call: Unpack[Call]) -> Answer:
        """Ask for it."""
        return reader.request("GET", self.path, **call)

    def change(self, writer: Operations, **call: Unpack[Call]) -> Answer:
        """Send a change."""
        return writer.request("PATCH", self.path, **call)

    def delete(self, writer: Operations, **call: Unpack[Call]) -> Answer:
        """Ask for its deletion."""
        return writer.request("DELETE", self.path, **call)

    def get_tag(self, reader: Operations) -> str:
        """Return its present entity tag."""
        return str(self.read(reader).headers["ETag"])


def make_versioned(kind: str, author: Person, post_id: str = "") -> Versioned:
    """Return a new post, or a new comment on a post."""
    if kind == "comment":
        made = author.create_comment(post_id, json={"body": "A comment."})
    else:
        made = author.create_post(json={"title": "A post", "body": "Some words."})
    if made.status != 201:
        raise Blocked(f"wanted 201, got {made!r}", f"create_{kind}", 201)
    return Versioned(kind, made.json["id"], made.headers.get("ETag", ""))
