"""Every implementation's own database, and each of these served by all implementations."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from conformance_tests.harness.deployment import Plan, open_plan
from conformance_tests.harness.options import DATABASES
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.targets import find_implementations

from .system import System, make_database, start_system

IMPLEMENTATIONS = tuple(find_implementations().values())
NAMES = [one.name for one in IMPLEMENTATIONS]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the kind of database from the command line."""
    parser.addoption("--database", choices=DATABASES, default=DATABASES[0])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let every implementation in turn make the database. One alone has nobody to agree with."""
    if "maker" in metafunc.fixturenames:
        makers = NAMES if len(NAMES) > 1 else []
        metafunc.parametrize("maker", makers, scope="session")


@pytest.fixture(scope="session")
def plan(pytestconfig: pytest.Config) -> Iterator[Plan]:
    """What all programs of this run have in common."""
    with open_plan("uniform", pytestconfig.getoption("--database")) as opened:
        yield opened


@pytest.fixture(scope="session")
def urls(plan: Plan) -> Iterator[Mapping[str, Future[str]]]:
    """The database that each implementation makes; all are begun at the same time."""
    with ThreadPoolExecutor(max_workers=len(NAMES)) as pool:
        yield {one.name: pool.submit(make_database, one, plan) for one in IMPLEMENTATIONS}


@pytest.fixture(scope="session")
def systems(plan: Plan, urls: Mapping[str, Future[str]]) -> Iterator[Mapping[str, Future[System]]]:
    """Each of these databases, served by all; these too are begun at the same time."""

    def start(position: int) -> System:
        order = [*IMPLEMENTATIONS[position:], *IMPLEMENTATIONS[:position]]
        return start_system(order, urls[order[0].name].result(), plan)

    with ThreadPoolExecutor(max_workers=len(NAMES)) as pool:
        started = {name: pool.submit(start, position) for position, name in enumerate(NAMES)}
        yield started
    for system in started.values():
        if system.exception() is None:
            system.result().close()


@pytest.fixture(scope="session")
def system(maker: str, systems: Mapping[str, Future[System]]) -> System:
    """The database of one maker, served by all."""
    return systems[maker].result()


@pytest.fixture(scope="session")
def people(system: System) -> People:
    """Makes people on the first."""
    return system.people


@pytest.fixture
def ann(people: People) -> Person:
    """Somebody who registered and logged in on the first."""
    return _sign_in(people.register("ann"))


@pytest.fixture
def ben(people: People) -> Person:
    """Somebody else who registered and logged in on the first."""
    return _sign_in(people.register("ben"))


def _sign_in(person: Person) -> Person:
    person.sign_in_again()
    return person
