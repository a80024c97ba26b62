"""Queries are read strictly: what is unknown, repeated or repaired elsewhere is 422 here."""

from itertools import cycle
from urllib.parse import quote

import pytest

from conformance_tests.data.refusals import Refusals
from conformance_tests.data.samples import (
    OPERATIONS,
    PARAMETERS,
    READING,
    call,
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
# Those that probes.yaml has not.
NO_NUMBERS = ["%C2%B2", "5%0a", "NaN"]
UNFIT = ["%0d%0A", "100%", "%2", "%u0041", "%C0%AF", "%F4%90%80%80"]
FIT = "%09%0a%7f%EF%BF%BE%F0%9F%8C%B1+"
TWICE = ["limit=5&q=a&%6Cimit=5", "limit=5&limit="]


@pytest.fixture(scope="module")
def there(someone: Person) -> dict[str, str]:
    """Values for paths, each of which leads to something."""
    post_id = str(someone.has_post()["id"])
    return {"username": someone.username, "post_id": post_id}


@pytest.mark.requirement("HARDENING-QUERY-01")
def test_every_operation_refuses_an_unknown_parameter(refusals: Refusals) -> None:
    unknown, names = ("surprise", "unknown_parameter"), [one.operation_id for one in OPERATIONS]
    told = {name: unknown in refusals.get(name, "form").faults for name in names}
    assert told == dict.fromkeys(names, True)


@pytest.mark.requirement("HARDENING-QUERY-01", "HARDENING-QUERY-04", "HARDENING-FAILURE-01")
def test_query_that_cannot_be_read_is_refused(someone: Person) -> None:
    # The lists are asked below.
    names = [name for name in READING if name not in LISTING]
    problems = {name: call(someone, name, query="%zz&%ff=%00").problem for name in names}
    assert problems == dict.fromkeys(names, INVALID)


@pytest.mark.requirement("HARDENING-QUERY-01")
def test_only_the_parameters_of_the_contract_are_known(api: Api) -> None:
    answer = api.list_posts(query=dict.fromkeys(UNKNOWN, 1))
    assert answer.faults == sorted((name, "unknown_parameter") for name in UNKNOWN)


@pytest.mark.requirement("HARDENING-QUERY-01")
@pytest.mark.parametrize("query", ["surprise", "limit=5&surprise="])
def test_unknown_parameter_is_refused_however_it_is_given(api: Api, query: str) -> None:
    assert api.list_posts(query=query).faults == [("surprise", "unknown_parameter")]


@pytest.mark.requirement("HARDENING-QUERY-01")
def test_semicolon_does_not_separate(api: Api) -> None:
    assert api.list_posts(query="q=a;limit=0").status == 200


@pytest.mark.requirement("HARDENING-QUERY-02")
def test_every_list_refuses_a_parameter_given_twice(someone: Person) -> None:
    told, expected = {}, {}
    for operation_id in LISTING:
        names = [name for name in PARAMETERS[operation_id] if name != "cursor"]
        query = "&".join(f"{name}={VALUES[name]}" for name in names)
        told[operation_id] = call(someone, operation_id, query=f"{query}&{query}").faults
        expected[operation_id] = sorted((name, "repeated_parameter") for name in names)
    assert told == expected


@pytest.mark.requirement("HARDENING-QUERY-02")
def test_cursor_given_twice_is_refused(someone: Person, someone_else: Person) -> None:
    # These two are enough for a second page.
    page = someone.list_users(query="limit=1")
    cursor = f"cursor={quote(str(page.next_cursor), safe='')}"
    answer = someone.list_users(query=f"limit=1&{cursor}&{cursor}")
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
def test_number_is_plain_digits_on_every_list(someone: Person) -> None:
    faults = {name: call(someone, name, query="limit=%D9%A5").faults for name in LISTING}
    assert faults == {name: [("limit", "wrong_type")] for name in LISTING}


@pytest.mark.requirement("HARDENING-QUERY-03", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("operation_id", LISTING)
def test_number_has_limits(
    someone: Person, contract: Contract, there: dict[str, str], operation_id: str
) -> None:
    lowest = contract.parameter_limit(operation_id, "limit", "minimum")
    highest = contract.parameter_limit(operation_id, "limit", "maximum")
    # Pages of one are asked for by every walk.
    assert call_on(there, someone, operation_id, query={"limit": highest}).status == 200
    for outside in (lowest - 1, highest + 1):
        answer = call_on(there, someone, operation_id, query={"limit": outside})
        assert answer.faults == [("limit", "out_of_range")]


@pytest.mark.requirement("HARDENING-QUERY-04", "HARDENING-FAILURE-01")
def test_unfit_characters_are_refused(api: Api) -> None:
    faults = {value: api.list_users(query=f"q={value}").faults for value in UNFIT}
    assert faults == {one: [("q", "invalid_character")] for one in UNFIT}


@pytest.mark.requirement("HARDENING-QUERY-04", "HARDENING-FAILURE-01")
def test_unfit_characters_are_refused_in_every_parameter(someone: Person) -> None:
    told, expected = {}, {}
    for operation_id, value in zip(LISTING, cycle(["%00", "%zz", "%ff"]), strict=False):
        names = PARAMETERS[operation_id]
        query = "&".join(f"{name}={value}" for name in names)
        told[operation_id] = call(someone, operation_id, query=query).faults
        expected[operation_id] = sorted((name, "invalid_character") for name in names)
    assert told == expected


@pytest.mark.requirement("HARDENING-QUERY-04")
def test_other_characters_are_searched_for(api: Api) -> None:
    assert api.list_posts(query=f"q={FIT}").status == 200
