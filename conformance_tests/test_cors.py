"""Cross-origin requests: what a browser lets the sites do that the settings name, and no other."""

import pytest

from conformance_tests.data.samples import OPERATIONS, expect_allow, fill
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.targets import Target

# An answer of each kind: success, refusals before and behind the route, nothing to show.
ASKED = {
    ("GET", "/livez"): 200,
    ("HEAD", "/api/v1/posts"): 200,
    ("OPTIONS", "/api/v1/posts"): 204,
    ("GET", "/nothing%0ahere"): 404,
    ("PATCH", "/api/v1/posts"): 405,
    ("GET", "/api/v1/me"): 401,
    ("POST", "/api/v1/users"): 415,
    ("GET", "/livez?surprise=1"): 422,
}
SHOWN = {"etag", "link", "location", "retry-after", "x-request-id"}
TAKEN = {
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-request-id",
}
METHODS = {one.method.lower() for one in OPERATIONS} | {"head", "options"}
# What takes a body, and what takes none, with an id and without.
SOME_PATHS = ["/livez", "/api/v1/auth/login", "/api/v1/posts", "/api/v1/posts/{post_id}"]
ELSEWHERE = "https://elsewhere.example"


@pytest.fixture(scope="module")
def shown(api: Api, allowed_origin: str) -> dict[tuple[str, str], Answer]:
    """What pages of the allowed origin are answered."""
    return {asked: api.request(*asked, headers={"Origin": allowed_origin}) for asked in ASKED}


@pytest.mark.requirement("HARDENING-CORS-01")
def test_allowed_origin_may_read_every_answer(
    shown: dict[tuple[str, str], Answer], allowed_origin: str
) -> None:
    assert {asked: answer.status for asked, answer in shown.items()} == ASKED
    told = {asked: _list(answer, "Allow-Origin") for asked, answer in shown.items()}
    assert told == {asked: [allowed_origin] for asked in ASKED}
    exposed = {asked: _set(answer, "Expose-Headers") for asked, answer in shown.items()}
    assert exposed == dict.fromkeys(ASKED, SHOWN)


@pytest.mark.requirement("HARDENING-CORS-01", "HARDENING-HOST-01")
def test_allowed_origin_may_read_that_a_host_is_unknown(
    api: Api, foreign_host: str, allowed_origin: str
) -> None:
    headers = {"Origin": allowed_origin, "Host": foreign_host}
    answer = api.request_unjudged("GET", "/livez", headers=headers)
    assert (answer.status, _list(answer, "Allow-Origin")) == (400, [allowed_origin])


@pytest.mark.requirement("HARDENING-CORS-02")
def test_other_origins_are_told_nothing(api: Api, allowed_origin: str) -> None:
    scheme, _, host = allowed_origin.partition("://")
    others = [
        ELSEWHERE,
        "null",
        f"http://{host}",
        f"{allowed_origin}:444",
        f"{allowed_origin}.elsewhere.example",
        f"{scheme}://elsewhere{host}",
        f"{allowed_origin[:-1]}",
        allowed_origin.replace(".", "x"),
        f"{ELSEWHERE}, {allowed_origin}",
        host,
        "",
    ]
    told = {other: _find_all(api.check_live(headers={"Origin": other})) for other in others}
    assert told == {other: {} for other in others}


@pytest.mark.requirement("HARDENING-CORS-02")
def test_request_of_no_origin_is_told_nothing(api: Api, allowed_origin: str) -> None:
    assert _find_all(api.check_live()) == {}


@pytest.mark.requirement("HARDENING-CORS-02")
def test_nobody_is_told_anything_where_no_origin_is_named(
    bare_api: Api, allowed_origin: str
) -> None:
    for origin in (allowed_origin, ELSEWHERE, "null"):
        answers = [bare_api.check_live(headers={"Origin": origin}), _preflight(bare_api, origin)]
        assert [_find_all(answer) for answer in answers] == [{}, {}], origin


