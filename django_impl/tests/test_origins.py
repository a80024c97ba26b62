"""Hosts and origins: without their settings nothing is checked, and several work like one."""

from django.test import SimpleTestCase

SITES = ["https://one.example", "http://two.example:8080"]


class OriginsTest(SimpleTestCase):
    def test_without_origins_nobody_is_told_of_any(self) -> None:
        asking = {"Origin": SITES[0], "Access-Control-Request-Method": "GET"}
        with self.settings(CORS_ALLOWED_ORIGINS=[]):
            for method in ("GET", "OPTIONS"):
                answer = self.client.generic(method, "/livez", headers=asking)
                told = [name for name in answer.headers if name.startswith("access-control-")]
                self.assertEqual((told, "Vary" in answer.headers), ([], False))

    def test_without_hosts_every_host_is_ours(self) -> None:
        with self.settings(ALLOWED_HOSTS=["*"]):
            answer = self.client.get("/livez", headers={"Host": "elsewhere.example"})
        self.assertEqual(answer.status_code, 200)

    def test_each_of_several_origins_is_let_in(self) -> None:
        with self.settings(CORS_ALLOWED_ORIGINS=SITES):
            for site in SITES:
                answer = self.client.get("/livez", headers={"Origin": site})
                self.assertEqual(answer.headers["Access-Control-Allow-Origin"], site)
                self.assertEqual(answer.headers["Vary"], "origin")

    def test_each_of_several_hosts_is_ours(self) -> None:
        hosts = {"one.example": 200, "two.example:80": 200, "three.example": 400}
        with self.settings(ALLOWED_HOSTS=["one.example", "two.example"]):
            for host, status in hosts.items():
                answer = self.client.get("/livez", headers={"Host": host})
                self.assertEqual((host, answer.status_code), (host, status))
