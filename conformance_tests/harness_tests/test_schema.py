"""The comparison of tables sees what it is there to see."""

import sqlite3
from pathlib import Path

import pytest

from conformance_tests.one_system.tables import compare, describe_tables

TABLE = """
CREATE TABLE notes (
    id INTEGER NOT NULL, words VARCHAR(20), owner INTEGER,
    CONSTRAINT notes_pkey PRIMARY KEY (id),
    CONSTRAINT notes_words_key UNIQUE (words),
    CONSTRAINT notes_owner_check CHECK (owner > 0),
    FOREIGN KEY (owner) REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX notes_owner_idx ON notes (owner);
"""


def make_database(folder: Path, name: str, statements: str) -> str:
    path = folder / f"{name}.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(statements)
    connection.close()
    return f"sqlite:///{path}"


def test_the_same_tables_do_not_differ(tmp_path: Path) -> None:
    urls = [make_database(tmp_path, name, TABLE) for name in ("one", "two")]
    assert compare(*map(describe_tables, urls)) == []


@pytest.mark.parametrize(
    ("what", "otherwise"),
    [
        ("VARCHAR(20)", "VARCHAR(21)"),
        ("words VARCHAR(20)", "words VARCHAR(20) NOT NULL"),
        ("owner INTEGER", "owner INTEGER DEFAULT 1"),
        ("UNIQUE (words)", "UNIQUE (words, owner)"),
        ("owner > 0", "owner > 1"),
        (" DEFERRABLE INITIALLY DEFERRED", ""),
        ("REFERENCES notes (id)", "REFERENCES notes (id) ON DELETE CASCADE"),
        ("notes (owner);", "notes (owner, words);"),
        ("CREATE INDEX", "CREATE UNIQUE INDEX"),
        ("CREATE TABLE notes", "CREATE TABLE more (id INTEGER); CREATE TABLE notes"),
    ],
)
def test_every_difference_is_told(tmp_path: Path, what: str, otherwise: str) -> None:
    assert what in TABLE
    one = make_database(tmp_path, "one", TABLE)
    two = make_database(tmp_path, "two", TABLE.replace(what, otherwise))
    assert compare(describe_tables(one), describe_tables(two)) != []
