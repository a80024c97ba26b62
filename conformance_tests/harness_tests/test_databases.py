"""Databases for a run on PostgreSQL, wherever and however its server is named."""

from collections.abc import Iterator

import psycopg
import pytest

from conformance_tests.harness.databases import (
    HASTE,
    OwnPostgreSQL,
    PostgreSQLServer,
    check_given_url,
    open_own_postgresql,
)
from conformance_tests.harness.servers import open_programs


@pytest.fixture(scope="module")
def own() -> Iterator[OwnPostgreSQL]:
    """A PostgreSQL, found or brought."""
    with open_programs() as programs, open_own_postgresql(programs, HASTE) as server:
        yield server


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_server_named_by_its_socket_gets_databases_that_everybody_can_name(
    own: OwnPostgreSQL, scheme: str
) -> None:
    query = own.url.partition("?")[2]
    given = check_given_url(f"{scheme}:///postgres?user=postgres&{query}")
    server = PostgreSQLServer(given, closed_port=1)
    url = server.make("flask")
    assert url.startswith("postgresql:///conformance_flask_")
    psycopg.connect(url).close()
    server.drop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_port_of_somebody_elses_changes_nothing(
    own: OwnPostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    with psycopg.connect(own.url) as connection:
        assert connection.info.port == 5432
