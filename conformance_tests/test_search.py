"""Searching posts: literally, anywhere in title or body, without regard to case."""

from collections.abc import Mapping
from secrets import token_hex

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.people import People, Person

FOUND = {
    "the whole title": "Planting garlic",
    "its start": "Plant",
    "its end": "arlic",
    "its middle": "ing gar",
    "one letter": "P",
    "the whole body": "Put the cloves\n\tinto 2 cm of soil.",
    "the start of the body": "Put",
    "the end of the body": "soil.",
    "more lines than one": "cloves\n\tinto",
    "a number": "2",
    "a space": " ",
}
NOT_FOUND = {
    "another word": "leek",
    "the words in another order": "garlic planting",
    "not all of it": "Planting garlic in",
    "other spaces": "Planting  garlic",
    "a space in front": " Planting",
    "across title and body": "garlicPut",
    "across with a space": "garlic Put",
    "across with a line feed": "garlic\nPut",
    "across with a tab": "garlic\tPut",
    "a tag": "allium",
    "the status": "published",
    "a form of speech": "plants",
}
SIGNS = [*"%_*?\\'\"+&#;.[^$", "%%", "\\%", "\\_", "\\\\", "%25"]
ALIKE = {
    "ascii": ("GARLIC", "garlic"),
    "an accent": ("ÉTÉ", "été"),
    "sharp s": ("STRASSE", "straße"),
    "capital sharp s": ("STRAẞE", "strasse"),
    "final sigma": ("ΟΔΟΣ", "οδος"),
    "a dotted capital i": ("İZMİR", "i\u0307zmi\u0307r"),
    "cyrillic": ("ЧЕСНОК", "чеснок"),
    "armenian": ("ՍԽՏՈՐ", "սխտոր"),
    "beyond the first plane": ("𐐀𐐁", "𐐨𐐩"),
    "a separate accent": ("e\u0301te\u0301", "été"),
    "a separate accent and case": ("E\u0301TE\u0301", "été"),
    "accents in another order": ("q\u0307\u0323", "q\u0323\u0307"),
    "a syllable in parts": ("\u1112\u1161\u11ab", "한"),
}
UNLIKE = {
    "an accent": ("ete", "été"),
    "a separate accent": ("ete", "e\u0301te\u0301"),
    "another accent": ("èté", "été"),
    "a dot less": ("ı", "i"),
    "a dot more": ("izmir", "İZMİR"),
    "a cedilla": ("garcon", "garçon"),
    "an umlaut spelled out": ("muenchen", "münchen"),
    "a raised digit": ("m2", "m²"),
    "a digit in a circle": ("1", "①"),
    "wide letters": ("garlic", "ｇａｒｌｉｃ"),
    "another alphabet": ("a", "а"),
}


@pytest.fixture(scope="module")
def writer(people: People) -> Person:
    """The author of all posts whose author does not matter."""
    return people.register("writer")


@pytest.fixture(scope="module")
def searched(people: People) -> Person:
    """Somebody with a single post."""
    person = people.register("searched")
    person.has_post(
        title="Planting garlic", body="Put the cloves\n\tinto 2 cm of soil.", tags=["allium"]
    )
    return person


@pytest.fixture
def word() -> str:
    """A word that is nobody's but this test's."""
    return f"w{token_hex(6)}"


def find(reader: Api | Person, q: str, **query: object) -> list[str]:
    """Return the ids of the posts that a search finds."""
    return [post["id"] for post in reader.list_posts(query={"q": q, **query}).items]


def write_out(pairs: Mapping[str, tuple[str, str]], side: int) -> str:
    """Return one side of all pairs, each with its name."""
    return "\n".join(f"{name}: {pair[side]}." for name, pair in pairs.items())


@pytest.mark.parametrize("q", FOUND.values(), ids=FOUND)
@pytest.mark.requirement("POSTS-SEARCH-01")
def test_any_part_of_title_or_body_is_found(api: Api, searched: Person, q: str) -> None:
    assert len(find(api, q, author=searched.username)) == 1


@pytest.mark.parametrize("q", NOT_FOUND.values(), ids=NOT_FOUND)
@pytest.mark.requirement("POSTS-SEARCH-01")
def test_nothing_else_is_found(api: Api, searched: Person, q: str) -> None:
    assert find(api, q, author=searched.username) == []


@pytest.mark.requirement("POSTS-SEARCH-01")
def test_a_search_goes_through_the_posts_of_everybody(
    api: Api, alice: Person, bob: Person, word: str
) -> None:
    posts = [alice.has_post(title=f"On {word}"), bob.has_post(body=f"See {word}.")]
    alice.has_post(title=word[:-1], body=word[1:])
    assert find(api, word) == sorted((post["id"] for post in posts), reverse=True)


@pytest.mark.requirement("POSTS-SEARCH-01")
def test_neither_author_nor_id_is_searched(api: Api, writer: Person) -> None:
    post = writer.has_post(title="No name", body="No number")
    for q in (writer.username, post["id"]):
        assert find(api, q, author=writer.username) == []


