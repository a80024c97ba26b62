"""Chapter 1, as far as `register_user`: who may have an account, and the table of those who do."""

import hashlib
import json
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from .answers import Answer, Invalid, Refused, tell

LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
FORMS = {
    "username": re.compile("[a-z0-9_]{3,30}"),
    "email": re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_{{}}~-]+@{LABEL}(?:\.{LABEL})+"),
}
# The shortest and the longest of each text, in code points.
LENGTHS = {"email": (0, 254), "password": (8, 128), "display_name": (0, 50), "bio": (0, 500)}
REQUIRED = ("username", "email", "password")
MEMBERS = (*REQUIRED, "display_name", "bio")
SHOWN = ("username", "email", "display_name", "bio", "role", "created_at", "updated_at")
TABLE = """CREATE TABLE IF NOT EXISTS users (
    username TEXT CONSTRAINT username_taken UNIQUE, folded_email TEXT UNIQUE, email TEXT,
    password_hash TEXT, display_name TEXT, bio TEXT, role TEXT, created_at TEXT, updated_at TEXT)"""

NEW_ROW = """INSERT INTO users VALUES (
    :username, :folded_email, :email, :password_hash, :display_name, :bio, :role, :created_at,
    :updated_at)"""


def connect() -> sqlite3.Connection:
    """Open the database, which the migration has made and nobody else makes."""
    path = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
    return sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=10)


def migrate() -> None:
    """Make the table, and the file that it is in."""
    path = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(TABLE)


def create_admin(username: str, email: str, *, password: str) -> None:
    """Make the first admin."""
    _insert({"username": username, "email": email, "password": password}, role="admin")


def register_user(body: bytes) -> Answer:
    """Make an account, or say all that keeps it from being made."""
    told = _read_object(body)
    faults = dict(_find_faults(told))
    if faults:
        raise Invalid(faults)
    account = _insert(told, role="user")
    location = f"/api/v1/users/{account['username']}"
    return tell(201, account, Location=location, Cache_Control="no-store", Vary="Authorization")


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "malformed_json") from None
    if not isinstance(told, dict):
        raise Invalid({"#": "wrong_type"})
    return told


def _find_faults(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in told.keys() - set(MEMBERS):
        yield "#/" + name.replace("~", "~0").replace("/", "~1"), "unknown_field"
    for name in MEMBERS:
        fault = _find_fault(name, told)
        if fault:
            yield f"#/{name}", fault


def _find_fault(name: str, told: Mapping[str, Any]) -> str | None:
    if name not in told:
        return "required" if name in REQUIRED else None
    value = told[name]
    if not isinstance(value, str):
        return "wrong_type"
    shortest, longest = LENGTHS.get(name, (0, len(value)))
    if not shortest <= len(value) <= longest:
        return "too_short" if len(value) < shortest else "too_long"
    if name in FORMS and not FORMS[name].fullmatch(value):
        return "invalid_format"
    names = [str(told.get(other)).casefold() for other in FORMS]
    return "password_is_name" if name == "password" and value.casefold() in names else None


def _insert(told: Mapping[str, Any], *, role: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    row = {"display_name": "", "bio": "", **told, "role": role, "created_at": now}
    row |= {"updated_at": now, "folded_email": told["email"].casefold()}
    row["password_hash"] = _hash(row.pop("password"))
    try:
        with closing(connect()) as connection, connection:
            connection.execute(NEW_ROW, row)
    except sqlite3.IntegrityError as error:
        taken = "email" if "folded_email" in str(error) else "username"
        raise Refused(409, f"{taken}_taken") from None
    return {**{name: row[name] for name in SHOWN}, "is_active": True}


def _hash(password: str) -> str:
    salt = secrets.token_bytes(16)
    return salt.hex() + hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1).hex()
