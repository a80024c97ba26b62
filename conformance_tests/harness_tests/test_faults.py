"""What the session of faults would find, if something were lost."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from conformance_tests.faults.evidence import find_damaged_posts, find_lost
from conformance_tests.faults.load import make_post
from conformance_tests.faults.report import Row, draw_table, tell_row
from conformance_tests.faults.rows import find_damage, hold_writes
from conformance_tests.faults.trial import Finding
from conformance_tests.faults.wish import read_wish
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.exits import WrongArguments
from conformance_tests.harness.people import Person
from conformance_tests.harness.targets import find_implementations

TABLES = """\
PRAGMA journal_mode = WAL;
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES users (id));
INSERT INTO users VALUES (1);
INSERT INTO posts VALUES (1, 1);
"""


class Shelf:
    """What a server still has, at each path."""

    def __init__(self, things: Mapping[str, Mapping[str, Any]]) -> None:
        self._things = things

    def request(self, method: str, path: str) -> Answer:
        """Return what is there."""
        thing = self._things.get(path)
        return make_answer(path, 200, thing) if thing else make_answer(path, 404, {})

    def list_posts(self, query: Mapping[str, str]) -> Answer:
        """Return everything on one page."""
        return make_answer("/", 200, {"items": [*self._things.values()], "next_cursor": None})


def make_answer(path: str, status: int, body: Mapping[str, Any]) -> Answer:
    content = httpx.Response(200, json=body).content
    return Answer("GET", path, status, httpx.Headers({"Location": path}), content)


def make_shelf(*things: Mapping[str, Any]) -> Api:
    return cast(Api, Shelf({f"/{place}": thing for place, thing in enumerate(things)}))


def make_writer() -> Person:
    return Person(make_shelf(), username="writer", email="", password="")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    path = tmp_path / "some.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(TABLES)
    return f"sqlite:///{path}"


def execute(database_url: str, statement: str) -> None:
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as database:
        database.execute(statement)


def test_without_names_everything_is_tried() -> None:
    wish = read_wish([])
    assert [one.name for one in wish.implementations] == list(find_implementations())
    assert {"kill", "outage", "stop", "big"} < {fault.name for fault in wish.faults}
    assert (wish.databases, wish.rounds) == (("sqlite", "postgresql"), 10)


def test_names_choose_implementations_and_faults() -> None:
    name = list(find_implementations())[-1]
    wish = read_wish(["--", "stop", "kill", name, "--database=sqlite"])
    assert [one.name for one in wish.implementations] == [name]
    assert [fault.name for fault in wish.faults] == ["kill", "stop"]
    assert wish.databases == ["sqlite"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["earthquake"], "There is no 'earthquake'; there are: "),
        (["--rounds=0"], "--rounds wants a number from 1 on."),
    ],
)
def test_what_does_not_fit_is_refused(arguments: list[str], sentence: str) -> None:
    with pytest.raises(WrongArguments) as refused:
        read_wish(arguments)
    assert str(refused.value).startswith(sentence)


def test_a_sound_database_shows_no_damage(database_url: str) -> None:
    assert find_damage(database_url) == []


def test_a_row_without_its_parent_is_damage(database_url: str) -> None:
    execute(database_url, "INSERT INTO posts VALUES (2, 5)")
    assert find_damage(database_url) == ["posts 2 has no users"]


def test_nobody_writes_while_writes_are_held(database_url: str) -> None:
    with (
        hold_writes(database_url),
        pytest.raises(sqlite3.OperationalError, match="database is locked"),
    ):
        execute(database_url, "INSERT INTO posts VALUES (2, 1)")
    execute(database_url, "INSERT INTO posts VALUES (2, 1)")


def test_what_was_acknowledged_and_is_otherwise_now_is_lost() -> None:
    api = make_shelf({"title": "One"}, {"title": "Otherwise"})
    made = [make_answer(f"/{place}", 201, {"title": "One", "mine": 1}) for place in range(3)]
    assert find_lost(api, made) == ["/1", "/2"]


def test_posts_that_are_there_in_part_or_twice_are_damaged() -> None:
    whole, twice, bare = make_post(1), make_post(2), {**make_post(3), "tags": []}
    found = find_damaged_posts(make_shelf(whole, twice, twice, bare), [make_writer()])
    assert found == ["Post 2 is there 2 times", "Post 3 is not whole"]


def test_the_table_fits_into_eighty_columns() -> None:
    lost = Finding(False, "lost 3 of 1,000 writes in 10 kills, 0 damaged", ["/1", "/2", "/3"])
    names = ("django", "fastapi", "flask")
    rows = [Row("kill", "sqlite", name, lost, 1.0) for name in names]
    rows += [Row("outage", "postgresql", "flask", Finding(True, "lost 0 of 5 writes"), 2.0)]
    lines = list(draw_table(rows))
    assert max(len(line) for line in lines) <= 80
    assert sum(line.count("FAILS: lost 3") for line in lines) == len(names)
    assert lines[-1] == "outage        lost 0 of 5 writes"


def test_what_is_lost_is_named() -> None:
    lost = Finding(False, "lost 9 of 10 writes", [f"/{number}" for number in range(9)])
    told = list(tell_row(Row("kill", "sqlite", "flask", lost, 1.25)))
    assert told[:3] == ["sqlite flask kill: FAILS (1.2 s)", "  lost 9 of 10 writes", "  /0"]
    assert told[-2:] == ["  /4", "  and 4 more"]
