"""What is asked of sign-ins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ..database import insert_missing, new_id, now
from ..users.models import User
from .models import LoginAttempt, RefreshToken, SignIn

# Built once: each request with a token asks it.
CALLER = (
    select(User.id, User.username, User.role, SignIn.id)
    .join(SignIn, SignIn.user_id == User.id)
    .where(SignIn.id == bindparam("sign_in_id"), SignIn.ended_at.is_(None))
    .where(SignIn.expires_at > bindparam("moment"))
    .where(User.id == bindparam("user_id"), User.is_active, User.deleted_at.is_(None))
)


async def find_caller(
    session: AsyncSession, *, sign_in_id: UUID, user_id: UUID, moment: datetime
) -> Row[UUID, str, str, UUID] | None:
    """Return user id, username, role and sign-in id, if all of it is in force.

    The one statement that authenticates: log-out, replay, password change, deactivation
    and role are seen at once.
    """
    asked = {"sign_in_id": sign_in_id, "user_id": user_id, "moment": moment}
    found = await session.execute(CALLER, asked)
    return found.one_or_none()


async def find_refresh_token(
    session: AsyncSession, token_hash: str
) -> Row[RefreshToken, SignIn] | None:
    """Return a refresh token and its sign-in, both locked until the transaction ends."""
    found = await session.execute(
        select(RefreshToken, SignIn)
        .join(SignIn, SignIn.id == RefreshToken.sign_in_id)
        .where(RefreshToken.token_hash == token_hash)
        .with_for_update(of=[SignIn, RefreshToken])  # in the order of `delete_sign_ins_of`
    )
    return found.one_or_none()


async def lock_login_attempt(
    session: AsyncSession, digest: str, *, window_ends_at: datetime
) -> LoginAttempt:
    """Return the count of a digest, locked; a count of zero where there was none."""
    fresh = {
        "id": new_id(),
        "digest": digest,
        "failures": 0,
        "window_ends_at": window_ends_at,
    }
    await insert_missing(session, LoginAttempt, [fresh])
    counts = await session.scalars(
        select(LoginAttempt).where(LoginAttempt.digest == digest).with_for_update()
    )
    return counts.one()


async def uncount_login_attempt(session: AsyncSession, digest: str) -> None:
    """Take one failure off the count of a digest."""
    await session.execute(
        update(LoginAttempt)
        .where(LoginAttempt.digest == digest, LoginAttempt.failures > 0)
        .values(failures=LoginAttempt.failures - 1)
    )


async def end_sign_ins_of(session: AsyncSession, user_id: UUID, moment: datetime) -> None:
    """End every sign-in of a user, and so every token they hold."""
    await session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .values(ended_at=moment)
    )


async def end_sign_in(session: AsyncSession, sign_in_id: UUID, moment: datetime) -> None:
    """End one sign-in."""
    await session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
        .values(ended_at=moment)
    )


async def delete_sign_ins_of(session: AsyncSession, user_id: UUID) -> None:
    """Delete every sign-in of a user whose row is locked, and the tokens.

    Ending them first waits for refreshes under way, which would add one more token.
    """
    await end_sign_ins_of(session, user_id, now())
    theirs = select(SignIn.id).where(SignIn.user_id == user_id)
    await session.execute(delete(RefreshToken).where(RefreshToken.sign_in_id.in_(theirs)))
    await session.execute(delete(SignIn).where(SignIn.user_id == user_id))
