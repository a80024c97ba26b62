"""Settings from the environment, checked before anything starts.

FastAPI leaves them to pydantic-settings, which reads the environment into a model.
"""

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class InvalidSetting(SystemExit):
    """An environment variable has a value that the API cannot work with."""


def _networks(value: object) -> object:
    parts = str(value).split(",")
    try:
        return [ip_network(part.strip()) for part in parts if part.strip()]
    except ValueError:
        raise PydanticCustomError("networks", "Addresses or networks are needed") from None


Positive = Annotated[int, Field(ge=1)]
# Without NoDecode a list would be read as JSON.
Networks = Annotated[list[IPv4Network | IPv6Network], NoDecode, BeforeValidator(_networks)]


class Settings(BaseSettings):
    """Every setting; the names are those of the environment variables."""

    model_config = SettingsConfigDict(frozen=True, case_sensitive=True, validate_default=False)

    DATABASE_URL: Annotated[str, Field(pattern=r"^(sqlite:///|postgresql://).+")] = (
        "sqlite:///app.sqlite3"
    )
    # HS256 wants a key as long as its digest (RFC 7518 §3.2).
    JWT_SECRET: Annotated[str, Field(min_length=32)]
    JWT_ISSUER: Annotated[str, Field(min_length=1)] = "users-and-posts"
    JWT_AUDIENCE: Annotated[str, Field(min_length=1)] = "users-and-posts"
    ACCESS_TOKEN_SECONDS: Positive = 15 * 60
    REFRESH_TOKEN_SECONDS: Positive = 14 * 24 * 3600
    LOGIN_ATTEMPTS: Positive = 10
    LOGIN_WINDOW_SECONDS: Positive = 15 * 60
    TRUSTED_PROXIES: Networks = []
    ARGON2_TIME_COST: Positive = 2
    ARGON2_MEMORY_KIB: Annotated[int, Field(ge=8)] = 19456
    ARGON2_PARALLELISM: Positive = 1
    SQLITE_SYNCHRONOUS: Literal["FULL", "NORMAL"] = "FULL"
    LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


@cache
def load_settings() -> Settings:
    """Return the settings of this process's environment, read once.

    Raises InvalidSetting, which ends the process with a sentence that names the variable.
    """
    try:
        return Settings.model_validate({})
    except ValidationError as invalid:
        fault = invalid.errors(include_input=False, include_url=False)[0]
        raise InvalidSetting(f"{fault['loc'][0]} cannot be used: {fault['msg']}.") from None
