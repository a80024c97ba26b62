"""What is asked of posts, always with author and tags: nothing is fetched row by row."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, delete, false, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from .. import text
from ..database import insert_missing, new_id
from ..users.models import User
from .models import Post, Tag, post_tags
from .schemas import PostQuery


def find_post(session: Session, post_id: UUID, *, reader_id: UUID | None) -> Post | None:
    """Return a post that the reader may see: a published one, or a draft of their own."""
    return session.scalar(_select_readable(post_id, reader_id))


def lock_post(session: Session, post_id: UUID, *, reader_id: UUID) -> Post | None:
    """Return a post that the reader may see, locked until the transaction ends."""
    statement = _select_readable(post_id, reader_id).with_for_update(of=Post)
    return session.scalar(statement)


def select_posts(query: PostQuery, *, reader_id: UUID | None) -> Select[Post]:
    """Return the statement of all posts that match, drafts only for their author."""
    statement = _select_posts().where(Post.status == query.status)
    if query.status == "draft":
        mine = query.author is not None and reader_id is not None
        statement = statement.where(Post.author_id == reader_id if mine else false())
    if query.author is not None:
        statement = statement.where(User.username == query.author)
    if query.tag is not None:
        statement = statement.where(Post.tags.any(Tag.name == query.tag))
    if query.q is not None:
        statement = statement.where(Post.search_text.contains(text.fold(query.q), autoescape=True))
    return statement


def make_tags(session: Session, names: Sequence[str]) -> list[Tag]:
    """Return the tags of these names, making those that are missing."""
    if not names:
        return []
    # In one order, or two posts with the same new tags could wait for each other.
    insert_missing(session, Tag, [{"id": new_id(), "name": name} for name in sorted(names)])
    return list(session.scalars(select(Tag).where(Tag.name.in_(names))))


def delete_post(session: Session, post_id: UUID) -> None:
    """Delete a post and what hangs on it."""
    session.execute(delete(post_tags).where(post_tags.c.post_id == post_id))
    session.execute(delete(Post).where(Post.id == post_id))


def delete_posts_of(session: Session, author_id: UUID) -> None:
    """Delete all posts of a user and what hangs on them."""
    theirs = select(Post.id).where(Post.author_id == author_id)
    # A change under way may still add a tag: wait for it before the tags are deleted.
    session.execute(theirs.with_for_update())
    session.execute(delete(post_tags).where(post_tags.c.post_id.in_(theirs)))
    session.execute(delete(Post).where(Post.author_id == author_id))


def _select_readable(post_id: UUID, reader_id: UUID | None) -> Select[Post]:
    readable = (Post.status == "published") | (Post.author_id == reader_id)
    return _select_posts().where(Post.id == post_id, readable)


def _select_posts() -> Select[Post]:
    return (
        select(Post).join(Post.author).options(contains_eager(Post.author), selectinload(Post.tags))
    )
