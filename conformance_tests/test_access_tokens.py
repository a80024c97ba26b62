"""Access tokens: the one form they have, and that nothing else passes for one."""

import select
import socket
from collections.abc import Callable, Mapping
from uuid import UUID

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import Person
from conformance_tests.harness.tokens import Tokens, decode, encode, to_base64url

INVALID = (401, "invalid_token")
CLAIMS = {"iss", "aud", "sub", "sid", "iat", "exp", "jti"}
UNKNOWN_ID = "01890000-0000-7000-8000-000000000000"
NONE = ("none", "nOnE", "", None)
OTHER_ALGORITHMS = ("none", None, "RS256", "hs256", "HS256 ", ["HS256"], 256)
FORGED_SECRET = "a secret of the forger's own"
WELL_KNOWN_SECRETS = (
    "",
    "changeme",
    "django-insecure-secret-key",
    32 * "\0",
)
OWN_KEYS: tuple[dict[str, object], ...] = (
    {"jwk": {"kty": "oct", "k": to_base64url(FORGED_SECRET.encode()), "alg": "HS256"}},
    {"jku": "http://127.0.0.1:9/keys.json"},
    {"x5u": "http://127.0.0.1:9/key.pem"},
    {"kid": "' UNION SELECT 'a secret of the forger''s own' --"},
)
NOT_IDS = (None, "alice", UNKNOWN_ID + "\0", [UNKNOWN_ID])
NOT_TIMES = (None, True, float("nan"), 2**64)
# What stands in place of a good time, issuer or audience.
OTHER_TIMES: tuple[Callable[[int], object], ...] = (str, float, lambda time: time + 0.5)
OTHER_NAMES: tuple[Callable[[str], object], ...] = (
    "{}x".format,
    lambda _: None,
    lambda name: [name],
    lambda name: [name, "others"],
)
# What is no header or no claims at all, though rightly signed.
NOT_OBJECTS = {
    "nothing": "",
    "not base64": "!!!!",
    "not UTF-8": to_base64url(b'{"alg": "\xff"}'),
    "null": to_base64url(b"null"),
    "nested deep": to_base64url(3000 * b"["),
    "a number of many digits": to_base64url(b'{"alg": ' + 4500 * b"9" + b"}"),
}


def flip(text: str, position: int) -> str:
    """Return the text with another base64url character at one position."""
    other = "Q" if text[position] != "Q" else "g"
    return text[:position] + other + text[position + 1 :]


def expect_invalid(api: Api, forged: Mapping[str, str]) -> None:
    """Fail, and name every token concerned, unless all of them are refused as invalid."""
    __tracebackhide__ = True
    problems = {case: api.get_me(token=token).problem for case, token in forged.items()}
    assert problems == dict.fromkeys(forged, INVALID)


@pytest.fixture
def token(someone: Person) -> str:
    """A good token."""
    return someone.access_token


@pytest.fixture
def fresh_token(someone: Person) -> str:
    """A token that is only seconds old."""
    return str(someone.sign_in()["access_token"])


# ---- The form of a good token ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-01")
def test_a_token_has_the_documented_form(token: str) -> None:
    header, claims = (decode(segment) for segment in token.split(".")[:2])
    assert header == {"alg": "HS256", "typ": "access+jwt"}
    assert set(claims) == CLAIMS
    assert [str(UUID(claims[name])) == claims[name] for name in ("sub", "sid", "jti")] == 3 * [True]
    assert [type(claims[name]) for name in ("iss", "aud", "iat", "exp")] == [str, str, int, int]


@pytest.mark.requirement("ACCOUNTS-TOKEN-01")
def test_a_refreshed_token_has_the_same_form(api: Api, someone: Person) -> None:
    old = someone.sign_in()
    new = api.refresh_tokens(json={"refresh_token": old["refresh_token"]}).json
    headers, claims = (
        [decode(pair["access_token"].split(".")[part]) for pair in (old, new)] for part in (0, 1)
    )
    assert headers[0] == headers[1]
    assert set(claims[1]) == CLAIMS
    kept = {name: claims[0][name] for name in ("iss", "aud", "sub", "sid")}
    assert {name: claims[1][name] for name in kept} == kept


@pytest.mark.requirement("ACCOUNTS-TOKEN-02")
def test_the_lifetime_that_is_told_is_that_of_the_token(someone: Person) -> None:
    first = someone.sign_in()
    second = someone.refresh_tokens(json={"refresh_token": first["refresh_token"]}).json
    for pair in (first, second):
        claims = decode(pair["access_token"].split(".")[1])
        assert pair["expires_in"] == claims["exp"] - claims["iat"]


