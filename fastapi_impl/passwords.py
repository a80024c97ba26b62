"""Passwords: hashed with argon2id, verified in the same time for everybody.

FastAPI has no password hashing; pwdlib writes and reads PHC strings. It works in a thread:
other requests go on while a password is hashed.
"""

import asyncio
import os
from functools import cache

from fastapi.concurrency import run_in_threadpool
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from .settings import load_settings

# As many at once as there are cores: more of them would only take memory, 19 MiB each.
_slots = asyncio.Semaphore(os.cpu_count() or 1)


async def hash_password(password: str) -> str:
    """Return the PHC string of a password: `$argon2id$v=19$m=…`."""
    async with _slots:
        return await run_in_threadpool(_hasher().hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Return whether the password is right.

    Where there is no hash, one is verified all the same: the time an answer takes must
    not tell whether an account exists (OWASP ASVS 6.3.8).
    """
    async with _slots:
        return await run_in_threadpool(_verify, password_hash, password)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher().verify(password, password_hash or _decoy(_hasher()))
    except UnknownHashError:
        return False


def _hasher() -> PasswordHash:
    settings = load_settings()
    return _make_hasher(
        settings.ARGON2_TIME_COST,
        settings.ARGON2_MEMORY_KIB,
        settings.ARGON2_PARALLELISM,
    )


@cache
def _make_hasher(time_cost: int, memory_kib: int, parallelism: int) -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost, memory_kib, parallelism),))


@cache
def _decoy(hasher: PasswordHash) -> str:
    return hasher.hash("no account has this password, for it has no hash")
