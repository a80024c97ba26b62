"""What is stored: tables as the models say, hashes where secrets would be."""

import hashlib
from unittest import mock

from django.core.management import call_command
from django.db import connection
from django.test import TestCase, TransactionTestCase

from django_impl.passwords import PasswordHasher
from django_impl.sign_ins.models import RefreshToken
from django_impl.users.models import User

from .cases import ALICE, JSON, SignedInTestCase


class MigrationsTest(TestCase):
    def test_migrations_arrive_at_the_models(self) -> None:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)


class UndoneMigrationsTest(TransactionTestCase):
    def test_migrations_can_be_undone(self) -> None:
        for app in ("comments", "posts", "sign_ins", "users"):
            call_command("migrate", app, "zero", verbosity=0)
        call_command("migrate", verbosity=0)
        self.assertEqual(self.client.get("/api/v1/users").status_code, 200)


class PasswordHashesTest(TestCase):
    @mock.patch.multiple(PasswordHasher, time_cost=2, memory_cost=19456, parallelism=1)
    def test_passwords_are_hashed_with_the_parameters_of_production(self) -> None:
        self.client.post("/api/v1/users", ALICE, JSON)
        with connection.cursor() as cursor:
            cursor.execute("SELECT password_hash FROM users")
            (stored,) = cursor.fetchone()
        self.assertRegex(stored, r"^\$argon2id\$v=19\$m=19456,t=2,p=1\$")


class StorageTest(SignedInTestCase):
    def test_refresh_tokens_are_stored_as_digests(self) -> None:
        stored = RefreshToken.objects.get().token_hash
        self.assertEqual(stored, hashlib.sha256(self.refresh_token.encode()).hexdigest())

    def test_a_deleted_account_leaves_its_name_alone(self) -> None:
        self.client.delete("/api/v1/me")
        left = User.objects.get()
        self.assertFalse(RefreshToken.objects.exists())
        self.assertEqual((left.username, left.email, left.email_folded), ("alice", None, None))
        self.assertEqual((left.password, left.display_name, left.search_text), (None, "", ""))
