"""A wrong setting stops the start with a sentence that names it."""

import os
from unittest import mock

from django.test import SimpleTestCase

from django_impl.settings import InvalidSetting, load_settings, make_database

SECRET = "a secret that only the tests know, long enough"
WRONG = [
    ("DATABASE_URL", "mysql://localhost/app"),
    ("DATABASE_URL", ""),
    ("JWT_SECRET", "too short"),
    ("JWT_ISSUER", ""),
    ("JWT_AUDIENCE", ""),
    ("ACCESS_TOKEN_SECONDS", "0"),
    ("REFRESH_TOKEN_SECONDS", "a day"),
    ("REFRESH_TOKEN_SECONDS", "1000000001"),
    ("LOGIN_ATTEMPTS", "-1"),
    ("LOGIN_WINDOW_SECONDS", "1.5"),
    ("TRUSTED_PROXIES", "the proxy"),
    ("ALLOWED_HOSTS", ""),
    ("ALLOWED_HOSTS", ".example.com"),
    ("ALLOWED_HOSTS", "https://example.com"),
    ("CORS_ORIGINS", "*"),
    ("CORS_ORIGINS", "app.example"),
    ("CORS_ORIGINS", "https://app.example/"),
    ("CORS_ORIGINS", "https://app.example,null"),
    ("ARGON2_TIME_COST", "0"),
    ("ARGON2_MEMORY_KIB", "7"),
    ("ARGON2_PARALLELISM", "0"),
    ("ARGON2_PARALLELISM", "256"),
    ("SQLITE_SYNCHRONOUS", "OFF"),
    ("LOG_LEVEL", "LOUD"),
]


@mock.patch.dict(os.environ, {"JWT_SECRET": SECRET})
class SettingsTest(SimpleTestCase):
    def test_a_wrong_value_is_named(self) -> None:
        for name, value in WRONG:
            with (
                self.subTest(name, value=value),
                mock.patch.dict(os.environ, {name: value}),
                self.assertRaisesRegex(InvalidSetting, f"^{name} cannot be used: ") as stop,
            ):
                load_settings()
            self.assertTrue(not value or value not in str(stop.exception))

    def test_a_missing_secret_is_named(self) -> None:
        del os.environ["JWT_SECRET"]
        with self.assertRaisesRegex(InvalidSetting, "^JWT_SECRET cannot be used: "):
            load_settings()

    def test_an_address_without_a_database_is_refused(self) -> None:
        for url in ("postgresql://user@host", "postgresql://[host/name"):
            with (
                self.subTest(url),
                self.assertRaisesRegex(InvalidSetting, "^DATABASE_URL cannot be used: "),
            ):
                make_database(url, "FULL")

    def test_an_address_is_taken_apart(self) -> None:
        made = make_database("postgresql://me:p%40ss@/app?host=/run/sockets", "FULL")
        self.assertEqual(made["NAME"], "app")
        parts = {name: made["OPTIONS"][name] for name in ("user", "password", "host")}
        self.assertEqual(parts, {"user": "me", "password": "p@ss", "host": "/run/sockets"})

    def test_proxies_are_networks(self) -> None:
        with mock.patch.dict(os.environ, {"TRUSTED_PROXIES": "10.0.0.0/8, ::1"}):
            networks = load_settings().TRUSTED_PROXIES
        self.assertEqual([str(network) for network in networks], ["10.0.0.0/8", "::1/128"])
