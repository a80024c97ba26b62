"""Whoever begins on one implementation goes on with the next: one database, one system.

Each implementation makes the database once, and is then the first; so each plays every role.
"""

from itertools import cycle, islice
from typing import Any

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

from .system import System, at_once, move

# The default of LOGIN_ATTEMPTS.
ATTEMPTS = 10
INVALID_TOKEN = (401, "invalid_token")
INVALID_CREDENTIALS = (401, "invalid_credentials")
INVALID_REFRESH_TOKEN = (401, "invalid_refresh_token")


def refresh(api: Api, tokens: dict[str, Any]) -> Answer:
    return api.refresh_tokens(json={"refresh_token": tokens["refresh_token"]})


def walk(system: System, operation: str, **query: Any) -> list[Any]:
    """Follow the cursors, each to the next implementation."""
    found: list[Any] = []
    turn = cycle((system.third, system.first, system.second))
    while True:
        page = getattr(next(turn), operation)(query={"limit": 2, **query})
        assert page.status == 200, page
        found += page.items
        if page.next_cursor is None:
            return found
        query["cursor"] = page.next_cursor


def test_registers_on_the_first_logs_in_on_the_second_and_pages_on_the_third(
    system: System, ann: Person
) -> None:
    tokens = system.second.log_in(json=ann.credentials).json
    assert system.third.get_me(token=tokens["access_token"]).json["email"] == ann.email
    posts = [ann.has_post(title=f"Post {number}")["id"] for number in range(7)]
    listed = walk(system, "list_posts", author=ann.username)
    assert [post["id"] for post in listed] == posts[::-1]


def test_a_walk_through_users_crosses_all(system: System, people: People) -> None:
    crowd = {people.register("crowd").username for _ in range(5)}
    listed = [user["username"] for user in walk(system, "list_users", q="crowd_")]
    assert crowd <= set(listed)
    assert listed == sorted(set(listed))


def test_an_account_made_on_one_works_everywhere(system: System, people: People) -> None:
    ann = people.invent("ann")
    told = {"username": ann.username, **ann.credentials, "display_name": "Änne", "bio": "\n\t"}
    account = system.second.register_user(json=told).json
    assert [move(ann, api).get_me().json for api in system.all] == 3 * [account]
    assert [api.log_in(json=ann.credentials).status for api in system.all] == 3 * [200]
    for api in system.all:
        assert api.register_user(json=told).problem == (409, "username_taken")


def test_a_post_reads_the_same_everywhere(system: System, ann: Person) -> None:
    told = {"title": "Été à Köln", "body": "a\nb\t\U0001f40e", "tags": ["c", "a", "b"]}
    post = move(ann, system.second).create_post(json=told).json
    assert [api.get_post(post["id"]).json for api in system.all] == 3 * [post]
    pages = [api.list_posts(query={"author": ann.username, "tag": "c"}).json for api in system.all]
    assert [found["id"] for found in pages[0]["items"]] == [post["id"]]
    assert pages == 3 * [pages[0]]


def test_what_one_changes_the_others_show(system: System, ann: Person) -> None:
    post = ann.has_post()
    for number, api in enumerate(system.all):
        changes = {"title": f"Change {number}", "tags": [f"tag-{number}"]}
        changed = move(ann, api).update_post(post["id"], json=changes).json
        assert [other.get_post(post["id"]).json for other in system.all] == 3 * [changed]


def test_what_one_deletes_is_gone_everywhere(system: System, ann: Person) -> None:
    post = ann.has_post(tags=["gone"])
    assert move(ann, system.second).delete_post(post["id"]).status == 204
    assert [api.get_post(post["id"]).status for api in system.all] == 3 * [404]


def test_all_find_what_one_wrote(system: System, ann: Person) -> None:
    post = move(ann, system.second).has_post(title="Straße nach ÉVORA")
    query = {"author": ann.username, "q": "STRASSE nach évora"}
    for api in system.all:
        assert [found["id"] for found in api.list_posts(query=query).items] == [post["id"]]


def test_a_draft_is_hidden_everywhere(system: System, ann: Person, ben: Person) -> None:
    draft = ann.has_post(status="draft")
    assert [move(ann, api).get_post(draft["id"]).json for api in system.all] == 3 * [draft]
    assert [move(ben, api).get_post(draft["id"]).status for api in system.all] == 3 * [404]


