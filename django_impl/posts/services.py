"""The rules of posts, and the transactions that hold them."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from .. import auth, conditional, errors, idempotency
from ..auth import Anonymous, Caller
from ..idempotency import Making
from ..pagination import Slice, cut_page, fetch_page, read_position
from ..shapes import PageQuery
from .models import Like, Post, PostTag, Tag
from .schemas import NewPost, PostChanges, PostQuery


def create_post(*, caller: Caller, new_post: NewPost, key: str | None) -> Post:
    """Return the caller's new post, or the one that this key has made.

    Raises InvalidToken, RequestInProgress or InvalidRequest.
    """
    with idempotency.begin_write(
        caller=caller, operation="create_post", key=key, request=new_post.model_dump()
    ) as making:
        post = _make_post(new_post, making)
        if making.is_repeated:
            post.tag_list = [Tag(name=name) for name in new_post.tags]
            return post
        post.save()
        _add_tags(post, new_post.tags)
        return post


def get_post(*, post_id: UUID, reader: Caller | Anonymous) -> Post:
    """Return a post. Raises NotFound, for another's draft as well."""
    post = Post.objects.find_post(post_id, reader_id=reader.user_id)
    if post is None:
        raise errors.NotFound
    return post


@transaction.atomic
def update_post(
    *, caller: Caller, post_id: UUID, changes: PostChanges, if_match: str | None
) -> Post:
    """Return the post, changed.

    Raises NotFound, Forbidden, PreconditionRequired or PreconditionFailed, in this order.
    """
    post = _lock_post(caller, post_id)
    if post.author_id != caller.user_id:
        raise errors.Forbidden
    conditional.require_match(if_match, post.version)
    _apply(post, changes)
    return post


@transaction.atomic
def delete_post(*, caller: Caller, post_id: UUID, if_match: str | None) -> None:
    """Delete the post and what hangs on it. Raises as `update_post` does."""
    post = _lock_post(caller, post_id)
    if post.author_id != caller.user_id and caller.role != "admin":
        raise errors.Forbidden
    conditional.require_match(if_match, post.version)
    Post.objects.delete_post(post.id)


def list_posts(*, reader: Caller | Anonymous, query: PostQuery) -> Slice[Post]:
    """Return a page of posts. Raises InvalidRequest for a wrong cursor."""
    return fetch_page(
        Post.objects.matching(query, reader_id=reader.user_id),
        key="id",
        sort=query.sort,
        query=query,
        question=("list_posts",),
    )


def get_post_stats(*, post_id: UUID, reader: Caller | Anonymous) -> Post:
    """Return what others did to a post. Raises NotFound, for another's draft as well."""
    stats = Post.objects.find_post_stats(post_id, reader_id=reader.user_id)
    if stats is None:
        raise errors.NotFound
    return stats


@transaction.atomic
def like_post(*, caller: Caller, post_id: UUID) -> None:
    """Make the caller like a post. Raises InvalidToken, then NotFound."""
    auth.hold_caller(caller)
    _hold_post(caller, post_id)
    Like.objects.add_like(post_id, user_id=caller.user_id)


@transaction.atomic
def unlike_post(*, caller: Caller, post_id: UUID) -> None:
    """Make the caller like a post no longer. Raises NotFound."""
    _hold_post(caller, post_id)
    Like.objects.remove_like(post_id, user_id=caller.user_id)


def get_feed(*, caller: Caller, query: PageQuery) -> Slice[Post]:
    """Return a page of posts by those whom the caller follows, the newest first.

    Raises InvalidRequest for a wrong cursor.
    """
    return fetch_page(
        Post.objects.feed_of(caller.user_id),
        key="id",
        sort="-created_at",
        query=query,
        question=("get_feed", str(caller.user_id)),
    )


def list_tags(*, query: PageQuery) -> Slice[Tag]:
    """Return a page of tags with their counts. Raises InvalidRequest for a wrong cursor."""
    question = ("list_tags",)
    position = read_position(query, question)
    after = _read_tag_key(position) if position is not None else None
    rows = list(Tag.objects.most_used(after=after)[: query.limit + 1])
    return cut_page(rows, query, question, lambda tag: f"{tag.posts_count} {tag.name}")


def _make_post(new_post: NewPost, making: Making) -> Post:
    moment = making.made_at
    post = Post(id=making.made_id, author=making.author, version=1)
    post.created_at = post.updated_at = moment
    post.set_text(new_post.title, new_post.body)
    post.set_status(new_post.status, moment)
    return post


def _lock_post(caller: Caller, post_id: UUID) -> Post:
    post = Post.objects.lock_post(post_id, reader_id=caller.user_id)
    if post is None:
        raise errors.NotFound
    return post


def _hold_post(caller: Caller, post_id: UUID) -> None:
    if not Post.objects.hold_post(post_id, reader_id=caller.user_id):
        raise errors.NotFound


def _read_tag_key(position: str) -> tuple[int, str]:
    count, name = position.split()
    return int(count), name


def _apply(post: Post, changes: PostChanges) -> None:
    given = changes.model_dump(exclude_unset=True)
    tags = given.pop("tags", None)
    retagged = tags is not None and set(tags) != {tag.name for tag in post.tag_list}
    if not retagged and all(getattr(post, name) == value for name, value in given.items()):
        return
    moment = timezone.now()
    if retagged:
        PostTag.objects.filter(post=post).delete()
        _add_tags(post, tags)
    post.set_text(given.get("title", post.title), given.get("body", post.body))
    post.set_status(given.get("status", post.status), moment)
    post.version += 1
    post.updated_at = moment
    post.save()


def _add_tags(post: Post, names: Sequence[str]) -> None:
    post.tag_list = Tag.objects.make_tags(names)
    PostTag.objects.bulk_create(PostTag(post=post, tag=tag) for tag in post.tag_list)
