"""The contract as the tests read it: operations, the answers they may give, and the limits."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import yaml

CONTRACT_PATH = Path(__file__).resolve().parents[2] / "shared_spec" / "openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")
# The forms of answers to requests that meet no operation, by the names they have.
WITHOUT_OPERATION = {204: "Options", 404: "NotFound", 405: "MethodNotAllowed"}
_ROOT = "urn:contract"
_SHOWN = 80

Node = dict[str, Any]


class SchemaCheck:
    """One schema of the document, compiled when it is first needed."""

    def __init__(self, registry: jsonschema_rs.Registry, pointer: str) -> None:
        self._registry = registry
        self._pointer = pointer

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        # Formats are annotations in JSON Schema 2020-12 unless one asks for them.
        return jsonschema_rs.Draft202012Validator(
            {"$ref": _ROOT + quote(self._pointer, safe="#/~!$&'()*+,;=:@")},
            registry=self._registry,
            validate_formats=True,
            mask="the value",
        )

    def __call__(self, value: object) -> list[str]:
        """Return every fault of a value, each readable and with its place."""
        return [
            f"{_place(error)}: {error.message[:200]} (got {_shorten(error.instance)})"
            for error in _expand(self._validator.iter_errors(value))
        ]


@dataclass(frozen=True)
class HeaderRule:
    """What one documented header has to look like."""

    name: str
    required: bool
    is_number: bool
    _value: SchemaCheck = field(repr=False)
    # Nearly every answer says the same: what was right once need not be checked again.
    _right: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def check(self, value: str) -> list[str]:
        """Return the faults of the header's value."""
        if value in self._right:
            return []
        is_plain = re.fullmatch("[0-9]{1,18}", value)
        faults = self._value(int(value) if self.is_number and is_plain else value)
        if not faults:
            self._right.add(value)
        return [f"header {self.name}: {fault.removeprefix('#: ')}" for fault in faults]


@dataclass(frozen=True)
class ResponseRule:
    """What an answer with one status has to look like. A seldom one need not be seen."""

    status: int
    seldom: bool
    media_type: str | None
    headers: tuple[HeaderRule, ...] = field(repr=False)
    _body: SchemaCheck | None = field(repr=False)

    @cached_property
    def required_headers(self) -> tuple[str, ...]:
        """The names of the headers that no such answer may lack."""
        return tuple(header.name for header in self.headers if header.required)

    def check(self, body: object) -> list[str]:
        """Return the faults of a body that was read as JSON."""
        return self._body(body) if self._body else []

    def check_headers(self, sent: Mapping[str, str]) -> list[str]:
        """Return the faults of the documented headers, those that are missing included."""
        values = {name.lower(): value for name, value in sent.items()}
        faults = []
        for header in self.headers:
            value = values.get(header.name.lower())
            if value is not None:
                faults += header.check(value)
            elif header.required:
                faults.append(f"header {header.name}: is missing")
        return faults


@dataclass(frozen=True)
class Parameter:
    """One path or query parameter."""

    name: str
    place: str
    required: bool
    schema: Node = field(repr=False)


@dataclass(frozen=True)
class Operation:
    """One operation. `token` is "none", "optional" or "required"."""

    operation_id: str
    method: str
    path: str
    chapter: int
    token: str
    parameters: tuple[Parameter, ...]
    request_schema: str | None
    responses: Mapping[int, ResponseRule]

    @cached_property
    def path_pattern(self) -> re.Pattern[str]:
        """The path template, ready to recognise a path."""
        pieces = re.split(r"\{[^}]*\}", self.path)
        return re.compile("[^/]+".join(map(re.escape, pieces)))


