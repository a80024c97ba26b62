"""What the server answers with: successes, problems (RFC 9457) and pages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SPECIAL_TITLES = {"malformed_json": "Malformed JSON", "email_taken": "E-mail taken"}
NO_CONTENT = "default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Answer:
    """One answer. `body` is None where there is none at all."""

    status: int
    body: bytes | None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A request that gets a problem instead of what it asked for."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        self.status, self.code = status, code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.errors: Sequence[Mapping[str, str]] = ()


class Invalid(Refused):
    """A body that can be read, with all that is wrong in it: codes by pointer."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(422, "invalid_request")
        self.errors = [
            {"pointer": pointer, "code": code, "detail": "See the contract."}
            for pointer, code in faults.items()
        ]


def tell(status: int, value: object, **headers: str) -> Answer:
    """Return a success with a JSON body."""
    told = {name.replace("_", "-"): text for name, text in headers.items()}
    return _compose(status, "application/json", value, told)


def refuse(refused: Refused) -> Answer:
    """Return the problem for a refusal."""
    title = SPECIAL_TITLES.get(refused.code, refused.code.replace("_", " ").capitalize())
    problem: dict[str, Any] = {
        "type": f"/problems/{refused.code}",
        "title": title,
        "status": refused.status,
        "detail": f"{title}.",
        "code": refused.code,
    }
    if refused.errors:
        problem["errors"] = refused.errors
    return _compose(refused.status, "application/problem+json", problem, refused.headers)


def show(media_type: str, body: bytes, policy: str = NO_CONTENT) -> Answer:
    """Return a file for a browser."""
    return Answer(200, body, {"Content-Type": media_type, "Content-Security-Policy": policy})


def _compose(status: int, media_type: str, value: object, headers: Mapping[str, str]) -> Answer:
    named = {"Content-Type": media_type, "Content-Security-Policy": NO_CONTENT}
    return Answer(status, json.dumps(value).encode(), {**named, **headers})
