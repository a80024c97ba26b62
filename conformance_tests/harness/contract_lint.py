"""Finds what is wrong in the contract, in the register, and in what the tests say of them."""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from .contract import CONTRACT_PATH, Contract, load_contract, load_yaml, resolve
from .index import SUITE, NamedTest, read_tests
from .requirements import (
    EVERY_OPERATION,
    GROUPS,
    REGISTER_PATH,
    Register,
    Requirement,
    load_register,
)

LEVELS = ("MUST", "SHOULD")
ID_FORM = re.compile(r"([A-Z]+)-[A-Z]+-[0-9]{2}")
# Validators disagree on these, so the contract does without them.
FORBIDDEN = ("$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "prefixItems")
EXAMPLES = ("example", "examples")

Faults = Iterator[str]


def main(spec: Path = CONTRACT_PATH.parent, tests: Path = SUITE) -> int:
    """Print a line per fault and return 1, or print what was counted and return 0."""
    faults = list(lint(spec, tests))
    print("\n".join(faults or [_count(spec, tests)]))
    return 1 if faults else 0


def lint(spec: Path, tests: Path) -> Faults:
    """Yield every fault. A document that cannot be read hides what lies behind it."""
    document_faults = list(find_document_faults(spec / CONTRACT_PATH.name))
    yield from document_faults
    if document_faults:
        return
    contract = load_contract(spec / CONTRACT_PATH.name)
    yield from find_example_faults(contract)
    try:
        register = load_register(spec / REGISTER_PATH.name)
    except (OSError, yaml.YAMLError, LookupError, TypeError) as error:
        yield f"{REGISTER_PATH.name}: cannot be read: {_first_line(error)}"
        return
    yield from find_register_faults(register, contract)
    yield from find_uncovered(register, contract)
    yield from find_test_faults(register, read_tests(tests))


def find_document_faults(path: Path) -> Faults:
    """Yield what makes a document no OpenAPI 3.1 document that the suite can read."""
    try:
        document = load_yaml(path)
        repeated = list(find_repeated_keys(yaml.compose(path.read_bytes(), yaml.CSafeLoader)))
    except (OSError, yaml.YAMLError) as error:
        yield f"{path.name}: cannot be read: {_first_line(error)}"
        return
    faults = [*repeated, *_find_invalid(document), *_find_forbidden(document)]
    if not faults:
        faults += _find_unreadable(document)
    yield from (f"{path.name}: {fault}" for fault in faults)


def find_repeated_keys(root: yaml.Node | None) -> Faults:
    """Yield the keys that stand twice: a YAML loader takes the last of them and says nothing."""
    if isinstance(root, yaml.MappingNode):
        counted = Counter(str(key.value) for key, _ in root.value)
        line = root.start_mark.line + 1
        yield from (f"{key} stands twice at line {line}" for key, n in counted.items() if n > 1)
        for _, value in root.value:
            yield from find_repeated_keys(value)
    elif isinstance(root, yaml.SequenceNode):
        for value in root.value:
            yield from find_repeated_keys(value)


def _find_invalid(document: Any) -> Faults:
    try:
        for error in OpenAPIV31SpecValidator(document).iter_errors():
            path = "/".join(map(str, getattr(error, "absolute_path", ())))
            yield f"is invalid at #/{path}: {_first_line(error)}"
    except Exception as error:
        # It raises whatever a document that is broken enough makes it raise.
        yield f"is invalid: {type(error).__name__}: {_first_line(error)}"


def _find_forbidden(document: Any) -> Faults:
    for pointer, node in _walk(document):
        yield from (f"{pointer} has the forbidden {key}" for key in FORBIDDEN if key in node)
        if "$ref" in node and not _leads_somewhere(document, str(node["$ref"])):
            yield f"{pointer} refers to what is not in the document: {node['$ref']}"


def _leads_somewhere(document: Any, reference: str) -> bool:
    try:
        resolve(document, reference)
    except LookupError:
        return False
    return reference.startswith("#/")


def _find_unreadable(document: Any) -> Faults:
    try:
        Contract(document)
    except (LookupError, TypeError, ValueError) as error:
        yield f"is no contract for the suite: {type(error).__name__}: {_first_line(error)}"


def find_example_faults(contract: Contract) -> Faults:
    """Yield every example that its schema does not admit."""
    for pointer, node in _walk(contract.document):
        if "schema" in node:
            check = contract.compile(f"{pointer}/schema")
            for name, example in _list_examples(node):
                yield from (f"{pointer} {name} is wrong: {fault}" for fault in check(example))


def _list_examples(node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "example" in node:
        yield "example", node["example"]
    for name, example in node.get("examples", {}).items():
        yield f"example {name}", example["value"]


def _walk(node: Any, pointer: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield pointer, node
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in pairs:
        # What stands in an example is data, however much it looks like a schema.
        if isinstance(value, dict | list) and key not in EXAMPLES:
            escaped = str(key).replace("~", "~0").replace("/", "~1")
            yield from _walk(value, f"{pointer}/{escaped}")


def find_register_faults(register: Register, contract: Contract) -> Faults:
    """Yield what is wrong with single requirements."""
    counted = Counter(requirement.id for requirement in register.requirements)
    yield from (f"{name}: the id is used {n} times" for name, n in counted.items() if n > 1)
    yield from (f"{name}: the id is retired" for name in counted if name in register.retired)
    areas = {chapter.number: chapter.area for chapter in register.chapters}
    for requirement in register.requirements:
        faults = [
            *_find_faults_of_form(requirement, areas),
            *_find_faults_of_reference(requirement, contract),
        ]
        yield from (f"{requirement.id}: {fault}" for fault in faults)


def _find_faults_of_form(requirement: Requirement, areas: Mapping[int, str]) -> Faults:
    form = ID_FORM.fullmatch(requirement.id)
    if form is None:
        yield "the id is not of the form AREA-SUBJECT-NN"
    if requirement.chapter not in areas:
        yield f"there is no chapter {requirement.chapter}"
    elif form and form[1] != areas[requirement.chapter]:
        yield f"the ids of chapter {requirement.chapter} begin with {areas[requirement.chapter]}"
    if requirement.level not in LEVELS:
        yield f"the level is {requirement.level}, not MUST or SHOULD"
    if requirement.group not in GROUPS:
        yield f"there is no group {requirement.group}"
    if not requirement.text.endswith("."):
        yield "the text is not a sentence"


def _find_faults_of_reference(requirement: Requirement, contract: Contract) -> Faults:
    for name in requirement.operations:
        if name != EVERY_OPERATION and name not in contract.operations:
            yield f"there is no operation {name}"
    yield from _find_undocumented(requirement, contract)
    if requirement.openapi and not _leads_somewhere(contract.document, requirement.openapi):
        yield f"{requirement.openapi} is no place in the contract"


def _find_undocumented(requirement: Requirement, contract: Contract) -> Faults:
    answered = set(requirement.pairs(contract))
    for status in requirement.statuses:
        if requirement.is_about_every_operation and status not in {one for _, one in answered}:
            yield f"no operation answers {status}"
        for name in requirement.operations:
            if name in contract.operations and (name, status) not in answered:
                yield f"{name} does not answer {status}"


def find_uncovered(register: Register, contract: Contract) -> Faults:
    """Yield every operation and every documented status that no requirement names."""
    covered = {pair for one in register.requirements for pair in one.pairs(contract)}
    named = {name for one in register.requirements for name in one.operations}
    for operation in contract.operations.values():
        if operation.operation_id not in named:
            yield f"{operation.operation_id}: no requirement names it"
        for status in operation.responses:
            if (operation.operation_id, status) not in covered:
                yield f"{operation.operation_id}: no requirement names its status {status}"


def find_test_faults(register: Register, tests: Sequence[NamedTest]) -> Faults:
    """Yield tests that name no requirement or an unknown one, and requirements without a test."""
    for test in tests:
        if not test.requirements:
            yield f"{test.node_id}: names no requirement"
        for name in test.requirements:
            if name not in register.by_id:
                yield f"{test.node_id}: names {name}, which is not in the register"
        if len(register.find_groups(test.requirements)) > 1:
            yield f"{test.node_id}: names requirements of more than one group"
    tested = {name for test in tests for name in test.requirements}
    yield from (f"{name}: no test names it" for name in register.by_id if name not in tested)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]


def _count(spec: Path, tests: Path) -> str:
    contract = load_contract(spec / CONTRACT_PATH.name)
    statuses = sum(len(operation.responses) for operation in contract.operations.values())
    requirements = len(load_register(spec / REGISTER_PATH.name).requirements)
    return (
        f"contract: {len(contract.operations)} operations, {statuses} statuses, "
        f"{requirements} requirements, {len(read_tests(tests))} tests"
    )


if __name__ == "__main__":
    sys.exit(main())
