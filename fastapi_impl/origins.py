"""Which hosts the API answers for, and which sites may call it from a browser.

Starlette gives middleware for both: that for hosts refuses in plain text and looks at one Host
header only, so there is another here; that for CORS answers preflights without a look at routes.
"""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import errors
from .settings import load_settings

METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
TAKEN_HEADERS = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Request-ID",
]
SHOWN_HEADERS = ["ETag", "Link", "Location", "Retry-After", "X-Request-ID"]
PREFLIGHT_SECONDS = 600
# A name or an IPv4 address, or an IPv6 address in brackets, and a port.
HOST = re.compile(
    r"([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE
)


class KnownHosts:
    """No answer but a refusal to what is meant for other hosts than those of the settings."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request for one of our hosts."""
        if scope["type"] != "http" or _is_known(Headers(scope=scope).getlist("Host")):
            await self.app(scope, receive, send)
        else:
            await errors.tell_problem(errors.UnknownHost())(scope, receive, send)


class CrossOrigin(CORSMiddleware):
    """CORS, but that a preflight is answered like every OPTIONS, and others are told nothing."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            app,
            allow_origins=load_settings().CORS_ORIGINS,
            allow_methods=METHODS,
            allow_headers=TAKEN_HEADERS,
            expose_headers=SHOWN_HEADERS,
            max_age=PREFLIGHT_SECONDS,
        )
        del self.preflight_headers["Vary"]  # `send` says by what the answer varies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass every request on, and complete its answer."""
        if scope["type"] == "http":
            await self.simple_response(scope, receive, send, _read_headers(scope))
        else:
            await self.app(scope, receive, send)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        """Complete the head of an answer on its way out."""
        if not self.is_allowed_origin(request_headers.get("Origin", "")):
            request_headers = Headers()
        elif message["type"] == "http.response.start" and _is_preflight(request_headers):
            MutableHeaders(scope=message).update(self.preflight_headers)
        await super().send(message, send, request_headers)


def _is_known(hosts: list[str]) -> bool:
    allowed = load_settings().ALLOWED_HOSTS
    if not hosts:  # a client of HTTP/1.0 names none (RFC 9112 §3.2)
        return "*" in allowed
    read = HOST.fullmatch(", ".join(hosts))
    return read is not None and ("*" in allowed or read[1].lower() in allowed)


def _read_headers(scope: Scope) -> Headers:
    headers = MutableHeaders(raw=list(scope["headers"]))
    if scope["method"] != "OPTIONS":  # no other request is a preflight
        del headers["Access-Control-Request-Method"]
    return headers


def _is_preflight(request_headers: Headers) -> bool:
    return "Access-Control-Request-Method" in request_headers
