"""Searching posts: literally, anywhere in title or body, without regard to case."""

from collections.abc import Mapping
from secrets import token_hex

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import Person

FOUND = {
    "the whole title": "Planting garlic",
    "its middle": "ing gar",
    "one letter": "P",
    "the whole body": "Put the cloves\n\tinto 2 cm of soil.",
    "the end of the body": "soil.",
    "more lines than one": "cloves\n\tinto",
    "a space": " ",
}
NOT_FOUND = {
    "the words in another order": "garlic planting",
    "a space in front": " Planting",
    "across title and body": "garlicPut",
    "across with a line feed": "garlic\nPut",
    "a tag": "allium",
    "the status": "published",
    "a form of speech": "plants",
}
# In two posts: a sign of the second kind that is taken for one of the first finds the wrong post.
SIGNS = [*"%_*?\\'+#["]
LONGER_SIGNS = ["%%", "\\%", "\\\\"]
ALIKE = {
    "ascii": ("GARLIC", "garlic"),
    "an accent": ("ÉTÉ", "été"),
    "sharp s": ("STRASSE", "straße"),
    "capital sharp s": ("STRAẞE", "strasse"),
    "final sigma": ("ΟΔΟΣ", "οδος"),
    "a dotted capital i": ("İZMİR", "i\u0307zmi\u0307r"),
    "cyrillic": ("ЧЕСНОК", "чеснок"),
    "beyond the first plane": ("𐐀𐐁", "𐐨𐐩"),
    "a separate accent and case": ("E\u0301TE\u0301", "été"),
    "accents in another order": ("q\u0307\u0323", "q\u0323\u0307"),
    "a syllable in parts": ("\u1112\u1161\u11ab", "한"),
}
UNLIKE = {
    "an accent": ("ete", "été"),
    "another accent": ("èté", "été"),
    "a dot less": ("ı", "i"),
    "a dot more": ("izmir", "İZMİR"),
    "a cedilla": ("garcon", "garçon"),
    "an umlaut spelled out": ("muenchen", "münchen"),
    "a raised digit": ("m2", "m²"),
    "wide letters": ("garlic", "ｇａｒｌｉｃ"),
    "another alphabet": ("a", "а"),
}


@pytest.fixture(scope="module")
def mark() -> str:
    """The tag of posts that are searched among, and of nobody else's."""
    return f"t{token_hex(6)}"


@pytest.fixture(scope="module")
def searched(someone: Person, mark: str) -> list[str]:
    """The id of a post, the only one under its tag."""
    body = "Put the cloves\n\tinto 2 cm of soil."
    return [someone.has_post(title="Planting garlic", body=body, tags=["allium", mark])["id"]]


@pytest.fixture
def word() -> str:
    """A word that is nobody's but this test's, and fit to be a tag."""
    return f"w{token_hex(6)}"


def find(reader: Api | Person, q: str, **query: object) -> list[str]:
    """Return the ids of the posts that a search finds."""
    return [post["id"] for post in reader.list_posts(query={"q": q, **query}).items]


def write_out(pairs: Mapping[str, tuple[str, str]], side: int) -> str:
    """Return one side of all pairs, each in a line of its own."""
    return "\n".join(label(name, pair[side]) for name, pair in pairs.items())


def label(name: str, text: str) -> str:
    """Return a text so that it cannot be taken for that of another name."""
    return f"[{name}: {text}]"


@pytest.mark.requirement("POSTS-SEARCH-01")
def test_any_part_of_title_or_body_is_found(api: Api, searched: list[str], mark: str) -> None:
    found = {name: find(api, q, tag=mark) for name, q in FOUND.items()}
    assert found == dict.fromkeys(FOUND, searched)


@pytest.mark.requirement("POSTS-SEARCH-01")
def test_nothing_else_is_found(api: Api, someone: Person, searched: list[str], mark: str) -> None:
    elsewhere = {**NOT_FOUND, "the author": someone.username, "the id": searched[0]}
    found = {name: find(api, q, tag=mark) for name, q in elsewhere.items()}
    assert found == {name: [] for name in elsewhere}


@pytest.mark.requirement("POSTS-SEARCH-01")
def test_a_search_goes_through_the_posts_of_everybody(
    api: Api, someone: Person, someone_else: Person, word: str
) -> None:
    posts = [someone.has_post(title=f"On {word}"), someone_else.has_post(body=f"See {word}.")]
    someone.has_post(title=word[:-1], body=word[1:])
    assert find(api, word) == sorted((post["id"] for post in posts), reverse=True)


