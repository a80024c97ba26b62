"""What the shapes of requests and answers have in common.

Flask has no shapes of its own: Pydantic reads what comes in and writes what goes out.
"""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from . import text

Item = TypeVar("Item")


def _refuse_other_types(value: object) -> object:
    # Pydantic tells null and 5 in the words of a wrong choice.
    if not isinstance(value, str):
        raise PydanticCustomError("wrong_type", "a text is needed")
    return value


TextOnly = BeforeValidator(_refuse_other_types)
Timestamp = Annotated[datetime, PlainSerializer(text.rfc3339)]
Search = Annotated[str, Field(min_length=1, max_length=100)]
Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(text.ascii_number)]


class Input(BaseModel):
    """A body or a query: no unknown members, no coerced types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PageQuery(Input):
    """The query of every operation that answers a page."""

    limit: Limit = 20
    cursor: str | None = None


class Representation(BaseModel):
    """An answer, read off an object's attributes."""

    model_config = ConfigDict(from_attributes=True)


class Page(Representation, Generic[Item]):
    """Some items, and the cursor of those that follow."""

    items: list[Item]
    next_cursor: str | None


def absent() -> Any:
    """Return the default of a member that may be absent, but not null.

    The type admits no None; `model_fields_set` tells what was there.
    """
    return Field(default_factory=lambda: None)


def represent(shape: type[Representation], thing: object) -> dict[str, Any]:
    """Return the members of an answer, ready to be written as JSON."""
    return shape.model_validate(thing).model_dump(mode="json")
