"""What the shapes of requests and answers have in common.

ninja takes Pydantic models: its own Schema writes answers off objects, and Pydantic's plain
BaseModel reads requests, because Schema would look for attributes of whatever was sent.
"""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Schema
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


class Representation(Schema):
    """An answer, read off an object's attributes. All its members are always there."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Page(Representation, Generic[Item]):
    """Some items, and the cursor of those that follow."""

    items: list[Item]
    next_cursor: str | None


def absent() -> Any:
    """Return the default of a member that may be absent, but not null.

    The type admits no None; `model_fields_set` tells what was there.
    """
    return Field(default_factory=lambda: None)
