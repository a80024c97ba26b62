"""What no client can show within a test: time that passes, and addresses that differ."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from unittest import mock

from django.conf import settings
from django.test import RequestFactory, SimpleTestCase

from django_impl.middleware import client_address

from .cases import CREDENTIALS, JSON, CheapHasher, SignedInTestCase

LIFETIME = timedelta(days=14)
WINDOW = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
WRONG = {**CREDENTIALS, "password": "a wrong password"}
PROXIES = [ip_network("10.0.0.0/8")]
CLIENTS = [
    ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
    ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
    ("10.0.0.1", "192.0.2.7, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
    ("10.0.0.1", "192.0.2.7, unknown", "10.0.0.1"),
    ("10.0.0.1", "", "10.0.0.1"),
    ("::ffff:10.0.0.1", "2001:DB8::1", "2001:db8::1"),
    ("", "198.51.100.1", "::"),
]


class SignInsTest(SignedInTestCase):
    def test_a_sign_in_ends_however_often_it_is_refreshed(self) -> None:
        signed_in = datetime.now(UTC)
        tokens = self.client.post("/api/v1/auth/login", CREDENTIALS, JSON).json()
        ages = ((LIFETIME / 2, 200), (LIFETIME - SECOND, 200), (LIFETIME + SECOND, 401))
        for age, status in ages:
            told = {"refresh_token": tokens["refresh_token"]}
            with mock.patch("django.utils.timezone.now", return_value=signed_in + age):
                answer = self.client.post("/api/v1/auth/refresh", told, JSON)
            self.assertEqual(answer.status_code, status)
            tokens = answer.json()

    def test_a_window_of_failures_ends(self) -> None:
        began = datetime.now(UTC)
        attempts = [(timedelta(), WRONG, status) for status in (*10 * [401], 429)]
        attempts += [(WINDOW - SECOND, CREDENTIALS, 429), (WINDOW, CREDENTIALS, 200)]
        for age, credentials, status in attempts:
            with mock.patch("django.utils.timezone.now", return_value=began + age):
                answer = self.client.post("/api/v1/auth/login", credentials, JSON)
            self.assertEqual(answer.status_code, status)

    def test_an_unknown_address_takes_the_time_of_a_password(self) -> None:
        # Django verifies a hash that is there, and makes one where there is none.
        for email, step in (("alice@example.com", "verify"), ("nobody@example.com", "encode")):
            with mock.patch.object(CheapHasher, step, return_value="") as hashing:
                answer = self.client.post("/api/v1/auth/login", {**WRONG, "email": email}, JSON)
            self.assertEqual((answer.status_code, hashing.call_count), (401, 1))

    def test_failures_count_for_the_address_they_come_from(self) -> None:
        for status in (*10 * [401], 429):
            answer = self.client.post("/api/v1/auth/login", WRONG, JSON)
            self.assertEqual(answer.status_code, status)
        self.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
        answer = self.client.post("/api/v1/auth/login", CREDENTIALS, JSON)
        self.assertEqual(answer.status_code, 200)


class ClientAddressTest(SimpleTestCase):
    def test_only_a_trusted_proxy_is_believed(self) -> None:
        trusting = settings.API.model_copy(update={"TRUSTED_PROXIES": PROXIES})
        for peer, forwarded, client in CLIENTS:
            request = RequestFactory(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded).get("/")
            with self.subTest(peer, forwarded=forwarded), self.settings(API=trusting):
                self.assertEqual(client_address(request), client)