@pytest.mark.requirement("ACCOUNTS-LOGIN-01")
def test_a_token_signed_again_is_good(api: Api, tokens: Tokens, token: str) -> None:
    # Else the forgeries below would prove nothing.
    assert api.get_me(token=tokens.with_claims(token)).status == 200
    assert api.get_me(token=tokens.with_claims(token, jti=UNKNOWN_ID)).status == 200


# ---- Algorithms and secrets ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-03")
def test_an_unsigned_token_is_invalid(api: Api, token: str) -> None:
    header, claims, _ = token.split(".")
    headers = {repr(name): encode({"alg": name, "typ": "access+jwt"}) for name in NONE}
    forged = {name: f"{header}.{claims}." for name, header in headers.items()}
    forged["with a signature"] = f"{headers[repr('none')]}.{claims}.e30"
    forged["without its signature"] = f"{header}.{claims}."
    forged["without its last segment"] = f"{header}.{claims}"
    expect_invalid(api, forged)


@pytest.mark.requirement("ACCOUNTS-TOKEN-04")
def test_another_hash_under_the_right_secret_is_invalid(
    api: Api, tokens: Tokens, token: str
) -> None:
    hashes = ("HS384", "HS512")
    expect_invalid(api, {name: tokens.with_header(token, alg=name) for name in hashes})


@pytest.mark.requirement("ACCOUNTS-TOKEN-03", "ACCOUNTS-TOKEN-04")
def test_another_name_over_the_right_signature_is_invalid(
    api: Api, tokens: Tokens, token: str
) -> None:
    headers = {repr(name): {"alg": name, "typ": "access+jwt"} for name in OTHER_ALGORITHMS}
    headers["absent"] = {"typ": "access+jwt"}
    claims = token.split(".")[1]
    expect_invalid(
        api,
        {name: tokens.sign_segments(encode(header), claims) for name, header in headers.items()},
    )


@pytest.mark.requirement("ACCOUNTS-TOKEN-05")
def test_another_secret_is_invalid(api: Api, token: str) -> None:
    header, claims = (decode(segment) for segment in token.split(".")[:2])
    forger = Tokens(FORGED_SECRET)
    expect_invalid(
        api,
        {repr(one): forger.sign_with(one, header, claims) for one in WELL_KNOWN_SECRETS},
    )


@pytest.mark.requirement("ACCOUNTS-TOKEN-05")
def test_a_token_brings_no_key_of_its_own(api: Api, token: str) -> None:
    header, claims = (decode(segment) for segment in token.split(".")[:2])
    forger = Tokens(FORGED_SECRET)
    forged = {str(key): forger.sign({**header, **key}, claims) for key in OWN_KEYS}
    empty_file = {"kid": "../../../../../../dev/null"}
    forged["an empty file"] = forger.sign_with("", {**header, **empty_file}, claims)
    expect_invalid(api, forged)


