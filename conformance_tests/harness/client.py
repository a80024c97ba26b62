"""The client of the tests: sends a request, reads a bounded answer and has it judged."""

import json
import socket
from typing import Any, Unpack
from urllib.parse import quote, urlencode, urlsplit

import httpx

from .answers import Answer
from .contract import Contract
from .operations import Call, Operations, Pairs
from .oracle import Oracle
from .patience import Patience
from .transport import KEPT_CONNECTIONS, NETWORK_FAULTS, BoundedTransport

CHANGES = ("PATCH", "DELETE")
VERSIONED = ("/api/v1/posts/", "/api/v1/comments/")
NO_HEADERS = httpx.Headers()


class Api(Operations):
    """One target's API, called by nobody in particular (no token unless given)."""

    def __init__(
        self,
        base_url: str,
        contract: Contract,
        oracle: Oracle,
        patience: Patience,
        kept_connections: int = KEPT_CONNECTIONS,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.contract = contract
        self._oracle = oracle
        self._patience = patience
        self._url = httpx.URL(self.base_url)
        # Not an httpx.Client: cookies, redirects and default headers are no help to a test.
        self._transport = BoundedTransport(kept_connections)

    def locate(self, operation_id: str) -> tuple[str, str]:
        """Return the method and the path template of an operation."""
        operation = self.contract.operations[operation_id]
        return operation.method, operation.path

    def request(self, method: str, path: str, **call: Unpack[Call]) -> Answer:
        """Send one request, below the base URL, and return its judged answer."""
        __tracebackhide__ = True
        answer = self.request_unjudged(method, path, **call)
        self._oracle.judge(answer)
        return answer

    def request_unjudged(self, method: str, path: str, **call: Unpack[Call]) -> Answer:
        """Send one request and return whatever comes back."""
        __tracebackhide__ = True
        target = _make_target(path, call)
        parts = _make_content(call)
        request = httpx.Request(
            method,
            self._url,
            headers=_make_headers(method, path, call),
            # In pieces it is sent where a test gives it in pieces.
            content=iter(parts) if isinstance(parts, list) else parts,
            extensions={"target": target.encode("ascii")},
        )
        whole = b"".join(parts) if isinstance(parts, list) else parts or b""
        return self._exchange(request, target, whole)

    def _exchange(self, request: httpx.Request, target: str, content: bytes) -> Answer:
        __tracebackhide__ = True
        asked = f"{request.method} {target[:120]}"
        with self._patience.ask():
            answer = Answer(request.method, target, 0, NO_HEADERS, b"", request.headers, content)
            try:
                answer = self._read(request, target, content)
            except NETWORK_FAULTS as fault:
                raise AssertionError(f"{asked} got no full answer: {_explain(fault)}") from None
            except AssertionError as fault:
                raise AssertionError(f"{asked} got no usable answer: {fault}") from None
            finally:
                # A request that got no answer is told too: it is the one to look at.
                self._oracle.observations.note(answer)
        return answer

    def _read(self, request: httpx.Request, target: str, sent: bytes) -> Answer:
        status, headers, content = self._transport.exchange(request)
        return Answer(request.method, target, status, headers, content, request.headers, sent)

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()


def is_reachable(base_url: str) -> bool:
    """Tell whether somebody listens at an address, whatever is said there."""
    parts = urlsplit(base_url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), timeout=5).close()
    except (OSError, ValueError):
        return False
    return True


def _make_target(path: str, call: Call) -> str:
    query = call.get("query", "")
    if not isinstance(query, str):
        query = urlencode(_list_pairs(query), encoding="utf-8", errors="surrogatepass")
    text = path + (f"?{query}" if query else "")
    return quote(text, safe="!#$%&'()*+,/:;=?@[]~\"<>\\^`{|}")


def _list_pairs(query: Any) -> Pairs:
    pairs = query.items() if hasattr(query, "items") else query
    return [(name, str(value)) for name, value in pairs]


def _make_headers(method: str, path: str, call: Call) -> list[tuple[str, str]]:
    headers: dict[str, str | None] = {"Accept-Encoding": "identity"}
    if "json" in call:
        headers["Content-Type"] = "application/json"
    if call.get("token") is not None:
        headers["Authorization"] = f"Bearer {call['token']}"
    # A later chapter asks for If-Match (RFC 9110 §13.1.1); `*` fits whatever is there.
    if method in CHANGES and path.startswith(VERSIONED):
        headers["If-Match"] = "*"
    return _merge(headers, call)


def _merge(headers: dict[str, str | None], call: Call) -> list[tuple[str, str]]:
    chosen = {name.lower(): (name, value) for name, value in headers.items()}
    for name, value in (call.get("headers") or {}).items():
        chosen[name.lower()] = (name, value)
    return [(name, value) for name, value in chosen.values() if value is not None]


def _make_content(call: Call) -> bytes | list[bytes] | None:
    if "json" in call:
        return json.dumps(call["json"]).encode()
    given = call.get("content")
    return given if given is None or isinstance(given, bytes) else list(given)


def _explain(fault: Exception) -> str:
    kind = type(fault).__name__
    text = str(fault).strip().splitlines()
    return f"{kind}: {text[0][:160]}" if text else kind
