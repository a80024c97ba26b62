"""Passwords: hashed with argon2id, verified in the same time for everybody.

Flask has no password hashing; argon2-cffi writes and reads PHC strings.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app


def hash_password(password: str) -> str:
    """Return the PHC string of a password: `$argon2id$v=19$m=…`."""
    return _hasher().hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Return whether the password is right.

    Where there is no hash, one is verified all the same: the time an answer takes must
    not tell whether an account exists (OWASP ASVS 6.3.8).
    """
    try:
        return _hasher().verify(password_hash or _decoy(_hasher()), password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _hasher() -> PasswordHasher:
    return _make_hasher(
        current_app.config["ARGON2_TIME_COST"],
        current_app.config["ARGON2_MEMORY_KIB"],
        current_app.config["ARGON2_PARALLELISM"],
    )


@cache
def _make_hasher(time_cost: int, memory_kib: int, parallelism: int) -> PasswordHasher:
    return PasswordHasher(time_cost, memory_kib, parallelism)


@cache
def _decoy(hasher: PasswordHasher) -> str:
    return hasher.hash("no account has this password, for it has no hash")