class Contract:
    """A whole contract document."""

    def __init__(self, document: Node) -> None:
        self.document = document
        self._registry = jsonschema_rs.Registry([(_ROOT, document)])
        self._checks: dict[str, SchemaCheck] = {}
        self.operations = {one.operation_id: one for one in self._read_operations()}
        self._by_depth = defaultdict[tuple[str, int], list[Operation]](list)
        for one in self.operations.values():
            self._by_depth[one.method, one.path.count("/")].append(one)
        self.without_operation = {
            status: self._read_response(status, f"#/components/responses/{name}")
            for status, name in WITHOUT_OPERATION.items()
            if name in document["components"]["responses"]
        }

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation that a request meets. HEAD meets that of GET."""
        known_as = "GET" if method == "HEAD" else method
        # A value in a path holds no slash, so only paths with as many can fit.
        candidates = self._by_depth.get((known_as, path.count("/")), ())
        return next((one for one in candidates if one.path_pattern.fullmatch(path)), None)

    def schema(self, name: str) -> Node:
        """Return a schema by its name, as it stands in the document."""
        schema: Node = self.document["components"]["schemas"][name]
        return schema

    def check(self, name: str, value: object) -> list[str]:
        """Return the faults of a value against a schema by its name."""
        return self.compile(f"#/components/schemas/{name}")(value)

    def limit(self, shape: str, member: str, keyword: str) -> int:
        """Return a limit: `limit("NewPost", "title", "maxLength")`."""
        return self._find_limit(self.schema(shape)["properties"][member], keyword)

    def parameter_limit(self, operation_id: str, name: str, keyword: str) -> int:
        """Return a limit: `parameter_limit("list_posts", "limit", "maximum")`."""
        parameters = self.operations[operation_id].parameters
        [found] = [one for one in parameters if one.name == name]
        return self._find_limit(found.schema, keyword)

    def general_limit(self, name: str) -> int:
        """Return a limit that belongs to no schema: `general_limit("body_bytes")`."""
        found: int = self.document["x-limits"][name]
        return found

    def compile(self, pointer: str) -> SchemaCheck:
        """Return the check for the schema at a place in the document, each time the same one."""
        return self._checks.setdefault(pointer, SchemaCheck(self._registry, pointer))

    def resolve(self, pointer: str) -> Any:
        """Return what stands at a place in the document. Raises LookupError."""
        return resolve(self.document, pointer)

    def follow(self, pointer: str) -> tuple[str, Any]:
        """Return what stands at a place, and where it really stands, behind any `$ref`."""
        node = self.resolve(pointer)
        while isinstance(node, dict) and "$ref" in node:
            pointer = node["$ref"]
            node = self.resolve(pointer)
        return pointer, node

    def _find_limit(self, schema: Node, keyword: str) -> int:
        while keyword not in schema:
            schema = self.resolve(schema["$ref"])
        return int(schema[keyword])

    def _read_operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._read_operation(path, method)

    def _read_operation(self, path: str, method: str) -> Operation:
        place = f"#/paths/{_escape(path)}"
        node = self.resolve(place)[method]
        statuses = node["responses"]
        return Operation(
            operation_id=node["operationId"],
            method=method.upper(),
            path=path,
            chapter=int(node["tags"][0].split()[0]),
            token=_read_security(node["security"]),
            parameters=tuple(self._read_parameters(place, method)),
            request_schema=_read_body_name(node),
            responses={
                int(status): self._read_response(
                    int(status), f"{place}/{method}/responses/{status}"
                )
                for status in statuses
            },
        )

    def _read_parameters(self, place: str, method: str) -> Iterator[Parameter]:
        for owner in (place, f"{place}/{method}"):
            for index, _ in enumerate(self.resolve(owner).get("parameters", ())):
                _, node = self.follow(f"{owner}/parameters/{index}")
                required = node.get("required", False)
                yield Parameter(node["name"], node["in"], required, node["schema"])

    def _read_response(self, status: int, pointer: str) -> ResponseRule:
        pointer, node = self.follow(pointer)
        content = node.get("content", {})
        media_type = next(iter(content), None)
        body = f"{pointer}/content/{_escape(media_type)}/schema" if media_type else None
        return ResponseRule(
            status=status,
            seldom=node.get("x-seldom", False),
            media_type=media_type,
            headers=tuple(self._read_headers(pointer, node.get("headers", {}))),
            _body=self.compile(body) if body else None,
        )

    def _read_headers(self, response: str, names: Iterable[str]) -> Iterator[HeaderRule]:
        for name in names:
            pointer, node = self.follow(f"{response}/headers/{_escape(name)}")
            is_number = node["schema"].get("type") == "integer"
            check = self.compile(f"{pointer}/schema")
            yield HeaderRule(name, node.get("required", False), is_number, check)


def load_contract(path: Path = CONTRACT_PATH) -> Contract:
    """Read the contract from its file."""
    return Contract(load_yaml(path))


def load_yaml(path: Path) -> Any:
    """Read a YAML file with the fast loader, which alone keeps a run's start short."""
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def resolve(document: Any, pointer: str) -> Any:
    """Return what stands at a place in any document. Raises LookupError."""
    node = document
    try:
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            node = node[int(key) if isinstance(node, list) else key]
    except (ValueError, TypeError):
        raise LookupError(pointer) from None
    return node


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _read_security(requirements: Sequence[Node]) -> str:
    if not requirements:
        return "none"
    return "optional" if {} in requirements else "required"


def _read_body_name(operation: Node) -> str | None:
    if "requestBody" not in operation:
        return None
    [media] = operation["requestBody"]["content"].values()
    return str(media["schema"]["$ref"].rpartition("/")[2])


def _expand(
    errors: Iterator[jsonschema_rs.ValidationError],
) -> Iterator[jsonschema_rs.ValidationError]:
    # Of several forms that all fail, the one that fails least is most likely meant.
    for error in errors:
        branches = getattr(error.kind, "context", None)
        yield from min(branches, key=len) if branches else [error]


def _place(error: jsonschema_rs.ValidationError) -> str:
    return "#" + "".join(f"/{part}" for part in error.instance_path)


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
