"""The headers that answers share: request ids, security, caching, and none where no body is."""

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.raw import Wire

# An answer of each kind: success, refusals before and behind the route, nothing to show.
ASKED = [
    ("GET", "/livez", 200),
    ("GET", "/api/v1/posts", 200),
    ("OPTIONS", "/api/v1/posts", 204),
    ("GET", "/nothing", 404),
    ("GET", "/api/v1/users/nobody_is_called_this", 404),
    ("PUT", "/livez", 405),
    ("PATCH", "/api/v1/posts", 405),
    ("GET", "/api/v1/me", 401),
    ("POST", "/api/v1/users", 415),
    ("GET", "/livez?surprise=1", 422),
]
GOOD_IDS = ["a", "0", "A" * 64, "Az09.-_", "...", "01900000-0000-7000-8000-000000000000"]
BAD_IDS = ["", "a" * 65, "a b", "a,b", "a;b", "a/b", "a\tb", '"a"', "<a>", "a:b", "\xe4"]
SECURITY = {
    "X-Content-Type-Options": "NoSniff",
    "Referrer-Policy": "NoReferrer",
    "Content-Security-Policy": "NoContentPolicy",
}


@pytest.fixture(scope="module")
def someone(people: People) -> Person:
    """Somebody whose account stays."""
    return people.register("someone")


@pytest.mark.requirement("HARDENING-REQUESTID-01")
@pytest.mark.parametrize("request_id", GOOD_IDS)
def test_request_id_comes_back(api: Api, request_id: str) -> None:
    answer = api.check_live(headers={"X-Request-ID": request_id})
    assert answer.headers["X-Request-ID"] == request_id


@pytest.mark.requirement("HARDENING-REQUESTID-01")
@pytest.mark.parametrize(("method", "path", "status"), ASKED)
def test_request_id_comes_back_whatever_the_answer(
    api: Api, method: str, path: str, status: int
) -> None:
    answer = api.request(method, path, headers={"X-Request-ID": "mine"})
    assert (answer.status, answer.headers["X-Request-ID"]) == (status, "mine")


@pytest.mark.requirement("HARDENING-REQUESTID-02")
@pytest.mark.parametrize("request_id", BAD_IDS)
def test_request_id_of_another_form_is_replaced(wire: Wire, request_id: str) -> None:
    answer = wire.get("/livez", f"X-Request-ID: {request_id}")
    assert answer.status == 200
    assert answer.headers["X-Request-ID"] != request_id


@pytest.mark.requirement("HARDENING-REQUESTID-02")
def test_request_ids_are_never_the_same(api: Api) -> None:
    made = {api.check_live().headers["X-Request-ID"] for _ in range(10)}
    assert len(made) == 10


@pytest.mark.requirement("HARDENING-REQUESTID-02")
def test_only_one_request_id_comes_back(wire: Wire) -> None:
    answer = wire.get("/livez", "X-Request-ID: a b", "X-Request-ID: c,d")
    assert len(answer.headers.get_list("X-Request-ID")) == 1


@pytest.mark.requirement("HARDENING-HEADERS-01")
@pytest.mark.parametrize(("method", "path", "status"), ASKED)
def test_security_headers_are_on_every_answer(
    api: Api, contract: Contract, method: str, path: str, status: int
) -> None:
    answer = api.request(method, path)
    assert answer.status == status
    for name, rule in SECURITY.items():
        expected = contract.resolve(f"#/components/headers/{rule}/schema/const")
        assert answer.headers.get_list(name) == [expected]


@pytest.mark.requirement("HARDENING-HEADERS-02")
@pytest.mark.parametrize(("method", "path", "status"), ASKED)
def test_no_answer_sets_a_cookie(api: Api, method: str, path: str, status: int) -> None:
    answer = api.request(method, path)
    assert answer.status == status
    assert "Set-Cookie" not in answer.headers


@pytest.mark.requirement("HARDENING-HEADERS-02")
def test_signing_in_sets_no_cookie(alice: Person) -> None:
    answers = [
        alice.api.log_in(json=alice.credentials),
        alice.api.refresh_tokens(json={"refresh_token": alice.refresh_token}),
        alice.get_me(token=alice.sign_in()["access_token"]),
    ]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [answer.headers.get_list("Set-Cookie") for answer in answers] == [[], [], []]


@pytest.mark.requirement("HTTP-EMPTY-01")
def test_done_has_nothing_to_show(alice: Person) -> None:
    post = alice.has_post()
    _expect_empty(alice.delete_post(post["id"]))
    _expect_empty(alice.log_out())
    alice.sign_in_again()
    changed = {"current_password": alice.password, "new_password": "another good one"}
    _expect_empty(alice.change_password(json=changed))


@pytest.mark.requirement("HTTP-EMPTY-01")
def test_deleted_account_has_nothing_to_show(alice: Person) -> None:
    _expect_empty(alice.delete_me())


@pytest.mark.requirement("HTTP-EMPTY-01", "HTTP-OPTIONS-01")
def test_options_has_nothing_to_show(wire: Wire) -> None:
    _expect_empty(wire.send(wire.compose("OPTIONS", "/api/v1/posts")))


@pytest.mark.requirement("HTTP-CACHE-01")
def test_tokens_are_not_stored(someone: Person) -> None:
    signed_in = someone.api.log_in(json=someone.credentials)
    refresh_token = signed_in.json["refresh_token"]
    refreshed = someone.api.refresh_tokens(json={"refresh_token": refresh_token})
    _expect_no_store(200, signed_in)
    _expect_no_store(200, refreshed)


@pytest.mark.requirement("HTTP-CACHE-01")
def test_accounts_are_not_stored(api: Api, people: People) -> None:
    person = people.invent()
    told = {"username": person.username, **person.credentials}
    _expect_no_store(201, api.register_user(json=told))
    _expect_no_store(200, person.get_me())
    _expect_no_store(200, person.update_me(json={}))


@pytest.mark.requirement("HTTP-CACHE-01")
def test_account_that_an_admin_sees_is_not_stored(admin: Person, someone: Person) -> None:
    _expect_no_store(200, admin.update_user(someone.username, json={}))


@pytest.mark.requirement("HTTP-PRECONDITION-01")
def test_precondition_that_anything_fulfils_hinders_nothing(alice: Person) -> None:
    post, headers = alice.has_post(), {"If-Match": "*"}
    assert alice.update_post(post["id"], json={"title": "New"}, headers=headers).status == 200
    assert alice.delete_post(post["id"], headers=headers).status == 204


def _expect_empty(answer: Answer) -> None:
    assert (answer.status, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert "Content-Length" not in answer.headers


def _expect_no_store(status: int, answer: Answer) -> None:
    assert (answer.status, answer.headers.get("Cache-Control")) == (status, "no-store")
