"""Requests with every fault they can have, less the first one each time: refused, and kept.

Several tests look at the same refusals, of every operation: each is asked for once.
"""

from collections.abc import Mapping

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.contract import Operation
from conformance_tests.harness.operations import Call
from conformance_tests.harness.people import Person

from .samples import CONTRACT, NEEDING_TOKEN, OPERATIONS, TAKING_TOKEN, body_for, call

# Every fault that a request can have, in the order in which the contract refuses them.
REFUSALS = {
    "bad token": (401, "invalid_token"),
    "no token": (401, "missing_token"),
    "media type": (415, "unsupported_media_type"),
    "no JSON": (400, "malformed_json"),
    "form": (422, "invalid_request"),
    "no object": (404, "not_found"),
}
# Some parsers take it for JSON all the same, so who refuses it is strict.
NO_JSON = b'{"a": 1, "a": 2}'


def list_faults(operation: Operation) -> list[str]:
    """Return the faults that a request for this operation can have at once."""
    needs_token = operation.operation_id in NEEDING_TOKEN
    can_have = {
        # Where one is needed, a bad one is looked at where a missing one is.
        "bad token": operation.operation_id in TAKING_TOKEN and not needs_token,
        "no token": needs_token,
        "media type": operation.request_schema is not None,
        "no JSON": operation.request_schema is not None,
        "form": True,
        "no object": "{" in operation.path,
    }
    return [fault for fault in REFUSALS if can_have[fault]]


# Each operation with each fault that it can have.
CASES = [(one.operation_id, fault) for one in OPERATIONS for fault in list_faults(one)]


class Refusals:
    """The answers to requests of one person, who does nothing but to be refused."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._answers: dict[tuple[str, str], Answer] = {}

    def get(self, operation_id: str, fault: str) -> Answer:
        """Return the answer to a request that has this fault, and all that come behind it."""
        case = (operation_id, fault)
        if case not in self._answers:
            self._answers[case] = ask_wrong(self._person, case, {})
        return self._answers[case]


def ask_wrong(person: Person, case: tuple[str, str], headers: Mapping[str, str | None]) -> Answer:
    """Send a request that has one fault, and all that come behind it."""
    operation_id, fault = case
    faults = list_faults(CONTRACT.operations[operation_id])
    faults = faults[faults.index(fault) :]
    request: Call = {"token": _choose_token(person, faults)}
    if CONTRACT.operations[operation_id].request_schema:
        request |= _choose_body(operation_id, faults)
    if "form" in faults:
        request["query"] = "surprise=1"
    request["headers"] = {**request.get("headers", {}), **headers}
    return call(person, operation_id, **request)


def _choose_token(person: Person, faults: list[str]) -> str | None:
    if "bad token" in faults:
        return "nonsense"
    return None if "no token" in faults else person.access_token


def _choose_body(operation_id: str, faults: list[str]) -> Call:
    if "no JSON" in faults:
        media_type = "text/plain" if "media type" in faults else "application/json"
        return {"content": NO_JSON, "headers": {"Content-Type": media_type}}
    surprise = {"surprise": 1} if "form" in faults else {}
    return {"json": {**body_for(operation_id), **surprise}}
