"""What a database holds, as lines of text that can be compared."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Engine, Inspector, create_engine, inspect, make_url, text
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedForeignKeyConstraint
from sqlalchemy.pool import NullPool

# The frameworks' own books about migrations, and nothing else.
BOOKKEEPING = ("alembic_", "django_")
DEFERRED = "DEFERRABLE INITIALLY DEFERRED"

Tables = Mapping[str, frozenset[str]]


def open_engine(url: str) -> Engine:
    """Return an engine for a DATABASE_URL that keeps no connection open."""
    told = make_url(url)
    name = "postgresql+psycopg" if told.get_backend_name() == "postgresql" else told.drivername
    return create_engine(told.set(drivername=name), poolclass=NullPool)


def describe_tables(url: str) -> Tables:
    """Return every table with its columns, keys and indexes."""
    inspector = inspect(open_engine(url))
    names = [one for one in inspector.get_table_names() if not one.startswith(BOOKKEEPING)]
    return {name: frozenset(_describe_table(inspector, name)) for name in names}


def compare(expected: Tables, found: Tables) -> list[str]:
    """Return the differences: what is missing (-) and what is there instead (+)."""
    lines = []
    for table in sorted({*expected, *found}):
        wanted, there = expected.get(table, frozenset()), found.get(table, frozenset())
        lines += [f"- {table}: {line}" for line in sorted(wanted - there)]
        lines += [f"+ {table}: {line}" for line in sorted(there - wanted)]
    return lines


def _describe_table(inspector: Inspector, table: str) -> Iterator[str]:
    for column in inspector.get_columns(table):
        yield _describe_column(column)
    yield from _describe_keys(inspector, table)
    for index in inspector.get_indexes(table):
        if "duplicates_constraint" not in index:
            kind = "unique index" if index["unique"] else "index"
            order = index.get("column_sorting", "")
            yield f"{kind} {index['name']} on {index['column_names']} {order}".rstrip()
    for check in inspector.get_check_constraints(table):
        yield f"check {check['name']}: {check['sqltext']}"


def _describe_column(column: ReflectedColumn) -> str:
    null = "null" if column["nullable"] else "not null"
    default = column.get("default")
    end = "" if default is None else f" default {default}"
    return f"{column['name']} {column['type'].as_generic()!r} {null}{end}"


def _describe_keys(inspector: Inspector, table: str) -> Iterator[str]:
    primary = inspector.get_pk_constraint(table)
    # SQLite knows a primary key by its name only where the migration spelled it out.
    name = "" if inspector.dialect.name == "sqlite" else f"{primary['name']} "
    yield f"primary key {name}on {primary['constrained_columns']}"
    for unique in inspector.get_unique_constraints(table):
        yield f"unique {unique['name']} on {unique['column_names']}"
    keys = inspector.get_foreign_keys(table)
    for key in keys:
        target = f"{key['referred_table']} {key['referred_columns']}"
        yield f"foreign key on {key['constrained_columns']} to {target}{_describe_ends(key)}"
    yield f"{_count_deferred(inspector, table, keys)} of {len(keys)} foreign keys are deferred"


def _describe_ends(key: ReflectedForeignKeyConstraint) -> str:
    ends = {name: key["options"].get(name) for name in ("ondelete", "onupdate")}
    return "".join(f" {name} {value}" for name, value in ends.items() if value)


def _count_deferred(
    inspector: Inspector, table: str, keys: Sequence[ReflectedForeignKeyConstraint]
) -> int:
    if inspector.dialect.name != "sqlite":
        return sum(key["options"].get("initially") == "DEFERRED" for key in keys)
    # The inspector does not see it in a key that is written beside its column.
    query = text("SELECT sql FROM sqlite_master WHERE name = :name")
    with inspector.engine.connect() as connection:
        told = str(connection.execute(query, {"name": table}).scalar_one())
    return " ".join(told.upper().split()).count(DEFERRED)
