"""Passwords: hashed with argon2id, verified in the same time for everybody.

Django has hashers, and spends the time of a hash where there is none; the parameters are
ours, and `fields.PasswordHashField` stores PHC strings.
"""

from django.conf import settings
from django.contrib.auth.hashers import (
    UNUSABLE_PASSWORD_PREFIX,
    Argon2PasswordHasher,
    check_password,
    make_password,
)


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id, as strong as the settings say."""

    time_cost = settings.API.ARGON2_TIME_COST
    memory_cost = settings.API.ARGON2_MEMORY_KIB
    parallelism = settings.API.ARGON2_PARALLELISM


def hash_password(password: str) -> str:
    """Return the hash of a password, in Django's form: `argon2$argon2id$v=19$m=…`."""
    return make_password(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Return whether the password is right.

    Where there is no hash, one is made all the same: the time an answer takes must not
    tell whether an account exists (OWASP ASVS 6.3.8).
    """
    return check_password(password, password_hash or UNUSABLE_PASSWORD_PREFIX)
