"""What is asked of users. A deleted user is nowhere among the answers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, ScalarSelect, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, with_expression

from .. import text
from ..database import insert_missing, new_id
from ..posts.models import Post
from .models import Follow, IdempotencyKey, User

POSTS_COUNT = (
    select(func.count())
    .where(Post.author_id == User.id, Post.status == "published")
    .correlate(User)
    .scalar_subquery()
)
FOLLOWERS_COUNT = (
    select(func.count()).where(Follow.followed_id == User.id).correlate(User).scalar_subquery()
)
FOLLOWING_COUNT = (
    select(func.count()).where(Follow.follower_id == User.id).correlate(User).scalar_subquery()
)

# Statements are built once, because building them costs more than SQLite takes to answer.
USERS = select(User).where(User.deleted_at.is_(None))
PROFILES = USERS.options(
    with_expression(User.posts_count, POSTS_COUNT),
    with_expression(User.followers_count, FOLLOWERS_COUNT),
    with_expression(User.following_count, FOLLOWING_COUNT),
)
HELD_USERS = USERS.with_for_update(read=True, key_share=True)
# What the session already holds may be older than the lock.
LOCKED_USERS = USERS.with_for_update().execution_options(populate_existing=True)
# One user beside others, where both are in one statement.
NAMED = aliased(User)


def find_user(session: Session, username: str) -> User | None:
    """Return the user of this name."""
    return session.scalar(USERS.where(User.username == username))


def find_profile(session: Session, username: str) -> User | None:
    """Return the user of this name, with what is counted of them."""
    return session.scalar(PROFILES.where(User.username == username))


def find_account(session: Session, email_folded: str) -> Row[UUID, str | None] | None:
    """Return id and password hash of the account with this e-mail address."""
    return session.execute(
        select(User.id, User.password_hash).where(User.email_folded == email_folded)
    ).one_or_none()


def lock_user(session: Session, user_id: UUID) -> User | None:
    """Return a user whom nobody else changes or deletes until the transaction ends."""
    return session.scalar(LOCKED_USERS.where(User.id == user_id))


def lock_user_by_name(session: Session, username: str) -> User | None:
    """Return a user by name, locked in the same way."""
    return session.scalar(LOCKED_USERS.where(User.username == username))


def lock_with_admins(session: Session, username: str) -> Sequence[User]:
    """Return the user of this name and the active admins, locked in one order.

    So two admins cannot both step down, nor wait for each other. Nobody is deleted by this
    lock: what is theirs can be made meanwhile.
    """
    is_admin = and_(User.role == "admin", User.is_active)
    users = USERS.where(or_(User.username == username, is_admin)).order_by(User.id)
    locked = users.with_for_update(key_share=True)
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def hold_user(session: Session, user_id: UUID) -> User | None:
    """Return a user whom nobody deletes until the transaction ends.

    Many may hold one user: what is theirs can be made side by side.
    """
    return session.scalar(HELD_USERS.where(User.id == user_id))


def hold_user_by_name(session: Session, username: str) -> User | None:
    """Return a user by name, held in the same way."""
    return session.scalar(HELD_USERS.where(User.username == username))


def is_username_taken(session: Session, username: str) -> bool:
    """Return whether somebody has this name, or once had it."""
    return bool(session.scalar(select(exists().where(User.username == username))))


def is_email_taken(session: Session, email_folded: str) -> bool:
    """Return whether an account has this e-mail address."""
    return bool(session.scalar(select(exists().where(User.email_folded == email_folded))))


def select_users(*, search: str | None) -> Select[User]:
    """Return the statement of all users whose name or displayed name holds `search`."""
    if search is None:
        return PROFILES
    return PROFILES.where(User.search_text.contains(text.fold(search), autoescape=True))


def select_followers(username: str) -> Select[User]:
    """Return the statement of all who follow the user of this name."""
    followed = _select_id(username)
    return PROFILES.where(
        exists().where(Follow.follower_id == User.id, Follow.followed_id == followed)
    )


def select_following(username: str) -> Select[User]:
    """Return the statement of all whom the user of this name follows."""
    follower = _select_id(username)
    return PROFILES.where(
        exists().where(Follow.followed_id == User.id, Follow.follower_id == follower)
    )


def is_there(session: Session, username: str) -> bool:
    """Return whether there is a user of this name."""
    return bool(session.scalar(select(_select_id(username).is_not(None))))


def add_follow(session: Session, *, follower_id: UUID, followed_id: UUID) -> None:
    """Make one user follow another, once."""
    insert_missing(session, Follow, [{"follower_id": follower_id, "followed_id": followed_id}])


def remove_follow(session: Session, *, follower_id: UUID, followed_id: UUID) -> None:
    """Make one user follow another no longer."""
    session.execute(
        delete(Follow).where(Follow.follower_id == follower_id, Follow.followed_id == followed_id)
    )


def delete_follows_of(session: Session, user_id: UUID) -> None:
    """Make nobody follow a user, and the user nobody."""
    theirs = or_(Follow.follower_id == user_id, Follow.followed_id == user_id)
    # In one order, or two deletions could wait for each other.
    in_order = select(Follow.follower_id).where(theirs)
    in_order = in_order.order_by(Follow.follower_id, Follow.followed_id)
    session.execute(in_order.with_for_update())
    session.execute(delete(Follow).where(theirs))


def keep_idempotency_key(
    session: Session,
    *,
    user_id: UUID,
    operation: str,
    key: str,
    request_hash: str,
    made_id: UUID,
    made_at: datetime,
) -> IdempotencyKey:
    """Return what is kept under a user's key, locked; what is told here where nothing was."""
    name = {"user_id": user_id, "operation": operation, "key": key}
    making = {"request_hash": request_hash, "made_id": made_id, "made_at": made_at}
    insert_missing(session, IdempotencyKey, [{"id": new_id(), **name, **making}])
    kept = select(IdempotencyKey).filter_by(**name).with_for_update()
    return session.scalars(kept).one()


def delete_idempotency_keys_of(session: Session, user_id: UUID) -> None:
    """Forget the requests of a user."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.user_id == user_id))


def _select_id(username: str) -> ScalarSelect[UUID]:
    named = select(NAMED.id).where(NAMED.username == username, NAMED.deleted_at.is_(None))
    return named.scalar_subquery()
