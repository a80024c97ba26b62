"""Settings from the environment, checked before anything starts.

Django wants a module of constants: ours are gathered under `API`, Django's own come after.
"""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from .strict_json import BODY_LIMIT

BUSY_SECONDS = 10
CONNECT_SECONDS = 2


class InvalidSetting(SystemExit):
    """An environment variable has a value that the API cannot work with."""


def _networks(value: object) -> object:
    parts = str(value).split(",")
    try:
        return [ip_network(part.strip()) for part in parts if part.strip()]
    except ValueError:
        raise PydanticCustomError("networks", "Addresses or networks are needed") from None


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


class Settings(BaseModel):
    """Every setting of the API; the names are those of the environment variables."""

    model_config = ConfigDict(frozen=True)

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
    TRUSTED_PROXIES: Annotated[list[IPv4Network | IPv6Network], BeforeValidator(_networks)] = []
    ARGON2_TIME_COST: Positive = 2
    ARGON2_PARALLELISM: Annotated[int, Field(ge=1, le=255)] = 1
    ARGON2_MEMORY_KIB: Annotated[
        int, Field(ge=8, le=4 * 1024 * 1024), AfterValidator(_enough_memory)
    ] = 19456
    SQLITE_SYNCHRONOUS: Literal["FULL", "NORMAL"] = "FULL"
    LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


def load_settings() -> Settings:
    """Return the settings of this process's environment.

    Raises InvalidSetting, which ends the process with a sentence that names the variable.
    """
    try:
        return Settings.model_validate(dict(os.environ))
    except ValidationError as invalid:
        fault = invalid.errors(include_input=False, include_url=False)[0]
        raise InvalidSetting(f"{fault['loc'][0]} cannot be used: {fault['msg']}.") from None


def make_database(url: str, synchronous: str) -> dict[str, Any]:
    """Return what Django calls a database, set up to keep what it acknowledged.

    Connections stay open from request to request. Raises InvalidSetting.
    """
    if url.startswith("sqlite:///"):
        return _make_sqlite(url.removeprefix("sqlite:///"), synchronous)
    try:
        options = conninfo_to_dict(url, connect_timeout=CONNECT_SECONDS)
        name = options.pop("dbname")
    except (ProgrammingError, KeyError):
        reason = "It is not the address of a PostgreSQL database"
        raise InvalidSetting(f"DATABASE_URL cannot be used: {reason}.") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        # A restart of the server must not cost a failing request.
        "CONN_HEALTH_CHECKS": True,
    }


def _make_sqlite(path: str, synchronous: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            # The writer's lock is taken at once: a transaction that begins by reading and
            # writes later loses to another one in between.
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}",
        },
        "CONN_MAX_AGE": None,
    }


API = load_settings()

INSTALLED_APPS = ["django_impl.users", "django_impl.sign_ins", "django_impl.posts"]
AUTH_USER_MODEL = "users.User"
PASSWORD_HASHERS = ["django_impl.passwords.PasswordHasher"]
DATABASES = {"default": make_database(API.DATABASE_URL, API.SQLITE_SYNCHRONOUS)}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django_impl.middleware.complete",
    "django_impl.middleware.answer_methods",
]
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT
ROOT_URLCONF = "django_impl.urls"
WSGI_APPLICATION = "django_impl.wsgi.application"
ALLOWED_HOSTS = ["*"]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": API.LOG_LEVEL},
    # Django warns of every refusal; a refusal is no fault of the server.
    "loggers": {"django.request": {"level": "ERROR"}},
}
