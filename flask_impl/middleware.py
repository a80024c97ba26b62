"""What every request and every answer goes through, whatever its route.

Flask gives hooks, HEAD and the table of methods; it leaves to you exact paths, an empty
OPTIONS, request ids, security headers and an honest 204.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, after_this_request, current_app, g, request

from . import errors, logs, origins
from .strict_json import BODY_LIMIT

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NOWHERE = IPv6Address("::")
NO_STORE = {"Cache-Control": "no-store"}
ACCEPT_PATCH = {"Accept-Patch": "application/json"}  # RFC 5789 §3.1
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def init_app(app: Flask) -> None:
    """Bend Flask's defaults to the contract."""
    app.url_map.merge_slashes = False
    app.wsgi_app = _prepare(app.wsgi_app)  # type: ignore[method-assign, assignment]
    app.before_request(_choose_request_id)
    app.before_request(_receive_body)
    origins.init_app(app)
    app.before_request(_refuse_doubled_slash)
    app.before_request(_refuse_lower_case)
    app.before_request(_answer_options)
    app.before_request(logs.note_operation)
    app.after_request(_complete)


def keep_private() -> None:
    """Make the answer for this caller alone, and good for this moment (RFC 9111 §5.2.2)."""

    @after_this_request
    def say_so(response: Response) -> Response:
        response.vary.add("Authorization")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def client_address() -> str:
    """Return the address of the client, past the proxies that the settings trust."""
    address = _read_address(request.remote_addr or "") or NOWHERE
    for forwarded in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        told = _read_address(forwarded)
        if told is None or not _is_trusted_proxy(address):
            break
        address = told
    return str(address)


def _is_trusted_proxy(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in current_app.config["TRUSTED_PROXIES"])


def _read_address(told: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(told.strip())
    except ValueError:  # a socket of the file system, or a proxy that hides its clients
        return None
    # A socket for both families writes 10.0.0.1 as ::ffff:10.0.0.1 (RFC 4291 §2.5.5.2).
    return getattr(address, "ipv4_mapped", None) or address


def _prepare(application: WSGIApplication) -> WSGIApplication:
    """Mend what Werkzeug takes otherwise than HTTP means it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # It would look for the route of a WebSocket, where Upgrade may be ignored (RFC 9110 §7.8).
        environ.pop("HTTP_UPGRADE", None)
        # It would send parts of the reference's files, and fails on what is no range.
        environ.pop("HTTP_RANGE", None)
        # It compares letter by letter, but hosts have no case (RFC 9110 §4.2.3).
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        return application(environ, start_response)

    return answer


def _choose_request_id() -> None:
    sent = request.headers.get("X-Request-ID", "")
    g.request_id = sent if REQUEST_ID.fullmatch(sent) else str(uuid4())


def _receive_body() -> None:
    # Before anything is refused: a server that finds the body unread closes the connection,
    # and with it the client's next request. One byte more than the limit tells a body that
    # is too long, chunked or not; Werkzeug's own limit cuts a chunked one without a word.
    try:
        g.body = request.stream.read(BODY_LIMIT + 1)
    except Exception:  # its chunks are none, which every server tells by an error of its own
        raise errors.MalformedJson from None
    # The client stopped in the middle, and the server hands on what came (RFC 9112 §8).
    if len(g.body) < min(request.content_length or 0, BODY_LIMIT):
        raise errors.MalformedJson


def _refuse_doubled_slash() -> None:
    # Werkzeug takes leading slashes for one before it looks for a route.
    if request.environ["PATH_INFO"].startswith("//"):
        raise errors.NotFound


def _refuse_lower_case() -> None:
    # Werkzeug takes `get` for GET, but methods are case-sensitive (RFC 9110 §9.1).
    if request.url_rule is not None and not request.environ["REQUEST_METHOD"].isupper():
        raise errors.MethodNotAllowed(_allow())


def _answer_options() -> Response | None:
    if request.method != "OPTIONS" or request.url_rule is None:
        return None
    allow = _allow()
    headers = {"Allow": allow} | (ACCEPT_PATCH if "PATCH" in allow else {})
    return Response(status=HTTPStatus.NO_CONTENT, headers=headers)


def _allow() -> str:
    return ", ".join(sorted(current_app.make_default_options_response().allow))


def _complete(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if response.status_code == HTTPStatus.NO_CONTENT:
        del response.headers["Content-Type"]  # of what? (RFC 9110 §15.3.5)
    return response
