"""Queries are read strictly: what is unknown, repeated or repaired elsewhere is 422 here."""

from urllib.parse import quote

import pytest

from conformance_tests.data.samples import (
    EVERY,
    PARAMETERS,
    READING,
    call,
    call_in_form,
    call_on,
)
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import Person

INVALID = (422, "invalid_request")
LISTING = list(PARAMETERS)
VALUES = {
    "author": "nobody_is_called_this",
    "limit": "5",
    "q": "garlic",
    "sort": "created_at",
    "status": "draft",
    "tag": "garlic",
}
UNKNOWN = [
    "page",
    "offset",
    "Limit",
    "limit[]",
    "limit.",
    " limit",
    "filter[author]",
    "author__password_hash__startswith",
    "author.password_hash",
    "user_id",
    "format",
    "callback",
    "_method",
    "access_token",
    "é",
    "",
]
NO_NUMBERS = [
    "",
    "-1",
    "%2B5",
    "+5",
    "05",
    "5.0",
    "1e1",
    "0x5",
    "1_0",
    "%205",
    "5%20",
    "5%0a",
    "%D9%A5",
    "%C2%B2",
    "NaN",
]
UNFIT = [
    "%00",
    "a%00b",
    "%0d%0A",
    "100%",
    "%2",
    "%zz",
    "%u0041",
    "%ff",
    "%C0%AF",
    "%ED%A0%80",
    "%F4%90%80%80",
]
FIT = ["%09", "%0a", "%7f", "%EF%BF%BE", "%F0%9F%8C%B1", "+"]
TWICE = ["limit=5&limit=6", "limit=5&q=a&%6Cimit=5", "limit=5&limit="]


@pytest.fixture(scope="module")
def there(someone: Person) -> dict[str, str]:
    """Values for paths, each of which leads to something."""
    post_id = str(someone.has_post()["id"])
    return {"username": someone.username, "post_id": post_id}


@pytest.mark.requirement("HARDENING-QUERY-01")
def test_every_operation_refuses_an_unknown_parameter(alice: Person) -> None:
    faults = {name: call_in_form(alice, name, query="surprise=1").faults for name in EVERY}
    assert faults == {name: [("surprise", "unknown_parameter")] for name in EVERY}


@pytest.mark.requirement("HARDENING-QUERY-01", "HARDENING-QUERY-04", "HARDENING-FAILURE-01")
def test_query_that_cannot_be_read_is_refused(someone: Person) -> None:
    problems = {name: call(someone, name, query="%zz&%ff=%00").problem for name in READING}
    assert problems == dict.fromkeys(READING, INVALID)


@pytest.mark.requirement("HARDENING-QUERY-01")
def test_only_the_parameters_of_the_contract_are_known(api: Api) -> None:
    answer = api.list_posts(query=dict.fromkeys(UNKNOWN, 1))
    assert answer.faults == sorted((name, "unknown_parameter") for name in UNKNOWN)


@pytest.mark.requirement("HARDENING-QUERY-01")
@pytest.mark.parametrize("query", ["surprise", "surprise=", "limit=5&surprise"])
def test_unknown_parameter_is_refused_however_it_is_given(api: Api, query: str) -> None:
    assert api.list_posts(query=query).faults == [("surprise", "unknown_parameter")]


@pytest.mark.requirement("HARDENING-QUERY-01")
def test_semicolon_does_not_separate(api: Api) -> None:
    assert api.list_posts(query="q=a;limit=5").status == 200


@pytest.mark.requirement("HARDENING-QUERY-02")
@pytest.mark.parametrize("operation_id", LISTING)
def test_parameter_given_twice_is_refused(
    someone: Person, there: dict[str, str], operation_id: str
) -> None:
    names = [name for name in PARAMETERS[operation_id] if name != "cursor"]
    query = "&".join(f"{name}={VALUES[name]}" for name in names)
    assert call_on(there, someone, operation_id, query=query).status == 200
    answer = call_on(there, someone, operation_id, query=f"{query}&{query}")
    assert answer.faults == sorted((name, "repeated_parameter") for name in names)


@pytest.mark.requirement("HARDENING-QUERY-02")
def test_cursor_given_twice_is_refused(someone: Person) -> None:
    for _ in range(2):
        someone.has_post()
    query = f"author={someone.username}&limit=1"
    cursor = f"cursor={quote(str(someone.list_posts(query=query).next_cursor), safe='')}"
    assert someone.list_posts(query=f"{query}&{cursor}").status == 200
    answer = someone.list_posts(query=f"{query}&{cursor}&{cursor}")
    assert answer.faults == [("cursor", "repeated_parameter")]


@pytest.mark.requirement("HARDENING-QUERY-02")
@pytest.mark.parametrize("query", TWICE)
def test_parameter_given_twice_is_refused_however_it_is_given(api: Api, query: str) -> None:
    assert ("limit", "repeated_parameter") in api.list_users(query=query).faults


@pytest.mark.requirement("HARDENING-QUERY-03")
def test_number_is_plain_digits(api: Api) -> None:
    faults = {number: api.list_posts(query=f"limit={number}").faults for number in NO_NUMBERS}
    assert faults == {one: [("limit", "wrong_type")] for one in NO_NUMBERS}


@pytest.mark.requirement("HARDENING-QUERY-03")
@pytest.mark.parametrize("operation_id", LISTING)
def test_number_is_plain_digits_on_every_list(someone: Person, operation_id: str) -> None:
    for number in ("", "+5", "%D9%A5"):
        answer = call(someone, operation_id, query=f"limit={number}")
        assert answer.faults == [("limit", "wrong_type")]


@pytest.mark.requirement("HARDENING-QUERY-03", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("operation_id", LISTING)
def test_number_has_limits(
    someone: Person, contract: Contract, there: dict[str, str], operation_id: str
) -> None:
    lowest = contract.parameter_limit(operation_id, "limit", "minimum")
    highest = contract.parameter_limit(operation_id, "limit", "maximum")
    for inside in (lowest, highest):
        assert call_on(there, someone, operation_id, query={"limit": inside}).status == 200
    for outside in (lowest - 1, highest + 1, 10**1000):
        answer = call_on(there, someone, operation_id, query={"limit": outside})
        assert answer.faults == [("limit", "out_of_range")]


@pytest.mark.requirement("HARDENING-QUERY-04", "HARDENING-FAILURE-01")
def test_unfit_characters_are_refused(api: Api) -> None:
    faults = {value: api.list_users(query=f"q={value}").faults for value in UNFIT}
    assert faults == {one: [("q", "invalid_character")] for one in UNFIT}


@pytest.mark.requirement("HARDENING-QUERY-04", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("value", ["%00", "%zz", "%ff"])
@pytest.mark.parametrize("operation_id", LISTING)
def test_unfit_characters_are_refused_in_every_parameter(
    someone: Person, operation_id: str, value: str
) -> None:
    names = PARAMETERS[operation_id]
    answer = call(someone, operation_id, query="&".join(f"{name}={value}" for name in names))
    assert answer.faults == sorted((name, "invalid_character") for name in names)


@pytest.mark.requirement("HARDENING-QUERY-04")
def test_other_characters_are_searched_for(api: Api) -> None:
    statuses = {value: api.list_posts(query=f"q={value}").status for value in FIT}
    assert statuses == dict.fromkeys(FIT, 200)
