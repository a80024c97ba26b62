"""What signing in takes and gives."""

from typing import Annotated, Literal

from pydantic import Field

from ..shapes import Input, Representation


class Credentials(Input):
    """No patterns here: a shape must not tell which accounts there can be."""

    email: Annotated[str, Field(min_length=1, max_length=254)]
    password: Annotated[str, Field(min_length=1, max_length=128)]


class Refresh(Input):
    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]


class TokenPair(Representation):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    refresh_token: str
