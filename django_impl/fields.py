"""Columns that Django would make or fill otherwise than the tables that are shared.

The ignored complaints are about parameters that fields have for type checkers alone.
"""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from uuid_utils.compat import uuid7 as new_id

__all__ = ["NameField", "PasswordHashField", "TimestampField", "new_id"]


class TimestampField(models.DateTimeField):  # type: ignore[type-arg]
    """A time in UTC. SQLite compares it as text, so it always has six fraction digits."""

    def get_db_prep_value(
        self, value: datetime | None, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        written = super().get_db_prep_value(value, connection, prepared)
        if isinstance(written, str) and "." not in written:
            return f"{written}.000000"
        return written


class NameField(models.CharField):  # type: ignore[type-arg]
    """A name that PostgreSQL sorts by code point too, not by the rules of its language."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class PasswordHashField(models.TextField):  # type: ignore[type-arg]
    """A hash, stored as a PHC string. Django puts its name for the hasher in front."""

    def from_db_value(self, value: str | None, *_context: object) -> str | None:
        return value and f"argon2{value}"

    def get_prep_value(self, value: str | None) -> str | None:
        return value and value.removeprefix("argon2")
