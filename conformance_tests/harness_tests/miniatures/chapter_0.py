"""Chapter 0 as the contract wants it, and nothing else: all other paths are 404 problems."""

import json
import os
import re
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from .serving import Request, compose

# The status line, the headers and the body of an answer.
Told = tuple[str, dict[str, str], bytes]

REQUEST_ID = re.compile(rb"^x-request-id: *([A-Za-z0-9._-]{1,64})$", re.IGNORECASE | re.MULTILINE)
HOST_OF_TARGET = re.compile("^http://[^/?]*")
ENCODED_LETTER = re.compile("%(3[0-9]|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)
ALLOW = {"Allow": "GET, HEAD, OPTIONS"}
PAGE = b'<!doctype html><a href="/openapi.json">API</a><script src="/docs/page.js"></script>'
SCRIPT = b'fetch("/openapi.json").then(show)'
HTML = {
    "Content-Type": "text/html",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
}
OF_EVERY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def know_chapter_0(connection: socket.socket, request: Request) -> None:
    """Answer health, description and reference well, and everything else with 404."""
    status, headers, body = _answer(request)
    sent = REQUEST_ID.search(request.head)
    own = {"X-Request-ID": sent[1].decode() if sent else secrets.token_hex(8)}
    whole = compose(status, {**OF_EVERY_ANSWER, **own, **headers}, body)
    # HEAD has the length of the body that it does not send.
    connection.sendall(whole[: len(whole) - len(body)] if request.method == "HEAD" else whole)


def _answer(request: Request) -> Told:
    path = HOST_OF_TARGET.sub("", request.target).partition("?")[0]
    place = PLACES.get(ENCODED_LETTER.sub(_decode, path))
    if place is None:
        return _refuse("404 Not Found", "not_found", {})
    if request.method == "OPTIONS":
        return "204 No Content", {**ALLOW, "Content-Length": ""}, b""
    if request.method not in ("GET", "HEAD"):
        return _refuse("405 Method Not Allowed", "method_not_allowed", ALLOW)
    return place()


def _decode(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _refuse(status: str, code: str, headers: dict[str, str]) -> Told:
    title = code.replace("_", " ").capitalize()
    problem = {"type": f"/problems/{code}", "title": title, "status": int(status[:3])}
    body = json.dumps({**problem, "detail": f"{title}.", "code": code}).encode()
    return status, {"Content-Type": "application/problem+json", **headers}, body


def _check_live() -> Told:
    return _tell({"status": "ok"})


def _check_ready() -> Told:
    folder = Path(os.environ.get("DATABASE_URL", "").removeprefix("sqlite:///")).parent
    if folder.is_dir():
        return _tell({"status": "ok", "database": "ok"})
    _, headers, body = _tell({"status": "unavailable", "database": "unavailable"})
    return "503 Service Unavailable", {**headers, "Retry-After": "5"}, body


def _get_openapi() -> Told:
    return _tell(json.loads(Path(os.environ["OPENAPI_JSON"]).read_text(encoding="utf-8")))


def _show_reference() -> Told:
    return "200 OK", HTML, PAGE


def _load_script() -> Told:
    return "200 OK", {"Content-Type": "text/javascript"}, SCRIPT


def _tell(value: object) -> Told:
    return "200 OK", {"Content-Type": "application/json"}, json.dumps(value).encode()


PLACES: dict[str, Callable[[], Told]] = {
    "/livez": _check_live,
    "/readyz": _check_ready,
    "/openapi.json": _get_openapi,
    "/docs": _show_reference,
    "/docs/page.js": _load_script,
}
