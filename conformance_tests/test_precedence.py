"""A request with several faults gets the refusal that comes first in the contract's order."""

import pytest

from conformance_tests.data.entity_tags import ANOTHER
from conformance_tests.data.refusals import CASES, REFUSALS, Refusals, ask_wrong
from conformance_tests.data.samples import CONTRACT, expect_allow, fill
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person

VERSIONED = {
    one.operation_id
    for one in CONTRACT.operations.values()
    if "If-Match" in [parameter.name for parameter in one.parameters]
}
# Without an entity tag every fault is tried, with another one those that are told last.
PRECONDITIONS = {None: set(REFUSALS), ANOTHER: {"form", "no object"}}
# What takes a body and a token, and what takes neither.
SOME_PATHS = ["/livez", "/api/v1/auth/login", "/api/v1/me", "/api/v1/posts/{post_id}"]


@pytest.mark.requirement("HARDENING-ORDER-02", "HARDENING-ORDER-03", "HARDENING-ORDER-05")
def test_first_of_many_faults_is_told(refusals: Refusals) -> None:
    told = {case: refusals.get(*case).problem for case in CASES}
    assert told == {case: REFUSALS[case[1]] for case in CASES}


@pytest.mark.requirement("HTTP-PRECONDITION-05")
@pytest.mark.parametrize("held", PRECONDITIONS, ids=["none", "another"])
def test_every_other_fault_is_told_before_the_precondition(
    someone: Person, held: str | None
) -> None:
    cases = [case for case in CASES if case[0] in VERSIONED and case[1] in PRECONDITIONS[held]]
    told = {case: ask_wrong(someone, case, {"If-Match": held}).problem for case in cases}
    assert told == {case: REFUSALS[case[1]] for case in cases}


@pytest.mark.requirement("HARDENING-ORDER-01")
def test_unknown_path_comes_before_everything_else(api: Api) -> None:
    methods = ("GET", "POST", "DELETE")
    problems = {one: _send_all_wrong(api, one, "/api/v1/nothing").problem for one in methods}
    assert problems == dict.fromkeys(methods, (404, "not_found"))


@pytest.mark.requirement("HARDENING-ORDER-01")
def test_wrong_method_comes_before_401(api: Api) -> None:
    problems = {}
    for path in SOME_PATHS:
        wrong = next(one for one in ("PUT", "DELETE", "POST") if one not in expect_allow(path))
        problems[path] = _send_all_wrong(api, wrong, fill(path)).problem
    assert problems == dict.fromkeys(SOME_PATHS, (405, "method_not_allowed"))


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


def _send_all_wrong(api: Api, method: str, path: str) -> Answer:
    headers = {"Content-Type": "text/plain"}
    query = "surprise=%zz"
    return api.request(method, path, token="nonsense", query=query, content=b"{", headers=headers)
