"""Writers who keep a server busy, and remember every answer."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.people import People, Person

WRITERS = 4
REFUSED_PAUSE = 0.02
# Names and titles that no other load has used.
NUMBERS = count(1)


@dataclass(frozen=True)
class Note:
    """One answer, and when and how long it was waited for."""

    began: float
    seconds: float
    answer: Answer


@dataclass
class Load:
    """What the writers noted, and what went wrong for them."""

    notes: list[Note] = field(default_factory=list)
    # Of posts that may be there or not: who wrote them, and their numbers.
    unanswered: list[tuple[Person, int]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def expect_silence(self) -> None:
        """Let the writers stop, and take it for no trouble if they get no answer any more."""
        self.stopping.set()

    @property
    def acknowledged(self) -> list[Answer]:
        """What the server said was made."""
        return [note.answer for note in self.notes if note.answer.status == 201]

    @property
    def refused(self) -> list[Note]:
        """Every other answer."""
        return [note for note in self.notes if note.answer.status != 201]


@contextmanager
def keep_writing(api: Api, writers: Sequence[Person]) -> Iterator[Load]:
    """Let everybody write, each on connections that are kept, until the block ends."""
    load = Load()
    threads = [
        threading.Thread(target=_Writer(load, api, person).write, daemon=True) for person in writers
    ]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stopping.set()
        for thread in threads:
            thread.join()


def sign_in_writers(people: People) -> list[Person]:
    """Return people who can write at once."""
    writers = [people.register("writer") for _ in range(WRITERS)]
    for writer in writers:
        writer.sign_in_again()
    return writers


def make_post(number: int) -> dict[str, Any]:
    """Return a post of which every member follows from its number."""
    tags = sorted({"load", f"of-{number % 7}", f"only-{number}"})
    return {"title": f"Post {number}", "body": f"The body of {number}. " * 20, "tags": tags}


def send_post(api: Api, author: Person, number: int) -> Answer:
    """Create a post under a key of its own: repeated, it is still one post."""
    headers = {"Idempotency-Key": f"post-{number}"}
    return api.create_post(json=make_post(number), token=author.access_token, headers=headers)


class _Writer:
    def __init__(self, load: Load, api: Api, person: Person) -> None:
        self._load = load
        self._api = api
        self._person = person
        self._post_id: str | None = None

    def write(self) -> None:
        """Write until it is over, or until no answer comes."""
        while not self._load.stopping.is_set():
            number, began = next(NUMBERS), time.monotonic()
            try:
                answer = self._send(number)
            except AssertionError as fault:
                self._give_up(number, fault)
                return
            self._load.notes.append(Note(began, time.monotonic() - began, answer))
            if answer.status != 201:
                time.sleep(REFUSED_PAUSE)

    def _send(self, number: int) -> Answer:
        if number % 5 == 0:
            return self._register(number)
        if number % 5 == 1 and self._post_id:
            body, token = {"body": f"Comment {number}"}, self._person.access_token
            return self._api.create_comment(self._post_id, json=body, token=token)
        answer = send_post(self._api, self._person, number)
        if answer.status == 201:
            self._post_id = str(answer.json["id"])
        return answer

    def _register(self, number: int) -> Answer:
        name = f"reader_{number}"
        told = {"username": name, "email": f"{name}@example.com", "password": f"of {name}"}
        return self._api.register_user(json=told)

    def _give_up(self, number: int, fault: AssertionError) -> None:
        if not self._load.stopping.is_set():
            self._load.troubles.append(str(fault))
        if number % 5 > 1:
            self._load.unanswered.append((self._person, number))
