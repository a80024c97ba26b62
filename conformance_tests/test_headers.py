"""The headers that answers share: request ids, security, caching, and none where no body is."""

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.raw import Wire

Asked = tuple[str, str]

# An answer of each kind: success, refusals before and behind the route, nothing to show.
ASKED = {
    ("GET", "/livez"): 200,
    ("GET", "/api/v1/posts"): 200,
    ("OPTIONS", "/api/v1/posts"): 204,
    ("GET", "/nothing"): 404,
    ("GET", "/api/v1/users/nobody_is_called_this"): 404,
    ("PATCH", "/api/v1/posts"): 405,
    ("GET", "/api/v1/me"): 401,
    ("POST", "/api/v1/users"): 415,
    ("GET", "/livez?surprise=1"): 422,
}
GOOD_IDS = ["a", "0", "A" * 64, "Az09.-_", "..."]
BAD_IDS = ["", "a" * 65, "a b", "a,b", "a;b", "a/b", '"a"', "\xe4"]
SECURITY = {
    "X-Content-Type-Options": "NoSniff",
    "Referrer-Policy": "NoReferrer",
    "Content-Security-Policy": "NoContentPolicy",
}


@pytest.mark.requirement("HARDENING-REQUESTID-01")
def test_request_id_comes_back(api: Api) -> None:
    answers = {good: api.check_live(headers={"X-Request-ID": good}) for good in GOOD_IDS}
    assert {good: answer.headers["X-Request-ID"] for good, answer in answers.items()} == {
        good: good for good in GOOD_IDS
    }


@pytest.mark.requirement("HARDENING-REQUESTID-01")
def test_request_id_comes_back_whatever_the_answer(api: Api) -> None:
    answers = _ask_all(api, {"X-Request-ID": "mine"})
    assert {asked: answer.headers["X-Request-ID"] for asked, answer in answers.items()} == (
        dict.fromkeys(ASKED, "mine")
    )


@pytest.mark.requirement("HARDENING-REQUESTID-02")
def test_request_id_of_another_form_is_replaced(wire: Wire) -> None:
    answers = {bad: wire.get("/livez", f"X-Request-ID: {bad}") for bad in BAD_IDS}
    assert {bad: answer.status for bad, answer in answers.items()} == dict.fromkeys(BAD_IDS, 200)
    assert [bad for bad in BAD_IDS if answers[bad].headers["X-Request-ID"] == bad] == []


@pytest.mark.requirement("HARDENING-REQUESTID-02")
def test_request_ids_are_never_the_same(api: Api) -> None:
    made = {api.check_live().headers["X-Request-ID"] for _ in range(3)}
    assert len(made) == 3


@pytest.mark.requirement("HARDENING-REQUESTID-02")
def test_only_one_request_id_comes_back(wire: Wire) -> None:
    answer = wire.get("/livez", "X-Request-ID: a b", "X-Request-ID: c,d")
    assert len(answer.headers.get_list("X-Request-ID")) == 1


@pytest.mark.requirement("HARDENING-HEADERS-01", "HARDENING-HEADERS-02")
def test_every_answer_has_security_headers_and_sets_no_cookie(api: Api, contract: Contract) -> None:
    expected = {
        name: [contract.resolve(f"#/components/headers/{rule}/schema/const")]
        for name, rule in SECURITY.items()
    }
    told = {
        asked: {name: answer.headers.get_list(name) for name in (*SECURITY, "Set-Cookie")}
        for asked, answer in _ask_all(api, {}).items()
    }
    assert told == {asked: {**expected, "Set-Cookie": []} for asked in ASKED}


@pytest.mark.requirement("HARDENING-HEADERS-02", "HTTP-CACHE-01")
def test_signing_in_sets_no_cookie_and_is_not_stored(someone: Person) -> None:
    signed_in = someone.api.log_in(json=someone.credentials)
    refresh_token = signed_in.json["refresh_token"]
    refreshed = someone.api.refresh_tokens(json={"refresh_token": refresh_token})
    for answer in (signed_in, refreshed):
        _expect_no_store(200, answer)
        assert "Set-Cookie" not in answer.headers


@pytest.mark.requirement("HTTP-CACHE-01")
def test_accounts_are_not_stored(api: Api, people: People, someone: Person) -> None:
    person = people.invent()
    told = {"username": person.username, **person.credentials}
    _expect_no_store(201, api.register_user(json=told))
    _expect_no_store(200, someone.get_me())
    _expect_no_store(200, someone.update_me(json={}))


@pytest.mark.requirement("HTTP-CACHE-01")
def test_account_that_an_admin_sees_is_not_stored(admin: Person, someone: Person) -> None:
    _expect_no_store(200, admin.update_user(someone.username, json={}))


@pytest.mark.requirement("HTTP-EMPTY-01")
def test_done_has_nothing_to_show(alice: Person, someone: Person) -> None:
    post_id = alice.has_post()["id"]
    _expect_empty(alice.delete_comment(alice.has_comment(post_id)["id"]))
    _expect_empty(alice.like_post(post_id))
    _expect_empty(alice.unlike_post(post_id))
    _expect_empty(alice.delete_post(post_id))
    _expect_empty(alice.follow_user(someone.username))
    _expect_empty(alice.unfollow_user(someone.username))
    _expect_empty(alice.log_out(token=alice.sign_in()["access_token"]))


@pytest.mark.requirement("HTTP-EMPTY-01")
def test_what_is_done_to_an_account_has_nothing_to_show(alice: Person) -> None:
    told = {"current_password": alice.password, "new_password": f"{alice.password}!"}
    _expect_empty(alice.change_password(json=told))
    alice.password = told["new_password"]
    alice.sign_in_again()
    _expect_empty(alice.delete_me())


@pytest.mark.requirement("HTTP-EMPTY-01", "HTTP-OPTIONS-01")
def test_options_has_nothing_to_show(wire: Wire) -> None:
    _expect_empty(wire.send(wire.compose("OPTIONS", "/api/v1/posts")))


def _ask_all(api: Api, headers: dict[str, str]) -> dict[Asked, Answer]:
    answers = {(method, path): api.request(method, path, headers=headers) for method, path in ASKED}
    assert {asked: answer.status for asked, answer in answers.items()} == ASKED
    return answers


def _expect_empty(answer: Answer) -> None:
    assert (answer.status, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert "Content-Length" not in answer.headers


def _expect_no_store(status: int, answer: Answer) -> None:
    assert (answer.status, answer.headers.get("Cache-Control")) == (status, "no-store")
