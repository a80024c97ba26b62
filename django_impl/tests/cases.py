"""What the tests have in common: cheap hashes, and a client that is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.test.utils import CaptureQueriesContext

from django_impl.passwords import PasswordHasher

JSON = "application/json"
CREDENTIALS = {"email": "alice@example.com", "password": "correct horse"}
ALICE = {"username": "alice", **CREDENTIALS}
# How a transaction begins and ends is not counted.
BRACKETS = ("BEGIN", "COMMIT", "ROLLBACK")


class CheapHasher(PasswordHasher):
    """Argon2id without its strength."""

    time_cost = 1
    memory_cost = 8


cheap_hashes = override_settings(PASSWORD_HASHERS=["django_impl.tests.cases.CheapHasher"])


@cheap_hashes
class SignedInTestCase(TransactionTestCase):
    """Alice has an account, and every request of the client carries her token.

    The services begin and end their own transactions, as they do in production.
    """

    def setUp(self) -> None:
        self.client.post("/api/v1/users", ALICE, JSON)
        tokens = self.client.post("/api/v1/auth/login", CREDENTIALS, JSON).json()
        self.refresh_token: str = tokens["refresh_token"]
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {tokens['access_token']}"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements of the block, but for those that begin and end a transaction."""
    seen: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield seen
    sent = (query["sql"] for query in captured.captured_queries)
    seen.extend(sql for sql in sent if not sql.startswith(BRACKETS))
