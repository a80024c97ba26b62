"""The Authorization header: how a token is sent, and what else counts as none or a bad one."""

from collections.abc import Mapping

import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person
from conformance_tests.harness.raw import Wire

INVALID = (401, "invalid_token")
MISSING = (401, "missing_token")
ME = "/api/v1/me"
GOOD_FORMS = {
    "as documented": "Bearer {}",
    "lower case": "bearer {}",
    "upper case": "BEARER {}",
    "many spaces": "Bearer          {}",
    # RFC 9110 §5.5: white space around a header's value is no part of it.
    "spaces around": "   Bearer {}   ",
}
OTHER_SCHEMES = {
    "nothing": "",
    "the token alone": "{}",
    "another scheme": "Basic dXNlcjpwYXNzd29yZA==",
    "another scheme with the token": "Token {}",
    "a longer scheme": "Bearers {}",
    "a scheme with a colon": "Bearer: {}",
    "a quoted scheme": '"Bearer" {}',
    "a tab instead of a space": "Bearer\t{}",
    "another scheme first": "Basic Bearer {}",
}
BAD_FORMS = {
    "the scheme alone": "Bearer",
    "the scheme and a space": "Bearer ",
    "the scheme twice": "Bearer Bearer {}",
    "a tab behind the space": "Bearer \t{}",
    "a tab inside": "Bearer {}\tx",
    "a comma behind": "Bearer {},",
    "a second token behind a comma": "Bearer {0},{0}",
    "a second challenge": "Bearer {0}, Bearer {0}",
    "a second word": "Bearer {} x",
    "a name in front": "Bearer token={}",
    "quotes": 'Bearer "{}"',
    "a NUL as text": "Bearer {}%00",
    "one segment": "Bearer x",
    "two segments": "Bearer x.y",
    "four segments": "Bearer {}.x",
    "empty segments": "Bearer ..",
    "SQL": "Bearer ' OR '1'='1",
}


def fill(form: str, person: Person) -> str:
    """Return a header line of the form, with the person's token."""
    return "Authorization: " + form.format(person.access_token)


def ask(wire: Wire, path: str, person: Person, forms: Mapping[str, str]) -> dict[str, Answer]:
    """Return the answer to each form of the header."""
    return {case: wire.get(path, fill(form, person)) for case, form in forms.items()}


@pytest.mark.requirement("ACCOUNTS-AUTH-03")
def test_a_token_is_found(wire: Wire, someone: Person) -> None:
    answers = ask(wire, ME, someone, GOOD_FORMS)
    for name in ("authorization", "AUTHORIZATION"):
        answers[name] = wire.get(ME, f"{name}: Bearer {someone.access_token}")
    found = {case: answer.json.get("username") for case, answer in answers.items()}
    assert found == dict.fromkeys(answers, someone.username)


@pytest.mark.requirement("ACCOUNTS-AUTH-04")
def test_another_scheme_is_no_token(wire: Wire, someone: Person) -> None:
    answers = ask(wire, ME, someone, OTHER_SCHEMES)
    problems = {case: answer.problem for case, answer in answers.items()}
    assert problems == dict.fromkeys(OTHER_SCHEMES, MISSING)


@pytest.mark.requirement("ACCOUNTS-AUTH-04")
def test_another_scheme_does_not_hinder_anonymous_callers(wire: Wire, someone: Person) -> None:
    for form in ("", "Basic dXNlcjpwYXNzd29yZA==", "Bearer\t{}"):
        answer = wire.get(f"/api/v1/users/{someone.username}", fill(form, someone))
        assert answer.json["username"] == someone.username


@pytest.mark.requirement("ACCOUNTS-AUTH-05")
def test_of_two_tokens_none_is_taken(wire: Wire, someone: Person) -> None:
    for pair in (("{}", "x.y.z"), ("x.y.z", "{}"), ("{}", "{}"), ("{}", "")):
        headers = [fill(f"Bearer {token}", someone) for token in pair]
        assert wire.get(ME, *headers).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "HARDENING-FAILURE-01")
def test_a_token_of_another_form_is_invalid(wire: Wire, someone: Person) -> None:
    answers = ask(wire, ME, someone, BAD_FORMS)
    problems = {case: answer.problem for case, answer in answers.items()}
    assert problems == dict.fromkeys(BAD_FORMS, INVALID)


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "ACCOUNTS-AUTH-02")
def test_a_token_of_another_form_is_invalid_where_none_is_needed(
    wire: Wire, someone: Person
) -> None:
    for form in ("Bearer", "Bearer x", "Bearer {0},{0}"):
        header = fill(form, someone)
        assert wire.get(f"/api/v1/users/{someone.username}", header).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("form", ["Bearer {}é", "Bearer ÿþ.ÿþ.ÿþ", "Béarer {}"])
def test_bytes_beyond_ascii_are_no_good_token(wire: Wire, someone: Person, form: str) -> None:
    # Some servers hand such a header on and some hand on an empty one: the code may be either.
    assert wire.get(ME, fill(form, someone)).status == 401


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "HARDENING-FAILURE-01")
def test_a_token_of_any_length_is_invalid(api: Api) -> None:
    for length in (1, 4000):
        for token in ("x" * length, ".".join(3 * ["x" * (length // 3 + 1)])):
            assert api.get_me(token=token).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-AUTH-07")
def test_a_token_in_the_query_counts_for_nothing(api: Api, someone: Person) -> None:
    for name, form in [("access_token", "{}"), ("token", "{}"), ("Authorization", "Bearer {}")]:
        query = {name: form.format(someone.access_token)}
        assert api.get_me(query=query).problem == MISSING


@pytest.mark.requirement("ACCOUNTS-AUTH-07")
def test_a_token_in_the_body_counts_for_nothing(api: Api, someone: Person) -> None:
    post = {"title": "A post", "body": "", "access_token": someone.access_token}
    assert api.create_post(json=post).problem == MISSING
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    content = f"title=A+post&access_token={someone.access_token}".encode()
    assert api.create_post(content=content, headers=form).problem == MISSING


@pytest.mark.requirement("ACCOUNTS-AUTH-07")
def test_a_token_in_another_header_counts_for_nothing(api: Api, someone: Person) -> None:
    headers = {
        "Cookie": f"access_token={someone.access_token}",
        "X-Access-Token": someone.access_token,
        "X-Api-Key": someone.access_token,
        "Proxy-Authorization": f"Bearer {someone.access_token}",
    }
    problems = {one: api.get_me(headers={one: headers[one]}).problem for one in headers}
    assert problems == dict.fromkeys(headers, MISSING)
