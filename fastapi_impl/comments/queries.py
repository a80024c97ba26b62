"""What is asked of comments, always with their author, and only where the post may be read."""

from uuid import UUID

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from ..posts import queries as post_queries
from .models import Comment

# Statements are built once, because building them costs more than SQLite takes to answer.
COMMENTS = select(Comment).join(Comment.author).options(contains_eager(Comment.author))
COMMENT = (
    COMMENTS.join(Comment.post)
    .options(contains_eager(Comment.post))
    .where(Comment.id == bindparam("comment_id"), post_queries.IS_READABLE)
)
LOCKED_COMMENT = COMMENT.with_for_update(of=Comment)


async def find_comment(
    session: AsyncSession, comment_id: UUID, *, reader_id: UUID | None
) -> Comment | None:
    """Return a comment on a post that the reader may see."""
    return await session.scalar(COMMENT, {"comment_id": comment_id, "reader_id": reader_id})


async def lock_comment(
    session: AsyncSession, comment_id: UUID, *, reader_id: UUID
) -> Comment | None:
    """Return a comment on a post that the reader may see, locked until the transaction ends."""
    return await session.scalar(LOCKED_COMMENT, {"comment_id": comment_id, "reader_id": reader_id})


def select_comments(post_id: UUID) -> Select[Comment]:
    """Return the statement of all comments on a post."""
    return COMMENTS.where(Comment.post_id == post_id)


async def delete_comment(session: AsyncSession, comment_id: UUID) -> None:
    """Delete a comment."""
    await session.execute(delete(Comment).where(Comment.id == comment_id))
