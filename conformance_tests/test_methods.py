"""Methods: what a path does not have is 405, and HEAD and OPTIONS are always there."""

from collections.abc import Set

import pytest

from conformance_tests.data.samples import CONTRACT, OPEN, PATHS, READING, expect_allow, fill
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.operations import Call, Operations
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.versioned import Versioned

NOT_ALLOWED = (405, "method_not_allowed")
# Another one of the others is tried in test_precedence.
WRONG = {
    path: next(method for method in ("PATCH", "GET", "PUT") if method not in expect_allow(path))
    for path in PATHS
}
FIRST = [CONTRACT.operations[operation_id].path for operation_id in OPEN]
LATER = [path for path in PATHS if path not in FIRST]
WRITING = [path for path in PATHS if "HEAD" not in expect_allow(path)]
# Each implementation describes itself in its own words, and behind one address there may be
# several. Tags come and go under other tests.
VARYING = {"/openapi.json": {"content-length"}, "/api/v1/tags": {"content-length", "link"}}
OVERRIDES = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"]


@pytest.fixture(params=["first", "later"])
def paths(request: pytest.FixtureRequest) -> list[str]:
    """The paths of chapter 0, and for a second run of the test those of all the others."""
    if request.param == "first":
        return FIRST
    # Where nobody can have an account these are not there yet, and the test waits for them.
    request.getfixturevalue("someone")
    return LATER


@pytest.mark.requirement("SYSTEM-METHOD-01", "HTTP-ALLOW-01")
def test_wrong_method_is_405_with_every_right_one(api: Api, paths: list[str]) -> None:
    answers = {path: api.request(WRONG[path], fill(path)) for path in paths}
    told = {path: (answer.problem, answer.allow) for path, answer in answers.items()}
    assert told == {path: (NOT_ALLOWED, expect_allow(path)) for path in paths}


@pytest.mark.requirement("SYSTEM-METHOD-01", "HTTP-ALLOW-01")
@pytest.mark.usefixtures("someone")
def test_head_is_405_where_there_is_no_get(api: Api) -> None:
    answers = {path: api.request("HEAD", fill(path)) for path in WRITING}
    told = {path: (answer.status, answer.allow) for path, answer in answers.items()}
    assert told == {path: (405, expect_allow(path)) for path in WRITING}


@pytest.mark.requirement("SYSTEM-METHOD-01")
def test_a_method_in_small_letters_is_another_one(wire: Wire, paths: list[str]) -> None:
    asked = {method: path for path in paths for method in expect_allow(path)}
    lower = [wire.compose(method.lower(), fill(path)) for method, path in asked.items()]
    # HTTP does not define such a method, so a server may refuse it by itself.
    assert {wire.send_unjudged(data).status for data in lower} <= {405, 400, 501}


@pytest.mark.requirement("SYSTEM-METHOD-01", "HTTP-ALLOW-01")
def test_trace_is_a_wrong_method_and_repeats_nothing(wire: Wire) -> None:
    answer = wire.send(wire.compose("TRACE", "/livez", "X-Word: repeated"))
    assert (answer.problem, answer.allow) == (NOT_ALLOWED, expect_allow("/livez"))
    assert b"repeated" not in answer.content


@pytest.mark.requirement("SYSTEM-METHOD-02")
def test_header_does_not_change_the_method(api: Api) -> None:
    assert api.check_live(headers=dict.fromkeys(OVERRIDES, "PATCH")).status == 200
    answer = api.request("POST", "/livez", headers=dict.fromkeys(OVERRIDES, "GET"))
    assert answer.problem == NOT_ALLOWED


@pytest.mark.requirement("SYSTEM-METHOD-02")
def test_query_does_not_change_the_method(api: Api) -> None:
    query = dict.fromkeys([*OVERRIDES, "method"], "GET")
    assert api.request("POST", "/livez", query=query).problem == NOT_ALLOWED


@pytest.fixture(scope="module")
def options(api: Api) -> dict[str, Answer]:
    """What OPTIONS tells of every path, though all else of the request is wrong.

    Judged by the tests alone: what one of them finds should not keep the other from looking.
    """
    wrong: Call = {"token": "nonsense", "query": "surprise=%zz"}
    return {path: api.request_unjudged("OPTIONS", fill(path), **wrong) for path in PATHS}


@pytest.mark.requirement("HTTP-OPTIONS-01")
def test_options_names_every_method_and_looks_at_nothing_else(options: dict[str, Answer]) -> None:
    told = {path: (answer.status, answer.allow) for path, answer in options.items()}
    assert told == {path: (204, expect_allow(path)) for path in PATHS}


@pytest.mark.requirement("HTTP-PATCH-01")
def test_options_names_what_a_patch_takes(options: dict[str, Answer]) -> None:
    told = {path: answer.headers.get_list("Accept-Patch") for path, answer in options.items()}
    patched = {path for path in PATHS if "PATCH" in expect_allow(path)}
    assert told == {path: ["application/json"] if path in patched else [] for path in PATHS}


@pytest.mark.requirement("HTTP-HEAD-01")
def test_head_answers_as_get_without_a_body(
    someone: Person, lasting_post: Versioned, lasting_comment: Versioned
) -> None:
    values = {"username": someone.username, "post_id": lasting_post.key}
    values["comment_id"] = lasting_comment.key
    # Lists grow under other tests; these filters leave what is this person's own.
    own = {
        "/api/v1/users": f"?q={someone.username}",
        "/api/v1/posts": f"?author={someone.username}",
    }
    paths = [CONTRACT.operations[operation_id].path for operation_id in READING]
    for path in paths:
        _compare(someone, path.format(**values) + own.get(path, ""), VARYING.get(path, set()))


@pytest.mark.requirement("HTTP-HEAD-01")
def test_head_is_answered_without_a_byte_of_a_body(wire: Wire) -> None:
    for path in ("/livez", "/nothing"):
        assert wire.converse(wire.compose("HEAD", path)).endswith(b"\r\n\r\n")


@pytest.mark.requirement("HTTP-HEAD-01")
def test_head_is_refused_as_get(api: Api, someone: Person) -> None:
    for path in ("/nothing", "/api/v1/users/nobody_is_called_this", "/api/v1/me"):
        _compare(api, path)
    _compare(someone, "/api/v1/posts?surprise=1")


def _compare(caller: Operations, path: str, varying: Set[str] = frozenset()) -> None:
    get, head = (_ask(caller, method, path) for method in ("GET", "HEAD"))
    assert (head.path, head.status, head.content) == (path, get.status, b"")
    told, expected = (_select_headers(one, varying | {"date"}) for one in (head, get))
    assert told == expected
    assert ("content-length" in head.headers) == ("content-length" in get.headers)


def _ask(caller: Operations, method: str, path: str) -> Answer:
    return caller.request(method, path, headers={"X-Request-ID": "same"})


def _select_headers(answer: Answer, varying: Set[str]) -> dict[str, object]:
    told = {name: value for name, value in answer.headers.items() if name not in varying}
    return {**told, "vary": answer.vary}
