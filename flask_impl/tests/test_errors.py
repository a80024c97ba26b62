"""What no request provokes: an error that nobody expected."""

import pytest
from flask.testing import FlaskClient

from flask_impl.posts import services


def test_an_unexpected_error_is_a_problem_that_tells_nothing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the server")

    with monkeypatch.context() as broken:
        broken.setattr(services, "list_posts", fail)
        answer = client.get("/api/v1/posts", headers={"X-Request-ID": "mine"})
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.get_json()["code"] == "internal_error"
    assert b"secret" not in answer.data
    assert answer.headers["X-Request-ID"] == "mine"
    assert client.get("/api/v1/posts").status_code == 200
