"""The rules of comments, and the transactions that hold them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from .. import conditional, database, errors, idempotency
from ..auth import Caller
from ..idempotency import Making
from ..pagination import Slice, fetch_page
from ..posts import queries as post_queries
from . import queries
from .models import Comment
from .schemas import CommentChanges, CommentQuery, NewComment


async def create_comment(
    session: AsyncSession,
    *,
    caller: Caller,
    post_id: UUID,
    new_comment: NewComment,
    key: str | None,
) -> Comment:
    """Return the caller's new comment, or the one that this key has made.

    Raises InvalidToken, RequestInProgress or InvalidRequest, then NotFound.
    """
    request = {"post_id": str(post_id), **new_comment.model_dump()}
    making = await idempotency.begin_write(
        session, caller=caller, operation="create_comment", key=key, request=request
    )
    comment = _make_comment(post_id, new_comment, making)
    if making.is_repeated:
        return comment
    if not await post_queries.hold_post(session, post_id, reader_id=caller.user_id):
        raise errors.NotFound
    session.add(comment)
    await session.commit()
    return comment


async def list_comments(
    session: AsyncSession, *, post_id: UUID, reader: Caller | None, query: CommentQuery
) -> Slice:
    """Return a page of the comments on a post. Raises InvalidRequest, then NotFound."""
    page = await fetch_page(
        session,
        queries.select_comments(post_id),
        key=Comment.id,
        sort=query.sort,
        query=query,
        question=("list_comments", str(post_id)),
    )
    reader_id = reader.user_id if reader else None
    # Only now: a wrong cursor (422) comes before what is not there (404).
    if not await post_queries.is_there(session, post_id, reader_id=reader_id):
        raise errors.NotFound
    return page


async def get_comment(session: AsyncSession, *, comment_id: UUID, reader: Caller | None) -> Comment:
    """Return a comment. Raises NotFound, also for one on another's draft."""
    reader_id = reader.user_id if reader else None
    comment = await queries.find_comment(session, comment_id, reader_id=reader_id)
    if comment is None:
        raise errors.NotFound
    return comment


async def update_comment(
    session: AsyncSession,
    *,
    caller: Caller,
    comment_id: UUID,
    changes: CommentChanges,
    if_match: str | None,
) -> Comment:
    """Return the comment, changed.

    Raises NotFound, Forbidden, PreconditionRequired or PreconditionFailed, in this order.
    """
    await database.begin_write(session)
    comment = await _lock_comment(session, caller, comment_id)
    if comment.author_id != caller.user_id:
        raise errors.Forbidden
    conditional.require_match(if_match, comment.version)
    _apply(session, comment, changes)
    await session.commit()
    return comment


async def delete_comment(
    session: AsyncSession, *, caller: Caller, comment_id: UUID, if_match: str | None
) -> None:
    """Delete the comment. Raises as `update_comment` does."""
    await database.begin_write(session)
    comment = await _lock_comment(session, caller, comment_id)
    owners = (comment.author_id, comment.post.author_id)
    if caller.user_id not in owners and caller.role != "admin":
        raise errors.Forbidden
    conditional.require_match(if_match, comment.version)
    await queries.delete_comment(session, comment.id)
    await session.commit()


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


async def _lock_comment(session: AsyncSession, caller: Caller, comment_id: UUID) -> Comment:
    comment = await queries.lock_comment(session, comment_id, reader_id=caller.user_id)
    if comment is None:
        raise errors.NotFound
    return comment


def _apply(session: AsyncSession, comment: Comment, changes: CommentChanges) -> None:
    if "body" in changes.model_fields_set:
        comment.body = changes.body
    if session.is_modified(comment):
        comment.version += 1
        comment.updated_at = database.now()
