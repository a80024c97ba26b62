"""The Authorization header: how a token is sent, and what else counts as none or a bad one."""

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.raw import Wire

INVALID = (401, "invalid_token")
MISSING = (401, "missing_token")
ME = "/api/v1/me"
GOOD_FORMS = {
    "as documented": "Bearer {}",
    "lower case": "bearer {}",
    "upper case": "BEARER {}",
    "mixed case": "bEaReR {}",
    "two spaces": "Bearer  {}",
    "many spaces": "Bearer          {}",
    # RFC 9110 §5.5: white space around a header's value is no part of it.
    "spaces around": "   Bearer {}   ",
}
OTHER_SCHEMES = {
    "nothing": "",
    "spaces": "   ",
    "the token alone": "{}",
    "another scheme": "Basic dXNlcjpwYXNzd29yZA==",
    "another scheme with the token": "Token {}",
    "a longer scheme": "Bearers {}",
    "a scheme with a colon": "Bearer: {}",
    "a scheme with an equals sign": "Bearer={}",
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
    "a parameter": 'Bearer {}, realm="x"',
    "a name in front": "Bearer token={}",
    "quotes": 'Bearer "{}"',
    "angle brackets": "Bearer <{}>",
    "a NUL as text": "Bearer {}%00",
    "one segment": "Bearer x",
    "two segments": "Bearer x.y",
    "four segments": "Bearer {}.x",
    "empty segments": "Bearer ..",
    "null": "Bearer null",
    "undefined": "Bearer undefined",
    "SQL": "Bearer ' OR '1'='1",
    "a path": "Bearer ../../../etc/passwd",
}


@pytest.fixture(scope="module")
def bearer(people: People) -> Person:
    """Somebody signed in. These tests only read the account, and so share it."""
    return people.register("bearer")


def fill(form: str, person: Person) -> str:
    """Return a header line of the form, with the person's token."""
    return "Authorization: " + form.format(person.access_token)


@pytest.mark.requirement("ACCOUNTS-AUTH-03")
@pytest.mark.parametrize("form", GOOD_FORMS.values(), ids=GOOD_FORMS.keys())
def test_a_token_is_found(wire: Wire, bearer: Person, form: str) -> None:
    assert wire.get(ME, fill(form, bearer)).json["username"] == bearer.username


@pytest.mark.requirement("ACCOUNTS-AUTH-03")
@pytest.mark.parametrize("name", ["authorization", "AUTHORIZATION", "aUTHORIZATION"])
def test_the_header_is_found_in_any_case(wire: Wire, bearer: Person, name: str) -> None:
    assert wire.get(ME, f"{name}: Bearer {bearer.access_token}").status == 200


@pytest.mark.requirement("ACCOUNTS-AUTH-04")
@pytest.mark.parametrize("form", OTHER_SCHEMES.values(), ids=OTHER_SCHEMES.keys())
def test_another_scheme_is_no_token(wire: Wire, bearer: Person, form: str) -> None:
    assert wire.get(ME, fill(form, bearer)).problem == MISSING


@pytest.mark.requirement("ACCOUNTS-AUTH-04")
@pytest.mark.parametrize("form", OTHER_SCHEMES.values(), ids=OTHER_SCHEMES.keys())
def test_another_scheme_does_not_hinder_anonymous_callers(
    wire: Wire, bearer: Person, form: str
) -> None:
    answer = wire.get(f"/api/v1/users/{bearer.username}", fill(form, bearer))
    assert answer.json["username"] == bearer.username


@pytest.mark.requirement("ACCOUNTS-AUTH-05")
@pytest.mark.parametrize(
    ("first", "second"),
    [("{}", "x.y.z"), ("x.y.z", "{}"), ("{}", "{}"), ("{}", "")],
    ids=["good first", "good last", "twice the same", "one empty"],
)
def test_of_two_tokens_none_is_taken(wire: Wire, bearer: Person, first: str, second: str) -> None:
    headers = [fill(f"Bearer {token}", bearer) for token in (first, second)]
    assert wire.get(ME, *headers).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("form", BAD_FORMS.values(), ids=BAD_FORMS.keys())
def test_a_token_of_another_form_is_invalid(wire: Wire, bearer: Person, form: str) -> None:
    assert wire.get(ME, fill(form, bearer)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "ACCOUNTS-AUTH-02")
@pytest.mark.parametrize("form", ["Bearer", "Bearer x", "Bearer {},{}"])
def test_a_token_of_another_form_is_invalid_where_none_is_needed(
    wire: Wire, bearer: Person, form: str
) -> None:
    header = fill(form.replace("{},{}", "{0},{0}"), bearer)
    assert wire.get(f"/api/v1/users/{bearer.username}", header).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("form", ["Bearer {}é", "Bearer é", "Bearer ÿþ.ÿþ.ÿþ", "Béarer {}"])
def test_bytes_beyond_ascii_are_no_good_token(wire: Wire, bearer: Person, form: str) -> None:
    # Some servers hand such a header on and some hand on an empty one: the code may be either.
    assert wire.get(ME, fill(form, bearer)).status == 401


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("length", [1, 10, 100, 1000, 4000])
def test_a_token_of_any_length_is_invalid(api: Api, length: int) -> None:
    for token in ("x" * length, ".".join(3 * ["x" * (length // 3 + 1)])):
        assert api.get_me(token=token).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-AUTH-07")
@pytest.mark.parametrize("name", ["access_token", "token", "Authorization"])
def test_a_token_in_the_query_counts_for_nothing(api: Api, bearer: Person, name: str) -> None:
    assert api.get_me(query={name: bearer.access_token}).problem == MISSING
    assert api.get_me(query={name: f"Bearer {bearer.access_token}"}).problem == MISSING


@pytest.mark.requirement("ACCOUNTS-AUTH-07")
def test_a_token_in_the_body_counts_for_nothing(api: Api, bearer: Person) -> None:
    post = {"title": "A post", "body": "", "access_token": bearer.access_token}
    assert api.create_post(json=post).problem == MISSING
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    content = f"title=A+post&access_token={bearer.access_token}".encode()
    assert api.create_post(content=content, headers=form).problem == MISSING


@pytest.mark.requirement("ACCOUNTS-AUTH-07")
@pytest.mark.parametrize("name", ["Cookie", "X-Access-Token", "Proxy-Authorization", "X-Api-Key"])
def test_a_token_in_another_header_counts_for_nothing(api: Api, bearer: Person, name: str) -> None:
    for form in ("{}", "Bearer {}", "access_token={}"):
        headers = {name: form.format(bearer.access_token)}
        assert api.get_me(headers=headers).problem == MISSING
