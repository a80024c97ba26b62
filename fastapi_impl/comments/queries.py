"""What is asked of comments, always with their author, and only where the post may be read."""

from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from ..posts import queries as post_queries
from .models import Comment


async def find_comment(
    session: AsyncSession, comment_id: UUID, *, reader_id: UUID | None
) -> Comment | None:
    """Return a comment on a post that the reader may see."""
    return await session.scalar(_select_readable(comment_id, reader_id))


async def lock_comment(
    session: AsyncSession, comment_id: UUID, *, reader_id: UUID
) -> Comment | None:
    """Return a comment on a post that the reader may see, locked until the transaction ends."""
    return await session.scalar(_select_readable(comment_id, reader_id).with_for_update(of=Comment))


def select_comments(post_id: UUID) -> Select[Comment]:
    """Return the statement of all comments on a post."""
    return _select_comments().where(Comment.post_id == post_id)


async def delete_comment(session: AsyncSession, comment_id: UUID) -> None:
    """Delete a comment."""
    await session.execute(delete(Comment).where(Comment.id == comment_id))


def _select_readable(comment_id: UUID, reader_id: UUID | None) -> Select[Comment]:
    return (
        _select_comments()
        .join(Comment.post)
        .options(contains_eager(Comment.post))
        .where(Comment.id == comment_id, post_queries.is_readable(reader_id))
    )


def _select_comments() -> Select[Comment]:
    return select(Comment).join(Comment.author).options(contains_eager(Comment.author))
