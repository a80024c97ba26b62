"""Methods: what a path does not have is 405, and HEAD and OPTIONS are always there."""

from collections.abc import Callable

import pytest

from conformance_tests.data.samples import CONTRACT, PATHS, READING, expect_allow, fill
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

NOT_ALLOWED = (405, "method_not_allowed")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
WRONG = [(method, path) for path in PATHS for method in METHODS if method not in expect_allow(path)]
OVERRIDES = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"]


@pytest.fixture(scope="module")
def someone(people: People) -> Person:
    """Somebody with an account."""
    return people.register("someone")


@pytest.mark.requirement("SYSTEM-METHOD-01", "HTTP-ALLOW-01")
@pytest.mark.parametrize(("method", "path"), WRONG)
def test_wrong_method_is_405_with_every_right_one(api: Api, method: str, path: str) -> None:
    answer = api.request(method, fill(path))
    assert answer.problem == NOT_ALLOWED
    assert answer.allow == expect_allow(path)


@pytest.mark.requirement("SYSTEM-METHOD-01", "HTTP-ALLOW-01")
@pytest.mark.parametrize("path", [path for path in PATHS if "HEAD" not in expect_allow(path)])
def test_head_is_405_where_there_is_no_get(api: Api, path: str) -> None:
    answer = api.request("HEAD", fill(path))
    assert answer.status == 405
    assert answer.allow == expect_allow(path)


@pytest.mark.requirement("SYSTEM-METHOD-02")
@pytest.mark.parametrize("name", OVERRIDES)
def test_header_does_not_change_the_method(someone: Person, name: str) -> None:
    headers = {name: "DELETE"}
    assert someone.get_me(headers=headers).status == 200
    assert someone.request("POST", "/api/v1/me", headers=headers).problem == NOT_ALLOWED
    assert someone.get_me().status == 200


@pytest.mark.requirement("SYSTEM-METHOD-02")
@pytest.mark.parametrize("name", ["_method", "method", "X-HTTP-Method-Override"])
def test_query_does_not_change_the_method(someone: Person, name: str) -> None:
    answer = someone.request("POST", "/api/v1/me", query={name: "DELETE"})
    assert answer.problem == NOT_ALLOWED
    assert someone.get_me().status == 200


@pytest.mark.requirement("HTTP-OPTIONS-01")
@pytest.mark.parametrize("path", PATHS)
def test_options_names_every_method(api: Api, path: str) -> None:
    answer = api.request("OPTIONS", fill(path))
    assert answer.status == 204
    assert answer.allow == expect_allow(path)


@pytest.mark.requirement("HTTP-OPTIONS-01")
@pytest.mark.parametrize("path", PATHS)
def test_options_looks_at_neither_credentials_nor_query(api: Api, path: str) -> None:
    answer = api.request("OPTIONS", fill(path), token="nonsense", query="surprise=%zz")
    assert answer.status == 204
    assert answer.allow == expect_allow(path)


Ask = Callable[[str], Answer]


@pytest.mark.requirement("HTTP-HEAD-01")
@pytest.mark.parametrize("operation_id", READING)
def test_head_answers_as_get_without_a_body(someone: Person, operation_id: str) -> None:
    post = someone.has_post()
    path = CONTRACT.operations[operation_id].path
    path = path.replace("{username}", someone.username).replace("{post_id}", post["id"])
    _compare(lambda method: _ask(someone, method, path))


@pytest.mark.requirement("HTTP-HEAD-01")
@pytest.mark.parametrize("path", ["/nothing", "/api/v1/users/nobody_is_called_this"])
def test_head_of_what_is_not_there_answers_as_get(api: Api, path: str) -> None:
    _compare(lambda method: api.request(method, path, headers={"X-Request-ID": "same"}))


@pytest.mark.requirement("HTTP-HEAD-01")
@pytest.mark.parametrize("token", [None, "nonsense"])
def test_head_is_refused_as_get(api: Api, token: str | None) -> None:
    headers = {"X-Request-ID": "same"}
    _compare(lambda method: api.request(method, "/api/v1/me", token=token, headers=headers))


@pytest.mark.requirement("HTTP-HEAD-01")
@pytest.mark.parametrize("operation_id", READING)
def test_head_with_a_wrong_query_is_refused_as_get(someone: Person, operation_id: str) -> None:
    path = fill(CONTRACT.operations[operation_id].path)
    headers = {"X-Request-ID": "same"}
    _compare(lambda method: someone.request(method, path, query="surprise=1", headers=headers))


def _ask(person: Person, method: str, path: str) -> Answer:
    # Lists grow under other tests; these filters leave what is this person's own.
    own = {"/api/v1/users": {"q": person.username}, "/api/v1/posts": {"author": person.username}}
    query = own.get(path, {})
    return person.request(method, path, query=query, headers={"X-Request-ID": "same"})


def _compare(ask: Ask) -> None:
    get, head = ask("GET"), ask("HEAD")
    assert (head.status, head.content) == (get.status, b"")
    assert _without_date(head) == _without_date(get)


def _without_date(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}
