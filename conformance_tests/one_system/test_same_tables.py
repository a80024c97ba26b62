"""The migration histories arrive at the same tables."""

from collections.abc import Mapping
from concurrent.futures import Future

from .tables import compare, describe_tables


def test_a_migration_makes_the_tables_of_every_other(
    maker: str, urls: Mapping[str, Future[str]]
) -> None:
    reference = next(iter(urls))
    expected = describe_tables(urls[reference].result())
    differences = compare(expected, describe_tables(urls[maker].result()))
    told = "\n".join(differences)
    assert not differences, f"{maker} (+) makes other tables than {reference} (-):\n{told}"


def test_no_table_lacks_what_all_of_them_promise(
    maker: str, urls: Mapping[str, Future[str]]
) -> None:
    tables = describe_tables(urls[maker].result())
    lines = [f"{table}: {line}" for table, lines in tables.items() for line in lines]
    assert "users" in tables
    assert [line for line in lines if " default " in line] == []
    assert [line for line in lines if " ondelete " in line] == []
