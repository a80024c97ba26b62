"""Mutants made from the contract and the register: each thing they say, made untrue once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from conformance_tests.harness.contract import Contract, HeaderRule, Operation, ResponseRule
from conformance_tests.harness.requirements import Register, Requirement

from .good_server import GoodServer
from .messages import BODILESS, Answer, Request
from .mutant import Mutant

# What a careless author would have answered instead.
NEIGHBOURS = {
    200: 201, 201: 200, 204: 200, 304: 200, 400: 422, 401: 403, 403: 401, 404: 403, 405: 404,
    409: 400, 412: 409, 413: 400, 415: 400, 422: 400, 428: 412, 429: 403, 503: 500,
}  # fmt: skip
# Of these the first that a header may not say is what it says.
WRONG_VALUES = ("-1", "altered", "<altered>", "")
# The requirements that fix the order of each list, and those by which a walk misses nothing.
ORDERS = {
    "list_users": "ACCOUNTS-LIST-01",
    "list_posts": "POSTS-LIST-01",
    "list_comments": "RELATIONS-COMMENT-14",
    "list_followers": "RELATIONS-FOLLOW-07",
    "list_following": "RELATIONS-FOLLOW-07",
    "get_feed": "RELATIONS-FEED-01",
    "list_tags": "RELATIONS-TAGS-02",
}
WALKS = {
    **dict.fromkeys(ORDERS, "RELATIONS-PAGE-01"),
    "list_users": "ACCOUNTS-PAGE-02",
    "list_posts": "POSTS-PAGE-02",
}
RACE = "-RACE-"
# Their statuses depend on who comes first, so that some of them may not be seen.
EITHER = ("HARDENING-RACE-09", "HARDENING-RACE-14", "HARDENING-RACE-16")

Change = Callable[[Answer], Answer]


def generate(contract: Contract, register: Register) -> Iterator[Mutant]:
    """Yield every mutant that the contract and the register give."""
    for requirement in register.requirements:
        if requirement.statuses and requirement.id not in EITHER:
            yield _swap_status(requirement)
    for operation in contract.operations.values():
        for rule in operation.responses.values():
            owner = _find_owner(contract, register, operation, rule)
            if owner:
                yield from _break_answer(contract, _Place(operation, rule, owner))
    for name in ORDERS:
        yield from _break_list(name)


def _find_owner(
    contract: Contract, register: Register, operation: Operation, rule: ResponseRule
) -> str | None:
    """Return the requirement that is about this answer and about the fewest others."""

    def count_others(requirement: Requirement) -> tuple[int, int]:
        return len(requirement.statuses), len(list(requirement.pairs(contract)))

    pair = operation.operation_id, rule.status
    about = [
        one
        for one in register.requirements
        if _is_certain(one) and not rule.seldom and pair in one.pairs(contract)
    ]
    return min(about, key=count_others).id if about else None


def _is_certain(requirement: Requirement) -> bool:
    # What comes of many requests at once may be one answer or another.
    return not (requirement.is_about_every_operation or RACE in requirement.id)


def _swap_status(requirement: Requirement) -> Mutant:
    statuses = requirement.statuses

    def swap(given: Answer) -> Answer:
        return _answer_neighbour(given) if given.status in statuses else given

    told = ", ".join(f"{one} as {NEIGHBOURS[one]}" for one in statuses)
    operations = () if requirement.is_about_every_operation else requirement.operations
    return Mutant(
        f"status-of-{requirement.id}",
        "status swapped",
        f"What it is about is answered with the status beside it: {told}.",
        operations,
        (requirement.id,),
        _pass_on(swap),
    )


def _answer_neighbour(given: Answer) -> Answer:
    status = HTTPStatus(NEIGHBOURS[given.status])
    swapped = given.with_status(status, status.phrase)
    # Else nobody would know where the body ends that such an answer may have.
    return swapped.with_header("Content-Length", "0") if given.status in BODILESS else swapped


def _pass_on(change: Change) -> Callable[[Request, GoodServer], Answer]:
    return lambda request, server: change(server.send(request))


@dataclass(frozen=True)
class _Place:
    """One answer of one operation, and the requirement that suffers when it is wrong."""

    operation: Operation
    rule: ResponseRule
    owner: str

    def __str__(self) -> str:
        return f"{self.operation.operation_id} {self.rule.status}"

    def make(self, name: str, kind: str, sentence: str, change: Change) -> Mutant:
        def at_this_status(given: Answer) -> Answer:
            return change(given) if given.status == self.rule.status else given

        return Mutant(
            f"{self} {name}".replace(" ", "-"),
            kind,
            f"{self} {sentence}",
            (self.operation.operation_id,),
            (self.owner,),
            _pass_on(at_this_status),
        )


def _break_answer(contract: Contract, place: _Place) -> Iterator[Mutant]:
    for header in place.rule.headers:
        # Those that every answer has are broken by hand, once for all of them.
        if header.required and header.name not in _find_common_headers(contract):
            yield from _break_header(place, header)
    if place.rule.status not in (200, 201) or place.operation.operation_id == "get_openapi":
        return
    for path in _list_members(contract, place):
        yield from _break_member(place, path)
    yield place.make("with a surprise", "member added", "has an unknown member.", _add_member)


@cache
def _find_common_headers(contract: Contract) -> set[str]:
    rules = [rule for one in contract.operations.values() for rule in one.responses.values()]
    return set.intersection(*(set(rule.required_headers) for rule in rules))


def _break_header(place: _Place, header: HeaderRule) -> Iterator[Mutant]:
    name = header.name
    yield place.make(
        f"without {name}", "header dropped", f"has no {name}.", lambda a: a.without_header(name)
    )
    wrong = next((value for value in WRONG_VALUES if header.check(value)), None)
    if wrong is not None:
        yield place.make(
            f"with another {name}",
            "header altered",
            f"has a {name} that says {wrong!r}.",
            lambda given: given.with_header(name, wrong),
        )


def _list_members(contract: Contract, place: _Place) -> Iterator[tuple[str, ...]]:
    """Yield where the required members of a body stand; those of a page's items too."""
    path, method = place.operation.path.replace("/", "~1"), place.operation.method.lower()
    response, _ = contract.follow(f"#/paths/{path}/{method}/responses/{place.rule.status}")
    pointer, schema = contract.follow(f"{response}/content/application~1json/schema")
    yield from ((name,) for name in schema["required"])
    if "items" in schema["properties"]:
        _, item = contract.follow(f"{pointer}/properties/items/items")
        yield from (("items", name) for name in item["required"])


