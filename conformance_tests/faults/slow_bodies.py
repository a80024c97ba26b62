"""Bodies that come byte by byte on fifty connections: everybody else is served as always."""

import json

from .dribble import judge_dribble
from .trial import Finding, Trial


def try_slow_bodies(trial: Trial) -> Finding:
    """Send the headers of fifty posts at once, and their bodies slowly."""
    author = trial.subject.people.register("author")
    body = json.dumps({"title": "A slow one", "body": 200 * "a"}).encode()
    headers = (
        f"Authorization: Bearer {author.access_token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    head = trial.subject.wire.compose("POST", "/api/v1/posts", *headers)
    return judge_dribble(trial, author, head, body)
