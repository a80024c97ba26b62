"""Access tokens: the one form they have, and that nothing else passes for one."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person
from conformance_tests.harness.targets import Target
from conformance_tests.harness.tokens import Tokens, decode, encode, to_base64url

INVALID = (401, "invalid_token")
CLAIMS = {"iss", "aud", "sub", "sid", "iat", "exp", "jti"}
UNKNOWN_ID = "01890000-0000-7000-8000-000000000000"
NONE = ("none", "None", "NONE", "nOnE", " none", "", None)
OTHER_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "HS1", "hs256", "HS256 ", ["HS256"], 256)
WELL_KNOWN_SECRETS = (
    "",
    "secret",
    "changeme",
    "password",
    "dev",
    "test",
    "your-256-bit-secret",
    "django-insecure-secret-key",
    "change-me-change-me-change-me-change-me",
    32 * "0",
    32 * "\0",
)
NOT_IDS: dict[str, object] = {
    "null": None,
    "a number": 1,
    "true": True,
    "nothing": "",
    "a name": "alice",
    "a NUL behind": UNKNOWN_ID + "\0",
    "a list": [UNKNOWN_ID],
    "an object": {"id": UNKNOWN_ID},
}
NOT_TIMES: dict[str, object] = {
    "null": None,
    "true": True,
    "text": "4102444800",
    "a list": [4102444800],
    "beyond a double": float("inf"),
    "not a number": float("nan"),
}
# What stands in place of the right issuer or audience.
OTHER_NAMES: dict[str, Callable[[str], object]] = {
    "longer": "{}x".format,
    "with a slash": "{}/".format,
    "upper case": str.upper,
    "nothing": lambda _: "",
    "null": lambda _: None,
    "a number": lambda _: 1,
    "a list of it": lambda name: [name],
    "a list with it": lambda name: [name, "others"],
    "an object": lambda name: {name: name},
}
# What is no header or no claims at all, though rightly signed.
NOT_OBJECTS = {
    "nothing": "",
    "not base64": "!!!!",
    "not JSON": to_base64url(b"header"),
    "not UTF-8": to_base64url(b'{"alg": "\xff"}'),
    "a list": to_base64url(b"[]"),
    "a text": to_base64url(b'"HS256"'),
    "a number": to_base64url(b"1"),
    "null": to_base64url(b"null"),
    "nested deep": to_base64url(3000 * b"["),
    "a number of many digits": to_base64url(b'{"alg": ' + 4500 * b"9" + b"}"),
}


def sign(target: Target, header: str, claims: str) -> str:
    """Return a token of two segments as they are, rightly signed by HS256."""
    signed = f"{header}.{claims}"
    secret = str(target.jwt_secret).encode()
    return f"{signed}.{to_base64url(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def flip(text: str, position: int) -> str:
    """Return the text with another base64url character at one position."""
    other = "Q" if text[position] != "Q" else "g"
    return text[:position] + other + text[position + 1 :]


@pytest.fixture(scope="module")
def bearer(people: People) -> Person:
    """Somebody signed in. These tests only read the account, and so share it."""
    return people.register("bearer")


@pytest.fixture
def token(bearer: Person) -> str:
    """A good token."""
    return bearer.access_token


# ---- The form of a good token ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-01")
def test_a_token_has_the_documented_form(token: str) -> None:
    header, claims = (decode(segment) for segment in token.split(".")[:2])
    assert header == {"alg": "HS256", "typ": "access+jwt"}
    assert set(claims) == CLAIMS
    assert [str(UUID(claims[name])) == claims[name] for name in ("sub", "sid", "jti")] == 3 * [True]
    assert [type(claims[name]) for name in ("iss", "aud", "iat", "exp")] == [str, str, int, int]


@pytest.mark.requirement("ACCOUNTS-TOKEN-01")
def test_a_refreshed_token_has_the_same_form(api: Api, alice: Person) -> None:
    old = alice.tokens
    new = api.refresh_tokens(json={"refresh_token": old["refresh_token"]}).json
    headers, claims = (
        [decode(pair["access_token"].split(".")[part]) for pair in (old, new)] for part in (0, 1)
    )
    assert headers[0] == headers[1]
    assert set(claims[1]) == CLAIMS
    kept = {name: claims[0][name] for name in ("iss", "aud", "sub", "sid")}
    assert {name: claims[1][name] for name in kept} == kept


@pytest.mark.requirement("ACCOUNTS-TOKEN-02")
def test_the_lifetime_that_is_told_is_that_of_the_token(bearer: Person, token: str) -> None:
    claims = decode(token.split(".")[1])
    assert bearer.tokens["expires_in"] == claims["exp"] - claims["iat"]


@pytest.mark.requirement("ACCOUNTS-LOGIN-01")
def test_a_token_signed_again_is_good(api: Api, tokens: Tokens, token: str) -> None:
    # Else the forgeries below would prove nothing.
    assert api.get_me(token=tokens.with_claims(token)).status == 200
    assert api.get_me(token=tokens.with_claims(token, jti=UNKNOWN_ID)).status == 200


# ---- Algorithms and secrets ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-03")
@pytest.mark.parametrize("name", NONE, ids=repr)
def test_an_unsigned_token_is_invalid(api: Api, target: Target, token: str, name: Any) -> None:
    header, claims = encode({"alg": name, "typ": "access+jwt"}), token.split(".")[1]
    assert api.get_me(token=f"{header}.{claims}.").problem == INVALID
    assert api.get_me(token=f"{header}.{claims}.e30").problem == INVALID
    if target.jwt_secret:
        assert api.get_me(token=sign(target, header, claims)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-03")
def test_a_token_without_its_signature_is_invalid(api: Api, token: str) -> None:
    header, claims, _ = token.split(".")
    for unsigned in (f"{header}.{claims}.", f"{header}.{claims}"):
        assert api.get_me(token=unsigned).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-03")
def test_a_token_without_an_algorithm_is_invalid(api: Api, tokens: Tokens, token: str) -> None:
    assert api.get_me(token=tokens.without_header(token, "alg")).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-04")
@pytest.mark.parametrize("name", ["HS384", "HS512"])
def test_another_hash_under_the_right_secret_is_invalid(
    api: Api, tokens: Tokens, token: str, name: str
) -> None:
    assert api.get_me(token=tokens.with_header(token, alg=name)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-04")
@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize("name", OTHER_ALGORITHMS, ids=repr)
def test_another_name_over_the_right_signature_is_invalid(
    api: Api, target: Target, token: str, name: Any
) -> None:
    header = encode({"alg": name, "typ": "access+jwt"})
    assert api.get_me(token=sign(target, header, token.split(".")[1])).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-05")
@pytest.mark.parametrize("secret", WELL_KNOWN_SECRETS, ids=repr)
def test_another_secret_is_invalid(api: Api, token: str, secret: str) -> None:
    header, claims = (decode(segment) for segment in token.split(".")[:2])
    forged = Tokens("").sign_with(secret, header, claims)
    assert api.get_me(token=forged).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-05")
@pytest.mark.parametrize(
    "members",
    [
        {"jwk": {"kty": "oct", "k": to_base64url(b"a secret of the forger's own"), "alg": "HS256"}},
        {"jku": "http://127.0.0.1:9/keys.json"},
        {"x5u": "http://127.0.0.1:9/key.pem"},
        {"x5c": ["a secret of the forger's own"]},
        {"kid": "../../../../../../dev/null"},
        {"kid": "' UNION SELECT 'a secret of the forger''s own' --"},
    ],
    ids=lambda members: next(iter(members)),
)
def test_a_token_brings_no_key_of_its_own(api: Api, token: str, members: dict[str, object]) -> None:
    header, claims = (decode(segment) for segment in token.split(".")[:2])
    for secret in ("a secret of the forger's own", ""):
        forged = Tokens("").sign_with(secret, {**header, **members}, claims)
        assert api.get_me(token=forged).problem == INVALID


# ---- One spelling ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-06")
@pytest.mark.parametrize("part", [0, 1, 2], ids=["header", "claims", "signature"])
def test_a_changed_character_makes_a_token_invalid(api: Api, token: str, part: int) -> None:
    segments = token.split(".")
    # The last character is looked at below: some of its bits mean nothing.
    for position in range(0, len(segments[part]) - 1, 15):
        changed = [*segments[:part], flip(segments[part], position), *segments[part + 1 :]]
        assert api.get_me(token=".".join(changed)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-06")
@pytest.mark.parametrize("part", [0, 1, 2], ids=["header", "claims", "signature"])
def test_a_piece_of_another_token_makes_a_token_invalid(
    api: Api, bearer: Person, token: str, part: int
) -> None:
    mixed, other = token.split("."), bearer.sign_in()["access_token"].split(".")
    mixed[part] = other[part] if part else encode({"typ": "access+jwt", "alg": "HS256", "x": 1})
    assert api.get_me(token=".".join(mixed)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-06")
@pytest.mark.parametrize("length", [1, 2, 11, 21, 42])
def test_a_piece_of_the_signature_is_not_enough(api: Api, token: str, length: int) -> None:
    signed, _, signature = token.rpartition(".")
    assert api.get_me(token=f"{signed}.{signature[:length]}").problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-07")
@pytest.mark.parametrize("end", ["=", "==", "A", ".", "%20", "%3D", "+", "/"], ids=repr)
def test_nothing_stands_behind_a_token(api: Api, token: str, end: str) -> None:
    assert api.get_me(token=token + end).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-07")
@pytest.mark.parametrize("bits", [1, 2, 3])
def test_spare_bits_of_the_signature_are_zero(api: Api, token: str, bits: int) -> None:
    # 43 characters carry 258 bits, and the signature has 256 (RFC 4648 §3.5).
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(token[-1]) + bits]
    assert api.get_me(token=token[:-1] + last).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-07")
def test_the_other_alphabet_is_no_other_spelling(api: Api, tokens: Tokens, token: str) -> None:
    # Claims are tried until a signature has a character in which the alphabets differ.
    signed = [tokens.with_claims(token, jti=UNKNOWN_ID[:-2] + f"{n:02}") for n in range(99)]
    good = next(one for one in signed if {"-", "_"} & set(one.rpartition(".")[2]))
    signature = good.rpartition(".")[2].replace("-", "+").replace("_", "/")
    assert api.get_me(token=good).status == 200
    assert api.get_me(token=f"{good.rpartition('.')[0]}.{signature}").problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-07")
@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize("part", [0, 1], ids=["header", "claims"])
def test_a_signed_segment_has_no_padding(api: Api, target: Target, token: str, part: int) -> None:
    segments = token.split(".")[:2]
    segments[part] += "=" * (-len(segments[part]) % 4) or "===="
    assert api.get_me(token=sign(target, *segments)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("segment", NOT_OBJECTS.values(), ids=NOT_OBJECTS.keys())
def test_a_header_that_is_none_makes_a_token_invalid(api: Api, token: str, segment: str) -> None:
    _, claims, signature = token.split(".")
    assert api.get_me(token=f"{segment}.{claims}.{signature}").problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-14", "HARDENING-FAILURE-01")
@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize("segment", NOT_OBJECTS.values(), ids=NOT_OBJECTS.keys())
def test_claims_that_are_none_make_a_token_invalid(
    api: Api, target: Target, token: str, segment: str
) -> None:
    assert api.get_me(token=sign(target, token.split(".")[0], segment)).problem == INVALID


# ---- The header ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-08")
@pytest.mark.parametrize(
    "typ",
    ["JWT", "at+jwt", "refresh+jwt", "Access+JWT", "application/access+jwt", "", None, 1, []],
    ids=repr,
)
def test_a_token_of_another_type_is_invalid(
    api: Api, tokens: Tokens, token: str, typ: object
) -> None:
    assert api.get_me(token=tokens.with_header(token, typ=typ)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-08")
def test_a_token_without_type_is_invalid(api: Api, tokens: Tokens, token: str) -> None:
    assert api.get_me(token=tokens.without_header(token, "typ")).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-08")
@pytest.mark.parametrize("crit", [["x"], ["exp"], ["b64"], [], "x", None], ids=repr)
def test_a_token_with_a_critical_extension_is_invalid(
    api: Api, tokens: Tokens, token: str, crit: object
) -> None:
    extended = tokens.with_header(token, crit=crit, x=1, exp=1, b64=True)
    assert api.get_me(token=extended).problem == INVALID


# ---- The claims ----


@pytest.mark.requirement(
    "ACCOUNTS-TOKEN-09",
    "ACCOUNTS-TOKEN-10",
    "ACCOUNTS-TOKEN-11",
    "ACCOUNTS-TOKEN-12",
    "ACCOUNTS-TOKEN-14",
)
@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_a_token_without_a_claim_is_invalid(
    api: Api, tokens: Tokens, token: str, claim: str
) -> None:
    assert api.get_me(token=tokens.without_claim(token, claim)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-09", "ACCOUNTS-TOKEN-10")
@pytest.mark.parametrize("change", OTHER_NAMES.values(), ids=OTHER_NAMES.keys())
@pytest.mark.parametrize("claim", ["iss", "aud"])
def test_another_issuer_or_audience_is_invalid(
    api: Api, tokens: Tokens, token: str, claim: str, change: Callable[[str], object]
) -> None:
    claims = {claim: change(tokens.read_claims(token)[claim])}
    assert api.get_me(token=tokens.with_claims(token, **claims)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-11")
def test_a_token_is_invalid_from_its_last_second_on(
    api: Api, tokens: Tokens, alice: Person
) -> None:
    token = alice.access_token
    issued = tokens.read_claims(token)["iat"]
    assert api.get_me(token=tokens.with_claims(token, exp=issued + 60)).status == 200
    for second in (issued, issued - 1, 0, -1):
        forged = tokens.with_claims(token, iat=issued - 60, exp=second)
        assert api.get_me(token=forged).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-12")
def test_a_token_from_the_future_is_invalid(api: Api, tokens: Tokens, alice: Person) -> None:
    token = alice.access_token
    issued = tokens.read_claims(token)["iat"]
    assert api.get_me(token=tokens.with_claims(token, iat=issued - 60)).status == 200
    for seconds in (10, 60, 10**6):
        forged = tokens.with_claims(token, iat=issued + seconds, exp=issued + 2 * seconds)
        assert api.get_me(token=forged).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-13")
@pytest.mark.parametrize("claim", ["iat", "exp"])
@pytest.mark.parametrize("value", NOT_TIMES.values(), ids=NOT_TIMES.keys())
def test_a_time_that_is_no_whole_number_is_invalid(
    api: Api, tokens: Tokens, token: str, claim: str, value: object
) -> None:
    assert api.get_me(token=tokens.with_claims(token, **{claim: value})).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-13")
@pytest.mark.parametrize("claim", ["iat", "exp"])
@pytest.mark.parametrize("spell", [str, float, "{}.0".format, lambda time: time + 0.5])
def test_a_good_time_of_another_type_is_invalid(
    api: Api, tokens: Tokens, token: str, claim: str, spell: Callable[[int], object]
) -> None:
    claims = {claim: spell(tokens.read_claims(token)[claim])}
    assert api.get_me(token=tokens.with_claims(token, **claims)).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-13")
@pytest.mark.parametrize("claim", ["iat", "exp"])
@pytest.mark.parametrize("value", [2**64, 10**30, 1e30], ids=repr)
def test_a_time_beyond_any_clock_is_invalid(
    api: Api, tokens: Tokens, token: str, claim: str, value: float
) -> None:
    assert api.get_me(token=tokens.with_claims(token, **{claim: value})).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-14")
@pytest.mark.parametrize("claim", ["sub", "sid", "jti"])
@pytest.mark.parametrize("value", NOT_IDS.values(), ids=NOT_IDS.keys())
def test_an_id_that_is_no_uuid_is_invalid(
    api: Api, tokens: Tokens, token: str, claim: str, value: object
) -> None:
    assert api.get_me(token=tokens.with_claims(token, **{claim: value})).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-15")
def test_a_sign_in_belongs_to_its_user(
    api: Api, tokens: Tokens, alice: Person, bob: Person
) -> None:
    mine, other = (tokens.read_claims(person.access_token) for person in (alice, bob))
    for claims in ({"sub": other["sub"]}, {"sid": other["sid"]}):
        forged = tokens.with_claims(alice.access_token, **claims)
        assert api.get_me(token=forged).problem == INVALID
    swapped = tokens.with_claims(alice.access_token, sub=mine["sid"], sid=mine["sub"])
    assert api.get_me(token=swapped).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-15")
@pytest.mark.parametrize("claim", ["sub", "sid"])
def test_an_unknown_user_or_sign_in_is_invalid(
    api: Api, tokens: Tokens, token: str, claim: str
) -> None:
    assert api.get_me(token=tokens.with_claims(token, **{claim: UNKNOWN_ID})).problem == INVALID


# ---- The other kind of token ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-16")
def test_a_refresh_token_is_no_access_token(api: Api, bearer: Person) -> None:
    assert api.get_me(token=bearer.refresh_token).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-16")
def test_an_access_token_is_no_refresh_token(api: Api, token: str) -> None:
    # No refresh token is as long as a token with three ids and a signature.
    answer = api.refresh_tokens(json={"refresh_token": token})
    assert answer.faults == [("#/refresh_token", "too_long")]
