"""The rows themselves, looked at beside the API: what is damaged, and who holds them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from psycopg import sql

FOREIGN_KEYS = """
    SELECT child.relname, child_column.attname, parent.relname, parent_column.attname
    FROM pg_constraint AS key
    JOIN pg_class AS child ON child.oid = key.conrelid
    JOIN pg_class AS parent ON parent.oid = key.confrelid
    JOIN pg_attribute AS child_column
      ON child_column.attrelid = child.oid AND child_column.attnum = key.conkey[1]
    JOIN pg_attribute AS parent_column
      ON parent_column.attrelid = parent.oid AND parent_column.attnum = key.confkey[1]
    WHERE key.contype = 'f' AND cardinality(key.conkey) = 1
"""
# Without an index, so that a damaged one hides nothing.
ORPHANS = """
    SELECT count(*) FROM {child} WHERE {column} IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM {parent} WHERE {parent}.{key} = {child}.{column})
"""


def find_damage(database_url: str) -> list[str]:
    """Return what is wrong with the rows of a database, a line for each."""
    if database_url.startswith("sqlite:///"):
        with closing(sqlite3.connect(_path(database_url))) as database:
            return list(_find_in_sqlite(database))
    with psycopg.connect(database_url) as connection:
        return list(_find_in_postgresql(connection))


@contextmanager
def hold_writes(database_url: str) -> Iterator[None]:
    """Keep everybody from writing posts until the block ends."""
    if database_url.startswith("sqlite:///"):
        with closing(sqlite3.connect(_path(database_url), isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(database_url) as connection:
            connection.execute("LOCK TABLE posts IN SHARE MODE")
            yield


def _path(database_url: str) -> str:
    return database_url.removeprefix("sqlite:///")


def _find_in_sqlite(database: sqlite3.Connection) -> Iterator[str]:
    for (line,) in database.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield line
    for child, row, parent, _ in database.execute("PRAGMA foreign_key_check"):
        yield f"{child} {row} has no {parent}"


def _find_in_postgresql(connection: psycopg.Connection) -> Iterator[str]:
    connection.execute("SET enable_indexscan = off")
    for child, column, parent, key in connection.execute(FOREIGN_KEYS).fetchall():
        names = {"child": child, "column": column, "parent": parent, "key": key}
        quoted = {name: sql.Identifier(value) for name, value in names.items()}
        row = connection.execute(sql.SQL(ORPHANS).format(**quoted)).fetchone()
        if row and row[0]:
            yield f"{row[0]} of {child}.{column} have no {parent}"
