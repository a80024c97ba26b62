"""Settings from the environment, checked before anything starts.

Django wants a module of constants: ours are gathered under `API`, Django's own come after.
"""

import os
import re
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

# The longest that a transaction waits for another one.
LOCK_SECONDS = 10
CONNECT_SECONDS = 2


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
    ALLOWED_HOSTS: Annotated[list[str], BeforeValidator(_hosts)] = ["*"]
    CORS_ORIGINS: Annotated[list[str], BeforeValidator(_origins)] = []
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
        options = conninfo_to_dict(
            url, connect_timeout=CONNECT_SECONDS, options=f"-c lock_timeout={LOCK_SECONDS}s"
        )
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
            "timeout": LOCK_SECONDS,
            # The writer's lock is taken at once: a transaction that begins by reading and
            # writes later loses to another one in between.
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}",
        },
        "CONN_MAX_AGE": None,
    }


API = load_settings()

INSTALLED_APPS = [
    "django_impl.users",
    "django_impl.sign_ins",
    "django_impl.posts",
    "django_impl.comments",
    "ninja",
    "django.contrib.staticfiles",
]
AUTH_USER_MODEL = "users.User"
PASSWORD_HASHERS = ["django_impl.passwords.PasswordHasher"]
DATABASES = {"default": make_database(API.DATABASE_URL, API.SQLITE_SYNCHRONOUS)}

MIDDLEWARE = [
    "django_impl.logs.log_requests",
    "django.middleware.security.SecurityMiddleware",
    "django_impl.middleware.complete",
    "django_impl.origins.CrossOrigin",
    "django_impl.origins.refuse_unknown_hosts",
    "django_impl.middleware.answer_methods",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT
# strict_json counts names; Django would count the empty pairs too, and answer in HTML.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None
ROOT_URLCONF = "django_impl.urls"
WSGI_APPLICATION = "django_impl.wsgi.application"
ALLOWED_HOSTS = API.ALLOWED_HOSTS

CORS_ALLOWED_ORIGINS = API.CORS_ORIGINS
CORS_ALLOW_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
CORS_ALLOW_HEADERS = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Request-ID",
]
CORS_EXPOSE_HEADERS = ["ETag", "Link", "Location", "Retry-After", "X-Request-ID"]
CORS_PREFLIGHT_MAX_AGE = 600
CORS_URLS_REGEX = r"(?s)^.*$"  # its own passes over paths with a line feed

# The page of the API reference and its files, which come with ninja.
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
STATIC_URL = "/docs/assets/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "django_impl.logs.JsonLines"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "lines",
            "stream": "ext://sys.stdout",
        }
    },
    "root": {"handlers": ["console"], "level": API.LOG_LEVEL},
    # Django warns of every refusal; a refusal is no fault of the server.
    "loggers": {"django.request": {"level": "ERROR"}},
}
