"""401 on each operation: without a token where one is needed, and with a bad one anywhere."""

import pytest

from conformance_tests.data.samples import NEEDING_TOKEN, TAKING_TOKEN, call, call_in_form
from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person

MISSING = ((401, "missing_token"), ["Bearer"])
INVALID = ((401, "invalid_token"), ['Bearer error="invalid_token"'])
OTHER_SCHEMES = ["", "Basic YTpi", "Digest a=b", "Token abc", "abc"]
# RFC 7519 §3.1 gives it.
EXAMPLE_TOKEN = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
    "Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)


@pytest.mark.requirement("ACCOUNTS-AUTH-01")
@pytest.mark.parametrize("operation_id", NEEDING_TOKEN)
def test_missing_token_is_401(api: Api, operation_id: str) -> None:
    assert _tell(call_in_form(api, operation_id)) == MISSING


@pytest.mark.requirement("ACCOUNTS-AUTH-01", "ACCOUNTS-AUTH-04")
def test_other_scheme_is_a_missing_token(api: Api) -> None:
    answers = {one: api.get_me(headers={"Authorization": one}) for one in OTHER_SCHEMES}
    assert {one: _tell(answer) for one, answer in answers.items()} == (
        dict.fromkeys(OTHER_SCHEMES, MISSING)
    )


@pytest.mark.requirement("ACCOUNTS-AUTH-02")
@pytest.mark.parametrize("token", ["nonsense", EXAMPLE_TOKEN], ids=["a word", "an example"])
@pytest.mark.parametrize("operation_id", ["get_me", "list_posts"])
def test_bad_token_is_401(api: Api, operation_id: str, token: str) -> None:
    assert _tell(call(api, operation_id, token=token)) == INVALID


@pytest.mark.requirement("ACCOUNTS-AUTH-02")
def test_token_of_an_ended_sign_in_is_401_everywhere(alice: Person) -> None:
    assert alice.log_out().status == 204
    told = {name: _tell(call_in_form(alice, name)) for name in TAKING_TOKEN}
    assert told == dict.fromkeys(TAKING_TOKEN, INVALID)


def _tell(answer: Answer) -> tuple[object, list[str]]:
    return answer.problem, answer.headers.get_list("WWW-Authenticate")
