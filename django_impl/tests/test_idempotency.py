"""What no client can show of Idempotency-Key: that a day passes, and what is stored."""

import sqlite3
from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import OperationalError
from django.db.models import F
from psycopg.errors import LockNotAvailable

from django_impl import idempotency
from django_impl.users.models import IdempotencyKey
from django_impl.users.queries import IdempotencyKeyQuerySet, UserQuerySet

from .cases import JSON, SignedInTestCase

ONCE = {"Idempotency-Key": "once"}
NOWHERE = "/api/v1/posts/01900000-0000-7000-8000-000000000000/comments"


def make_lock_timeouts() -> list[OperationalError]:
    """Return what Django raises after waiting too long, for either database."""
    busy = sqlite3.OperationalError()
    busy.sqlite_errorname = "SQLITE_BUSY"
    timeouts = []
    for cause in (busy, LockNotAvailable()):
        timeouts.append(OperationalError())
        timeouts[-1].__cause__ = cause
    return timeouts


class IdempotencyTest(SignedInTestCase):
    def send(self, title: str) -> Any:
        """Write a post under always the same key."""
        post = {"title": title, "body": "…"}
        return self.client.post("/api/v1/posts", post, JSON, headers=ONCE)

    def age_keys(self, age: timedelta) -> None:
        """Make every key so much older."""
        IdempotencyKey.objects.update(made_at=F("made_at") - age)

    def test_a_key_is_kept_for_a_day(self) -> None:
        first = self.send("One").json()
        self.age_keys(idempotency.LIFETIME - timedelta(minutes=1))
        self.assertEqual(self.send("One").json()["id"], first["id"])
        self.age_keys(timedelta(minutes=1))
        second = self.send("Two")
        self.assertEqual(second.status_code, 201)
        self.assertNotEqual(second.json()["id"], first["id"])
        self.assertEqual(self.send("Two").json(), second.json())

    def test_nothing_is_kept_of_a_refused_request(self) -> None:
        for body, status in (("…", 404), ("", 422)):
            refused = self.client.post(NOWHERE, {"body": body}, JSON, headers=ONCE)
            self.assertEqual(refused.status_code, status)
        self.assertFalse(IdempotencyKey.objects.exists())

    def test_a_deleted_account_leaves_no_keys(self) -> None:
        self.send("One")
        self.assertEqual(self.client.delete("/api/v1/me").status_code, 204)
        self.assertFalse(IdempotencyKey.objects.exists())

    def test_a_twin_gives_up_when_it_has_waited_too_long(self) -> None:
        for timeout in make_lock_timeouts():
            with mock.patch.object(
                IdempotencyKeyQuerySet, "keep_idempotency_key", side_effect=timeout
            ):
                answer = self.send("One")
            self.assertEqual(answer.status_code, 409)
            self.assertEqual(answer.json()["code"], "request_in_progress")
            self.assertEqual(answer["Retry-After"], "1")
        self.assertEqual(self.send("One").status_code, 201)

    def test_without_a_key_the_database_is_away(self) -> None:
        post = {"title": "One", "body": "…"}
        for timeout in make_lock_timeouts():
            with (
                mock.patch.object(UserQuerySet, "hold_user", side_effect=timeout),
                self.assertLogs(level="ERROR"),
            ):
                answer = self.client.post("/api/v1/posts", post, JSON)
            self.assertEqual((answer.status_code, answer["Retry-After"]), (503, "1"))
