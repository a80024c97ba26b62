"""One answer of the API, in the words that tests use."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

OF_THE_MOMENT = ("date", "x-request-id")


@dataclass(frozen=True)
class Answer:
    """What came back for one request. The status is 0 where nothing came."""

    method: str
    path: str
    status: int
    headers: httpx.Headers
    content: bytes = field(repr=False)
    sent_headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)
    sent_content: bytes = field(default=b"", repr=False)
    # The bytes of a request that no client would make.
    sent_raw: bytes = field(default=b"", repr=False)

    def __repr__(self) -> str:
        """Return a line that reads well in a failed assertion."""
        text = self.content[:160].decode("utf-8", "replace")
        return f"<{self.method} {self.path} -> {self.status} {text}>"

    @property
    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.content.decode("utf-8"))
        except (ValueError, RecursionError):
            raise AssertionError(f"the body is not JSON in UTF-8: {self!r}") from None

    @property
    def items(self) -> list[Any]:
        """The items of a page."""
        return list(self.json["items"])

    @property
    def next_cursor(self) -> str | None:
        """The cursor to the next page, or None on the last one."""
        cursor: str | None = self.json["next_cursor"]
        return cursor

    @property
    def problem(self) -> tuple[int, str]:
        """The status and the code of a refusal: `assert answer.problem == (404, "not_found")`."""
        body = self.json
        code = body.get("code") if isinstance(body, dict) else None
        return self.status, str(code)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Where and why a request was wrong: `[("#/title", "too_long")]`, sorted."""
        body = self.json
        told = body.get("errors", []) if isinstance(body, dict) else []
        return sorted((_where(fault), str(fault.get("code"))) for fault in told)

    @property
    def allow(self) -> set[str]:
        """The methods named in the Allow header."""
        return {name.strip() for name in self.headers.get("Allow", "").split(",") if name.strip()}

    @property
    def vary(self) -> set[str]:
        """The names in the Vary header, which have no case (RFC 9110 §12.5.5)."""
        told = self.headers.get("Vary", "").lower().split(",")
        return {name.strip() for name in told if name.strip()}

    @property
    def lasting(self) -> tuple[int, dict[str, object], bytes]:
        """All that is told, to the byte, but for the moment and the id of the request."""
        headers = {name: value for name, value in self.headers.items() if name not in OF_THE_MOMENT}
        return self.status, {**headers, "vary": self.vary}, self.content

    @property
    def media_type(self) -> str | None:
        """The Content-Type without its parameters, or None."""
        value = self.headers.get("Content-Type")
        return None if value is None else str(value.partition(";")[0].strip().lower())


def _where(fault: dict[str, Any]) -> str:
    place = fault.get("pointer", fault.get("parameter", fault.get("header")))
    return str(place)
