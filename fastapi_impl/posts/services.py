"""The rules of posts, and the transactions that hold them."""

from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from .. import auth, conditional, database, errors, idempotency
from ..auth import Caller
from ..idempotency import Making
from ..pagination import Slice, cut_page, fetch_page, read_position
from ..shapes import PageQuery
from . import queries
from .models import Post, Tag
from .schemas import NewPost, PostChanges, PostQuery


async def create_post(
    session: AsyncSession, *, caller: Caller, new_post: NewPost, key: str | None
) -> Post:
    """Return the caller's new post, or the one that this key has made.

    Raises InvalidToken, RequestInProgress or InvalidRequest.
    """
    making = await idempotency.begin_write(
        session, caller=caller, operation="create_post", key=key, request=new_post.model_dump()
    )
    post = _make_post(new_post, making)
    if making.is_repeated:
        post.tags = [Tag(name=name) for name in new_post.tags]
        return post
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
    session: AsyncSession,
    *,
    caller: Caller,
    post_id: UUID,
    changes: PostChanges,
    if_match: str | None,
) -> Post:
    """Return the post, changed.

    Raises NotFound, Forbidden, PreconditionRequired or PreconditionFailed, in this order.
    """
    await database.begin_write(session)
    post = await _lock_post(session, caller, post_id)
    if post.author_id != caller.user_id:
        raise errors.Forbidden
    conditional.require_match(if_match, post.version)
    await _apply(session, post, changes)
    await session.commit()
    return post


async def delete_post(
    session: AsyncSession, *, caller: Caller, post_id: UUID, if_match: str | None
) -> None:
    """Delete the post and what hangs on it. Raises as `update_post` does."""
    await database.begin_write(session)
    post = await _lock_post(session, caller, post_id)
    if post.author_id != caller.user_id and caller.role != "admin":
        raise errors.Forbidden
    conditional.require_match(if_match, post.version)
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
        question=("list_posts",),
    )


async def get_post_stats(
    session: AsyncSession, *, post_id: UUID, reader: Caller | None
) -> Row[int, int, bool | None]:
    """Return what others did to a post. Raises NotFound, for another's draft as well."""
    reader_id = reader.user_id if reader else None
    stats = await queries.find_post_stats(session, post_id, reader_id=reader_id)
    if stats is None:
        raise errors.NotFound
    return stats


async def like_post(session: AsyncSession, *, caller: Caller, post_id: UUID) -> None:
    """Make the caller like a post. Raises InvalidToken, then NotFound."""
    await database.begin_write(session)
    await auth.hold_caller(session, caller)
    await _hold_post(session, caller, post_id)
    await queries.add_like(session, post_id, user_id=caller.user_id)
    await session.commit()


async def unlike_post(session: AsyncSession, *, caller: Caller, post_id: UUID) -> None:
    """Make the caller like a post no longer. Raises NotFound."""
    await database.begin_write(session)
    await _hold_post(session, caller, post_id)
    await queries.remove_like(session, post_id, user_id=caller.user_id)
    await session.commit()


async def get_feed(session: AsyncSession, *, caller: Caller, query: PageQuery) -> Slice:
    """Return a page of posts by those whom the caller follows, the newest first.

    Raises InvalidRequest for a wrong cursor.
    """
    return await fetch_page(
        session,
        queries.select_feed(caller.user_id),
        key=Post.id,
        sort="-created_at",
        query=query,
        question=("get_feed", str(caller.user_id)),
    )


async def list_tags(session: AsyncSession, *, query: PageQuery) -> Slice:
    """Return a page of tags with their counts. Raises InvalidRequest for a wrong cursor."""
    question = ("list_tags",)
    position = read_position(query, question)
    after = _read_tag_key(position) if position is not None else None
    rows = await session.execute(queries.select_tags(after).limit(query.limit + 1))
    return cut_page(rows.all(), query, question, lambda tag: f"{tag.posts_count} {tag.name}")


def _make_post(new_post: NewPost, making: Making) -> Post:
    moment = making.made_at
    post = Post(
        id=making.made_id,
        author=making.author,
        version=1,
        created_at=moment,
        updated_at=moment,
    )
    post.set_text(new_post.title, new_post.body)
    post.set_status(new_post.status, moment)
    return post


async def _lock_post(session: AsyncSession, caller: Caller, post_id: UUID) -> Post:
    post = await queries.lock_post(session, post_id, reader_id=caller.user_id)
    if post is None:
        raise errors.NotFound
    return post


async def _hold_post(session: AsyncSession, caller: Caller, post_id: UUID) -> None:
    if not await queries.hold_post(session, post_id, reader_id=caller.user_id):
        raise errors.NotFound


def _read_tag_key(position: str) -> tuple[int, str]:
    count, name = position.split()
    return int(count), name


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
