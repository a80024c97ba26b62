"""Where Alembic learns of the database and of the tables."""

import asyncio

from alembic import context
from sqlalchemy import Connection, make_url

from fastapi_impl.comments import models as _comments  # noqa: F401 (registers its tables)
from fastapi_impl.database import Base, make_engine
from fastapi_impl.settings import load_settings
from fastapi_impl.sign_ins import models as _sign_ins  # noqa: F401 (registers its tables)


async def migrate() -> None:
    """Open a connection, and run Alembic in its synchronous shadow."""
    settings = load_settings()
    engine = make_engine(make_url(settings.DATABASE_URL), settings.SQLITE_SYNCHRONOUS)
    async with engine.connect() as connection:
        await connection.run_sync(run_migrations)
    await engine.dispose()


def run_migrations(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


asyncio.run(migrate())
