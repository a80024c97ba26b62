"""What the session of faults would find, if something were lost."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import TimeoutExpired
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from conformance_tests.faults import __main__ as command
from conformance_tests.faults import session, subject
from conformance_tests.faults.catalogue import Fault
from conformance_tests.faults.evidence import find_damaged_posts, find_lost
from conformance_tests.faults.load import make_post
from conformance_tests.faults.report import Row, draw_table, tell_row
from conformance_tests.faults.rows import find_damage, hold_writes
from conformance_tests.faults.trial import Finding, Trial
from conformance_tests.faults.wish import Wish, read_wish
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.databases import OwnPostgreSQL
from conformance_tests.harness.exits import Exit, NoServer, WrongArguments
from conformance_tests.harness.people import Person
from conformance_tests.harness.servers import Place, Program, Programs, ServerFailed
from conformance_tests.harness.targets import Implementation, find_implementations

from .conftest import GOOD, Write

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
        (["outage", "--database=sqlite"], "On sqlite there is no such fault"),
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


# ---- The session, with subjects made up here. ----

GONE = "the server ended with exit code 7 before it answered."


class Actor:
    """A subject that is never there, or does not come back, if its name says so."""

    def __init__(self, one: Implementation, *_: object) -> None:
        self._name = one.name
        self._start("absent")

    def restart(self) -> None:
        """Come back, or not."""
        self._start("fragile")

    def kill(self) -> None:
        """Do nothing: there is no server."""

    def _start(self, failing: str) -> None:
        if self._name == failing:
            raise ServerFailed(f"{self._name}: {GONE}\n    its last line")


def lose(trial: Trial) -> Finding:
    """Find something lost."""
    return Finding(False, "lost 1 of 2 writes")


def keep(trial: Trial) -> Finding:
    """Find nothing lost."""
    return Finding(True, "lost 0 of 2 writes")


def wait_in_vain(trial: Trial) -> Finding:
    """Wait for a database that does not stop."""
    raise TimeoutExpired("postgres", 10.0)


@pytest.fixture
def make_wish(
    write_implementation: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Wish]:
    """Return what makes a wish for three faults, the second one harmful, on two of this name."""

    def make(name: str, harm: Callable[[Trial], Finding] = lose) -> Wish:
        for one in (name, "sound"):
            write_implementation(one, GOOD)
        wished = list(find_implementations(tmp_path).values())
        attempts = {"first": keep, "second": harm, "third": keep}
        faults = [Fault(one, "It is made up.", attempt) for one, attempt in attempts.items()]
        return Wish(wished, faults, ["sqlite"], "uniform", 1, 0, tmp_path)

    monkeypatch.setattr(session, "Subject", Actor)
    return make


def try_on_first(wish: Wish) -> list[str]:
    """Return what was seen on the first implementation; on the other one all must be tried."""
    seen = [row.finding.seen for row in session.try_all(wish)]
    assert len(seen) == 6
    assert not [one for one in seen[3:] if one.startswith("not tried")]
    return seen[:3]


def test_where_a_server_does_not_come_back_what_was_seen_is_told(
    make_wish: Callable[..., Wish],
) -> None:
    assert try_on_first(make_wish("fragile")) == [
        "lost 0 of 2 writes",
        "lost 1 of 2 writes",
        f"not tried: ServerFailed: fragile: {GONE}",
    ]


def test_where_a_server_never_comes_the_others_are_tried(make_wish: Callable[..., Wish]) -> None:
    told = f"not tried: ServerFailed: absent: {GONE}"
    assert try_on_first(make_wish("absent")) == [told, told, told]


def test_a_database_that_does_not_stop_is_a_finding(make_wish: Callable[..., Wish]) -> None:
    [_, told, after] = try_on_first(make_wish("patient", wait_in_vain))
    assert told == "TimeoutExpired: Command 'postgres' timed out after 10.0 seconds"
    assert after == "lost 0 of 2 writes"


def test_a_database_that_does_not_stop_at_the_end_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @contextmanager
    def open_stubborn(programs: Programs, settings: Sequence[str]) -> Iterator[OwnPostgreSQL]:
        place = Place(Path("/"), {}, Path("/dev/null"))
        started.append(programs.start("stubborn", ["/bin/sleep", "60"], place))
        yield cast(OwnPostgreSQL, SimpleNamespace(url="postgresql:///"))
        raise TimeoutExpired("postgres", 10.0)

    started: list[Program] = []
    monkeypatch.setattr(subject, "open_own_postgresql", open_stubborn)
    with subject.open_bench("uniform", "postgresql"):
        pass
    assert [one.is_alive for one in started] == [False]


def run_command(
    wish: Wish, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, list[dict[str, Any]]]:
    """Return the exit code, the output and what faults.json says of each trial."""
    monkeypatch.setattr(command, "read_wish", lambda arguments: wish)
    code = command.main([])
    told = json.loads((wish.results / "faults.json").read_text("utf-8"))
    return code, capsys.readouterr().out, told["trials"]


def test_what_was_not_tried_is_in_the_table_and_fails(
    make_wish: Callable[..., Wish],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, output, trials = run_command(make_wish("absent"), monkeypatch, capsys)
    assert code == Exit.NOT_CONFORMANT
    assert "sqlite        absent                           sound\n" in output
    assert "2 of 6 hold" in output
    assert [one["holds"] for one in trials] == [False, False, False, True, False, True]
    assert output.count("its last line") == 1


def test_what_was_seen_before_a_database_fails_is_written(
    make_wish: Callable[..., Wish],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def open_one(profile: str, kind: str) -> AbstractContextManager[Any]:
        if kind == "sqlite":
            return subject.open_bench(profile, kind)
        raise NoServer("No PostgreSQL was found.")

    monkeypatch.setattr(session, "open_bench", open_one)
    wish = replace(make_wish("fragile"), databases=["sqlite", "postgresql"])
    code, output, trials = run_command(wish, monkeypatch, capsys)
    assert code == Exit.NO_SERVER
    assert "3 of 6 hold" in output
    assert len(trials) == 6