@pytest.mark.requirement("HARDENING-CORS-03")
def test_nobody_is_let_in_by_an_asterisk_or_with_credentials(api: Api, target: Target) -> None:
    for sent in ("null", ELSEWHERE, target.allowed_origin or ELSEWHERE):
        for answer in (api.check_live(headers={"Origin": sent}), _preflight(api, sent)):
            assert "*" not in "".join(_find_all(answer).values())
            assert _list(answer, "Allow-Credentials") == []


@pytest.mark.requirement("HARDENING-CORS-04")
def test_preflight_of_an_allowed_origin_names_what_is_allowed(
    api: Api, allowed_origin: str
) -> None:
    answers = {path: _preflight(api, allowed_origin, path) for path in SOME_PATHS}
    told = {path: (answer.status, answer.allow) for path, answer in answers.items()}
    assert told == {path: (204, expect_allow(path)) for path in SOME_PATHS}
    for answer in answers.values():
        assert _list(answer, "Allow-Origin") == [allowed_origin]
        assert _set(answer, "Allow-Methods") == METHODS
        # Those that a browser may send in any case need not be named, and may be.
        assert TAKEN - _set(answer, "Allow-Headers") == set()
        assert _list(answer, "Max-Age") == ["600"]


@pytest.mark.requirement("HARDENING-CORS-04")
def test_no_other_request_is_a_preflight(api: Api, allowed_origin: str) -> None:
    asking = {"Origin": allowed_origin, "Access-Control-Request-Method": "POST"}
    told = _find_all(api.check_live(headers=asking))
    assert set(told) == {"access-control-allow-origin", "access-control-expose-headers"}


@pytest.mark.requirement("HARDENING-CORS-04")
def test_preflight_of_an_unknown_path_is_404(api: Api, allowed_origin: str) -> None:
    assert _preflight(api, allowed_origin, "/nothing").problem == (404, "not_found")


@pytest.mark.requirement("HARDENING-CORS-02", "HARDENING-CORS-04")
def test_preflight_of_another_origin_is_an_options_like_others(
    api: Api, allowed_origin: str
) -> None:
    answer = _preflight(api, ELSEWHERE)
    assert (answer.status, answer.allow) == (204, expect_allow("/api/v1/posts"))
    assert _find_all(answer) == {}


@pytest.mark.requirement("HARDENING-CORS-05")
def test_every_answer_varies_by_origin(
    api: Api, shown: dict[tuple[str, str], Answer], allowed_origin: str
) -> None:
    elsewhere = api.list_posts(query={"limit": 1}, headers={"Origin": ELSEWHERE})
    assert "authorization" in elsewhere.vary, "Vary has lost what else it names"
    other = {"an origin that is not let in": elsewhere}
    none = {f"none, {asked}": api.request(*asked) for asked in ASKED}
    known = {f"allowed, {asked}": answer for asked, answer in shown.items()}
    answers = {**other, **none, **known}
    varying = {name: "origin" in _split(answer, "Vary") for name, answer in answers.items()}
    assert varying == dict.fromkeys(answers, True)


def _preflight(api: Api, origin: str, path: str = "/api/v1/posts") -> Answer:
    asking = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": ",".join(sorted(TAKEN)),
    }
    return api.request("OPTIONS", fill(path), headers=asking)


def _list(answer: Answer, name: str) -> list[str]:
    return answer.headers.get_list(f"Access-Control-{name}")


def _set(answer: Answer, name: str) -> set[str]:
    return _split(answer, f"Access-Control-{name}")


def _split(answer: Answer, name: str) -> set[str]:
    return {part.strip().lower() for part in answer.headers.get(name, "").split(",")}


def _find_all(answer: Answer) -> dict[str, str]:
    return {
        name: value
        for name, value in answer.headers.items()
        if name.lower().startswith("access-control-")
    }
