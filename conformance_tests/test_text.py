"""Text: what no database can keep or no UTF-8 can write is 422, all else comes back as sent."""

from secrets import token_hex

import pytest

from conformance_tests.data.samples import WITH_BODY, call, members_of
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import Person

FIT_CONTROLS = "\t\n"
CONTROLS = [chr(code) for code in range(0x20) if chr(code) not in FIT_CONTROLS]
SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff", "\udc00\ud800", "a\ud83cb", "\ud83c\\udf31"]
# What a careless program trims, folds, composes, drops or reads as its own language.
KEPT = "".join(
    [
        "  \u00a0Garlic\u3000  ",
        "\x7f\x80\x85\x9f",  # delete and C1 controls
        "One\u2028Two\u2029",  # line and paragraph separators
        "\ufffe\uffff\ufdd0\U0001fffe\U0010ffff",  # noncharacters
        "\ufffd",  # the replacement character
        "\ufeffGarlic",  # a byte order mark
        "\u202eGarlic\u202c \u200d\u200b",  # directions and joiners
        "caf\u00e9 cafe\u0301 ",  # composed and decomposed
        "\ufb01 \uff21 \u212b \u00bd",  # compatibility forms
        "🧄👩🏽‍🌾🏴\U000e0067\U000e0062\U000e007f",
        "Ærøskøbing Ελλάδα Київ القاهرة नमस्ते 东京 가나다",
        "\ue000\U000f0000",  # private use
        "<script>alert('1')</script> &amp; <!-- -->",
        "\\ \\\\ \" ' ` \\u0000 \\n %00 %s {0} ${a}",
        "One\nTwo\n\n\tThree\t\n",
    ]
)


@pytest.mark.requirement("HARDENING-TEXT-01", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_unfit_text_is_refused_in_every_string_and_name(someone: Person, operation_id: str) -> None:
    kinds = members_of(operation_id)
    strings = [name for name, kind in kinds.items() if kind == "string"]
    body: dict[str, object] = {**dict.fromkeys(strings, "garlic\x00"), "a\x00b": "garlic"}
    # A name that is unfit is told at the object that holds it.
    expected = ["#", *(f"#/{name}" for name in strings)]
    if "tags" in kinds:
        body["tags"] = ["garlic", "on\x00ions"]
        expected.append("#/tags/1")
    answer = call(someone, operation_id, json=body)
    assert answer.faults == sorted((pointer, "invalid_character") for pointer in expected)


@pytest.mark.requirement("HARDENING-TEXT-01", "HARDENING-FAILURE-01")
@pytest.mark.parametrize("operation_id", ["update_me", "register_user"])
def test_every_unfit_character_is_refused(someone: Person, operation_id: str) -> None:
    characters = [*CONTROLS, *SURROGATES]
    answer = call(someone, operation_id, json={"bio": [f"a{one}b" for one in characters]})
    expected = [(f"#/bio/{index}", "invalid_character") for index in range(len(characters))]
    assert answer.faults == sorted(expected)


@pytest.mark.requirement("HARDENING-TEXT-02")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_unfit_text_is_told_alone(someone: Person, operation_id: str) -> None:
    wrong = dict.fromkeys(members_of(operation_id), 1)
    answer = call(someone, operation_id, json={**wrong, "surprise": [1, {"a": "\x00"}]})
    assert answer.faults == [("#/surprise/1/a", "invalid_character")]


@pytest.mark.requirement("HARDENING-TEXT-02")
@pytest.mark.parametrize(
    "body", ["\x00", ["\ud800"], {"a\ud800": 1}], ids=["string", "array", "name"]
)
def test_unfit_text_is_told_before_the_shape_of_the_body(someone: Person, body: object) -> None:
    answer = someone.update_me(json=body)
    assert [code for _, code in answer.faults] == ["invalid_character"]


@pytest.mark.requirement("HARDENING-TEXT-03")
def test_text_of_a_post_is_kept(someone: Person, contract: Contract) -> None:
    limit = contract.limit("NewPost", "title", "maxLength")
    for told in ({"title": KEPT[:limit], "body": KEPT}, {"title": KEPT[-limit:], "body": KEPT}):
        post = someone.has_post(**told)
        read = someone.get_post(post["id"]).json
        assert {name: read[name] for name in told} == told


@pytest.mark.requirement("HARDENING-TEXT-03", "POSTS-SEARCH-01")
def test_text_that_is_kept_is_found(someone: Person, contract: Contract) -> None:
    length = contract.parameter_limit("list_posts", "q", "maxLength")
    tag = f"t{token_hex(6)}"
    post = someone.has_post(body=KEPT, tags=[tag])
    pieces = [KEPT[start : start + length] for start in range(0, len(KEPT), length)]
    for piece in pieces:
        found = someone.list_posts(query={"q": piece, "tag": tag}).items
        assert [one["id"] for one in found] == [post["id"]], piece


@pytest.mark.requirement("HARDENING-TEXT-03", "RELATIONS-COMMENT-01")
def test_text_of_a_comment_is_kept(someone: Person) -> None:
    comment = someone.has_comment(someone.has_post()["id"], body=KEPT)
    assert someone.get_comment(comment["id"]).json["body"] == KEPT
    changed = someone.update_comment(comment["id"], json={"body": KEPT[::-1]}).json
    assert someone.get_comment(comment["id"]).json["body"] == changed["body"] == KEPT[::-1]


@pytest.mark.requirement("HARDENING-TEXT-03")
def test_text_of_an_account_is_kept(alice: Person, contract: Contract) -> None:
    limit = contract.limit("MeChanges", "display_name", "maxLength")
    told = {"display_name": KEPT[:limit], "bio": KEPT}
    assert alice.update_me(json=told).status == 200
    read = alice.get_me().json
    assert {name: read[name] for name in told} == told
