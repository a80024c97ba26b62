"""What no client can show within a test: time that passes, and addresses that differ."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from unittest import mock

from django.conf import settings
from django.test import RequestFactory, SimpleTestCase

from django_impl.middleware import client_address

from .cases import CREDENTIALS, JSON, SignedInTestCase

LIFETIME = timedelta(days=14)
SECOND = timedelta(seconds=1)
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

    def test_failures_count_for_the_address_they_come_from(self) -> None:
        wrong = {**CREDENTIALS, "password": "a wrong password"}
        for status in (*10 * [401], 429):
            answer = self.client.post("/api/v1/auth/login", wrong, JSON)
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