def test_logged_out_on_one_is_refused_everywhere(system: System, ann: Person) -> None:
    assert move(ann, system.second).log_out().status == 204
    for api in system.all:
        assert api.get_me(token=ann.access_token).problem == INVALID_TOKEN
        assert refresh(api, ann.tokens).problem == INVALID_REFRESH_TOKEN


def test_a_sign_in_is_renewed_on_one_after_the_other(system: System, ann: Person) -> None:
    tokens = ann.tokens
    for api in (*system.all, *system.all):
        tokens = refresh(api, tokens).json
        assert api.get_me(token=tokens["access_token"]).status == 200


def test_a_replay_on_one_ends_the_sign_in_everywhere(system: System, ann: Person) -> None:
    newest = refresh(system.second, ann.tokens).json
    assert refresh(system.third, ann.tokens).problem == INVALID_REFRESH_TOKEN
    for api in system.all:
        assert api.get_me(token=newest["access_token"]).problem == INVALID_TOKEN
        assert refresh(api, newest).problem == INVALID_REFRESH_TOKEN


def test_a_new_password_holds_everywhere(system: System, ann: Person) -> None:
    changes = {"current_password": ann.password, "new_password": "another password"}
    assert move(ann, system.second).change_password(json=changes).status == 204
    known = {"email": ann.email, "password": "another password"}
    for api in system.all:
        assert api.get_me(token=ann.access_token).problem == INVALID_TOKEN
        assert api.log_in(json=ann.credentials).problem == INVALID_CREDENTIALS
        assert api.log_in(json=known).status == 200


def test_failed_log_ins_are_counted_together(system: System, people: People) -> None:
    wrong = {"email": people.invent().email, "password": "not the password"}
    for api in islice(cycle(system.all), ATTEMPTS):
        assert api.log_in(json=wrong).problem == INVALID_CREDENTIALS
    for api in system.all:
        assert api.log_in(json=wrong).problem == (429, "too_many_attempts")


def test_what_an_admin_decides_on_one_holds_everywhere(system: System, ann: Person) -> None:
    token, admin = ann.access_token, move(system.admin, system.second)
    assert admin.update_user(ann.username, json={"is_active": False}).status == 200
    for api in system.all:
        assert api.get_me(token=token).problem == INVALID_TOKEN
        assert api.log_in(json=ann.credentials).problem == INVALID_CREDENTIALS


def test_an_account_deleted_on_one_is_gone_everywhere(
    system: System, people: People, ann: Person
) -> None:
    post = ann.has_post(tags=["left"])
    assert move(ann, system.second).delete_me().status == 204
    again = {"username": ann.username, **people.invent().credentials}
    for api in system.all:
        assert api.get_user(ann.username).status == 404
        assert api.get_post(post["id"]).status == 404
        assert api.get_me(token=ann.access_token).problem == INVALID_TOKEN
        assert api.register_user(json=again).problem == (409, "username_taken")


def test_all_write_at_the_same_time(system: System, ann: Person) -> None:
    token = ann.access_token

    def write(api: Api) -> int:
        told = {"title": "At once", "body": "", "tags": ["at-once"]}
        return api.create_post(json=told, token=token).status

    assert at_once(write, 5 * system.all) == 15 * [201]
    listed = system.first.list_posts(query={"author": ann.username, "limit": 100}).items
    assert len(listed) == 15


def test_all_give_out_a_username_once(system: System, people: People) -> None:
    name = people.invent("wanted").username
    wishes = [(api, people.invent().credentials) for api in 4 * system.all]

    def register(wish: tuple[Api, dict[str, str]]) -> int:
        api, credentials = wish
        return api.register_user(json={"username": name, **credentials}).status

    assert sorted(at_once(register, wishes)) == [201, *(11 * [409])]


def test_all_take_a_refresh_token_once(system: System, ann: Person) -> None:
    tokens = ann.tokens
    statuses = at_once(lambda api: refresh(api, tokens).status, 4 * system.all)
    assert sorted(statuses) == [200, *(11 * [401])]
    for api in system.all:
        assert api.get_me(token=tokens["access_token"]).problem == INVALID_TOKEN
