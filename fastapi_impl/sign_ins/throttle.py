"""Guessing passwords, made slow: so many failures in a window, and no more.

The count lives in the database, so any number of processes agree on it.
"""

import hashlib
import math
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from .. import database, errors, text
from ..settings import load_settings
from . import queries


async def count_attempt(session: AsyncSession, *, email: str, client_address: str) -> None:
    """Count an attempt before its password is looked at, so that a crowd gains nothing.

    Raises TooManyAttempts when the window's failures are used up.
    """
    await database.begin_write(session)
    moment = database.now()
    window_ends_at = moment + timedelta(seconds=load_settings().LOGIN_WINDOW_SECONDS)
    attempt = await queries.lock_login_attempt(
        session, _digest(email, client_address), window_ends_at=window_ends_at
    )
    if attempt.window_ends_at <= moment:
        attempt.failures, attempt.window_ends_at = 0, window_ends_at
    if attempt.failures >= load_settings().LOGIN_ATTEMPTS:
        raise errors.TooManyAttempts(math.ceil((attempt.window_ends_at - moment).total_seconds()))
    attempt.failures += 1
    await session.commit()


async def forgive_attempt(session: AsyncSession, *, email: str, client_address: str) -> None:
    """Take a count back: the password was right. The caller commits."""
    await queries.uncount_login_attempt(session, _digest(email, client_address))


def _digest(email: str, client_address: str) -> str:
    # Folded, or each way to write an e-mail address would bring ten attempts more.
    pair = f"{text.fold(email)}\n{client_address}"
    return hashlib.sha256(pair.encode()).hexdigest()
