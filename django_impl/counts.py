"""What hangs on a row, by sub-selects over an index: so a count is always right.

Joins would be shorter, but two of them in one query multiply each other's rows.
"""

from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


def all_of(model: str) -> QuerySet[Model]:
    """Return all rows of a model.

    It goes by its name, as for foreign keys: its module may import the one that asks.
    """
    rows: QuerySet[Model] = apps.get_model(model)._default_manager.all()
    return rows


def rows_of(model: str, key: str, **conditions: Any) -> QuerySet[Model]:
    """Return the rows of a model that hang on the row outside by a foreign key."""
    return all_of(model).filter(**{key: OuterRef("pk")}, **conditions)


@cache
def count_of(model: str, key: str, **conditions: Any) -> Coalesce:
    """Return how many they are: an expression built once, for whichever query."""
    counts = rows_of(model, key, **conditions).values(key).annotate(count=Count("*"))
    return Coalesce(Subquery(counts.values("count")), 0)