def _break_member(place: _Place, path: tuple[str, ...]) -> Iterator[Mutant]:
    *_, name = path
    shown = ".".join(path)
    yield place.make(
        f"without {shown}",
        "member dropped",
        f"lacks `{shown}`.",
        lambda given: _change_bodies(given, path, lambda body: body.pop(name, None)),
    )
    yield place.make(
        f"with another {shown}",
        "type changed",
        f"has a `{shown}` of another type.",
        lambda given: _change_bodies(given, path, lambda body: _retype(body, name)),
    )


def _change_bodies(
    given: Answer, path: tuple[str, ...], change: Callable[[dict[str, Any]], object]
) -> Answer:
    members = given.members
    if not members:
        return given
    for body in members["items"] if len(path) > 1 else [members]:
        change(body)
    return given.with_body(members)


def _retype(body: dict[str, Any], name: str) -> None:
    if name in body:
        body[name] = 5 if isinstance(body[name], str | None) else str(body[name])


def _add_member(given: Answer) -> Answer:
    return given.with_members(surprise="!") if given.members else given


def _break_list(operation: str) -> Iterator[Mutant]:
    def make(name: str, kind: str, owner: str, change: Callable[[list[Any]], list[Any]]) -> Mutant:
        def answer(request: Request, server: GoodServer) -> Answer:
            given = server.send(request)
            items = given.members.get("items") if given.status == HTTPStatus.OK else None
            follows = name == "reversed" or "cursor" in request.query
            return given.with_members(items=change(items)) if items and follows else given

        sentence = f"{operation} answers with items {name}."
        return Mutant(f"{operation}-{name}", kind, sentence, (operation,), (owner,), answer)

    yield make("reversed", "order reversed", ORDERS[operation], lambda items: items[::-1])
    yield make("cut", "page cut", WALKS[operation], lambda items: items[1:])
    yield make("doubled", "page doubled", WALKS[operation], lambda items: [items[0], *items])
