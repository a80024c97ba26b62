"""The rules of posts, and the transactions that hold them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from .. import database, errors
from ..auth import Caller
from ..pagination import Slice, fetch_page
from ..users import queries as user_queries
from . import queries
from .models import Post
from .schemas import NewPost, PostChanges, PostQuery


async def create_post(session: AsyncSession, *, caller: Caller, new_post: NewPost) -> Post:
    """Return the caller's new post."""
    await database.begin_write(session)
    author = await user_queries.hold_user(session, caller.user_id)
    if author is None:
        raise errors.InvalidToken
    moment = database.now()
    post = Post(author=author, version=1, created_at=moment, updated_at=moment)
    post.set_text(new_post.title, new_post.body)
    post.set_status(new_post.status, moment)
    post.tags = await queries.make_tags(session, new_post.tags)
    session.add(post)
    await session.commit()
    return post


async def get_post(session: AsyncSession, *, post_id: UUID, reader: Caller | None) -> Post:
    """Return a post. Raises NotFound, for another's draft as well."""
    post = await queries.find_post(session, post_id, reader_id=reader.user_id if reader else None)
    if post is None:
        raise errors.NotFound
    return post


async def update_post(
    session: AsyncSession, *, caller: Caller, post_id: UUID, changes: PostChanges
) -> Post:
    """Return the post, changed. Raises NotFound, then Forbidden."""
    await database.begin_write(session)
    post = await _lock_post(session, caller, post_id)
    if post.author_id != caller.user_id:
        raise errors.Forbidden
    await _apply(session, post, changes)
    await session.commit()
    return post


async def delete_post(session: AsyncSession, *, caller: Caller, post_id: UUID) -> None:
    """Delete the post and what hangs on it. Raises NotFound, then Forbidden."""
    await database.begin_write(session)
    post = await _lock_post(session, caller, post_id)
    if post.author_id != caller.user_id and caller.role != "admin":
        raise errors.Forbidden
    await queries.delete_post(session, post.id)
    await session.commit()


async def list_posts(session: AsyncSession, *, reader: Caller | None, query: PostQuery) -> Slice:
    """Return a page of posts. Raises InvalidRequest for a wrong cursor."""
    return await fetch_page(
        session,
        queries.select_posts(query, reader_id=reader.user_id if reader else None),
        key=Post.id,
        sort=query.sort,
        query=query,
        operation="list_posts",
    )


async def _lock_post(session: AsyncSession, caller: Caller, post_id: UUID) -> Post:
    post = await queries.lock_post(session, post_id, reader_id=caller.user_id)
    if post is None:
        raise errors.NotFound
    return post


async def _apply(session: AsyncSession, post: Post, changes: PostChanges) -> None:
    given = changes.model_dump(exclude_unset=True)
    moment = database.now()
    if "tags" in given and set(given["tags"]) != {tag.name for tag in post.tags}:
        post.tags = await queries.make_tags(session, given["tags"])
    post.set_text(given.get("title", post.title), given.get("body", post.body))
    post.set_status(given.get("status", post.status), moment)
    if session.is_modified(post):
        post.version += 1
        post.updated_at = moment
