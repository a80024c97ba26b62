"""Whoever begins on one implementation goes on with the next: one database, one system."""

from itertools import cycle
from typing import Any

from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

from .system import System, at_once, move

# The default of LOGIN_ATTEMPTS.
ATTEMPTS = 10
INVALID_TOKEN = (401, "invalid_token")
INVALID_CREDENTIALS = (401, "invalid_credentials")
INVALID_REFRESH_TOKEN = (401, "invalid_refresh_token")


def walk(system: System, operation: str, **query: Any) -> list[Any]:
    """Follow the cursors, each on the next implementation."""
    found: list[Any] = []
    for api in cycle(system.all):
        page = getattr(api, operation)(query={"limit": 2, **query})
        found += page.items
        if page.next_cursor is None:
            return found
        query["cursor"] = page.next_cursor
    raise AssertionError("unreachable")


def test_registers_on_the_first_logs_in_on_the_second_and_pages_on_the_third(
    system: System, ann: Person
) -> None:
    tokens = system.second.log_in(json=ann.credentials).json
    assert system.third.get_me(token=tokens["access_token"]).json["email"] == ann.email
    posts = [ann.has_post(title=f"Post {number}")["id"] for number in range(7)]
    listed = walk(system, "list_posts", author=ann.username)
    assert [post["id"] for post in listed] == posts[::-1]


def test_a_walk_through_users_takes_cursors_from_everywhere(
    system: System, people: People
) -> None:
    crowd = [people.register("crowd") for _ in range(5)]
    listed = [user["username"] for user in walk(system, "list_users", q="crowd_")]
    assert {person.username for person in crowd} <= set(listed)
    assert listed == sorted(set(listed))


def test_a_post_reads_the_same_everywhere(system: System, ann: Person) -> None:
    for writer in system.all:
        post = move(ann, writer).has_post(title="Été à Köln", body="a\nb\t\U0001f40e", tags=["b", "a"])
        assert [api.get_post(post["id"]).json for api in system.all] == 3 * [post]


def test_lists_read_the_same_everywhere(system: System, ann: Person) -> None:
    for writer in system.all:
        move(ann, writer).has_post(tags=["c", "a", "b"])
    query = {"author": ann.username, "tag": "c"}
    pages = [api.list_posts(query=query).items for api in system.all]
    assert len(pages[0]) == 3
    assert pages == 3 * [pages[0]]


def test_what_one_changes_the_others_show(system: System, ann: Person) -> None:
    post = ann.has_post()
    for number, writer in enumerate(system.all):
        changed = move(ann, writer).update_post(post["id"], json={"title": f"Change {number}"})
        assert [api.get_post(post["id"]).json for api in system.all] == 3 * [changed.json]


def test_what_one_deletes_is_gone_everywhere(system: System, ann: Person) -> None:
    for deleter in system.all:
        post = ann.has_post(tags=["gone"])
        assert move(ann, deleter).delete_post(post["id"]).status == 204
        assert [api.get_post(post["id"]).status for api in system.all] == [404, 404, 404]


def test_everybody_finds_what_anybody_wrote(system: System, ann: Person) -> None:
    for writer in system.all:
        post = move(ann, writer).has_post(title="Straße nach ÉVORA", body=ann.username)
        for api in system.all:
            query = {"author": ann.username, "q": "STRASSE nach évora"}
            assert post["id"] in [found["id"] for found in api.list_posts(query=query).items]


def test_a_draft_is_hidden_everywhere(system: System, ann: Person, ben: Person) -> None:
    for writer in system.all:
        draft = move(ann, writer).has_post(status="draft")
        statuses = [move(ben, api).get_post(draft["id"]).status for api in system.all]
        assert statuses == [404, 404, 404]
        assert [move(ann, api).get_post(draft["id"]).json for api in system.all] == 3 * [draft]


def test_logged_out_on_one_is_refused_everywhere(system: System, ann: Person) -> None:
    for api in system.all:
        tokens = api.log_in(json=ann.credentials).json
        assert api.log_out(token=tokens["access_token"]).status == 204
        for other in system.all:
            assert other.get_me(token=tokens["access_token"]).problem == INVALID_TOKEN
            assert _refresh(other, tokens).problem == INVALID_REFRESH_TOKEN


def test_a_sign_in_is_renewed_everywhere_in_turn(system: System, ann: Person) -> None:
    tokens = ann.tokens
    for api in (*system.all, *system.all):
        tokens = _refresh(api, tokens).json
        assert api.get_me(token=tokens["access_token"]).status == 200


