"""Bodies have exactly the shape of the contract: types are not coerced, members not ignored."""

from typing import Any

import pytest

from conformance_tests.data.refusals import Refusals
from conformance_tests.data.samples import CONTRACT, WITH_BODY, body_for, call, members_of
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import Person

CHANGES = [one for one in WITH_BODY if CONTRACT.operations[one].method == "PATCH"]
# What a careless program takes for a value of the type.
TAKEN_FOR: dict[str, Any] = {
    "string": 12345678,
    "boolean": "true",
    "array": "garlic",
}
# RFC 6901 §6 has the first eight; the rest is what else a fragment cannot hold.
NAMES = {
    "a/b": "#/a~1b",
    "c%d": "#/c%25d",
    "e^f": "#/e%5Ef",
    "g|h": "#/g%7Ch",
    "i\\j": "#/i%5Cj",
    'k"l': "#/k%22l",
    " ": "#/%20",
    "m~n": "#/m~0n",
    "": "#/",
    "~1": "#/~01",
    "é": "#/%C3%A9",
    "🌱": "#/%F0%9F%8C%B1",
    "a#b": "#/a%23b",
    "<b>": "#/%3Cb%3E",
    "Title": "#/Title",
    "__proto__": "#/__proto__",
}


@pytest.mark.requirement("HARDENING-TYPES-02")
def test_no_type_is_taken_for_another(someone: Person) -> None:
    told, expected = {}, {}
    for operation_id in WITH_BODY:
        kinds = members_of(operation_id)
        body = {name: TAKEN_FOR[kind] for name, kind in kinds.items()}
        told[operation_id] = call(someone, operation_id, json=body).faults
        expected[operation_id] = sorted((f"#/{name}", "wrong_type") for name in kinds)
    assert told == expected


@pytest.mark.requirement("HARDENING-TYPES-02")
@pytest.mark.parametrize("operation_id", ["create_post", "update_post"])
def test_no_type_is_taken_for_a_tag(someone: Person, operation_id: str) -> None:
    tags = [12345678, None, True, ["garlic"]]
    answer = call(someone, operation_id, json={**body_for(operation_id), "tags": tags})
    assert answer.faults == [(f"#/tags/{index}", "wrong_type") for index in range(len(tags))]


@pytest.mark.requirement("HARDENING-TYPES-03")
def test_null_is_no_value_for_a_change(someone: Person) -> None:
    names = {one: members_of(one) for one in CHANGES}
    told = {one: call(someone, one, json=dict.fromkeys(names[one])).faults for one in CHANGES}
    assert told == {
        one: sorted((f"#/{name}", "wrong_type") for name in names[one]) for one in CHANGES
    }


@pytest.mark.requirement("HARDENING-MEMBERS-01")
def test_every_operation_refuses_an_unknown_member(refusals: Refusals) -> None:
    unknown = ("#/surprise", "unknown_field")
    told = {name: unknown in refusals.get(name, "form").faults for name in WITH_BODY}
    assert told == dict.fromkeys(WITH_BODY, True)


@pytest.mark.requirement("HARDENING-FAULTS-02", "HARDENING-MEMBERS-01")
def test_pointer_is_written_as_a_fragment(someone: Person) -> None:
    answer = someone.create_post(json={**body_for("create_post"), **dict.fromkeys(NAMES, 1)})
    assert answer.faults == sorted((pointer, "unknown_field") for pointer in NAMES.values())


@pytest.mark.requirement("HARDENING-FAULTS-02")
def test_pointer_leads_into_an_array(someone: Person) -> None:
    body = {**body_for("create_post"), "tags": ["a", "b", "Not a tag", "c", "é"]}
    answer = someone.create_post(json=body)
    assert answer.faults == [("#/tags/2", "invalid_format"), ("#/tags/4", "invalid_format")]


@pytest.mark.requirement("HARDENING-FAULTS-01")
def test_faults_of_query_and_body_are_told_together(someone: Person) -> None:
    body = {"body": 1, "tags": ["garlic", 2], "status": "lost", "surprise": True}
    answer = someone.create_post(json=body, query={"page": 1, "sort": "title"})
    assert answer.faults == [
        ("#/body", "wrong_type"),
        ("#/status", "not_one_of"),
        ("#/surprise", "unknown_field"),
        ("#/tags/1", "wrong_type"),
        ("#/title", "required"),
        ("page", "unknown_parameter"),
        ("sort", "unknown_parameter"),
    ]


@pytest.mark.requirement("HARDENING-FAULTS-01")
def test_values_of_a_query_are_looked_at_where_its_names_are_right(api: Api) -> None:
    unknown, repeated = ("surprise", "unknown_parameter"), ("q", "repeated_parameter")
    assert api.list_posts(query="limit=0&surprise=1&sort=title").faults == [unknown]
    assert api.list_posts(query="limit=0&q=a&q=b&sort=title").faults == [repeated]
    assert len(api.list_posts(query="limit=0&sort=title").faults) == 2


@pytest.mark.requirement("HARDENING-FAULTS-01")
def test_every_operation_tells_faults_of_query_and_body_together(refusals: Refusals) -> None:
    both = [("#/surprise", "unknown_field"), ("surprise", "unknown_parameter")]
    faults = {name: refusals.get(name, "form").faults for name in WITH_BODY}
    assert faults == dict.fromkeys(WITH_BODY, both)


@pytest.mark.requirement("HARDENING-FAULTS-03")
@pytest.mark.parametrize("beyond", [0, 1])
def test_faults_are_told_up_to_a_limit(someone: Person, contract: Contract, beyond: int) -> None:
    limit = contract.limit("InvalidRequest", "errors", "maxItems")
    surprises = {f"surprise_{number}": 1 for number in range(limit + beyond)}
    answer = someone.create_post(json={**body_for("create_post"), **surprises})
    assert len(answer.faults) == limit


@pytest.mark.requirement("HARDENING-FAULTS-03")
@pytest.mark.parametrize("text", ["\x00", "Not a tag"], ids=["unfit text", "no tag"])
def test_faults_of_text_and_items_are_told_up_to_a_limit(
    someone: Person, contract: Contract, text: str
) -> None:
    limit = contract.limit("InvalidRequest", "errors", "maxItems")
    surprises = {f"surprise_{number}": text for number in range(limit + 1)}
    answer = someone.create_post(json={**body_for("create_post"), **surprises})
    assert len(answer.faults) == limit


@pytest.mark.requirement("HARDENING-FAULTS-03", "HARDENING-FAILURE-01")
def test_widest_bodies_are_read(someone: Person) -> None:
    wide = {f"surprise_{number}": number for number in range(3_000)}
    assert someone.update_me(json=wide).problem == (422, "invalid_request")
    assert someone.update_me(json={"bio": [""] * 20_000}).faults == [("#/bio", "wrong_type")]
