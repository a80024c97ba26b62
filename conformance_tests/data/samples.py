"""Requests made from the contract, for the tests that go through all of its operations."""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Unpack

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.operations import Call, Operations
from conformance_tests.harness.plugin import get_contract

CONTRACT = get_contract()
OPERATIONS = CONTRACT.operations.values()
TOKENS = {one.operation_id: one.token for one in OPERATIONS}

EVERY = list(CONTRACT.operations)
READING = [one.operation_id for one in OPERATIONS if one.method == "GET"]
WITH_BODY = [one.operation_id for one in OPERATIONS if one.request_schema]
OPEN = [name for name, rule in TOKENS.items() if rule == "none"]
TAKING_TOKEN = [name for name, rule in TOKENS.items() if rule != "none"]
NEEDING_TOKEN = [name for name, rule in TOKENS.items() if rule == "required"]
# The query parameters of each operation that has some.
PARAMETERS = {
    one.operation_id: [parameter.name for parameter in one.parameters if parameter.place == "query"]
    for one in OPERATIONS
    if any(parameter.place == "query" for parameter in one.parameters)
}

# Well-formed, and nobody and nothing: such a path is known, and what it leads to is not there.
NOWHERE = {
    "username": "nobody_is_called_this",
    "post_id": "01900000-0000-7000-8000-000000000000",
    "comment_id": "01900000-0000-7000-8000-000000000000",
}
PATHS = sorted({one.path for one in OPERATIONS})


def fill(path: str, values: Mapping[str, str] = NOWHERE) -> str:
    """Return a path template with its values, which lead to nothing unless others are given."""
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path)


def call(caller: Operations, operation_id: str, **request: Unpack[Call]) -> Answer:
    """Call an operation by its name, on what is not there where it needs an object."""
    __tracebackhide__ = True
    return call_on(NOWHERE, caller, operation_id, **request)


def call_on(
    values: Mapping[str, str], caller: Operations, operation_id: str, **request: Unpack[Call]
) -> Answer:
    """Call an operation by its name, with these values in its path where it has some."""
    __tracebackhide__ = True
    method, path = caller.locate(operation_id)
    return caller.request(method, fill(path, values), **request)


def call_in_form(caller: Operations, operation_id: str, **request: Unpack[Call]) -> Answer:
    """Call an operation by its name, with the contract's example as its body if it takes one."""
    __tracebackhide__ = True
    if operation_id in WITH_BODY and "json" not in request:
        request["json"] = body_for(operation_id)
    return call(caller, operation_id, **request)


def body_for(operation_id: str) -> dict[str, Any]:
    """Return the contract's example of the body of an operation."""
    operation = CONTRACT.operations[operation_id]
    node = CONTRACT.document["paths"][operation.path][operation.method.lower()]
    [media] = node["requestBody"]["content"].values()
    example: dict[str, Any] = deepcopy(media["example"])
    return example


def members_of(operation_id: str) -> dict[str, str]:
    """Return the members of the body of an operation, each with its JSON type."""
    shape = CONTRACT.operations[operation_id].request_schema
    properties = CONTRACT.schema(shape)["properties"] if shape else {}
    return {name: _find_type(schema) for name, schema in properties.items()}


def expect_allow(path: str) -> set[str]:
    """Return the methods that a path template has, HEAD and OPTIONS among them."""
    methods = {one.method for one in OPERATIONS if one.path == path}
    return methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())


def _find_type(schema: dict[str, Any]) -> str:
    while "type" not in schema:
        schema = CONTRACT.resolve(schema["$ref"])
    return str(schema["type"])
