"""What every request and every answer goes through, whatever its route.

Flask gives hooks, HEAD, the table of methods and path converters; it leaves to you exact
paths, an empty OPTIONS, request ids, security headers and an honest 204.
"""

import re
from http import HTTPStatus
from ipaddress import ip_address
from uuid import UUID, uuid4

from flask import Flask, Response, current_app, g, request
from werkzeug.routing import BaseConverter

from . import errors, text
from .strict_json import BODY_LIMIT

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NO_STORE = {"Cache-Control": "no-store"}
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class UsernameConverter(BaseConverter):
    """A username in a path. Whatever else stands there leads nowhere: 404."""

    regex = text.USERNAME


class ResourceIdConverter(BaseConverter):
    """A UUID in a path, in either case (RFC 9562 §4)."""

    regex = text.RESOURCE_ID

    def to_python(self, value: str) -> UUID:
        return UUID(value)


def init_app(app: Flask) -> None:
    """Bend Flask's defaults to the contract."""
    app.url_map.merge_slashes = False
    app.url_map.converters["username"] = UsernameConverter
    app.url_map.converters["resource_id"] = ResourceIdConverter
    app.before_request(_choose_request_id)
    app.before_request(_receive_body)
    app.before_request(_refuse_doubled_slash)
    app.before_request(_answer_options)
    app.after_request(_complete)


def client_address() -> str:
    """Return the address of the client, past the proxies that the settings trust."""
    address = request.remote_addr or ""
    for forwarded in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if not _is_trusted_proxy(address):
            break
        address = forwarded.strip() or address
    return address


def _is_trusted_proxy(address: str) -> bool:
    try:
        peer = ip_address(address)
    except ValueError:
        return False
    # A socket for both families writes IPv4 addresses as ::ffff:10.0.0.1 (RFC 4291 §2.5.5.2).
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return any(peer in network for network in current_app.config["TRUSTED_PROXIES"])


def _choose_request_id() -> None:
    sent = request.headers.get("X-Request-ID", "")
    g.request_id = sent if REQUEST_ID.fullmatch(sent) else str(uuid4())


def _receive_body() -> None:
    # Before anything is refused: a server that finds the body unread closes the connection,
    # and with it the client's next request. One byte more than the limit tells a body that
    # is too long, chunked or not; Werkzeug's own limit cuts a chunked one without a word.
    g.body = request.stream.read(BODY_LIMIT + 1)


def _refuse_doubled_slash() -> None:
    # Werkzeug takes leading slashes for one before it looks for a route.
    if request.environ["PATH_INFO"].startswith("//"):
        raise errors.NotFound


def _answer_options() -> Response | None:
    if request.method != "OPTIONS" or request.url_rule is None:
        return None
    response = current_app.make_default_options_response()
    response.status_code = HTTPStatus.NO_CONTENT
    response.headers["Allow"] = ", ".join(sorted(response.allow))
    return response


def _complete(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    response.headers.update(SECURITY_HEADERS)
    if response.status_code == HTTPStatus.NO_CONTENT:
        del response.headers["Content-Type"]  # of what? (RFC 9110 §15.3.5)
    return response
