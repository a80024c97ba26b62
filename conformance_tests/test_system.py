"""Chapter 0: health, and the description that the API gives of itself."""

from typing import Any

import pytest

from conformance_tests.data.samples import CONTRACT, EVERY, OPEN, WITH_BODY, call
from conformance_tests.harness.client import Api

Node = dict[str, Any]

# Where the parameters stand that every framework describes; headers are left to the reader.
PLACES = ("path", "query")
CREDENTIALS = ["Bearer a.b.c", "Basic YTpi", "nonsense", ""]


@pytest.fixture(scope="module")
def described(api: Api) -> Node:
    """The OpenAPI document that the API serves."""
    document: Node = api.get_openapi().json
    return document


@pytest.mark.requirement("SYSTEM-LIVE-01")
def test_livez_says_ok(api: Api) -> None:
    answer = api.check_live()
    assert (answer.status, answer.json) == (200, {"status": "ok"})


@pytest.mark.requirement("SYSTEM-READY-01")
def test_readyz_says_ok_for_the_database_too(api: Api) -> None:
    answer = api.check_ready()
    assert (answer.status, answer.json) == (200, {"status": "ok", "database": "ok"})


@pytest.mark.requirement("SYSTEM-ANONYMOUS-01")
def test_chapter_0_ignores_credentials(api: Api) -> None:
    statuses = {
        (name, credentials): call(api, name, headers={"Authorization": credentials}).status
        for name in OPEN
        for credentials in CREDENTIALS
    }
    assert statuses == dict.fromkeys(statuses, 200)


@pytest.mark.requirement("SYSTEM-OPENAPI-01")
def test_description_is_an_openapi_3_1_document(api: Api) -> None:
    described = api.get_openapi().json
    assert described["openapi"].startswith("3.1.")
    assert set(described["info"]) >= {"title", "version"}


@pytest.mark.requirement("SYSTEM-OPENAPI-02")
def test_description_has_every_operation_at_its_method_and_path(described: Node) -> None:
    served = {
        (method, path): operation.get("operationId")
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict)
    }
    expected = {
        (one.method.lower(), one.path): one.operation_id for one in CONTRACT.operations.values()
    }
    assert {place: served.get(place) for place in expected} == expected


@pytest.mark.requirement("SYSTEM-OPENAPI-03")
def test_description_has_the_parameters_of_the_contract(described: Node) -> None:
    expected = {
        one.operation_id: {
            (parameter.name, parameter.place)
            for parameter in one.parameters
            if parameter.place in PLACES
        }
        for one in CONTRACT.operations.values()
    }
    assert {name: _list_parameters(described, name) for name in EVERY} == expected


@pytest.mark.requirement("SYSTEM-OPENAPI-04")
def test_description_requires_the_members_of_every_body(described: Node) -> None:
    expected = {name: _list_asked(CONTRACT.document, name) for name in WITH_BODY}
    assert {name: _list_asked(described, name) for name in WITH_BODY} == expected


@pytest.mark.requirement("SYSTEM-OPENAPI-04")
def test_description_requires_the_members_of_every_success(described: Node) -> None:
    expected = {name: _list_told(CONTRACT.document, name) for name in EVERY}
    assert {name: _list_told(described, name) for name in EVERY} == expected


@pytest.mark.requirement("SYSTEM-OPENAPI-05")
def test_description_has_the_statuses_of_the_contract(described: Node) -> None:
    expected = {
        one.operation_id: {str(status) for status in one.responses}
        for one in CONTRACT.operations.values()
    }
    served = {name: set(_find_operation(described, name)["responses"]) for name in EVERY}
    assert served == expected


def _find_operation(document: Node, operation_id: str) -> Node:
    one = CONTRACT.operations[operation_id]
    operation: Node = document["paths"][one.path][one.method.lower()]
    return operation


def _list_parameters(document: Node, operation_id: str) -> set[tuple[str, str]]:
    path = CONTRACT.operations[operation_id].path
    of_path = document["paths"][path].get("parameters", [])
    of_operation = _find_operation(document, operation_id).get("parameters", [])
    nodes = [_follow(document, node) for node in (*of_path, *of_operation)]
    return {(node["name"], node["in"]) for node in nodes if node["in"] in PLACES}


def _list_asked(document: Node, operation_id: str) -> list[str]:
    return _list_required(document, _find_operation(document, operation_id)["requestBody"])


def _list_told(document: Node, operation_id: str) -> list[str]:
    answers = CONTRACT.operations[operation_id].responses
    success = str(next(status for status in answers if status < 300))
    return _list_required(document, _find_operation(document, operation_id)["responses"][success])


def _list_required(document: Node, body: Node) -> list[str]:
    # A 204 has no content, and then nothing is required.
    for media in _follow(document, body).get("content", {}).values():
        return sorted(_follow(document, media["schema"]).get("required", []))
    return []


def _follow(document: Node, node: Node) -> Node:
    while "$ref" in node:
        names = node["$ref"].removeprefix("#/").split("/")
        node = document
        for name in names:
            node = node[name.replace("~1", "/").replace("~0", "~")]
    return node
