"""Mutants of chapter 5 that take bodies of another shape, and tell faults in another way."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from conformance_tests.data.samples import CONTRACT, PARAMETERS, WITH_BODY, members_of
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

CHANGES = [one for one in WITH_BODY if CONTRACT.operations[one].method == "PATCH"]
MOST_FAULTS = CONTRACT.limit("InvalidRequest", "errors", "maxItems")
OURS = [
    "id",
    "author",
    "author_id",
    "post_id",
    "role",
    "is_active",
    "version",
    "password_hash",
    "created_at",
    "updated_at",
    "published_at",
    "search_text",
    "__class__",
]
Fault = dict[str, str]


@breaks(*WITH_BODY, violates=("HARDENING-TYPES-01",))
def take_an_array_for_an_object(request: Request, server: GoodServer) -> Answer:
    """Where an array comes for an object, its first item counts."""
    value = _read(request)
    return server.send(request.with_body([*value, {}][0]) if isinstance(value, list) else request)


@breaks(*WITH_BODY, violates=("HARDENING-TYPES-01",))
def take_no_object_for_an_empty_one(request: Request, server: GoodServer) -> Answer:
    """What is null, or an empty array or text, is an object without members."""
    return server.send(request.with_body({}) if _read(request) in (None, [], "") else request)


def _read(request: Request) -> Any:
    return request.with_content(b'{"it":' + request.body + b"}").members.get("it", {})


@breaks(*WITH_BODY, violates=("HARDENING-TYPES-02",))
def take_numbers_for_texts(request: Request, server: GoodServer) -> Answer:
    """A number is a text of its digits."""
    return server.send(_coerce(request, server, "string", lambda one: _spell(one, int | float)))


@breaks(*WITH_BODY, violates=("HARDENING-TYPES-02",))
def take_booleans_for_texts(request: Request, server: GoodServer) -> Answer:
    """A boolean is a text of one word."""
    return server.send(_coerce(request, server, "string", lambda one: _spell(one, bool)))


@breaks(*WITH_BODY, violates=("HARDENING-TYPES-02",))
def take_null_for_an_empty_text(request: Request, server: GoodServer) -> Answer:
    """A null is a text without a letter."""
    return server.send(_coerce(request, server, "string", lambda one: "" if one is None else one))


@breaks(*WITH_BODY, violates=("HARDENING-TYPES-02",))
def take_words_for_booleans(request: Request, server: GoodServer) -> Answer:
    """A text that says yes is true, and every other is false."""
    yes = ("true", "yes", "on", "t", "1")

    def convert(value: Any) -> Any:
        return value.lower() in yes if isinstance(value, str) else value

    return server.send(_coerce(request, server, "boolean", convert))


@breaks(*WITH_BODY, violates=("HARDENING-TYPES-02",))
def take_numbers_for_booleans(request: Request, server: GoodServer) -> Answer:
    """One is true, and nought is false."""
    return server.send(
        _coerce(request, server, "boolean", lambda one: bool(one) if one in (0, 1) else one)
    )


@breaks(*WITH_BODY, violates=("HARDENING-TYPES-02",))
def take_a_text_for_an_array(request: Request, server: GoodServer) -> Answer:
    """A text stands for an array of its words."""
    return server.send(
        _coerce(request, server, "array", lambda one: one.split() if isinstance(one, str) else one)
    )


@breaks("create_post", "update_post", violates=("HARDENING-TYPES-02",))
def take_numbers_for_tags(request: Request, server: GoodServer) -> Answer:
    """A number among the tags is a tag of its digits."""

    def convert(value: Any) -> Any:
        return [_spell(one, int) for one in value] if isinstance(value, list) else value

    return server.send(_coerce(request, server, "array", convert))


def _spell(value: Any, kind: Any) -> Any:
    is_other = isinstance(value, bool) and kind is not bool
    return str(value) if isinstance(value, kind) and not is_other else value


def _coerce(
    request: Request, server: GoodServer, kind: str, convert: Callable[[Any], Any]
) -> Request:
    kinds, told = members_of(server.find_operation(request)), request.members
    changed = {name: convert(told[name]) for name in told if kinds.get(name) == kind}
    return request.with_members(**changed) if changed else request


@breaks(*CHANGES, violates=("HARDENING-TYPES-03",))
def take_null_for_no_change(request: Request, server: GoodServer) -> Answer:
    """A null in a change leaves its member as it is."""
    nulls = [name for name, value in request.members.items() if value is None]
    return server.send(request.without_members(*nulls) if nulls else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEMBERS-01",))
def pass_over_unknown_members(request: Request, server: GoodServer) -> Answer:
    """What a body may not hold is passed over."""
    return server.send(request.without_members(*_list_unknown(request, server)))


@breaks(*WITH_BODY, violates=("HARDENING-MEMBERS-01",))
def pass_over_unknown_nulls(request: Request, server: GoodServer) -> Answer:
    """An unknown member is passed over where it is null."""
    nulls = [one for one in _list_unknown(request, server) if request.members[one] is None]
    return server.send(request.without_members(*nulls) if nulls else request)


def _list_unknown(request: Request, server: GoodServer) -> list[str]:
    known = members_of(server.find_operation(request))
    return [name for name in request.members if name not in known]


@breaks("create_post", violates=("HARDENING-MEMBERS-01",))
def find_members_in_any_case(request: Request, server: GoodServer) -> Answer:
    """A member is known by its name in capitals too."""
    told = request.members
    loud = [name for name in told if name != name.lower() and name.lower() in told]
    return server.send(request.without_members(*loud) if loud else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEMBERS-02",))
def pass_over_what_is_ours_to_set(request: Request, server: GoodServer) -> Answer:
    """What only the server sets may stand in a body, and counts for nothing."""
    ours = [name for name in _list_unknown(request, server) if name in OURS]
    return server.send(request.without_members(*ours) if ours else request)


@breaks("register_user", violates=("HARDENING-MEMBERS-02",))
def let_people_register_as_admins(request: Request, server: GoodServer) -> Answer:
    """Whoever says so at the registration is an admin."""
    role = request.members.get("role")
    if not role:
        return server.send(request)
    answer = server.send(request.without_members("role"))
    return answer.with_members(role=role) if answer.status == 201 else answer


@breaks("update_me", "update_post", "update_comment", violates=("HARDENING-MEMBERS-02",))
def make_the_rest_of_a_refused_change(request: Request, server: GoodServer) -> Answer:
    """A change that is refused for an unknown member is made without it."""
    unknown = _list_unknown(request, server)
    if unknown:
        server.send(request.without_members(*unknown))
    return server.send(request)


@breaks("create_post", violates=("HARDENING-FAULTS-01",))
def tell_faults_of_the_body_alone(request: Request, server: GoodServer) -> Answer:
    """Where the body is wrong, faults of the query are not told."""

    def keep(faults: list[Fault]) -> list[Fault]:
        return [one for one in faults if "pointer" in one] or faults

    return _change_faults(server.send(request), keep)


@breaks(*WITH_BODY, violates=("HARDENING-FAULTS-01",))
def tell_faults_of_the_query_alone(request: Request, server: GoodServer) -> Answer:
    """Where the query is wrong, faults of the body are not told."""

    def keep(faults: list[Fault]) -> list[Fault]:
        return [one for one in faults if "parameter" in one] or faults

    return _change_faults(server.send(request), keep)


@breaks(*WITH_BODY, violates=("HARDENING-FAULTS-01",))
def tell_the_first_fault_alone(request: Request, server: GoodServer) -> Answer:
    """Of many faults one is told."""
    return _change_faults(server.send(request), lambda faults: faults[:1])


@breaks(*PARAMETERS, violates=("HARDENING-FAULTS-01",))
def look_at_values_beside_unknown_names(request: Request, server: GoodServer) -> Answer:
    """The values of a query are looked at although not all of its names are right."""
    answer = server.send(request)
    names = [one["parameter"] for one in _list_faults(answer, "unknown_parameter")]
    if not names:
        return answer
    further = server.send(request.with_query(**dict.fromkeys(names)))
    return _change_faults(answer, lambda faults: faults + further.members.get("errors", []))


@breaks("create_post", violates=("HARDENING-FAULTS-01",))
def look_at_headers_beside_a_wrong_body(request: Request, server: GoodServer) -> Answer:
    """A wrong Idempotency-Key is told although the body is wrong too."""
    answer = server.send(request)
    if " " not in request.header("Idempotency-Key"):
        return answer
    wrong = {"header": "Idempotency-Key", "code": "invalid_format", "detail": "It has a space."}
    return _change_faults(answer, lambda faults: [*faults, wrong])


@breaks("create_post", violates=("HARDENING-FAULTS-02",))
def write_pointers_without_a_hash(request: Request, server: GoodServer) -> Answer:
    """A pointer is not written as a fragment."""
    return _change_pointers(server.send(request), lambda pointer: pointer.removeprefix("#"))


@breaks("create_post", violates=("HARDENING-FAULTS-02",))
def write_pointers_without_percents(request: Request, server: GoodServer) -> Answer:
    """A pointer is not percent-encoded."""
    return _change_pointers(server.send(request), unquote)


@breaks("create_post", violates=("HARDENING-FAULTS-02",))
def write_pointers_without_tildes(request: Request, server: GoodServer) -> Answer:
    """Slashes and tildes in a name stand in a pointer as they are."""
    return _change_pointers(
        server.send(request), lambda pointer: pointer.replace("~1", "/").replace("~0", "~")
    )


@breaks("create_post", violates=("HARDENING-FAULTS-02",))
def write_pointers_with_dots(request: Request, server: GoodServer) -> Answer:
    """A pointer into an array has a dot in front of the index."""
    return _change_pointers(
        server.send(request), lambda pointer: pointer.replace("#/tags/", "#/tags.")
    )


def _change_pointers(answer: Answer, change: Callable[[str], str]) -> Answer:
    def rewrite(faults: list[Fault]) -> list[Fault]:
        return [{**one, "pointer": change(one["pointer"])} for one in faults if "pointer" in one]

    return _change_faults(answer, rewrite)


@breaks("create_post", violates=("HARDENING-FAULTS-03",))
def tell_one_fault_too_many(request: Request, server: GoodServer) -> Answer:
    """Of many faults 101 are told."""
    return _change_faults(
        server.send(request),
        lambda faults: [*faults, faults[0]] if len(faults) == MOST_FAULTS else faults,
    )


@breaks("create_post", violates=("HARDENING-FAULTS-03",))
def tell_one_fault_too_few(request: Request, server: GoodServer) -> Answer:
    """Of many faults 99 are told."""
    return _change_faults(server.send(request), lambda faults: faults[: MOST_FAULTS - 1])


@breaks("create_post", violates=("HARDENING-FAULTS-03",))
def tell_all_faults_of_text(request: Request, server: GoodServer) -> Answer:
    """Of many faults of text 101 are told."""
    return _change_faults(
        server.send(request),
        lambda faults: (
            [*faults, faults[0]]
            if len(faults) == MOST_FAULTS and faults[0]["code"] == "invalid_character"
            else faults
        ),
    )


def _list_faults(answer: Answer, code: str) -> list[Fault]:
    return [one for one in answer.members.get("errors", []) if one["code"] == code]


def _change_faults(answer: Answer, change: Callable[[list[Fault]], list[Fault]]) -> Answer:
    faults = answer.members.get("errors")
    return answer.with_members(errors=change(faults)) if faults else answer
