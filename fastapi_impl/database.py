"""The database session of a request, and how a transaction begins.

SQLAlchemy gives engine, session and types, all to be awaited; FastAPI gives the dependency
that opens a session and closes it again.
"""

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    MetaData,
    PoolResetState,
    Uuid,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

from .settings import load_settings

# The longest that a transaction waits for another one.
LOCK_SECONDS = 10
# Together the longest that a request waits to learn that the database is away.
POOL_WAIT_SECONDS = 3
CONNECT_SECONDS = 2
# SQLite has one writer, and is unfair to those who wait for it: the pool's queue is not.
SQLITE_CONNECTIONS = 4


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


@asynccontextmanager
async def open_sessions() -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Open the engine of a process, and close it when its work is done."""
    settings = load_settings()
    engine = make_engine(make_url(settings.DATABASE_URL), settings.SQLITE_SYNCHRONOUS)
    try:
        yield async_sessionmaker(engine, expire_on_commit=False)
    finally:
        await engine.dispose()


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Yield the session of this request."""
    async with request.app.state.sessions() as session:
        yield session


# In function scope the session is closed before the answer leaves: a client who is slow to
# read it must not keep a connection from others.
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]


async def begin_write(session: AsyncSession) -> None:
    """Begin the transaction of a write. PostgreSQL goes on with the one that has read.

    On SQLite the writer's lock is taken at once: a transaction that begins by reading
    and writes later loses to another one in between.
    """
    if session.get_bind().dialect.name == "sqlite":
        await session.rollback()
        await session.connection(execution_options={"writes": True})


async def insert_missing(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert the rows that break no unique constraint, and pass over the others."""
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name]
    await session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def is_lock_timeout(error: OperationalError) -> bool:
    """Return whether a transaction has waited too long for another one."""
    is_busy = getattr(error.orig, "sqlite_errorname", None) == "SQLITE_BUSY"
    return is_busy or getattr(error.orig, "sqlstate", None) == "55P03"  # lock_not_available


def make_engine(url: URL, synchronous: str) -> AsyncEngine:
    """Return an engine for SQLite or PostgreSQL, set up to keep what it acknowledged."""
    if url.get_backend_name() == "sqlite":
        return _make_sqlite_engine(url, synchronous)
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c lock_timeout={LOCK_SECONDS}s",
        },
    )


def _make_sqlite_engine(url: URL, synchronous: str) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        hide_parameters=True,
        pool_size=SQLITE_CONNECTIONS,
        max_overflow=0,
        pool_timeout=LOCK_SECONDS,
        # A commit that a deferred key refused leaves its transaction open, and SQLAlchemy
        # believes it closed: the listener below rolls back whatever came before.
        pool_reset_on_return=None,
        connect_args={"timeout": LOCK_SECONDS},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins, not the driver
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", f"synchronous={synchronous}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
        # One trip to the driver's thread; as a statement of SQLAlchemy it would be three,
        # and SQLAlchemy would translate the error.
        try:
            connection.connection.run_async(lambda driver: driver.execute(statement))
        except sqlite3.OperationalError as error:
            raise OperationalError(statement, None, error) from None

    @event.listens_for(engine.sync_engine, "reset")
    def reset(connection: Any, _record: object, state: PoolResetState) -> None:
        # Nothing may be awaited on a connection that is only to be closed.
        if not state.terminate_only and connection.driver_connection.in_transaction:
            connection.rollback()

    return engine
