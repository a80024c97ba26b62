"""Where Alembic learns of the database and of the tables."""

from alembic import context
from sqlalchemy import make_url

from flask_impl.comments import models as _comments  # noqa: F401 (registers its tables)
from flask_impl.database import Base, make_engine
from flask_impl.settings import load_settings
from flask_impl.sign_ins import models as _sign_ins  # noqa: F401 (registers its tables)

settings = load_settings()
engine = make_engine(make_url(settings.DATABASE_URL), settings.SQLITE_SYNCHRONOUS)

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
