"""The log: a line for each request, and another with the stack of what nobody expected."""

import json
import logging
from io import StringIO
from typing import Any
from unittest import mock

from django_impl.logs import JsonLines
from django_impl.posts import services

from .cases import JSON, SignedInTestCase

FORGED = '\n{"operation": "delete_me"}\r\n\x1b[2J'
OPERATIONS = [
    ("PATCH", "/api/v1/me", "update_me"),
    ("HEAD", "/livez", "check_live"),
    ("OPTIONS", "/livez", None),
    ("POST", "/livez", None),
    ("GET", "/nothing", None),
    ("GET", "/docs", None),
]


class LogsTest(SignedInTestCase):
    def setUp(self) -> None:
        super().setUp()
        root, self.stream = logging.getLogger(), StringIO()
        self.addCleanup(root.setLevel, root.level)
        root.setLevel("INFO")
        [handler] = [one for one in root.handlers if isinstance(one.formatter, JsonLines)]
        self.enterContext(mock.patch.object(handler, "stream", self.stream))

    def read_log(self) -> list[dict[str, Any]]:
        """Read what was logged since alice signed in, or since it was read last."""
        written = self.stream.getvalue().splitlines()
        self.stream.seek(0)
        self.stream.truncate()
        return [json.loads(line) for line in written]

    def test_a_request_is_one_line(self) -> None:
        self.client.get("/api/v1/posts", headers={"X-Request-ID": "mine"})
        [line] = self.read_log()
        self.assertRegex(line.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertGreater(line.pop("duration_ms"), 0)
        self.assertRegex(line.pop("user_id"), r"^[0-9a-f-]{36}$")
        told = {"request_id": "mine", "operation": "list_posts", "status": 200}
        self.assertEqual(line, told)

    def test_a_line_names_the_operation_where_there_is_one(self) -> None:
        for method, path, operation in OPERATIONS:
            with self.subTest(path, method=method):
                self.client.generic(method, path)
                named = [line["operation"] for line in self.read_log()]
                self.assertEqual(named, [operation])

    def test_nobody_has_no_user_id(self) -> None:
        del self.client.defaults["HTTP_AUTHORIZATION"]
        self.client.get("/api/v1/posts")
        self.assertEqual([line["user_id"] for line in self.read_log()], [None])

    def test_the_log_holds_nothing_that_was_sent(self) -> None:
        root = logging.getLogger()
        self.addCleanup(root.setLevel, root.level)
        root.setLevel(logging.DEBUG)
        secret = "correct horse"
        wrong = {"email": "a@example.com", "password": secret}
        self.client.post("/api/v1/auth/login", wrong, JSON)
        self.client.get("/api/v1/posts", {"q": secret}, headers={"User-Agent": secret})
        self.client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
        lines = self.read_log()
        statuses = [line["status"] for line in lines if "status" in line]
        self.assertEqual(statuses, [401, 200, 401])
        self.assertNotIn(secret, json.dumps(lines))

    def test_a_failure_has_a_line_with_its_stack(self) -> None:
        self.client.raise_request_exception = False
        with mock.patch.object(services, "list_posts", side_effect=RuntimeError(FORGED)):
            self.client.get("/api/v1/posts", headers={"X-Request-ID": "mine"})
        failure, request = self.read_log()
        self.assertEqual((failure["event"], failure["request_id"]), ("error", "mine"))
        self.assertTrue(failure["stack"].startswith("Traceback"))
        self.assertIn(FORGED, failure["stack"])
        self.assertEqual((request["operation"], request["status"]), ("list_posts", 500))

    def test_no_control_character_is_written(self) -> None:
        logging.getLogger("some.library").error("Not found: %s", FORGED)
        [line] = self.read_log()
        self.assertEqual(line["message"], f"Not found: {FORGED}")

    def test_requests_are_logged_where_the_level_allows(self) -> None:
        for level, count in (("INFO", 1), ("WARNING", 0)):
            logging.getLogger().setLevel(level)
            self.client.get("/livez")
            self.assertEqual(len(self.read_log()), count)
