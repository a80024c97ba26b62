"""The database session of a request, and how a transaction begins.

SQLAlchemy gives engine, session and types; Flask gives `g` and the teardown that closes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g
from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Uuid,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

# The longest that a transaction waits for another one.
LOCK_SECONDS = 10
# Together the longest that a request waits to learn that the database is away.
POOL_WAIT_SECONDS = 3
CONNECT_SECONDS = 2


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC. SQLite stores no offset, so it is taken off and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The tables. Names are fixed, because three migration histories arrive at them."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "uq": "%(table_name)s_%(column_0_name)s_key",
            "fk": "%(table_name)s_%(column_0_name)s_fkey",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), UUID: Uuid()}


def new_id() -> UUID:
    """Return a UUIDv7: ids in the order of their making (RFC 9562 §5.7)."""
    return uuid7()


def now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)


def init_app(app: Flask) -> None:
    """Open the engine of an application, and close each request's session."""
    engine = make_engine(make_url(app.config["DATABASE_URL"]), app.config["SQLITE_SYNCHRONOUS"])
    app.extensions["sessions"] = sessionmaker(engine, expire_on_commit=False)
    app.teardown_appcontext(_close_session)


def get_session() -> Session:
    """Return the session of this request, opened at its first use."""
    if "session" not in g:
        g.session = current_app.extensions["sessions"]()
    session: Session = g.session
    return session


def begin_write(session: Session) -> None:
    """Begin the transaction of a write. PostgreSQL goes on with the one that has read.

    On SQLite the writer's lock is taken at once: a transaction that begins by reading
    and writes later loses to another one in between.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.rollback()
        session.connection(execution_options={"writes": True})


def insert_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that break no unique constraint, and pass over the others."""
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name]
    session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def is_lock_timeout(error: OperationalError) -> bool:
    """Return whether a transaction has waited too long for another one."""
    is_busy = getattr(error.orig, "sqlite_errorname", None) == "SQLITE_BUSY"
    return is_busy or getattr(error.orig, "sqlstate", None) == "55P03"  # lock_not_available


def make_engine(url: URL, synchronous: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL, set up to keep what it acknowledged."""
    if url.get_backend_name() == "sqlite":
        return _make_sqlite_engine(url, synchronous)
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c lock_timeout={LOCK_SECONDS}s",
        },
    )


def _make_sqlite_engine(url: URL, synchronous: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_timeout=POOL_WAIT_SECONDS,
        # A commit that a deferred key refused leaves its transaction open, and SQLAlchemy
        # believes it closed: the listener below rolls back whatever came before.
        pool_reset_on_return=None,
        connect_args={"timeout": LOCK_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins, not the driver
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", f"synchronous={synchronous}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @event.listens_for(engine, "reset")
    def reset(connection: Any, _record: object, _state: object) -> None:
        if connection.in_transaction:
            connection.rollback()

    return engine


def _close_session(_error: BaseException | None) -> None:
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()
