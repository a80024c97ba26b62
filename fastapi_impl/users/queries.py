"""What is asked of users. A deleted user is nowhere among the answers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from .. import text
from .models import User


async def find_user(session: AsyncSession, username: str) -> User | None:
    """Return the user of this name."""
    return await session.scalar(_select_users().where(User.username == username))


async def find_account(session: AsyncSession, email_folded: str) -> Row[UUID, str | None] | None:
    """Return id and password hash of the account with this e-mail address."""
    found = await session.execute(
        select(User.id, User.password_hash).where(User.email_folded == email_folded)
    )
    return found.one_or_none()


async def lock_user(session: AsyncSession, user_id: UUID) -> User | None:
    """Return a user whom nobody else changes or deletes until the transaction ends."""
    return await session.scalar(_lock(_select_users().where(User.id == user_id)))


async def lock_user_by_name(session: AsyncSession, username: str) -> User | None:
    """Return a user by name, locked in the same way."""
    return await session.scalar(_lock(_select_users().where(User.username == username)))


async def lock_active_admins(session: AsyncSession) -> Sequence[User]:
    """Return the active admins, locked in one order: two of them cannot both step down."""
    admins = _select_users().where(User.role == "admin", User.is_active)
    return (await session.scalars(_lock(admins.order_by(User.id)))).all()


async def hold_user(session: AsyncSession, user_id: UUID) -> User | None:
    """Return a user whom nobody deletes until the transaction ends.

    Many may hold one user: what is theirs can be made side by side.
    """
    held = _select_users().where(User.id == user_id).with_for_update(read=True, key_share=True)
    return await session.scalar(held)


async def is_username_taken(session: AsyncSession, username: str) -> bool:
    """Return whether somebody has this name, or once had it."""
    return bool(await session.scalar(select(exists().where(User.username == username))))


async def is_email_taken(session: AsyncSession, email_folded: str) -> bool:
    """Return whether an account has this e-mail address."""
    return bool(await session.scalar(select(exists().where(User.email_folded == email_folded))))


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