def test_a_replay_on_one_ends_the_sign_in_everywhere(system: System, ann: Person) -> None:
    for api, other in zip(system.all, (system.second, system.third, system.first), strict=True):
        used = api.log_in(json=ann.credentials).json
        newest = _refresh(api, used).json
        assert _refresh(other, used).problem == INVALID_REFRESH_TOKEN
        for one in system.all:
            assert one.get_me(token=newest["access_token"]).problem == INVALID_TOKEN


def test_a_new_password_holds_everywhere(system: System, people: People) -> None:
    for changer in system.all:
        person = people.register("changer")
        changes = {"current_password": person.password, "new_password": "another one"}
        assert move(person, changer).change_password(json=changes).status == 204
        for api in system.all:
            assert api.log_in(json=person.credentials).problem == INVALID_CREDENTIALS
            assert api.get_me(token=person.access_token).problem == INVALID_TOKEN
            told = {"email": person.email, "password": "another one"}
            assert api.log_in(json=told).status == 200


def test_an_account_made_anywhere_works_everywhere(system: System, people: People) -> None:
    for api in system.all:
        person = move(people.invent("new"), api)
        told = {"username": person.username, **person.credentials, "display_name": "Ńew"}
        user = api.register_user(json=told).json
        for other in system.all:
            assert other.log_in(json=person.credentials).status == 200
            assert other.register_user(json=told).problem == (409, "username_taken")
            assert move(person, other).get_me().json == user


def test_failed_log_ins_are_counted_together(system: System, people: People) -> None:
    for shift, _ in enumerate(system.all):
        wrong = {"email": people.invent().email, "password": "not the password"}
        turn = cycle((*system.all[shift:], *system.all[:shift]))
        for _, api in zip(range(ATTEMPTS), turn, strict=False):
            assert api.log_in(json=wrong).problem == INVALID_CREDENTIALS
        for api in system.all:
            assert api.log_in(json=wrong).problem == (429, "too_many_attempts")


def test_what_an_admin_decides_on_one_holds_everywhere(system: System, people: People) -> None:
    for api in system.all:
        person = people.register("member")
        token = person.access_token
        admin = move(system.admin, api)
        assert admin.update_user(person.username, json={"is_active": False}).status == 200
        for other in system.all:
            assert other.get_me(token=token).problem == INVALID_TOKEN
            assert other.log_in(json=person.credentials).problem == INVALID_CREDENTIALS


def test_an_account_deleted_on_one_is_gone_everywhere(system: System, people: People) -> None:
    for api in system.all:
        person = people.register("leaving")
        post = person.has_post(tags=["left"])
        assert move(person, api).delete_me().status == 204
        for other in system.all:
            assert other.get_user(person.username).status == 404
            assert other.get_post(post["id"]).status == 404
            assert other.get_me(token=person.access_token).problem == INVALID_TOKEN
        again = {"username": person.username, **people.invent().credentials}
        for other in system.all:
            assert other.register_user(json=again).problem == (409, "username_taken")


def test_all_write_at_the_same_time(system: System, ann: Person) -> None:
    token = ann.access_token

    def write(api: Api) -> int:
        told = {"title": "At once", "body": "", "tags": ["at-once"]}
        return api.create_post(json=told, token=token).status

    assert at_once(write, 8 * system.all) == 24 * [201]
    listed = system.first.list_posts(query={"author": ann.username, "limit": 100}).items
    assert len(listed) == 24


def test_one_username_is_given_out_once(system: System, people: People) -> None:
    name = people.invent("wanted").username
    wishes = [(api, people.invent().credentials) for api in 4 * system.all]

    def register(wish: tuple[Api, dict[str, str]]) -> int:
        api, credentials = wish
        return api.register_user(json={"username": name, **credentials}).status

    assert sorted(at_once(register, wishes)) == [201, *(11 * [409])]


def test_one_refresh_token_works_once(system: System, ann: Person) -> None:
    tokens = ann.tokens
    statuses = at_once(lambda api: _refresh(api, tokens).status, 4 * system.all)
    assert sorted(statuses) == [200, *(11 * [401])]
    assert [api.get_me(token=tokens["access_token"]).problem for api in system.all] == 3 * [
        INVALID_TOKEN
    ]


def _refresh(api: Api, tokens: dict[str, Any]) -> Any:
    return api.refresh_tokens(json={"refresh_token": tokens["refresh_token"]})
