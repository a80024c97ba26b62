"""Other users: reading one, listing all in pages, and searching."""

import secrets

import pytest

from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import Contract
from conformance_tests.harness.listing import Listing
from conformance_tests.harness.operations import Operations
from conformance_tests.harness.people import People, Person

NOT_FOUND = (404, "not_found")
COUNTS = ("posts_count", "followers_count", "following_count")
# Of one beginning, in the order of their characters: digits, then the underscore, then letters.
# A database that compares by the rules of a language has another order.
ENDINGS = ("", "0", "09", "0_", "1", "_", "_0", "__", "_b", "a", "a0", "a_", "a_b", "aa", "b")


# What the crowd is called. `-end` and `plain` stand for what is not meant by the others.
SIGNS = "%_*\\?'.["
DISPLAY_NAMES = (
    *(f"{sign}end" for sign in SIGNS),
    "-end",
    "Alice",
    "Straße",
    "ΣΊΣΥΦΟΣ",
    "Ночь",
    "\u00c9cole",
    "e\u0301cole",
    "Ecole",
)
# What is searched, and whom that finds.
WRITTEN_OTHERWISE = {
    "aLICE": ["Alice"],
    "STRASSE": ["Straße"],
    "σίσυφος": ["ΣΊΣΥΦΟΣ"],
    "нОЧЬ": ["Ночь"],
    "\u00e9cole": ["\u00c9cole", "e\u0301cole"],
    "E\u0301cole": ["\u00c9cole", "e\u0301cole"],
    "ecole": ["Ecole"],
}


def make_word() -> str:
    """Return a word that is in nobody's name."""
    return f"x{secrets.token_hex(6)}"


def search(reader: Operations, text: str, **query: object) -> list[str]:
    """Return the usernames on the first page of a search."""
    return [user["username"] for user in reader.list_users(query={"q": text, **query}).items]


class Crowd:
    """Many users whose names, as used and as shown, begin with words that nobody else has."""

    def __init__(self, people: People, size: int) -> None:
        self.word, self.shown, self.told = make_word(), make_word(), make_word()
        endings = [*ENDINGS, *(f"z{number}" for number in range(10, 10 + size - len(ENDINGS)))]
        self.names = [self.word + ending for ending in endings]
        self.called = dict(zip(DISPLAY_NAMES, self.names, strict=False))
        display_names = {name: self.shown + called for called, name in self.called.items()}
        for name in reversed(self.names):
            display_name = display_names.get(name, self.shown)
            email = f"{name}.{self.told}@example.com"
            people.register(username=name, email=email, display_name=display_name, bio=self.told)


@pytest.fixture(scope="module")
def crowd(contract: Contract, people: People) -> Crowd:
    """One user more than a page holds when nobody says how many. Nobody changes them."""
    return Crowd(people, contract.parameter_limit("list_users", "limit", "default") + 1)


# ---- One user ----


@pytest.mark.requirement("ACCOUNTS-USER-01")
def test_anybody_can_read_a_user(api: Api, someone: Person, someone_else: Person) -> None:
    account = someone.get_me().json
    public = ("username", "display_name", "bio", "role", "created_at")
    expected = {name: account[name] for name in public}
    for reader in (api, someone_else):
        user = reader.get_user(someone.username).json
        assert {name: user[name] for name in user if name not in COUNTS} == expected


@pytest.mark.requirement("ACCOUNTS-USER-01")
def test_admins_read_a_user_as_everybody_does(api: Api, admin: Person, someone: Person) -> None:
    assert admin.get_user(someone.username).json == api.get_user(someone.username).json


@pytest.mark.requirement("ACCOUNTS-USER-01", "ACCOUNTS-LIST-01")
def test_a_list_shows_users_as_reading_them_does(api: Api, crowd: Crowd) -> None:
    name = crowd.names[-1]
    assert api.list_users(query={"q": name}).items == [api.get_user(name).json]


@pytest.mark.requirement("ACCOUNTS-USER-02")
def test_a_name_that_nobody_has_is_not_found(api: Api, people: People) -> None:
    assert api.get_user(people.invent().username).problem == NOT_FOUND


@pytest.mark.requirement("ACCOUNTS-USER-03")
def test_what_cannot_be_a_name_is_not_found(api: Api, contract: Contract, crowd: Crowd) -> None:
    shortest = contract.limit("NewUser", "username", "minLength")
    longest = contract.limit("NewUser", "username", "maxLength")
    names = ["a" * length for length in (shortest - 1, longest + 1)]
    forms = ("{}-", "{} ", "{}é", "{}%", "{}\n")
    names += [form.format(crowd.names[0]) for form in forms]
    problems = {name: api.get_user(name).problem for name in names}
    assert problems == dict.fromkeys(names, NOT_FOUND)


@pytest.mark.requirement("ACCOUNTS-USER-03")
def test_a_name_has_one_spelling(someone: Person) -> None:
    loud = someone.username.upper()
    assert someone.get_user(loud).problem == NOT_FOUND
    assert someone.update_user(loud, json={}).problem == NOT_FOUND


# ---- All users ----


@pytest.mark.requirement("ACCOUNTS-LIST-01")
@pytest.mark.usefixtures("someone")
def test_all_users_are_listed_when_nobody_searches(api: Api) -> None:
    page = api.list_users(query={"limit": 100})
    names = [user["username"] for user in page.items]
    assert names != []
    assert names == sorted(names)


@pytest.mark.requirement("ACCOUNTS-PAGE-01")
def test_a_page_has_a_size_unless_told(api: Api, contract: Contract, crowd: Crowd) -> None:
    size = contract.parameter_limit("list_users", "limit", "default")
    assert search(api, crowd.word) == crowd.names[:size]


