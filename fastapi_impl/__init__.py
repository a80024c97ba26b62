"""The users-and-posts API in FastAPI, with async SQLAlchemy and Alembic."""
