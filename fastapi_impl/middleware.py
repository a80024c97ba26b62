"""What every request and every answer goes through, whatever its route.

FastAPI gives routes and a stack of ASGI middleware; it leaves to you HEAD, OPTIONS, the whole
list in Allow, exact paths, request ids, security headers, those of all answers of one router, an
honest 204, and a 500 that does not break the connection.
"""

import logging
import re
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import errors, logs, origins
from .settings import load_settings
from .strict_json import BODY_LIMIT

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NOWHERE = IPv6Address("::")
ACCEPT_PATCH = {"Accept-Patch": "application/json"}  # RFC 5789 §3.1
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

logger = logging.getLogger(__name__)


def init_app(app: FastAPI) -> None:
    """Bend FastAPI's defaults to the contract. What is added last is the outermost."""
    app.exception_handler(HTTPStatus.METHOD_NOT_ALLOWED)(_refuse_method)
    app.add_middleware(MethodsAndPaths)
    app.add_middleware(origins.KnownHosts)
    app.add_middleware(WholeBody)
    app.add_middleware(CatchAll)
    if load_settings().CORS_ORIGINS:
        app.add_middleware(origins.CrossOrigin)
    app.add_middleware(AnswerHeaders)
    app.add_middleware(logs.RequestLog)


class MethodsAndPaths:
    """HEAD wherever there is GET, OPTIONS everywhere, and no path but the exact one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the routes can answer, and answer the rest."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        # A route's pattern ends with "$", which also fits before a line feed.
        elif scope["path"].endswith("\n"):
            await errors.tell_problem(errors.NotFound())(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await _answer_options(scope)(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await self.app(scope, receive, send)


class WholeBody:
    """A body is received before anything is refused, or at least more of it than is allowed.

    A server that finds it unread may close the connection, and with it the next request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Receive the body of a method that may have one, and hand it on in one piece."""
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            receive = _beginning_with(await _receive_body(receive), receive)
        await self.app(scope, receive, send)


class CatchAll:
    """A defect is told as a problem. Starlette would raise it again, and the server hang up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for an exception, unless the answer has begun."""
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception:
            if begun or scope["type"] != "http":
                raise
            logger.exception("An exception that nobody expected")
            await errors.tell_problem(errors.Problem())(scope, receive, send)


class PrivateRouter(APIRouter):
    """Routes whose every answer is for its caller alone, and good for this moment.

    A dependency could set the headers of a success only: refusals are answers of their own.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request that fits one of the routes."""
        await super().handle(scope, receive, _kept_private(send))


class AnswerHeaders:
    """The headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Complete the head of the answer on its way out."""
        if scope["type"] == "http":
            request_id = _choose_request_id(scope)
            logs.request_id.set(request_id)
            send = _completed(send, request_id)
        await self.app(scope, receive, send)


async def client_address(request: Request) -> str:
    """Return the address of the client, past the proxies that the settings trust."""
    address = _read_address(request.client.host if request.client else "") or NOWHERE
    forwarded_for = ",".join(request.headers.getlist("X-Forwarded-For"))
    for forwarded in reversed(forwarded_for.split(",")):
        told = _read_address(forwarded)
        if told is None or not _is_trusted_proxy(address):
            break
        address = told
    return str(address)


ClientAddress = Annotated[str, Depends(client_address)]


async def _forbid_storing(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


NO_STORE = Depends(_forbid_storing)


def _is_trusted_proxy(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in load_settings().TRUSTED_PROXIES)


def _read_address(told: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(told.strip())
    except ValueError:  # a socket of the file system, or a proxy that hides its clients
        return None
    # A socket for both families writes 10.0.0.1 as ::ffff:10.0.0.1 (RFC 4291 §2.5.5.2).
    return getattr(address, "ipv4_mapped", None) or address


def _choose_request_id(scope: Scope) -> str:
    sent = ", ".join(Headers(scope=scope).getlist("X-Request-ID"))
    return sent if REQUEST_ID.fullmatch(sent) else str(uuid4())


def _answer_options(scope: Scope) -> Response:
    allow = _allow(scope)
    if not allow:
        return errors.tell_problem(errors.NotFound())
    headers = {"Allow": allow} | (ACCEPT_PATCH if "PATCH" in allow else {})
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


async def _refuse_method(request: Request, _error: Exception) -> Response:
    return errors.tell_problem(errors.MethodNotAllowed(_allow(request.scope)))


def _allow(scope: Scope) -> str:
    # The router asks only the first route that fits the path: all of them are needed here.
    routes = iter_route_contexts(scope["app"].routes)
    fitting = [route for route in routes if route.path_regex.fullmatch(scope["path"])]
    methods = {method for route in fitting for method in route.methods or ()}
    extra = {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
    return ", ".join(sorted(methods | extra)) if methods else ""


async def _receive_body(receive: Receive) -> Message:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > BODY_LIMIT:
            return {**message, "body": bytes(body), "more_body": False}


def _beginning_with(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def receive_first() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_first


def _without_body(send: Send) -> Send:
    async def send_without_body(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_without_body


def _kept_private(send: Send) -> Send:
    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.add_vary_header("Authorization")
            headers.setdefault("Cache-Control", "private, no-cache")  # RFC 9111 §5.2.2
        await send(message)

    return send_private


def _completed(send: Send, request_id: str) -> Send:
    async def send_completed(message: Message) -> None:
        if message["type"] == "http.response.start":
            _complete(message, request_id)
        await send(message)

    return send_completed


def _complete(message: Message, request_id: str) -> None:
    headers = MutableHeaders(scope=message)
    headers["X-Request-ID"] = request_id
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if message["status"] in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        del headers["Content-Type"]  # of what? (RFC 9110 §15.3.5, §15.4.5)
