"""What is asked of users. A deleted user is nowhere among the answers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session

from .. import text
from .models import User


def find_user(session: Session, username: str) -> User | None:
    """Return the user of this name."""
    return session.scalar(_select_users().where(User.username == username))


def find_account(session: Session, email_folded: str) -> Row[UUID, str | None] | None:
    """Return id and password hash of the account with this e-mail address."""
    return session.execute(
        select(User.id, User.password_hash).where(User.email_folded == email_folded)
    ).one_or_none()


def lock_user(session: Session, user_id: UUID) -> User | None:
    """Return a user whom nobody else changes or deletes until the transaction ends."""
    return session.scalar(_lock(_select_users().where(User.id == user_id)))


def lock_user_by_name(session: Session, username: str) -> User | None:
    """Return a user by name, locked in the same way."""
    return session.scalar(_lock(_select_users().where(User.username == username)))


def lock_active_admins(session: Session) -> Sequence[User]:
    """Return the active admins, locked in one order: two of them cannot both step down."""
    admins = _select_users().where(User.role == "admin", User.is_active)
    return session.scalars(_lock(admins.order_by(User.id))).all()


def hold_user(session: Session, user_id: UUID) -> User | None:
    """Return a user whom nobody deletes until the transaction ends.

    Many may hold one user: what is theirs can be made side by side.
    """
    held = _select_users().where(User.id == user_id).with_for_update(read=True, key_share=True)
    return session.scalar(held)


def is_username_taken(session: Session, username: str) -> bool:
    """Return whether somebody has this name, or once had it."""
    return bool(session.scalar(select(exists().where(User.username == username))))


def is_email_taken(session: Session, email_folded: str) -> bool:
    """Return whether an account has this e-mail address."""
    return bool(session.scalar(select(exists().where(User.email_folded == email_folded))))


def select_users(*, search: str | None) -> Select[User]:
    """Return the statement of all users whose name or displayed name holds `search`."""
    statement = _select_users()
    if search is None:
        return statement
    return statement.where(User.search_text.contains(text.fold(search), autoescape=True))


def _select_users() -> Select[User]:
    return select(User).where(User.deleted_at.is_(None))


def _lock(statement: Select[User]) -> Select[User]:
    # What the session already holds may be older than the lock.
    return statement.with_for_update().execution_options(populate_existing=True)
