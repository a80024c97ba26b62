"""One database, made by one implementation and served by every other at the same time."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TypeVar

from conformance_tests.harness.client import Api
from conformance_tests.harness.deployment import (
    Admin,
    Plan,
    create_admin,
    make_place,
    migrate,
    serve,
)
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.observations import Observations
from conformance_tests.harness.oracle import Oracle
from conformance_tests.harness.patience import Patience
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.plugin import get_contract
from conformance_tests.harness.targets import Implementation

Given = TypeVar("Given")
Result = TypeVar("Result")


@dataclass(frozen=True)
class System:
    """Three roles, of which the first made the database. Two implementations play all three."""

    served: Mapping[str, Api]
    first: Api
    second: Api
    third: Api
    people: People
    admin: Person

    @property
    def all(self) -> tuple[Api, Api, Api]:
        """Every role in turn."""
        return self.first, self.second, self.third

    def close(self) -> None:
        """Close every connection."""
        for api in self.served.values():
            api.close()


def make_database(maker: Implementation, plan: Plan) -> str:
    """Return the URL of a database that has what an implementation's own migrations make."""
    url = plan.databases.make(maker.name)
    migrate(maker, plan, make_place(maker, plan, url, maker.name))
    return url


def start_system(order: Sequence[Implementation], url: str, plan: Plan) -> System:
    """Serve one database by all. The first of the order makes the admin too."""
    password = secrets.token_urlsafe(24)
    admin = Admin("first_admin", "first_admin@example.com", password)
    place = make_place(order[0], plan, url, f"{order[0].name}.admin")
    with ThreadPoolExecutor(max_workers=8) as steps:
        made = steps.submit(create_admin, order[0], plan, place, admin)
        urls = list(steps.map(lambda one: _serve(one, order[0], url, plan), order))
        made.result()
    known = Secrets()
    served = {one.name: _open_api(url, known) for one, url in zip(order, urls, strict=True)}
    first, second, third = islice(cycle(served.values()), 3)
    people = People(first, known)
    return System(served, first, second, third, people, people.recall(admin.email, password))


def move(person: Person, api: Api) -> Person:
    """Return the same person, in the same sign-in, at another implementation."""
    moved = copy(person)
    moved.api = api
    return moved


def at_once(call: Callable[[Given], Result], values: Sequence[Given]) -> list[Result]:
    """Call a function with every value at the same time."""
    with ThreadPoolExecutor(max_workers=len(values)) as pool:
        return list(pool.map(call, values))


def _serve(one: Implementation, maker: Implementation, url: str, plan: Plan) -> str:
    place = make_place(one, plan, url, f"{one.name}.on.{maker.name}")
    return serve(one, plan, place)[1]


def _open_api(base_url: str, known: Secrets) -> Api:
    contract = get_contract()
    oracle = Oracle(contract, known, Observations(), base_url)
    return Api(base_url, contract, oracle, Patience())
