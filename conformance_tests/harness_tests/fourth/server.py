"""Chapter 0: health, the description, the page for people, exact paths, and problems elsewhere."""

import re
import secrets
import sqlite3
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from . import accounts
from .answers import NO_CONTENT, Answer, Refused, refuse, show, tell

DESCRIPTION = Path(__file__).with_name("openapi.json")
REQUEST_ID = re.compile("[A-Za-z0-9._-]{1,64}")
HOST_OF_TARGET = re.compile("^http://[^/?]*")
# A percent-encoded letter or digit stands for itself; nothing else is decoded.
ENCODED = re.compile("%(3[0-9]|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
PAGE = b'<!doctype html><a href="/openapi.json">API</a><script src="/docs/page.js"></script>'
SCRIPT = b'document.title = "API"'

Call = Callable[[bytes], Answer]


def check_live(body: bytes) -> Answer:
    """Answer as long as the process lives."""
    return tell(200, {"status": "ok"})


def check_ready(body: bytes) -> Answer:
    """Answer whether the database can be reached."""
    try:
        accounts.connect().close()
    except sqlite3.OperationalError:
        return tell(503, dict.fromkeys(("status", "database"), "unavailable"), Retry_After="5")
    return tell(200, dict.fromkeys(("status", "database"), "ok"))


def get_openapi(body: bytes) -> Answer:
    """Answer with the contract, which this server follows as far as it goes."""
    return show("application/json", DESCRIPTION.read_bytes())


def show_reference(body: bytes) -> Answer:
    """Answer with a page for people."""
    return show("text/html", PAGE, POLICY)


def load_script(body: bytes) -> Answer:
    """Answer with the script of the page."""
    return show("text/javascript", SCRIPT)


PLACES: dict[str, dict[str, Call]] = {
    "/livez": {"GET": check_live},
    "/readyz": {"GET": check_ready},
    "/openapi.json": {"GET": get_openapi},
    "/docs": {"GET": show_reference},
    "/docs/page.js": {"GET": load_script},
    "/api/v1/users": {"POST": accounts.register_user},
}


def serve(port: int) -> None:
    """Answer until the process is told to end."""
    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.serve_forever()


class Handler(BaseHTTPRequestHandler):
    """Reads a request, and writes what the operation answers."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Answer whatever was asked."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # The library takes slashes off the front of `path`; here every one counts.
        target = self.requestline.split(" ")[1]
        path = HOST_OF_TARGET.sub("", target).partition("?")[0]
        try:
            answer = route(self.command, ENCODED.sub(lambda one: unquote(one[0]), path), body)
        except Refused as refused:
            answer = refuse(refused)
        except sqlite3.OperationalError:
            answer = refuse(Refused(503, "database_unavailable", Retry_After="5"))
        self.write(answer)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer: the library calls this for a method of which it finds no function, so for all."""
        if code == 501:
            self.answer()
        else:
            super().send_error(code, message, explain)

    def write(self, answer: Answer) -> None:
        """Write an answer, with the headers that all of them have."""
        asked = self.headers.get("X-Request-ID", "")
        self.send_response(answer.status)
        self.send_header("X-Request-ID", asked if REQUEST_ID.fullmatch(asked) else make_id())
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.body is not None:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        # RFC 9110 §9.3.2: HEAD has the headers of GET, and no body.
        if answer.body is not None and self.command != "HEAD":
            self.wfile.write(answer.body)


def route(method: str, path: str, body: bytes) -> Answer:
    """Call the operation, or refuse what is none."""
    calls = PLACES.get(path)
    if calls is None:
        raise Refused(404, "not_found")
    allowed = ", ".join([*calls, *(["HEAD"] if "GET" in calls else []), "OPTIONS"])
    if method == "OPTIONS":
        return Answer(204, None, {"Allow": allowed, "Content-Security-Policy": NO_CONTENT})
    call = calls.get("GET" if method == "HEAD" else method)
    if call is None:
        raise Refused(405, "method_not_allowed", Allow=allowed)
    return call(body)


def make_id() -> str:
    """Return an id for a request that has none."""
    return secrets.token_hex(8)
