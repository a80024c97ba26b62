"""Questions with more answers than fit a page, and walks through all of them."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from .answers import Answer
from .operations import Operations

# What tells the items of each list apart.
KEYS = {
    "list_users": "username",
    "list_posts": "id",
    "list_comments": "id",
    "list_followers": "username",
    "list_following": "username",
    "get_feed": "id",
    "list_tags": "name",
}
ENOUGH_PAGES = 200
NOTHING: Mapping[str, str] = MappingProxyType({})


class Listing(NamedTuple):
    """A question with more answers than fit a page. `place` is whose or of what they are."""

    reader: Operations
    operation_id: str
    query: Mapping[str, str] = NOTHING
    place: tuple[str, ...] = ()

    def ask(self, **further: object) -> Answer:
        """Ask for one page."""
        operation = getattr(self.reader, self.operation_id)
        answer: Answer = operation(*self.place, query={**self.query, **further})
        return answer

    def walk(self, limits: Iterable[int]) -> Iterator[list[str]]:
        """Yield the keys of the items on page after page."""
        further: dict[str, str] = {}
        for _, limit in zip(range(ENOUGH_PAGES), limits, strict=False):
            page = self.ask(limit=limit, **further)
            assert len(page.items) <= limit
            yield [item[KEYS[self.operation_id]] for item in page.items]
            if page.next_cursor is None:
                return
            further = {"cursor": page.next_cursor}
        raise AssertionError(f"the walk did not end after {ENOUGH_PAGES} pages")

    def walk_through(self, limits: Iterable[int]) -> list[str]:
        """Return the keys on all pages."""
        return [key for page in self.walk(limits) for key in page]

    def get_cursor(self) -> str:
        """Return the cursor behind the first item."""
        cursor = self.ask(limit=1).next_cursor
        assert cursor is not None, "there should be a second page"
        return cursor
