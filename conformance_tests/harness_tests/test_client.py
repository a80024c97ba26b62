"""The client against servers that answer nonsense: clean failures, in time."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance_tests.harness import patience, raw, transport
from conformance_tests.harness.client import Api
from conformance_tests.harness.contract import load_contract
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.observations import Observations
from conformance_tests.harness.oracle import Oracle
from conformance_tests.harness.patience import GIVEN_UP, TRIES, Patience
from conformance_tests.harness.raw import Wire

Behave = Callable[[socket.socket], None]
CONTRACT = load_contract()
LIMIT = 0.4
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SAFE = (
    b"X-Request-ID: 1\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    b"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
)


def say(*parts: bytes) -> Behave:
    return lambda opened: opened.sendall(b"".join(parts))


def say_forever(first: bytes, again: bytes, pause: float) -> Behave:
    def behave(opened: socket.socket) -> None:
        opened.sendall(first)
        while True:
            opened.sendall(again)
            time.sleep(pause)

    return behave


def close_at_once(opened: socket.socket) -> None:
    opened.close()


def say_nothing(opened: socket.socket) -> None:
    opened.recv(1)


@contextlib.contextmanager
def serve(behave: Behave) -> Iterator[str]:
    """Treat every connection the same way, until the test is over."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, args=(listening, behave), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def accept(listening: socket.socket, behave: Behave) -> None:
    while True:
        try:
            opened, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=treat, args=(opened, behave), daemon=True).start()


def treat(opened: socket.socket, behave: Behave) -> None:
    with contextlib.suppress(OSError), opened:
        opened.recv(65536)
        behave(opened)


def make_oracle() -> Oracle:
    return Oracle(CONTRACT, Secrets(), Observations(), "target")


@contextlib.contextmanager
def open_api(behave: Behave, patience: Patience | None = None) -> Iterator[Api]:
    with serve(behave) as url:
        api = Api(url, CONTRACT, make_oracle(), patience or Patience())
        yield api
        api.close()


@pytest.fixture(autouse=True)
def _short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (transport, patience, raw):
        monkeypatch.setattr(module, "ANSWER_SECONDS", LIMIT)


