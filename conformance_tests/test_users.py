"""Other users: reading one, listing all in pages, and searching."""

import secrets
from typing import Any

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import People, Person

NOT_FOUND = (404, "not_found")
# Of one beginning, in the order of their characters: digits, then the underscore, then letters.
# A database that compares by the rules of a language has another order.
ENDINGS = ("", "0", "09", "0_", "1", "_", "_0", "__", "_b", "a", "a0", "a_", "a_b", "aa", "b")


def register_as(people: People, username: str, **members: Any) -> Person:
    """Return a person with this very username."""
    person = people.register("someone", username=username, **members)
    person.username = username
    return person


def make_word() -> str:
    """Return a word that is in nobody's name."""
    return f"x{secrets.token_hex(6)}"


def search(reader: Operations, text: str, **query: object) -> list[str]:
    """Return the usernames on the first page of a search."""
    return [user["username"] for user in reader.list_users(query={"q": text, **query}).items]


def walk(api: Api, **query: object) -> list[str]:
    """Return the usernames on all pages of a list, in the order in which they come."""
    names: list[str] = []
    page = api.list_users(query=query)
    while True:
        names += [user["username"] for user in page.items]
        if page.next_cursor is None:
            return names
        page = api.list_users(query={**query, "cursor": page.next_cursor})


class Crowd:
    """Many users whose names begin alike, and no other user's name holds that beginning."""

    def __init__(self, people: People, size: int) -> None:
        self.word = make_word()
        self.names = [self.word + ending for ending in ENDINGS]
        self.names += [f"{self.word}z{number}" for number in range(10, 10 + size - len(ENDINGS))]
        for name in reversed(self.names):
            register_as(people, name)


@pytest.fixture(scope="module")
def crowd(contract: Contract, people: People) -> Crowd:
    """One user more than a page holds when nobody says how many. Nobody changes them."""
    return Crowd(people, contract.parameter_limit("list_users", "limit", "default") + 1)


# ---- One user ----


@pytest.mark.requirement("ACCOUNTS-USER-01")
def test_anybody_can_read_a_user(api: Api, people: People, bob: Person) -> None:
    alice = people.register("alice", display_name="Alice", bio="Writes.")
    account = alice.get_me().json
    public = ("username", "display_name", "bio", "role", "created_at")
    expected = {name: account[name] for name in public}
    for reader in (api, alice, bob):
        assert reader.get_user(alice.username).json == expected


@pytest.mark.requirement("ACCOUNTS-USER-01")
def test_admins_read_a_user_as_everybody_does(api: Api, admin: Person, alice: Person) -> None:
    assert admin.get_user(alice.username).json == api.get_user(alice.username).json


@pytest.mark.requirement("ACCOUNTS-USER-01", "ACCOUNTS-LIST-01")
def test_a_list_shows_users_as_reading_them_does(api: Api, alice: Person) -> None:
    page = api.list_users(query={"q": alice.username})
    assert page.items == [api.get_user(alice.username).json]


@pytest.mark.requirement("ACCOUNTS-USER-02")
def test_a_name_that_nobody_has_is_not_found(api: Api, people: People) -> None:
    assert api.get_user(people.invent().username).problem == NOT_FOUND


@pytest.mark.requirement("ACCOUNTS-USER-03")
@pytest.mark.parametrize("form", ["{}-", "{}.", "{} ", " {}", "{}é", "{}%", "{}'", "{};", "{}\n"])
def test_what_cannot_be_a_name_is_not_found(api: Api, crowd: Crowd, form: str) -> None:
    assert api.get_user(form.format(crowd.names[0])).problem == NOT_FOUND


@pytest.mark.requirement("ACCOUNTS-USER-03")
def test_a_name_has_one_spelling(api: Api, alice: Person) -> None:
    for name in (alice.username.upper(), alice.username.title()):
        assert api.get_user(name).problem == NOT_FOUND
        assert alice.update_user(name, json={}).problem == NOT_FOUND


@pytest.mark.requirement("ACCOUNTS-USER-03")
def test_a_name_beyond_the_limits_is_not_found(api: Api, contract: Contract) -> None:
    shortest = contract.limit("NewUser", "username", "minLength")
    longest = contract.limit("NewUser", "username", "maxLength")
    for length in (shortest - 1, longest + 1, 1000):
        assert api.get_user("a" * length).problem == NOT_FOUND


# ---- All users ----


@pytest.mark.requirement("ACCOUNTS-LIST-01")
def test_users_come_in_the_order_of_their_names(api: Api, crowd: Crowd) -> None:
    assert walk(api, q=crowd.word) == crowd.names


@pytest.mark.requirement("ACCOUNTS-LIST-01")
def test_all_users_are_listed_when_nobody_searches(api: Api) -> None:
    page = api.list_users(query={"limit": 100})
    names = [user["username"] for user in page.items]
    assert names == sorted(names)


@pytest.mark.requirement("ACCOUNTS-PAGE-01")
def test_a_page_has_a_size_unless_told(api: Api, contract: Contract, crowd: Crowd) -> None:
    size = contract.parameter_limit("list_users", "limit", "default")
    assert search(api, crowd.word) == crowd.names[:size]


