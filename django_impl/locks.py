"""Locks that Django does not know: one that many may share, and the end of a long wait.

For the rest there is `select_for_update`. SQLite has no locks of rows, but one writer.
"""

from typing import TypeVar

from django.db import OperationalError, connection
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def hold(rows: QuerySet[Row]) -> Row | None:
    """Return the one row, which nobody deletes until the transaction ends.

    Many may hold one row: what hangs on it can be made side by side.
    """
    if not connection.features.has_select_for_update:
        return next(iter(rows), None)
    sql, parameters = rows.query.sql_with_params()
    return next(iter(rows.raw(f"{sql} FOR KEY SHARE", parameters)), None)


def is_lock_timeout(error: OperationalError) -> bool:
    """Return whether a transaction has waited too long for another one."""
    cause = error.__cause__
    is_busy = getattr(cause, "sqlite_errorname", None) == "SQLITE_BUSY"
    return is_busy or getattr(cause, "sqlstate", None) == "55P03"  # lock_not_available
