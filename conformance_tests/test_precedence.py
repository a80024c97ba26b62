"""A request with several faults gets the refusal that comes first in the contract's order."""

import pytest

from conformance_tests.data.entity_tags import ANOTHER
from conformance_tests.data.samples import (
    CONTRACT,
    PATHS,
    body_for,
    call,
    expect_allow,
    fill,
)
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Operation
from conformance_tests.harness.operations import Call
from conformance_tests.harness.people import Person

VERSIONED = [
    one
    for one in CONTRACT.operations.values()
    if "If-Match" in [parameter.name for parameter in one.parameters]
]
# Every fault that a request can have, in the order in which the contract refuses them.
REFUSALS = {
    "bad token": (401, "invalid_token"),
    "no token": (401, "missing_token"),
    "media type": (415, "unsupported_media_type"),
    "no JSON": (400, "malformed_json"),
    "form": (422, "invalid_request"),
    "no object": (404, "not_found"),
}


def list_faults(operation: Operation) -> list[str]:
    """Return the faults that a request for this operation can have at once."""
    can_have = {
        "bad token": operation.token != "none",
        "no token": operation.token == "required",
        "media type": operation.request_schema is not None,
        "no JSON": operation.request_schema is not None,
        "form": True,
        "no object": "{" in operation.path,
    }
    return [fault for fault in REFUSALS if can_have[fault]]


@pytest.mark.requirement("HARDENING-ORDER-02", "HARDENING-ORDER-03", "HARDENING-ORDER-05")
def test_first_of_many_faults_is_told(alice: Person) -> None:
    told, expected = {}, {}
    for operation in CONTRACT.operations.values():
        faults = list_faults(operation)
        for place, first in enumerate(faults):
            case = (operation.operation_id, first)
            told[case] = _send(alice, operation.operation_id, faults[place:]).problem
            expected[case] = REFUSALS[first]
    assert told == expected


@pytest.mark.requirement("HTTP-PRECONDITION-05")
@pytest.mark.parametrize("held", [None, ANOTHER], ids=["none", "another"])
def test_every_other_fault_is_told_before_the_precondition(alice: Person, held: str | None) -> None:
    told, expected = {}, {}
    for operation in VERSIONED:
        faults = list_faults(operation)
        for place, first in enumerate(faults):
            case = (operation.operation_id, first)
            precondition = {"If-Match": held}
            told[case] = _send(
                alice, operation.operation_id, faults[place:], **precondition
            ).problem
            expected[case] = REFUSALS[first]
    assert told == expected


@pytest.mark.requirement("HARDENING-ORDER-01")
def test_unknown_path_comes_before_everything_else(api: Api) -> None:
    methods = ("GET", "POST", "DELETE")
    problems = {one: _send_all_wrong(api, one, "/api/v1/nothing").problem for one in methods}
    assert problems == dict.fromkeys(methods, (404, "not_found"))


@pytest.mark.requirement("HARDENING-ORDER-01")
def test_wrong_method_comes_before_401(api: Api) -> None:
    problems = {}
    for path in PATHS:
        wrong = next(one for one in ("PUT", "DELETE", "POST") if one not in expect_allow(path))
        problems[path] = _send_all_wrong(api, wrong, fill(path)).problem
    assert problems == dict.fromkeys(PATHS, (405, "method_not_allowed"))


@pytest.mark.requirement("HARDENING-ORDER-04")
def test_form_comes_before_the_throttle(throttled: Person) -> None:
    profile = {"current_password": throttled.password}
    password = {"current_password": throttled.password, "new_password": "another good one"}
    for operation, right in (
        (throttled.api.log_in, throttled.credentials),
        (throttled.update_me, profile),
        (throttled.change_password, password),
    ):
        assert operation(json={**right, "surprise": 1}).problem == (422, "invalid_request")
        assert operation(json=right).problem == (429, "too_many_attempts")


@pytest.mark.requirement("HARDENING-ORDER-05")
def test_form_comes_before_403(someone: Person, someone_else: Person) -> None:
    post, unknown = someone_else.has_post(), {"surprise": 1}
    comment_id = someone_else.has_comment(post["id"])["id"]
    refused = [
        someone.update_post(post["id"], json=unknown),
        someone.update_comment(comment_id, json=unknown),
        someone.update_user(someone_else.username, json=unknown),
        someone.delete_post(post["id"], query=unknown),
        someone.delete_comment(comment_id, query=unknown),
    ]
    assert [answer.problem for answer in refused] == [(422, "invalid_request")] * len(refused)
    assert someone.delete_post(post["id"]).problem == (403, "forbidden")


@pytest.mark.requirement("HARDENING-ORDER-06")
def test_403_comes_before_409(someone: Person, admin: Person) -> None:
    answer = someone.update_user(admin.username, json={"role": "user", "is_active": False})
    assert answer.problem == (403, "forbidden")


def _send(person: Person, operation_id: str, faults: list[str], **headers: str | None) -> Answer:
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
        return {"content": b"{", "headers": {"Content-Type": media_type}}
    surprise = {"surprise": 1} if "form" in faults else {}
    return {"json": {**body_for(operation_id), **surprise}}


def _send_all_wrong(api: Api, method: str, path: str) -> Answer:
    headers = {"Content-Type": "text/plain"}
    query = "surprise=%zz"
    return api.request(method, path, token="nonsense", query=query, content=b"{", headers=headers)