@pytest.mark.requirement("POSTS-SEARCH-01")
def test_the_end_of_the_longest_body_is_found(
    api: Api, contract: Contract, someone: Person, word: str
) -> None:
    length = contract.limit("NewPost", "body", "maxLength")
    post = someone.has_post(body=word.rjust(length, "."))
    assert find(api, word) == [post["id"]]


@pytest.mark.requirement("POSTS-SEARCH-01", "POSTS-UPDATE-01")
def test_a_search_knows_the_words_of_now(api: Api, someone: Person, word: str) -> None:
    post = someone.has_post(title=f"{word} 1", body=f"{word} 2")
    someone.update_post(post["id"], json={"title": f"{word} 3"})
    found = {end: find(api, f"{word} {end}") for end in (1, 2)}
    assert found == {1: [], 2: [post["id"]]}
    someone.update_post(post["id"], json={"body": f"{word} 4"})
    found = {end: find(api, f"{word} {end}") for end in (2, 3, 4)}
    assert found == {2: [], 3: [post["id"]], 4: [post["id"]]}


@pytest.mark.requirement("POSTS-SEARCH-02")
def test_a_sign_stands_for_itself(api: Api, someone: Person, word: str) -> None:
    someone.has_post(body="ab a b axb axxb a=b", tags=[word])
    expected: dict[str, list[str]] = {}
    for signs in (SIGNS, LONGER_SIGNS):
        body = "\n".join(f"a{sign}b" for sign in signs)
        post_id = someone.has_post(body=body, tags=[word])["id"]
        expected |= {sign: [post_id] for sign in signs}
    assert {sign: find(api, f"a{sign}b", tag=word) for sign in expected} == expected


@pytest.mark.requirement("POSTS-SEARCH-02")
def test_a_sign_alone_finds_only_itself(api: Api, someone: Person, word: str) -> None:
    texts = {"%": "100 %", "_": "a_b", "\\": "C:\\", "": "none of them"}
    ids = {
        sign: someone.has_post(title="A sign", body=text, tags=[word])["id"]
        for sign, text in texts.items()
    }
    found = {sign: find(api, sign, tag=word) for sign in "%_\\"}
    assert found == {sign: [ids[sign]] for sign in "%_\\"}


@pytest.mark.requirement("POSTS-SEARCH-03")
def test_case_and_normal_form_do_not_matter(api: Api, someone: Person, word: str) -> None:
    first, second = (
        someone.has_post(body=write_out(ALIKE, side), tags=[word])["id"] for side in (0, 1)
    )
    found = {name: find(api, label(name, one), tag=word) for name, (one, _) in ALIKE.items()}
    assert found == {name: [second, first] for name in ALIKE}


@pytest.mark.requirement("POSTS-SEARCH-03")
def test_accents_and_other_signs_matter(api: Api, someone: Person, word: str) -> None:
    first, _ = (
        someone.has_post(body=write_out(UNLIKE, side), tags=[word])["id"] for side in (0, 1)
    )
    found = {name: find(api, label(name, one), tag=word) for name, (one, _) in UNLIKE.items()}
    assert found == {name: [first] for name in UNLIKE}


@pytest.mark.parametrize("letter", ["ß", "🧄"])
@pytest.mark.requirement("POSTS-SEARCH-04")
def test_a_search_may_be_so_long_and_no_longer(api: Api, contract: Contract, letter: str) -> None:
    longest = contract.parameter_limit("list_posts", "q", "maxLength")
    assert api.list_posts(query={"q": letter * longest}).status == 200
    answer = api.list_posts(query={"q": letter * (longest + 1)})
    assert answer.faults == [("q", "too_long")]


@pytest.mark.requirement("POSTS-SEARCH-04")
def test_the_longest_search_is_not_cut(api: Api, contract: Contract, someone: Person) -> None:
    longest = contract.parameter_limit("list_posts", "q", "maxLength")
    start = token_hex(longest)[: longest - 1]
    posts = {end: someone.has_post(body=start + end)["id"] for end in "xy"}
    assert find(api, f"{start}x") == [posts["x"]]


@pytest.mark.requirement("POSTS-SEARCH-04")
def test_a_search_needs_something_to_search(api: Api, contract: Contract) -> None:
    assert contract.parameter_limit("list_posts", "q", "minLength") == 1
    assert api.list_posts(query={"q": ""}).faults == [("q", "too_short")]
