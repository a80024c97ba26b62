"""What is asked of comments, always with their author, and only where the post may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from .models import Comment


class CommentQuerySet(QuerySet["Comment"]):
    """Comments, as the rules ask for them."""

    def find_comment(self, comment_id: UUID, *, reader_id: UUID | None) -> Comment | None:
        """Return a comment on a post that the reader may see."""
        return self.readable(reader_id).filter(id=comment_id).first()

    def lock_comment(self, comment_id: UUID, *, reader_id: UUID) -> Comment | None:
        """Return a comment on a post that the reader may see, locked until the transaction ends."""
        comments = self.readable(reader_id).select_for_update(of=("self",))
        return comments.filter(id=comment_id).first()

    def on_post(self, post_id: UUID) -> Self:
        """Return all comments on a post."""
        return self.select_related("author").filter(post=post_id)

    def readable(self, reader_id: UUID | None) -> Self:
        """Return the comments with author and post, on posts that the reader may see."""
        readable = Q(post__status="published") | Q(post__author=reader_id)
        return self.select_related("author", "post").filter(readable)
