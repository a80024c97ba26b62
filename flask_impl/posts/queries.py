"""What is asked of posts, always with author and tags: nothing is fetched row by row.

Likes and comments are counted by sub-selects over an index, so they are always right.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session, contains_eager, selectinload, with_expression

from .. import text
from ..comments.models import Comment
from ..database import insert_missing, new_id
from ..users.models import Follow, User
from .models import Like, Post, Tag, post_tags
from .schemas import PostQuery

LIKES_COUNT = select(func.count()).where(Like.post_id == Post.id).correlate(Post).scalar_subquery()
COMMENTS_COUNT = (
    select(func.count()).where(Comment.post_id == Post.id).correlate(Post).scalar_subquery()
)

# Statements are built once, because building them costs more than SQLite takes to answer.
POSTS = select(Post).join(Post.author).options(contains_eager(Post.author), selectinload(Post.tags))
SUMMARIES = POSTS.options(
    with_expression(Post.likes_count, LIKES_COUNT),
    with_expression(Post.comments_count, COMMENTS_COUNT),
)
# Whom a reader may see: their `reader_id` is None without a token, and then fits no author.
IS_READABLE = or_(Post.status == "published", Post.author_id == bindparam("reader_id"))
IS_READABLE_POST = and_(Post.id == bindparam("post_id"), IS_READABLE)
POST = POSTS.where(IS_READABLE_POST)
LOCKED_POST = POST.with_for_update(of=Post)
POST_ID = select(Post.id).where(IS_READABLE_POST)
HELD_POST_ID = POST_ID.with_for_update(read=True, key_share=True)


def find_post(session: Session, post_id: UUID, *, reader_id: UUID | None) -> Post | None:
    """Return a post that the reader may see: a published one, or a draft of their own."""
    return session.scalar(POST, {"post_id": post_id, "reader_id": reader_id})


def lock_post(session: Session, post_id: UUID, *, reader_id: UUID) -> Post | None:
    """Return a post that the reader may see, locked until the transaction ends."""
    return session.scalar(LOCKED_POST, {"post_id": post_id, "reader_id": reader_id})


def hold_post(session: Session, post_id: UUID, *, reader_id: UUID) -> bool:
    """Return whether the reader may see a post, which nobody then deletes or hides.

    It lasts until the transaction ends. Many may hold one post, and like and comment on it.
    """
    asked = {"post_id": post_id, "reader_id": reader_id}
    return session.scalar(HELD_POST_ID, asked) is not None


def is_there(session: Session, post_id: UUID, *, reader_id: UUID | None) -> bool:
    """Return whether there is such a post for the reader."""
    asked = {"post_id": post_id, "reader_id": reader_id}
    return session.scalar(POST_ID, asked) is not None


def find_post_stats(
    session: Session, post_id: UUID, *, reader_id: UUID | None
) -> Row[int, int, bool | None] | None:
    """Return the likes_count and comments_count of a post, and whether the reader likes it."""
    liked = exists().where(Like.post_id == Post.id, Like.user_id == reader_id)
    statement = select(
        LIKES_COUNT.label("likes_count"),
        COMMENTS_COUNT.label("comments_count"),
        (null() if reader_id is None else liked).label("liked"),
    )
    asked = {"post_id": post_id, "reader_id": reader_id}
    return session.execute(statement.where(IS_READABLE_POST), asked).one_or_none()


def select_posts(query: PostQuery, *, reader_id: UUID | None) -> Select[Post]:
    """Return the statement of all posts that match, drafts only for their author."""
    statement = SUMMARIES.where(Post.status == query.status)
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


def select_feed(follower_id: UUID) -> Select[Post]:
    """Return the statement of the published posts by all whom a user follows."""
    followed = Follow.followed_id == Post.author_id, Follow.follower_id == follower_id
    return SUMMARIES.where(Post.status == "published", exists().where(*followed))


def select_tags(after: tuple[int, str] | None) -> Select[str, int]:
    """Return the statement of the tags of published posts, the most used first.

    `after` is the count and the name of the last tag of the page before.
    """
    posts_count = func.count().label("posts_count")
    statement = (
        select(Tag.name, posts_count)
        .join(post_tags, post_tags.c.tag_id == Tag.id)
        .join(Post, Post.id == post_tags.c.post_id)
        .where(Post.status == "published")
        .group_by(Tag.name)
        .order_by(posts_count.desc(), Tag.name)
    )
    if after is None:
        return statement
    last_count, last_name = after
    equally_used = (func.count() == last_count) & (Tag.name > last_name)
    return statement.having((func.count() < last_count) | equally_used)


def add_like(session: Session, post_id: UUID, *, user_id: UUID) -> None:
    """Make a user like a post, once."""
    insert_missing(session, Like, [{"post_id": post_id, "user_id": user_id}])


def remove_like(session: Session, post_id: UUID, *, user_id: UUID) -> None:
    """Make a user like a post no longer."""
    session.execute(delete(Like).where(Like.post_id == post_id, Like.user_id == user_id))


def make_tags(session: Session, names: Sequence[str]) -> list[Tag]:
    """Return the tags of these names, making those that are missing."""
    if not names:
        return []
    # In one order, or two posts with the same new tags could wait for each other.
    insert_missing(session, Tag, [{"id": new_id(), "name": name} for name in sorted(names)])
    return list(session.scalars(select(Tag).where(Tag.name.in_(names))))


def delete_post(session: Session, post_id: UUID) -> None:
    """Delete a post and what hangs on it."""
    _delete_comments_and_likes(session, Comment.post_id == post_id, Like.post_id == post_id)
    session.execute(delete(post_tags).where(post_tags.c.post_id == post_id))
    session.execute(delete(Post).where(Post.id == post_id))


def delete_posts_of(session: Session, author_id: UUID) -> None:
    """Delete all posts of a user with what hangs on them, and the user's comments and likes."""
    theirs = select(Post.id).where(Post.author_id == author_id)
    # A change under way may still add something to a post: wait for it.
    session.execute(theirs.order_by(Post.id).with_for_update())
    _delete_comments_and_likes(
        session,
        or_(Comment.author_id == author_id, Comment.post_id.in_(theirs)),
        or_(Like.user_id == author_id, Like.post_id.in_(theirs)),
    )
    session.execute(delete(post_tags).where(post_tags.c.post_id.in_(theirs)))
    session.execute(delete(Post).where(Post.author_id == author_id))


def _delete_comments_and_likes(
    session: Session, comments: ColumnElement[bool], likes: ColumnElement[bool]
) -> None:
    # In one order, or two deletions could wait for each other.
    in_order = select(Comment.id).where(comments).order_by(Comment.id)
    session.execute(in_order.with_for_update())
    session.execute(delete(Comment).where(comments))
    in_order = select(Like.post_id).where(likes).order_by(Like.post_id, Like.user_id)
    session.execute(in_order.with_for_update())
    session.execute(delete(Like).where(likes))