@pytest.mark.requirement("ACCOUNTS-PAGE-01")
def test_a_page_holds_as_many_as_one_wants(api: Api, contract: Contract, crowd: Crowd) -> None:
    largest = contract.parameter_limit("list_users", "limit", "maximum")
    smallest = contract.parameter_limit("list_users", "limit", "minimum")
    for limit in (smallest, 2, len(crowd.names) - 1, len(crowd.names), largest):
        assert search(api, crowd.word, limit=limit) == crowd.names[:limit]


@pytest.mark.requirement("ACCOUNTS-PAGE-01")
def test_a_page_has_a_smallest_and_a_largest_size(api: Api, contract: Contract) -> None:
    largest = contract.parameter_limit("list_users", "limit", "maximum")
    smallest = contract.parameter_limit("list_users", "limit", "minimum")
    for limit in (smallest - 1, largest + 1, 10**30):
        answer = api.list_users(query={"limit": limit})
        assert answer.faults == [("limit", "out_of_range")]


@pytest.mark.requirement("ACCOUNTS-PAGE-02")
def test_a_walk_shows_everybody_once(api: Api, crowd: Crowd) -> None:
    assert walk(api, q=crowd.word, limit=7) == crowd.names


@pytest.mark.requirement("ACCOUNTS-PAGE-02")
def test_a_page_without_users_is_the_last_one(api: Api) -> None:
    assert api.list_users(query={"q": make_word()}).json == {"items": [], "next_cursor": None}


@pytest.mark.requirement("ACCOUNTS-PAGE-03")
def test_a_cursor_is_good_for_its_own_question_only(api: Api, crowd: Crowd) -> None:
    cursor = api.list_users(query={"q": crowd.word, "limit": 2}).next_cursor
    for question in ({}, {"q": crowd.word[:-1]}, {"q": crowd.word + "0"}):
        answer = api.list_users(query={**question, "cursor": cursor})
        assert answer.faults == [("cursor", "invalid_cursor")]


# ---- Search ----


@pytest.mark.requirement("ACCOUNTS-SEARCH-01")
def test_a_search_finds_any_part_of_the_names(api: Api, people: People) -> None:
    word = make_word()
    begins = register_as(people, f"{word}_a").username
    ends = register_as(people, f"b_{word}").username
    shown = people.register("c", display_name=f"Somebody {word} else").username
    people.register("d", bio=word)
    people.register("e", display_name=word[:-1])
    assert search(api, word) == sorted([begins, ends, shown])


@pytest.mark.requirement("ACCOUNTS-SEARCH-01")
def test_a_search_does_not_reach_across_the_names(api: Api, people: People) -> None:
    alice = people.register("alice", display_name="Alice")
    for between in ("", " ", "\n"):
        assert search(api, alice.username[-8:] + between + "Ali") == []


@pytest.mark.requirement("ACCOUNTS-SEARCH-01")
def test_a_search_sees_a_changed_name_at_once(api: Api, alice: Person) -> None:
    old, new = make_word(), make_word()
    for word in (old, new):
        assert alice.update_me(json={"display_name": word}).status == 200
    assert search(api, new) == [alice.username]
    assert search(api, old) == []


@pytest.mark.requirement("ACCOUNTS-SEARCH-01", "HARDENING-EXPOSURE-02")
def test_a_search_does_not_look_at_emails(api: Api, people: People, alice: Person) -> None:
    word = make_word()
    people.register("bob", email=f"{word}@example.com")
    for searcher in (api, alice):
        for text in (word, f"{word}@example.com"):
            assert search(searcher, text) == []


@pytest.mark.requirement("ACCOUNTS-SEARCH-02")
def test_a_search_takes_every_sign_for_itself(api: Api, people: People) -> None:
    word = make_word()
    people.register("a", display_name=f"{word}-end")
    for sign in "%_*\\?'\".^$[&#":
        found = people.register("b", display_name=f"{word}{sign}end").username
        assert search(api, f"{word}{sign}") == [found]


@pytest.mark.requirement("ACCOUNTS-SEARCH-03")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Alice", "aLICE"),
        ("ÉCOLE", "école"),
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Ночь", "нОЧЬ"),
        ("e\u0301cole", "\u00e9cole"),
        ("\u00c9cole", "e\u0301cole"),
    ],
)
def test_a_search_ignores_case_and_form(api: Api, people: People, name: str, text: str) -> None:
    word = make_word()
    found = people.register("a", display_name=f"{word} {name}").username
    assert search(api, f"{word.upper()} {text}") == [found]


@pytest.mark.requirement("ACCOUNTS-SEARCH-03")
@pytest.mark.parametrize(("name", "text"), [("école", "ecole"), ("ecole", "école"), ("ö", "o")])
def test_a_search_does_not_ignore_accents(api: Api, people: People, name: str, text: str) -> None:
    word = make_word()
    people.register("a", display_name=f"{word} {name}")
    assert search(api, f"{word} {text}") == []


@pytest.mark.requirement("ACCOUNTS-SEARCH-04")
def test_a_search_has_a_length(api: Api, contract: Contract) -> None:
    shortest = contract.parameter_limit("list_users", "q", "minLength")
    longest = contract.parameter_limit("list_users", "q", "maxLength")
    for length, code in [(shortest - 1, "too_short"), (longest + 1, "too_long")]:
        answer = api.list_users(query={"q": "🌱" * length})
        assert answer.faults == [("q", code)]
    for length in (shortest, longest):
        assert api.list_users(query={"q": "🌱" * length}).status == 200