OK = b'Content-Length: 15\r\n\r\n{"status":"ok"}'
NONSENSE: dict[str, tuple[Behave, str]] = {
    "HTML": (
        say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>"),
        "its Content-Type is 'text/html'",
    ),
    "no Content-Length": (say(HEAD, SAFE, b'\r\n{"status":"ok"}'), "its Content-Length is missing"),
    "too little": (say(HEAD, SAFE, b"Content-Length: 99\r\n\r\n{}"), "RemoteProtocolError"),
    "closed": (close_at_once, "got no full answer"),
    "silent": (say_nothing, "ReadTimeout"),
    "endless body": (say_forever(HEAD + b"\r\n", b"x" * 65536, 0), "its body goes on after"),
    "dribbling body": (say_forever(HEAD + b"\r\n", b"x", 0.05), "ReadTimeout"),
    "dribbling headers": (say_forever(b"HTTP/1.1 200 OK\r\nX-A: ", b"x", 0.05), "ReadTimeout"),
    "endless headers": (say_forever(HEAD, b"X-A: b\r\n" * 999, 0), "RemoteProtocolError"),
    "not HTTP": (say(b"hello there\r\n\r\n"), "RemoteProtocolError"),
    "not UTF-8": (say(HEAD, SAFE, b"Content-Length: 1\r\n\r\n\xff"), "not JSON in UTF-8"),
    "deep JSON": (
        say(HEAD, SAFE, b"Content-Length: 100000\r\n\r\n", b"[" * 100_000),
        "not JSON in UTF-8",
    ),
    "compressed": (say(HEAD, SAFE, b"Content-Encoding: gzip\r\n", OK), "Content-Encoding"),
    "no headers": (say(HEAD, OK), "header X-Request-ID"),
    "redirect": (
        say(b"HTTP/1.1 301 M\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
        "its status is not documented",
    ),
    "a secret path": (
        say(b"HTTP/1.1 500 E\r\nContent-Length: 19\r\n\r\n/usr/lib/python3/app"),
        "it shows insides of the server",
    ),
}


def test_a_good_answer_passes() -> None:
    with open_api(say(HEAD, SAFE, OK)) as api:
        assert api.check_live().json == {"status": "ok"}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_a_failure_in_time(name: str) -> None:
    behave, expected = NONSENSE[name]
    began = time.monotonic()
    with open_api(behave) as api, pytest.raises(AssertionError) as failure:
        api.check_live()
    assert expected in str(failure.value)
    assert time.monotonic() - began < LIMIT + 1


def test_a_kept_connection_that_the_server_closed_is_no_failure() -> None:
    with open_api(say(HEAD, SAFE, OK)) as api:
        # Each answer promises to keep the connection, and then it is closed.
        assert [api.check_live().status for _ in range(20)] == [200] * 20


def test_a_server_that_stays_silent_is_not_asked_for_ever() -> None:
    with open_api(say_nothing) as api:
        for _ in range(TRIES):
            with pytest.raises(AssertionError, match="ReadTimeout"):
                api.check_live()
        began = time.monotonic()
        with pytest.raises(AssertionError, match=GIVEN_UP):
            api.check_live()
        assert time.monotonic() - began < LIMIT / 2


def test_whoever_asks_a_silent_server_all_give_it_up_together() -> None:
    shared = Patience()
    with open_api(say_nothing, shared) as api, serve(say_nothing) as url:
        raw_bytes = Wire(url, make_oracle(), shared)
        for ask in (api.check_live, lambda: raw_bytes.get("/livez"), lambda: converse(raw_bytes)):
            with pytest.raises(AssertionError, match=r"got no full answer|^nothing was said"):
                ask()
        twin = Api(url, CONTRACT, make_oracle(), Patience("its twin", beside=shared))
        for ask in (api.check_live, lambda: raw_bytes.get("/livez"), twin.check_live):
            with pytest.raises(AssertionError, match=GIVEN_UP):
                ask()


def test_a_request_without_an_answer_is_kept_for_who_looks_at_the_failure() -> None:
    oracle = make_oracle()
    with serve(close_at_once) as url:
        api = Api(url, CONTRACT, oracle, Patience())
        raw_bytes = Wire(url, oracle, Patience())
        with pytest.raises(AssertionError, match="got no full answer"):
            api.check_live()
        with pytest.raises(AssertionError, match="got no full answer"):
            raw_bytes.get("/readyz")
    told = [(one.method, one.path, one.status) for one in oracle.observations.answers]
    assert told == [("GET", "/livez", 0), ("GET", "/readyz", 0)]


def converse(raw_bytes: Wire) -> None:
    assert raw_bytes.converse(b"GET"), "nothing was said"


def test_a_silent_twin_does_not_end_the_questions_to_the_server() -> None:
    main = Patience()
    twin = Patience("its twin", beside=main)
    for _ in range(TRIES):
        wait_in(twin)
    with pytest.raises(AssertionError, match="not asked: its twin left 3 requests"):
        wait_in(twin)
    wait_in(main)


def test_an_answer_in_between_begins_the_count_anew() -> None:
    asked = Patience()
    for _ in range(TRIES):
        wait_in(asked)
        with asked.ask():
            pass
    for _ in range(TRIES):
        wait_in(asked)


def test_requests_that_were_sent_together_count_as_one() -> None:
    asked = Patience()
    with ThreadPoolExecutor(2 * TRIES) as pool:
        list(pool.map(wait_in, 2 * TRIES * [asked]))
    with asked.ask():
        pass


def wait_in(asked: Patience) -> None:
    with asked.ask():
        time.sleep(LIMIT)


@pytest.mark.parametrize("behave", [close_at_once, say_nothing, say(b"hello\r\n")])
def test_raw_bytes_meet_nonsense_too(behave: Behave) -> None:
    with serve(behave) as url, pytest.raises(AssertionError, match="got no full answer"):
        Wire(url, make_oracle(), Patience()).get("/livez")


@pytest.mark.parametrize("behave", [close_at_once, say_nothing, say(b"hello\r\n")])
def test_raw_bytes_leave_no_connection_open(
    behave: Behave, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[socket.socket] = []
    connect = socket.create_connection

    def remember(address: tuple[str, int], timeout: float) -> socket.socket:
        made.append(connect(address, timeout))
        return made[-1]

    monkeypatch.setattr(socket, "create_connection", remember)
    with serve(behave) as url, pytest.raises(AssertionError) as failure:
        Wire(url, make_oracle(), Patience()).get("/livez")
    # As long as the failure is known, so are the frames that it came through.
    assert failure.value.__context__
    assert [opened.fileno() for opened in made] == [-1]


def test_a_password_in_an_answer_is_found() -> None:
    secrets = Secrets()
    secrets.add('"ok"', "a password")
    with serve(say(HEAD, SAFE, OK)) as url:
        oracle = Oracle(CONTRACT, secrets, Observations(), "target")
        api = Api(url, CONTRACT, oracle, Patience())
        with pytest.raises(AssertionError, match="it gives away a password"):
            api.check_live()
        api.close()
