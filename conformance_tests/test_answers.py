"""What all answers share: documented status and form, media type, length, times."""

import re

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import Person

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
FIRST = [
    ("GET", "/livez", 200, "Liveness"),
    ("GET", "/readyz", 200, "Readiness"),
    ("GET", "/openapi.json", 200, "Document"),
    ("GET", "/nothing", 404, "NotFound"),
]
# What later chapters bring, strictness about a query among it.
LATER = [
    ("GET", "/api/v1/me", 200, "Me"),
    ("GET", "/api/v1/posts", 200, "PostPage"),
    ("PATCH", "/api/v1/me", 415, "UnsupportedMediaType"),
    ("GET", "/livez?surprise=1", 422, "InvalidRequest"),
]


@pytest.mark.requirement("SYSTEM-ANSWER-01", "SYSTEM-ANSWER-02", "SYSTEM-MEDIA-01")
@pytest.mark.parametrize(("method", "path", "status", "shape"), FIRST)
def test_answer_of_chapter_0_has_its_form(
    api: Api, contract: Contract, method: str, path: str, status: int, shape: str
) -> None:
    _expect_form(contract, api.request(method, path), status, shape)


@pytest.mark.requirement("SYSTEM-ANSWER-01", "SYSTEM-ANSWER-02", "SYSTEM-MEDIA-01")
@pytest.mark.parametrize(("method", "path", "status", "shape"), LATER)
def test_answer_has_its_form(
    someone: Person, contract: Contract, method: str, path: str, status: int, shape: str
) -> None:
    _expect_form(contract, someone.request(method, path), status, shape)


@pytest.mark.requirement("SYSTEM-ANSWER-03")
def test_times_are_utc_with_six_digits(someone: Person) -> None:
    me, post = someone.get_me().json, someone.has_post()
    draft = someone.has_post(status="draft")
    times = [me["created_at"], me["updated_at"], post["published_at"]]
    times += [one[name] for one in (post, draft) for name in ("created_at", "updated_at")]
    assert [time for time in times if not TIME.fullmatch(time)] == []


def _expect_form(contract: Contract, answer: Answer, status: int, shape: str) -> None:
    media_type = "application/json" if status == 200 else "application/problem+json"
    assert (answer.status, answer.media_type) == (status, media_type)
    assert answer.headers.get_list("Content-Length") == [str(len(answer.content))]
    assert contract.check(shape, answer.json) == []
