"""The rules of posts, and the transactions that hold them."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from .. import errors
from ..auth import Anonymous, Caller
from ..pagination import Slice, fetch_page
from ..users.models import User
from .models import Post, PostTag, Tag
from .schemas import NewPost, PostChanges, PostQuery


@transaction.atomic
def create_post(*, caller: Caller, new_post: NewPost) -> Post:
    """Return the caller's new post."""
    author = User.objects.hold_user(caller.user_id)
    if author is None:
        raise errors.InvalidToken
    moment = timezone.now()
    post = Post(author=author, version=1, created_at=moment, updated_at=moment)
    post.set_text(new_post.title, new_post.body)
    post.set_status(new_post.status, moment)
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
def update_post(*, caller: Caller, post_id: UUID, changes: PostChanges) -> Post:
    """Return the post, changed. Raises NotFound, then Forbidden."""
    post = _lock_post(caller, post_id)
    if post.author_id != caller.user_id:
        raise errors.Forbidden
    _apply(post, changes)
    return post


@transaction.atomic
def delete_post(*, caller: Caller, post_id: UUID) -> None:
    """Delete the post and what hangs on it. Raises NotFound, then Forbidden."""
    post = _lock_post(caller, post_id)
    if post.author_id != caller.user_id and caller.role != "admin":
        raise errors.Forbidden
    PostTag.objects.filter(post=post).delete()
    post.delete()


@transaction.atomic
def delete_posts_of(author_id: UUID) -> None:
    """Delete all posts of a user and what hangs on them."""
    theirs = Post.objects.filter(author=author_id)
    # A change under way may still add a tag: wait for it before the tags are deleted.
    list(theirs.select_for_update().values_list("id"))
    PostTag.objects.filter(post__in=theirs).delete()
    theirs.delete()


def list_posts(*, reader: Caller | Anonymous, query: PostQuery) -> Slice[Post]:
    """Return a page of posts. Raises InvalidRequest for a wrong cursor."""
    return fetch_page(
        Post.objects.matching(query, reader_id=reader.user_id),
        key="id",
        sort=query.sort,
        query=query,
        operation="list_posts",
    )


def _lock_post(caller: Caller, post_id: UUID) -> Post:
    post = Post.objects.lock_post(post_id, reader_id=caller.user_id)
    if post is None:
        raise errors.NotFound
    return post


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
