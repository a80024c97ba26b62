"""What is asked of posts, always with author and tags: nothing is fetched row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, Prefetch, Q, QuerySet, Value

from .. import text
from ..counts import all_of, count_of, rows_of
from ..locks import hold

if TYPE_CHECKING:
    from .models import Like, Post, Tag  # noqa: F401 (named in a string)
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

    def hold_post(self, post_id: UUID, *, reader_id: UUID) -> bool:
        """Return whether the reader may see a post, which nobody then deletes or hides.

        It lasts until the transaction ends. Many may hold one post, and like and comment on it.
        """
        return hold(self.readable(reader_id).filter(id=post_id).only("id")) is not None

    def is_there(self, post_id: UUID, *, reader_id: UUID | None) -> bool:
        """Return whether there is such a post for the reader."""
        return self.readable(reader_id).filter(id=post_id).exists()

    def find_post_stats(self, post_id: UUID, *, reader_id: UUID | None) -> Post | None:
        """Return a post with its counts, and whether the reader likes it."""
        likes = Exists(rows_of("posts.Like", "post", user=reader_id))
        liked = Value(None, BooleanField()) if reader_id is None else likes
        posts = self.readable(reader_id).counted().annotate(liked=liked)
        return posts.only("id").filter(id=post_id).first()

    def delete_post(self, post_id: UUID) -> None:
        """Delete a post and what hangs on it."""
        _delete_comments_and_likes(Q(post=post_id), Q(post=post_id))
        all_of("posts.PostTag").filter(post=post_id).delete()
        self.filter(id=post_id).delete()

    def delete_posts_of(self, author_id: UUID) -> None:
        """Delete all posts of a user with what hangs on them, and the user's comments and likes."""
        theirs = self.filter(author=author_id)
        # A change under way may still add something to a post: wait for it.
        list(theirs.order_by("id").select_for_update().values_list("id"))
        _delete_comments_and_likes(
            Q(author=author_id) | Q(post__in=theirs), Q(user=author_id) | Q(post__in=theirs)
        )
        all_of("posts.PostTag").filter(post__in=theirs).delete()
        theirs.delete()

    def matching(self, query: PostQuery, *, reader_id: UUID | None) -> Self:
        """Return all posts that match, drafts only for their author."""
        posts = self.complete().counted().filter(status=query.status)
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

    def feed_of(self, follower_id: UUID) -> Self:
        """Return the published posts by all whom a user follows."""
        posts = self.complete().counted().filter(status="published")
        return posts.filter(author__followers=follower_id)

    def readable(self, reader_id: UUID | None) -> Self:
        """Return the published posts, and the reader's drafts."""
        return self.filter(Q(status="published") | Q(author=reader_id))

    def complete(self) -> Self:
        """Return the posts with author and tags."""
        return self.select_related("author").prefetch_related(Prefetch("tags", to_attr="tag_list"))

    def counted(self) -> Self:
        """Return the posts with the numbers of their likes and comments."""
        return self.annotate(
            likes_count=count_of("posts.Like", "post"),
            comments_count=count_of("comments.Comment", "post"),
        )


class TagQuerySet(QuerySet["Tag"]):
    """Tags, as the rules ask for them."""

    def make_tags(self, names: Sequence[str]) -> list[Tag]:
        """Return the tags of these names, making those that are missing."""
        if not names:
            return []
        # In one order, or two posts with the same new tags could wait for each other.
        self.bulk_create([self.model(name=name) for name in sorted(names)], ignore_conflicts=True)
        return list(self.filter(name__in=names))

    def most_used(self, *, after: tuple[int, str] | None) -> Self:
        """Return the tags of published posts with their numbers, the most used first.

        `after` is the count and the name of the last tag of the page before.
        """
        tags = self.filter(post__status="published").annotate(posts_count=Count("post"))
        if after is not None:
            last_count, last_name = after
            equally_used = Q(posts_count=last_count, name__gt=last_name)
            tags = tags.filter(Q(posts_count__lt=last_count) | equally_used)
        return tags.order_by("-posts_count", "name")


class LikeQuerySet(QuerySet["Like"]):
    """Likes, as the rules ask for them."""

    def add_like(self, post_id: UUID, *, user_id: UUID) -> None:
        """Make a user like a post, once."""
        self.bulk_create([self.model(post_id=post_id, user_id=user_id)], ignore_conflicts=True)

    def remove_like(self, post_id: UUID, *, user_id: UUID) -> None:
        """Make a user like a post no longer."""
        self.filter(post=post_id, user=user_id).delete()


def _delete_comments_and_likes(comments: Q, likes: Q) -> None:
    # In one order, or two deletions could wait for each other.
    commented = all_of("comments.Comment").filter(comments)
    list(commented.order_by("id").select_for_update().values_list("id"))
    commented.delete()
    liked = all_of("posts.Like").filter(likes)
    list(liked.order_by("post_id", "user_id").select_for_update().values_list("post"))
    liked.delete()
