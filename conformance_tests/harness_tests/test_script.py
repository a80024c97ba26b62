"""A failure as a shell script: it sends what the test sent, and runs as printed."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import load_contract
from conformance_tests.harness.deployment import deploy, open_plan
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.observations import Observations
from conformance_tests.harness.oracle import Oracle
from conformance_tests.harness.patience import Patience
from conformance_tests.harness.people import People
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.script import OTHER_CHANGES, OWN_REQUESTS, write_script
from conformance_tests.harness.targets import Target, find_implementations

STATUS = re.compile(r"^(?:HTTP/1\.1 )?(\d{3})\b", re.MULTILINE)
HOST = "127.0.0.1:8000"
ADMIN = "admin@example.com"
ALICE = "alice_0123456789ab"
POST_ID = "01900000-0000-7000-8000-00000000000a"
PATH = f"/api/v1/posts/{POST_ID}"
JSON = {"Content-Type": "application/json"}
NEW_POST = {"title": "Knoblauch für Øystein", "body": "It's 100 % \\ done"}

# ---- What is written ----


def ask(
    method: str,
    path: str,
    status: int = 200,
    *,
    sent: bytes | dict[str, str] = b"",
    told: object = None,
    headers: dict[str, str] | None = None,
    tag: str = "",
) -> Answer:
    """Return an exchange that did not happen."""
    return Answer(
        method,
        path,
        status,
        httpx.Headers({"ETag": tag} if tag else {}),
        json.dumps(told).encode(),
        httpx.Headers({"Host": HOST, **(headers or {})}),
        sent if isinstance(sent, bytes) else json.dumps(sent).encode(),
    )


def write(*answers: Answer, start: int = 0) -> str:
    return write_script(answers, start, admin_email=ADMIN, base_url=f"http://{HOST}")


def bear(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def sign_up(name: str, token: str) -> list[Answer]:
    email = f"{name}@example.com"
    told = {"username": name, "email": email}
    return [
        ask("POST", "/api/v1/users", 201, sent=told, told=told),
        ask("POST", "/api/v1/auth/login", sent={"email": email}, told={"access_token": token}),
    ]


def make_post(token: str) -> Answer:
    told = {"id": POST_ID, "author": ALICE}
    return ask("POST", "/api/v1/posts", 201, headers=bear(token), told=told, tag='"1"')


def count(text: str) -> int:
    return len(re.findall("^# [0-9]+[.] ", text, re.MULTILINE))


def test_nothing_asked_is_no_script() -> None:
    assert write(ask("GET", "/livez"), start=1) == ""


def test_a_script_has_what_its_requests_rest_on_and_nothing_else() -> None:
    others = [*sign_up("bob_ba9876543210", "bobs-token"), ask("GET", "/livez")]
    before = [*others, *sign_up(ALICE, "alices-token"), make_post("alices-token"), *others]
    text = write(*before, ask("GET", PATH, headers=bear("alices-token")), start=len(before))
    assert count(text) == 4
    assert "alices-token" not in text
    assert 'call -X GET "$BASE"/api/v1/posts/"$POST_1" \\\n  -H "Authorization: ' not in text
    assert "-H 'Authorization: Bearer '\"$TOKEN_1\"" in text


def test_the_latest_exchange_that_gave_a_tag_is_the_one_that_is_asked_again() -> None:
    before = [*sign_up(ALICE, "alices-token"), make_post("alices-token")]
    before += [ask("GET", PATH, tag='"1"'), ask("GET", "/api/v1/posts/other", tag='"1"')]
    text = write(*before, ask("GET", PATH, 304, headers={"If-None-Match": 'W/"1", "x"'}), start=5)
    assert "-H 'If-None-Match: W/'\"$ETAG_1\"', \"x\"'" in text
    assert count(text) == 5


def test_a_cursor_is_encoded_where_it_was() -> None:
    page = ask("GET", "/api/v1/posts", told={"next_cursor": "a+b/c+d/e=="})
    text = write(page, ask("GET", "/api/v1/posts?limit=1&cursor=a%2Bb%2Fc%2Bd%2Fe%3D%3D"))
    assert 'CURSOR_1=$(member next_cursor)\nCURSOR_1_ENCODE=$(encode "$CURSOR_1")' in text
    assert '&cursor=\'"$CURSOR_1_ENCODE"' in text


def test_what_a_search_finds_is_made_again() -> None:
    sent = {"title": "t0123456789ab"}
    made = ask("POST", "/api/v1/posts", 201, sent=sent, told={"id": POST_ID})
    assert count(write(made, ask("GET", "/api/v1/posts?q=t0123456789ab"), start=1)) == 2


def test_earlier_changes_of_what_is_asked_for_are_made_again() -> None:
    before = [*sign_up(ALICE, "alices-token"), make_post("alices-token")]
    before += [ask("PUT", f"{PATH}/like", 204, headers=bear("alices-token"))]
    assert count(write(*before, ask("GET", f"{PATH}/stats"), start=4)) == 5
    assert count(write(*before, ask("GET", PATH), start=4)) == 4


def test_too_many_earlier_changes_are_left_out_and_told() -> None:
    before = [*sign_up(ALICE, "alices-token"), make_post("alices-token")]
    changes = (OTHER_CHANGES + 1) * [ask("PATCH", PATH, headers=bear("alices-token"))]
    text = write(*before, *changes, ask("GET", PATH), start=len(before) + len(changes))
    assert f"# Left out: {len(changes)} earlier requests" in text
    assert count(text) == 4


def test_of_very_many_requests_the_last_one_is_shown() -> None:
    before = [*sign_up(ALICE, "alices-token"), make_post("alices-token")]
    text = write(*before, *OWN_REQUESTS * [ask("GET", "/livez")], ask("GET", PATH), start=3)
    assert f"# Of the {OWN_REQUESTS + 1} requests of the test only the last one is here" in text
    assert count(text) == 4


def test_what_an_admin_did_to_callers_is_done_again() -> None:
    before = [*sign_up(ALICE, "alices-token"), ask("PATCH", f"/api/v1/users/{ALICE}")]
    before += [ask("PATCH", f"/api/v1/users/{ALICE}", sent={"role": "admin"})]
    assert (
        count(write(*before, ask("GET", "/api/v1/me", headers=bear("alices-token")), start=4)) == 4
    )


def test_a_server_without_its_database_is_another_one() -> None:
    assert "# What was answered with 503 was sent to another server" in write(ask("GET", "/", 503))


def test_invented_names_are_made_anew_wherever_they_stand() -> None:
    asked = f"/api/v1/users/{ALICE}", {"email": f"{ALICE.upper()}@example.com"}
    text = write(*sign_up(ALICE, "a"), ask("PATCH", asked[0], sent=asked[1]), start=0)
    assert ALICE[-12:] not in text.lower()
    assert text.count('"$MARK"') == 5


def test_an_admin_signs_in_by_the_arguments_and_with_no_password_in_sight() -> None:
    sent = {"email": ADMIN, "password": 'se"cret'}
    text = write(ask("POST", "/api/v1/auth/login", sent=sent), ask("GET", "/", sent=sent), start=1)
    assert "# Usage: sh SCRIPT URL ADMIN_EMAIL ADMIN_PASSWORD" in text
    assert "se" + "\\" not in text
    assert """'{"email": "'"$ADMIN_EMAIL"'", "password": "'"$ADMIN_PASSWORD"'"}'""" in text


def test_another_host_is_told_and_the_own_one_is_not() -> None:
    text = write(ask("GET", "/"), ask("GET", "/", headers={"Host": "elsewhere.example"}))
    assert [line for line in text.splitlines() if "Host" in line] == [
        "  -H 'Host: elsewhere.example'"
    ]


def test_a_token_that_no_answer_gave_is_told_of() -> None:
    forged = bear(".".join(3 * ["eyJhbGciOiJIUzI1NiJ9"]))
    assert "# A token that the test made by itself" in write(ask("GET", "/", headers=forged))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"@it's {me}\n", "  --data-raw '@it'\"'\"'s {me}\n'"),
        (b"-\xff\x00%\\'", r"printf '\055\377\000%%\\'\'''  | call -X PUT".replace("  ", " ")),
        (b"a" + 3_000 * b"\\n" + b"c", "  repeat '\\n' 3000"),
        (bytes(range(256)) * 10, "  base64 -d <<'END'"),
        (bytes(range(256)) * 300, "  repeat x 76800  # in place of as many bytes"),
    ],
)
def test_any_body_has_a_form(content: bytes, line: str) -> None:
    assert line in write(ask("PUT", "/", sent=content))


# ---- What is sent ----


class Stage:
    """One server, those who call it, and all that was answered."""

    def __init__(self, target: Target) -> None:
        contract, secrets, patience = load_contract(), Secrets(), Patience()
        self.observations = Observations()
        oracle = Oracle(contract, secrets, self.observations, target.name)
        self.target = target
        self.api = Api(target.base_url, contract, oracle, patience, kept_connections=0)
        self.wire = Wire(target.base_url, oracle, patience)
        self.people = People(self.api, secrets)
        self.alice = self.people.register("alice")


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """Whichever implementation is found first."""
    with open_plan("uniform", "sqlite") as plan:
        deployment = deploy(list(find_implementations().values())[:1], plan)
        yield from deployment.targets.values()


@pytest.fixture
def stage(target: Target) -> Iterator[Stage]:
    stage = Stage(target)
    with closing(stage.api):
        yield stage


def change_twice(stage: Stage) -> None:
    made = stage.alice.create_post(json=NEW_POST)
    for _ in range(2):
        headers = {"If-Match": made.headers["ETag"]}
        path = f"/api/v1/posts/{made.json['id'].upper()}"
        stage.alice.request("PATCH", path, json={"title": "Garlic"}, headers=headers)


def turn_a_page(stage: Stage) -> None:
    query = {"author": stage.alice.username, "limit": 1}
    for _ in range(2):
        stage.alice.has_post()
    first = stage.api.list_posts(query=query)
    stage.api.list_posts(query={**query, "cursor": first.next_cursor})


def refresh_twice(stage: Stage) -> None:
    for _ in range(2):
        stage.api.refresh_tokens(json={"refresh_token": stage.alice.refresh_token})


def send_no_text(stage: Stage) -> None:
    stage.alice.create_post(content=b'{"title": "\xff\'%s", "body": ""}', headers=JSON)


def send_too_much(stage: Stage) -> None:
    content = b'{"title": "Garlic", "body": "'.ljust(1_048_577, b"x")
    stage.alice.create_post(content=content, headers=JSON)
    stage.alice.create_post(content=iter([content]), headers=JSON)


def send_bytes(stage: Stage) -> None:
    lines = ["Content-Type: application/json", "Content-Length: 2"]
    lines += [f"Authorization: Bearer {stage.alice.access_token}"]
    stage.wire.send(stage.wire.compose("PATCH", "/api/v1/me", *lines, body=b"{}"))
    stage.wire.send_unjudged(stage.wire.compose("GET", "/livez", "X\xff: a"))


def take_odd_paths(stage: Stage) -> None:
    for path in ("//livez", "/api/../livez", "/livez#/..", "/livez?a[]={}&b='"):
        stage.api.request_unjudged("GET", path)


def ask_for_the_head(stage: Stage) -> None:
    path = f"/api/v1/posts/{stage.alice.has_post()['id']}"
    tag = stage.api.request("HEAD", path).headers["ETag"]
    stage.api.request("HEAD", path, headers={"If-None-Match": tag})


def act_as_admin(stage: Stage) -> None:
    target = stage.target
    admin = stage.people.recall(target.admin_email or "", target.admin_password or "")
    admin.update_user(stage.alice.username, json={"is_active": False})
    stage.api.get_user(admin.username)


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
@pytest.mark.parametrize(
    "act",
    [
        change_twice,
        turn_a_page,
        refresh_twice,
        send_no_text,
        send_too_much,
        send_bytes,
        take_odd_paths,
        ask_for_the_head,
        act_as_admin,
    ],
)
def test_a_script_gets_the_same_answers_again(
    act: Callable[[Stage], None], stage: Stage, tmp_path: Path
) -> None:
    act(stage)
    answers, target = stage.observations.answers, stage.target
    path = tmp_path / "script.sh"
    path.write_text(write_script(answers, 0, admin_email=target.admin_email), encoding="utf-8")
    statuses = [answer.status for answer in answers]
    for _ in range(2):
        said = run(path, target)
        assert list(map(int, STATUS.findall(said)))[: len(statuses)] == statuses
        assert said.rpartition("HTTP/1.1 ")[2][:3] == str(statuses[-1])


def run(path: Path, target: Target) -> str:
    arguments = [target.base_url, target.admin_email or "", target.admin_password or ""]
    words = ["/bin/sh", str(path), *arguments]
    done = subprocess.run(words, capture_output=True, check=True, timeout=30)
    return done.stdout.decode("utf-8", "replace")