@pytest.mark.requirement("POSTS-SEARCH-01")
def test_the_end_of_the_longest_body_is_found(
    api: Api, contract: Contract, writer: Person, word: str
) -> None:
    length = contract.limit("NewPost", "body", "maxLength")
    post = writer.has_post(body=word.rjust(length, "."))
    assert find(api, word) == [post["id"]]


@pytest.mark.requirement("POSTS-SEARCH-01", "POSTS-UPDATE-01")
def test_a_search_knows_the_words_of_now(api: Api, writer: Person, word: str) -> None:
    post = writer.has_post(title=f"{word} 1", body=f"{word} 2")
    writer.update_post(post["id"], json={"title": f"{word} 3"})
    found = {end: find(api, f"{word} {end}") for end in (1, 2, 3)}
    assert found == {1: [], 2: [post["id"]], 3: [post["id"]]}
    writer.update_post(post["id"], json={"body": f"{word} 4"})
    found = {end: find(api, f"{word} {end}") for end in (2, 3, 4)}
    assert found == {2: [], 3: [post["id"]], 4: [post["id"]]}


@pytest.fixture(scope="module")
def signs(people: People) -> tuple[Person, dict[str, str]]:
    """Somebody with a post for each sign and one without, and the ids of the former."""
    person = people.register("signs")
    person.has_post(title="None", body="ab a b axb axxb a=b")
    return person, {sign: person.has_post(title="One", body=f"a{sign}b")["id"] for sign in SIGNS}


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.requirement("POSTS-SEARCH-02")
def test_a_sign_stands_for_itself(
    api: Api, signs: tuple[Person, dict[str, str]], sign: str
) -> None:
    person, post_ids = signs
    assert find(api, f"a{sign}b", author=person.username) == [post_ids[sign]]


@pytest.mark.parametrize("sign", ["%", "_", "*", "\\", "'"])
@pytest.mark.requirement("POSTS-SEARCH-02")
def test_a_sign_alone_finds_only_itself(
    api: Api, signs: tuple[Person, dict[str, str]], sign: str
) -> None:
    person, post_ids = signs
    those = [post_ids[one] for one in SIGNS if sign in one]
    assert find(api, sign, author=person.username) == sorted(those, reverse=True)


@pytest.fixture(scope="module")
def alike(people: People) -> tuple[Person, list[str]]:
    """Somebody with two posts, one with each of what is alike, and their ids."""
    person = people.register("alike")
    return person, [person.has_post(body=write_out(ALIKE, side))["id"] for side in (0, 1)]


@pytest.mark.parametrize("name", ALIKE)
@pytest.mark.requirement("POSTS-SEARCH-03")
def test_case_and_normal_form_do_not_matter(
    api: Api, alike: tuple[Person, list[str]], name: str
) -> None:
    person, post_ids = alike
    for text in ALIKE[name]:
        assert find(api, f"{name}: {text}.", author=person.username) == post_ids[::-1]


@pytest.fixture(scope="module")
def unlike(people: People) -> tuple[Person, list[str]]:
    """Somebody with two posts, one with each of what differs, and their ids."""
    person = people.register("unlike")
    return person, [person.has_post(body=write_out(UNLIKE, side))["id"] for side in (0, 1)]


@pytest.mark.parametrize("name", UNLIKE)
@pytest.mark.requirement("POSTS-SEARCH-03")
def test_accents_and_other_signs_matter(
    api: Api, unlike: tuple[Person, list[str]], name: str
) -> None:
    person, post_ids = unlike
    for text, post_id in zip(UNLIKE[name], post_ids, strict=True):
        assert find(api, f"{name}: {text}.", author=person.username) == [post_id]


@pytest.mark.parametrize("letter", ["z", "é", "🧄", "ß"])
@pytest.mark.requirement("POSTS-SEARCH-04")
def test_a_search_may_be_so_long_and_no_longer(api: Api, contract: Contract, letter: str) -> None:
    longest = contract.parameter_limit("list_posts", "q", "maxLength")
    assert api.list_posts(query={"q": letter * longest}).status == 200
    answer = api.list_posts(query={"q": letter * (longest + 1)})
    assert answer.faults == [("q", "too_long")]


@pytest.mark.requirement("POSTS-SEARCH-04")
def test_the_longest_search_is_not_cut(api: Api, contract: Contract, writer: Person) -> None:
    longest = contract.parameter_limit("list_posts", "q", "maxLength")
    start = token_hex(longest)[: longest - 1]
    posts = {end: writer.has_post(body=start + end)["id"] for end in "xy"}
    assert find(api, f"{start}x") == [posts["x"]]


@pytest.mark.requirement("POSTS-SEARCH-04")
def test_a_search_needs_something_to_search(api: Api, contract: Contract) -> None:
    assert contract.parameter_limit("list_posts", "q", "minLength") == 1
    assert api.list_posts(query={"q": "z"}).status == 200
    assert api.list_posts(query={"q": ""}).faults == [("q", "too_short")]