# ---- One spelling ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-06")
def test_a_changed_character_makes_a_token_invalid(api: Api, token: str) -> None:
    segments = token.split(".")
    forged = {}
    for part, segment in enumerate(segments):
        # The last character is looked at below: some of its bits mean nothing.
        changed = [*segments[:part], flip(segment, len(segment) // 2), *segments[part + 1 :]]
        forged[f"segment {part}"] = ".".join(changed)
    expect_invalid(api, forged)


@pytest.mark.requirement("ACCOUNTS-TOKEN-06")
def test_a_piece_of_another_token_makes_a_token_invalid(
    api: Api, token: str, someone_else: Person
) -> None:
    header, claims, signature = token.split(".")
    _, other_claims, other_signature = someone_else.access_token.split(".")
    other_header = encode({"typ": "access+jwt", "alg": "HS256", "x": 1})
    forged = {
        "header": f"{other_header}.{claims}.{signature}",
        "claims": f"{header}.{other_claims}.{signature}",
        "signature": f"{header}.{claims}.{other_signature}",
    }
    expect_invalid(api, forged)


@pytest.mark.requirement("ACCOUNTS-TOKEN-06")
def test_a_piece_of_the_signature_is_not_enough(api: Api, token: str) -> None:
    signed, _, signature = token.rpartition(".")
    lengths = (21, 42)
    expect_invalid(api, {f"{length}": f"{signed}.{signature[:length]}" for length in lengths})


@pytest.mark.requirement("ACCOUNTS-TOKEN-07")
def test_nothing_stands_behind_a_token(api: Api, token: str) -> None:
    expect_invalid(api, {end: token + end for end in ("=", "A", ".")})


@pytest.mark.requirement("ACCOUNTS-TOKEN-07")
def test_spare_bits_of_the_signature_are_zero(api: Api, token: str) -> None:
    # 43 characters carry 258 bits, and the signature has 256 (RFC 4648 §3.5).
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(token[-1])
    expect_invalid(api, {f"{bits}": token[:-1] + alphabet[last + bits] for bits in (1, 3)})


@pytest.mark.requirement("ACCOUNTS-TOKEN-07")
def test_the_other_alphabet_is_no_other_spelling(api: Api, tokens: Tokens, token: str) -> None:
    # Claims are tried until a signature has a character in which the alphabets differ.
    signed = [tokens.with_claims(token, jti=UNKNOWN_ID[:-2] + f"{n:02}") for n in range(99)]
    good = next(one for one in signed if {"-", "_"} & set(one.rpartition(".")[2]))
    signature = good.rpartition(".")[2].replace("-", "+").replace("_", "/")
    assert api.get_me(token=good).status == 200
    assert api.get_me(token=f"{good.rpartition('.')[0]}.{signature}").problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-07")
def test_a_signed_segment_has_no_padding(api: Api, tokens: Tokens, token: str) -> None:
    header, claims, _ = token.split(".")
    forged = {
        "header": tokens.sign_segments(pad(header), claims),
        "claims": tokens.sign_segments(header, pad(claims)),
    }
    expect_invalid(api, forged)


def pad(segment: str) -> str:
    return segment + ("=" * (-len(segment) % 4) or "====")


@pytest.mark.requirement("ACCOUNTS-AUTH-06", "HARDENING-FAILURE-01")
def test_a_header_that_is_none_makes_a_token_invalid(api: Api, token: str) -> None:
    signed = token.partition(".")[2]
    expect_invalid(api, {case: f"{header}.{signed}" for case, header in NOT_OBJECTS.items()})


@pytest.mark.requirement("ACCOUNTS-TOKEN-14", "HARDENING-FAILURE-01")
def test_claims_that_are_none_make_a_token_invalid(api: Api, tokens: Tokens, token: str) -> None:
    header = token.partition(".")[0]
    expect_invalid(
        api, {case: tokens.sign_segments(header, one) for case, one in NOT_OBJECTS.items()}
    )


# ---- The header ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-08")
def test_a_token_of_another_type_is_invalid(api: Api, tokens: Tokens, token: str) -> None:
    types: tuple[object, ...] = ("JWT", "Access+JWT", "application/access+jwt", None, [])
    forged = {repr(typ): tokens.with_header(token, typ=typ) for typ in types}
    forged["absent"] = tokens.without_header(token, "typ")
    expect_invalid(api, forged)


@pytest.mark.requirement("ACCOUNTS-TOKEN-08")
def test_a_token_with_a_critical_extension_is_invalid(api: Api, tokens: Tokens, token: str) -> None:
    extensions: tuple[object, ...] = (["x"], ["exp"], [])
    forged = {
        repr(crit): tokens.with_header(token, crit=crit, x=1, exp=1, b64=True)
        for crit in extensions
    }
    expect_invalid(api, forged)


@pytest.mark.requirement("HARDENING-TOKEN-01")
def test_a_header_has_two_members_and_no_more(api: Api, tokens: Tokens, token: str) -> None:
    further: list[dict[str, object]] = [
        OWN_KEYS[0],
        {"kid": "1"},
        {"cty": "JWT"},
        {"zip": "DEF"},
        {"b64": False},
        {"x": 1},
    ]
    expect_invalid(api, {str(one): tokens.with_header(token, **one) for one in further})


@pytest.mark.requirement("HARDENING-TOKEN-02")
@pytest.mark.parametrize("member", ["jku", "x5u"])
def test_no_address_in_a_token_is_visited(
    api: Api, tokens: Tokens, token: str, member: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/keys.json"
        answer = api.get_me(token=tokens.with_header(token, **{member: address}))
        assert answer.problem == INVALID
        visitors, _, _ = select.select([listener], [], [], 0)
        assert visitors == []


# ---- The claims ----


@pytest.mark.requirement(
    "ACCOUNTS-TOKEN-09",
    "ACCOUNTS-TOKEN-10",
    "ACCOUNTS-TOKEN-11",
    "ACCOUNTS-TOKEN-12",
    "ACCOUNTS-TOKEN-14",
)
def test_a_token_without_a_claim_is_invalid(api: Api, tokens: Tokens, token: str) -> None:
    expect_invalid(api, {claim: tokens.without_claim(token, claim) for claim in CLAIMS})


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param("iss", marks=pytest.mark.requirement("ACCOUNTS-TOKEN-09")),
        pytest.param("aud", marks=pytest.mark.requirement("ACCOUNTS-TOKEN-10")),
    ],
)
def test_another_issuer_or_audience_is_invalid(
    api: Api, tokens: Tokens, token: str, claim: str
) -> None:
    good = tokens.read_claims(token)[claim]
    others = [change(good) for change in OTHER_NAMES]
    expect_invalid(api, {repr(one): tokens.with_claims(token, **{claim: one}) for one in others})


@pytest.mark.requirement("ACCOUNTS-TOKEN-11")
def test_a_token_is_invalid_from_its_last_second_on(
    api: Api, tokens: Tokens, fresh_token: str
) -> None:
    issued = tokens.read_claims(fresh_token)["iat"]
    assert api.get_me(token=tokens.with_claims(fresh_token, exp=issued + 60)).status == 200
    seconds = (issued, 0, -1)
    expect_invalid(
        api,
        {str(one): tokens.with_claims(fresh_token, iat=issued - 60, exp=one) for one in seconds},
    )


@pytest.mark.requirement("ACCOUNTS-TOKEN-12")
def test_a_token_from_the_future_is_invalid(api: Api, tokens: Tokens, fresh_token: str) -> None:
    issued = tokens.read_claims(fresh_token)["iat"]
    assert api.get_me(token=tokens.with_claims(fresh_token, iat=issued - 60)).status == 200
    for seconds in (10, 10**6):
        times = {"iat": issued + seconds, "exp": issued + 2 * seconds}
        assert api.get_me(token=tokens.with_claims(fresh_token, **times)).problem == INVALID


@pytest.mark.requirement("HARDENING-TOKEN-03")
def test_a_token_is_invalid_before_its_time(api: Api, tokens: Tokens, fresh_token: str) -> None:
    claims = tokens.read_claims(fresh_token)
    forged = {
        "later": tokens.with_claims(fresh_token, nbf=claims["iat"] + 60),
        "much later": tokens.with_claims(fresh_token, nbf=claims["exp"] + 10**6),
        "no number": tokens.with_claims(fresh_token, nbf="now"),
    }
    expect_invalid(api, forged)


@pytest.mark.requirement("ACCOUNTS-TOKEN-13")
@pytest.mark.parametrize("claim", ["iat", "exp"])
def test_a_time_that_is_no_whole_number_is_invalid(
    api: Api, tokens: Tokens, token: str, claim: str
) -> None:
    good = tokens.read_claims(token)[claim]
    others = [*NOT_TIMES, *(change(good) for change in OTHER_TIMES)]
    expect_invalid(api, {repr(one): tokens.with_claims(token, **{claim: one}) for one in others})


@pytest.mark.requirement("ACCOUNTS-TOKEN-14")
@pytest.mark.parametrize("claim", ["sub", "sid", "jti"])
def test_an_id_that_is_no_uuid_is_invalid(api: Api, tokens: Tokens, token: str, claim: str) -> None:
    expect_invalid(api, {repr(one): tokens.with_claims(token, **{claim: one}) for one in NOT_IDS})


@pytest.mark.requirement("ACCOUNTS-TOKEN-15")
def test_a_sign_in_belongs_to_its_user(
    api: Api, tokens: Tokens, someone: Person, someone_else: Person
) -> None:
    token = someone.access_token
    mine, other = (tokens.read_claims(one.access_token) for one in (someone, someone_else))
    forged = {
        "user of another": tokens.with_claims(token, sub=other["sub"]),
        "sign-in of another": tokens.with_claims(token, sid=other["sid"]),
        "both exchanged": tokens.with_claims(token, sub=mine["sid"], sid=mine["sub"]),
        "unknown user": tokens.with_claims(token, sub=UNKNOWN_ID),
        "unknown sign-in": tokens.with_claims(token, sid=UNKNOWN_ID),
    }
    expect_invalid(api, forged)


# ---- The other kind of token ----


@pytest.mark.requirement("ACCOUNTS-TOKEN-16")
def test_a_refresh_token_is_no_access_token(api: Api, someone: Person) -> None:
    assert api.get_me(token=someone.refresh_token).problem == INVALID


@pytest.mark.requirement("ACCOUNTS-TOKEN-16")
def test_an_access_token_is_no_refresh_token(api: Api, token: str) -> None:
    # No refresh token is as long as a token with three ids and a signature.
    answer = api.refresh_tokens(json={"refresh_token": token})
    assert answer.faults == [("#/refresh_token", "too_long")]
