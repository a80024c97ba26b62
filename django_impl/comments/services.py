"""The rules of comments, and the transactions that hold them."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from .. import conditional, errors, idempotency
from ..auth import Anonymous, Caller
from ..idempotency import Making
from ..pagination import Slice, fetch_page
from ..posts.models import Post
from .models import Comment
from .schemas import CommentChanges, CommentQuery, NewComment


def create_comment(
    *, caller: Caller, post_id: UUID, new_comment: NewComment, key: str | None
) -> Comment:
    """Return the caller's new comment, or the one that this key has made.

    Raises InvalidToken, RequestInProgress or InvalidRequest, then NotFound.
    """
    request = {"post_id": str(post_id), **new_comment.model_dump()}
    with idempotency.begin_write(
        caller=caller, operation="create_comment", key=key, request=request
    ) as making:
        comment = _make_comment(post_id, new_comment, making)
        if making.is_repeated:
            return comment
        if not Post.objects.hold_post(post_id, reader_id=caller.user_id):
            raise errors.NotFound
        comment.save()
        return comment


def list_comments(
    *, post_id: UUID, reader: Caller | Anonymous, query: CommentQuery
) -> Slice[Comment]:
    """Return a page of the comments on a post. Raises InvalidRequest, then NotFound."""
    page = fetch_page(
        Comment.objects.on_post(post_id),
        key="id",
        sort=query.sort,
        query=query,
        question=("list_comments", str(post_id)),
    )
    # Only now: a wrong cursor (422) comes before what is not there (404).
    if not Post.objects.is_there(post_id, reader_id=reader.user_id):
        raise errors.NotFound
    return page


def get_comment(*, comment_id: UUID, reader: Caller | Anonymous) -> Comment:
    """Return a comment. Raises NotFound, also for one on another's draft."""
    comment = Comment.objects.find_comment(comment_id, reader_id=reader.user_id)
    if comment is None:
        raise errors.NotFound
    return comment


@transaction.atomic
def update_comment(
    *, caller: Caller, comment_id: UUID, changes: CommentChanges, if_match: str | None
) -> Comment:
    """Return the comment, changed.

    Raises NotFound, Forbidden, PreconditionRequired or PreconditionFailed, in this order.
    """
    comment = _lock_comment(caller, comment_id)
    if comment.author_id != caller.user_id:
        raise errors.Forbidden
    conditional.require_match(if_match, comment.version)
    _apply(comment, changes)
    return comment


@transaction.atomic
def delete_comment(*, caller: Caller, comment_id: UUID, if_match: str | None) -> None:
    """Delete the comment. Raises as `update_comment` does."""
    comment = _lock_comment(caller, comment_id)
    owners = (comment.author_id, comment.post.author_id)
    if caller.user_id not in owners and caller.role != "admin":
        raise errors.Forbidden
    conditional.require_match(if_match, comment.version)
    comment.delete()


def _make_comment(post_id: UUID, new_comment: NewComment, making: Making) -> Comment:
    return Comment(
        id=making.made_id,
        post_id=post_id,
        author=making.author,
        body=new_comment.body,
        version=1,
        created_at=making.made_at,
        updated_at=making.made_at,
    )


def _lock_comment(caller: Caller, comment_id: UUID) -> Comment:
    comment = Comment.objects.lock_comment(comment_id, reader_id=caller.user_id)
    if comment is None:
        raise errors.NotFound
    return comment


def _apply(comment: Comment, changes: CommentChanges) -> None:
    if "body" in changes.model_fields_set and changes.body != comment.body:
        comment.body = changes.body
        comment.version += 1
        comment.updated_at = timezone.now()
        comment.save()
