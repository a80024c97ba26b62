"""What is asked of posts, always with author and tags: nothing is fetched row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from .. import text

if TYPE_CHECKING:
    from .models import Post, Tag
    from .schemas import PostQuery


class PostQuerySet(QuerySet["Post"]):
    """Posts, as the rules ask for them."""

    def find_post(self, post_id: UUID, *, reader_id: UUID | None) -> Post | None:
        """Return a post that the reader may see: a published one, or a draft of their own."""
        return self.complete().readable(reader_id).filter(id=post_id).first()

    def lock_post(self, post_id: UUID, *, reader_id: UUID) -> Post | None:
        """Return a post that the reader may see, locked until the transaction ends."""
        posts = self.complete().readable(reader_id).select_for_update(of=("self",))
        return posts.filter(id=post_id).first()

    def matching(self, query: PostQuery, *, reader_id: UUID | None) -> Self:
        """Return all posts that match, drafts only for their author."""
        posts = self.complete().filter(status=query.status)
        if query.status == "draft":
            mine = query.author is not None and reader_id is not None
            posts = posts.filter(author=reader_id) if mine else posts.none()
        if query.author is not None:
            posts = posts.filter(author__username=query.author)
        if query.tag is not None:
            posts = posts.filter(tags__name=query.tag)
        if query.q is not None:
            posts = posts.filter(search_text__contains=text.fold(query.q))
        return posts

    def readable(self, reader_id: UUID | None) -> Self:
        """Return the published posts, and the reader's drafts."""
        return self.filter(Q(status="published") | Q(author=reader_id))

    def complete(self) -> Self:
        """Return the posts with author and tags."""
        return self.select_related("author").prefetch_related(Prefetch("tags", to_attr="tag_list"))


class TagQuerySet(QuerySet["Tag"]):
    """Tags, as the rules ask for them."""

    def make_tags(self, names: Sequence[str]) -> list[Tag]:
        """Return the tags of these names, making those that are missing."""
        if not names:
            return []
        # In one order, or two posts with the same new tags could wait for each other.
        self.bulk_create([self.model(name=name) for name in sorted(names)], ignore_conflicts=True)
        return list(self.filter(name__in=names))