@pytest.mark.requirement("ACCOUNTS-PAGE-01")
def test_a_page_holds_as_many_as_one_wants(api: Api, contract: Contract, crowd: Crowd) -> None:
    largest = contract.parameter_limit("list_users", "limit", "maximum")
    smallest = contract.parameter_limit("list_users", "limit", "minimum")
    for limit in (smallest, largest):
        assert search(api, crowd.word, limit=limit) == crowd.names[:limit]


@pytest.mark.requirement("ACCOUNTS-PAGE-01")
def test_a_page_has_a_smallest_and_a_largest_size(api: Api, contract: Contract) -> None:
    largest = contract.parameter_limit("list_users", "limit", "maximum")
    smallest = contract.parameter_limit("list_users", "limit", "minimum")
    for limit in (smallest - 1, largest + 1, 10**30):
        answer = api.list_users(query={"limit": limit})
        assert answer.faults == [("limit", "out_of_range")]


@pytest.mark.requirement("ACCOUNTS-PAGE-02", "ACCOUNTS-LIST-01")
def test_a_walk_shows_everybody_once_in_the_order_of_their_names(api: Api, crowd: Crowd) -> None:
    # The last page is full, and yet the last one.
    sizes = [9, len(crowd.names) - 9]
    pages = list(Listing(api, "list_users", {"q": crowd.word}).walk(sizes))
    assert pages == [crowd.names[:9], crowd.names[9:]]


@pytest.mark.requirement("ACCOUNTS-PAGE-02")
def test_a_page_without_users_is_the_last_one(api: Api) -> None:
    assert api.list_users(query={"q": make_word()}).json == {"items": [], "next_cursor": None}


@pytest.mark.requirement("ACCOUNTS-PAGE-03")
def test_a_cursor_is_good_for_its_own_question_only(api: Api, crowd: Crowd) -> None:
    cursor = api.list_users(query={"q": crowd.word, "limit": 2}).next_cursor
    for question in ({}, {"q": crowd.word[:-1]}, {"q": crowd.word + "0"}):
        answer = api.list_users(query={**question, "cursor": cursor})
        assert answer.faults == [("cursor", "invalid_cursor")]


@pytest.mark.requirement("ACCOUNTS-PAGE-03")
def test_a_cursor_has_one_spelling(api: Api, crowd: Crowd) -> None:
    question = {"q": crowd.word, "limit": 2}
    cursor = str(api.list_users(query=question).next_cursor)
    other = "A" if cursor[0] != "A" else "B"
    for changed in (other + cursor[1:], cursor[:-1], cursor + "A", "made up", ""):
        answer = api.list_users(query={**question, "cursor": changed})
        assert answer.faults == [("cursor", "invalid_cursor")]


# ---- Search ----


@pytest.mark.requirement("ACCOUNTS-SEARCH-01")
def test_a_search_finds_any_part_of_the_names(api: Api, crowd: Crowd) -> None:
    for part in (crowd.word[1:], crowd.shown[:-1]):
        assert search(api, part, limit=100) == crowd.names
    last = crowd.names[-1]
    assert search(api, last[2:]) == [last]
    assert search(api, crowd.shown[2:] + "Alice") == [crowd.called["Alice"]]


@pytest.mark.requirement("ACCOUNTS-SEARCH-01", "HARDENING-EXPOSURE-02")
def test_a_search_looks_at_neither_bios_nor_emails(api: Api, someone: Person, crowd: Crowd) -> None:
    # The e-mail addresses have this word too.
    for searcher in (api, someone):
        assert search(searcher, crowd.told) == []


@pytest.mark.requirement("ACCOUNTS-SEARCH-01")
def test_a_search_does_not_reach_across_the_names(api: Api, crowd: Crowd) -> None:
    for between in ("", " "):
        assert search(api, crowd.names[-1][-8:] + between + crowd.shown[:8]) == []


@pytest.mark.requirement("ACCOUNTS-SEARCH-01")
def test_a_search_sees_a_changed_name_at_once(api: Api, people: People) -> None:
    old, new = make_word(), make_word()
    person = people.register(display_name=old)
    assert person.update_me(json={"display_name": new}).status == 200
    assert search(api, new) == [person.username]
    assert search(api, old) == []


@pytest.mark.requirement("ACCOUNTS-SEARCH-02")
def test_a_search_takes_every_sign_for_itself(api: Api, crowd: Crowd) -> None:
    found = {sign: search(api, crowd.shown + sign) for sign in SIGNS}
    assert found == {sign: [crowd.called[f"{sign}end"]] for sign in SIGNS}


@pytest.mark.requirement("ACCOUNTS-SEARCH-03")
def test_a_search_ignores_case_and_form_but_no_accents(api: Api, crowd: Crowd) -> None:
    found = {text: search(api, crowd.shown.upper() + text) for text in WRITTEN_OTHERWISE}
    assert found == {
        text: sorted(crowd.called[one] for one in called)
        for text, called in WRITTEN_OTHERWISE.items()
    }


@pytest.mark.requirement("ACCOUNTS-SEARCH-04")
def test_a_search_has_a_length(api: Api, contract: Contract) -> None:
    shortest = contract.parameter_limit("list_users", "q", "minLength")
    longest = contract.parameter_limit("list_users", "q", "maxLength")
    for length, code in [(shortest - 1, "too_short"), (longest + 1, "too_long")]:
        answer = api.list_users(query={"q": "🌱" * length})
        assert answer.faults == [("q", code)]
    for length in (shortest, longest):
        assert api.list_users(query={"q": "🌱" * length}).status == 200
