"""Settings from the environment, checked before anything starts.

FastAPI leaves them to pydantic-settings, which reads the environment into a model.
"""

import re
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

# There is no form for several hosts at once: each framework would write it differently.
_HOST = re.compile(r"\*|[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


class InvalidSetting(SystemExit):
    """An environment variable has a value that the API cannot work with."""


def _split(value: object) -> list[str]:
    return [part.strip() for part in str(value).split(",") if part.strip()]


def _networks(value: object) -> object:
    try:
        return [ip_network(part) for part in _split(value)]
    except ValueError:
        raise PydanticCustomError("networks", "Addresses or networks are needed") from None


def _hosts(value: object) -> object:
    hosts = [host.lower() for host in _split(value)]
    if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        raise PydanticCustomError("hosts", "Names or IPv4 addresses are needed, or *")
    return hosts


def _origins(value: object) -> object:
    origins = _split(value)
    if not all(_ORIGIN.fullmatch(origin) for origin in origins):
        raise PydanticCustomError("origins", "https://host or https://host:port is needed")
    return origins


def _database_url(value: str) -> str:
    try:
        make_url(value)
    except (ArgumentError, ValueError):
        raise PydanticCustomError(
            "database_url", "postgresql://user:password@host:5432/name is the form of a URL"
        ) from None
    return value


def _enough_memory(value: int, info: ValidationInfo) -> int:
    # argon2 wants 8 KiB for each lane (RFC 9106 §3.1).
    least = 8 * info.data.get("ARGON2_PARALLELISM", 1)
    if value < least:
        raise PydanticCustomError(
            "memory", "ARGON2_PARALLELISM asks for at least {least}", {"least": least}
        )
    return value


# Times stay far from the last year that can be written.
Positive = Annotated[int, Field(ge=1, le=1_000_000_000)]
# Without NoDecode a list would be read as JSON.
Networks = Annotated[list[IPv4Network | IPv6Network], NoDecode, BeforeValidator(_networks)]
Hosts = Annotated[list[str], NoDecode, BeforeValidator(_hosts)]
Origins = Annotated[list[str], NoDecode, BeforeValidator(_origins)]


class Settings(BaseSettings):
    """Every setting; the names are those of the environment variables."""

    model_config = SettingsConfigDict(frozen=True, case_sensitive=True, validate_default=False)

    DATABASE_URL: Annotated[
        str, Field(pattern=r"^(sqlite:///|postgresql://).+"), AfterValidator(_database_url)
    ] = "sqlite:///app.sqlite3"
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
    ARGON2_PARALLELISM: Annotated[int, Field(ge=1, le=255)] = 1
    ARGON2_MEMORY_KIB: Annotated[
        int, Field(ge=8, le=4 * 1024 * 1024), AfterValidator(_enough_memory)
    ] = 19456
    ALLOWED_HOSTS: Hosts = ["*"]
    CORS_ORIGINS: Origins = []
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
