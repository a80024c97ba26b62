"""While the database cannot be reached: 503 for what needs it, and life goes on otherwise."""

import pytest

from conformance_tests.data.samples import OPEN, TAKING_TOKEN, call, call_in_form
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person

UNAVAILABLE = (503, "database_unavailable")


@pytest.mark.requirement("SYSTEM-LIVE-02")
def test_livez_says_ok_without_the_database(unreachable_api: Api) -> None:
    answer = unreachable_api.check_live()
    assert (answer.status, answer.json) == (200, {"status": "ok"})


@pytest.mark.requirement("SYSTEM-READY-02")
def test_readyz_says_unavailable_without_the_database(unreachable_api: Api) -> None:
    answer = unreachable_api.check_ready()
    assert answer.status == 503
    assert answer.json == {"status": "unavailable", "database": "unavailable"}
    assert _is_told_when(answer)


@pytest.mark.requirement("SYSTEM-ANONYMOUS-01", "SYSTEM-LIVE-02")
@pytest.mark.parametrize("operation_id", [one for one in OPEN if one != "check_ready"])
def test_credentials_are_ignored_without_the_database(
    unreachable_api: Api, operation_id: str
) -> None:
    assert call(unreachable_api, operation_id, token="nonsense").status == 200


@pytest.mark.requirement("HARDENING-OUTAGE-01", "HARDENING-FAILURE-01")
def test_what_needs_the_database_is_503(unreachable_api: Api, someone: Person) -> None:
    # The token is good: both servers have one secret.
    token = someone.access_token
    answers = {one: call_in_form(unreachable_api, one, token=token) for one in TAKING_TOKEN}
    told = {one: (answer.problem, _is_told_when(answer)) for one, answer in answers.items()}
    assert told == dict.fromkeys(TAKING_TOKEN, (UNAVAILABLE, True))


@pytest.mark.requirement("HARDENING-OUTAGE-01")
def test_what_needs_the_database_is_503_for_everybody(unreachable_api: Api) -> None:
    asked = ("register_user", "list_posts")
    problems = {name: call_in_form(unreachable_api, name).problem for name in asked}
    assert problems == dict.fromkeys(asked, UNAVAILABLE)


@pytest.mark.requirement("SYSTEM-PATH-01", "SYSTEM-METHOD-01")
def test_paths_and_methods_are_known_without_the_database(unreachable_api: Api) -> None:
    assert unreachable_api.request("GET", "/nothing").problem == (404, "not_found")
    assert unreachable_api.request("PUT", "/livez").problem == (405, "method_not_allowed")


@pytest.mark.requirement("HTTP-OPTIONS-01", "HTTP-ALLOW-01")
def test_methods_of_what_needs_the_database_are_known_without_it(unreachable_api: Api) -> None:
    assert unreachable_api.request("OPTIONS", "/api/v1/posts").status == 204
    answer = unreachable_api.request("PUT", "/api/v1/posts")
    assert answer.problem == (405, "method_not_allowed")


def _is_told_when(answer: Answer) -> bool:
    return int(answer.headers["Retry-After"]) >= 1
