"""The users-and-posts API in Flask, with SQLAlchemy and Alembic."""
