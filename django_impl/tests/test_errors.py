"""What no request provokes: an error that nobody expected."""

from unittest import mock

from django_impl.posts import services

from .cases import SignedInTestCase


class UnexpectedErrorTest(SignedInTestCase):
    def test_an_unexpected_error_is_a_problem_that_tells_nothing(self) -> None:
        self.client.raise_request_exception = False
        error = RuntimeError("a secret of the server")
        with mock.patch.object(services, "list_posts", side_effect=error), self.assertLogs():
            answer = self.client.get("/api/v1/posts", headers={"X-Request-ID": "mine"})
        told = (answer.status_code, answer.headers["Content-Type"])
        self.assertEqual(told, (500, "application/problem+json"))
        self.assertEqual(answer.json()["code"], "internal_error")
        self.assertNotIn(b"secret", answer.content)
        self.assertEqual(answer.headers["X-Request-ID"], "mine")
        self.assertEqual(self.client.get("/api/v1/posts").status_code, 200)
