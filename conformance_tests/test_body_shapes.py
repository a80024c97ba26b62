"""Bodies have exactly the shape of the contract: types are not coerced, members not ignored."""

from typing import Any

import pytest

from conformance_tests.data.samples import CONTRACT, WITH_BODY, body_for, call, members_of
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person

CHANGES = [one for one in WITH_BODY if CONTRACT.operations[one].method == "PATCH"]
NO_OBJECTS = [None, True, 0, "Garlic", [], [{}]]
# What a careless program takes for a value of the type.
TAKEN_FOR: dict[str, list[Any]] = {
    "string": [None, True, 12345678, 1.5, ["garlic"], {}],
    "boolean": [None, 0, 1, "", "true", []],
    "array": [None, 0, "garlic", "[]", {}, {"0": "garlic"}],
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


@pytest.fixture(scope="module")
def someone(people: People) -> Person:
    """Somebody with an account."""
    return people.register("someone")


@pytest.mark.requirement("HARDENING-TYPES-01")
@pytest.mark.parametrize("body", NO_OBJECTS, ids=repr)
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_body_that_is_no_object_is_refused(someone: Person, operation_id: str, body: Any) -> None:
    assert call(someone, operation_id, json=body).faults == [("#", "wrong_type")]


@pytest.mark.requirement("HARDENING-TYPES-02")
@pytest.mark.parametrize("turn", range(max(map(len, TAKEN_FOR.values()))))
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_no_type_is_taken_for_another(someone: Person, operation_id: str, turn: int) -> None:
    members = members_of(operation_id)
    body = {name: TAKEN_FOR[kind][turn] for name, kind in members.items()}
    expected = sorted((f"#/{name}", "wrong_type") for name in members)
    assert call(someone, operation_id, json=body).faults == expected


@pytest.mark.requirement("HARDENING-TYPES-02")
@pytest.mark.parametrize("item", TAKEN_FOR["string"], ids=repr)
@pytest.mark.parametrize("operation_id", ["create_post", "update_post"])
def test_no_type_is_taken_for_a_tag(someone: Person, operation_id: str, item: Any) -> None:
    body = {**body_for(operation_id), "tags": ["garlic", item]}
    assert call(someone, operation_id, json=body).faults == [("#/tags/1", "wrong_type")]


@pytest.mark.requirement("HARDENING-TYPES-03")
@pytest.mark.parametrize("operation_id", CHANGES)
def test_null_is_no_value_for_a_change(someone: Person, operation_id: str) -> None:
    for name in members_of(operation_id):
        # A new e-mail address needs the password, so that comes along.
        body = {"current_password": someone.password} if name == "email" else {}
        answer = call(someone, operation_id, json={**body, name: None})
        assert answer.faults == [(f"#/{name}", "wrong_type")]


@pytest.mark.requirement("HARDENING-MEMBERS-01")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_unknown_member_is_refused(someone: Person, operation_id: str) -> None:
    for name in ("surprise", "Email", "title_", "password_hash"):
        answer = call(someone, operation_id, json={**body_for(operation_id), name: 1})
        assert answer.faults == [(f"#/{name}", "unknown_field")]


@pytest.mark.requirement("HARDENING-FAULTS-02", "HARDENING-MEMBERS-01")
@pytest.mark.parametrize(("name", "pointer"), NAMES.items())
def test_pointer_is_written_as_a_fragment(someone: Person, name: str, pointer: str) -> None:
    answer = someone.create_post(json={**body_for("create_post"), name: 1})
    assert answer.faults == [(pointer, "unknown_field")]


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


@pytest.mark.requirement("HARDENING-FAULTS-03")
@pytest.mark.parametrize("beyond", [0, 1, 400])
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
    wide = {f"surprise_{number}": number for number in range(10_000)}
    assert someone.update_me(json=wide).problem == (422, "invalid_request")
    assert someone.update_me(json={"bio": [""] * 50_000}).faults == [("#/bio", "wrong_type")]
