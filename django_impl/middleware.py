"""What every request and every answer goes through, whatever its route.

Django gives exact paths, two of the security headers and a hand with Vary, and ninja's decorators
reach every answer of an operation. They leave to you HEAD and OPTIONS, a complete Allow, lengths,
request ids and an honest 204 or 304.
"""

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from . import errors, logs

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NOWHERE = IPv6Address("::")
CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"
ACCEPT_PATCH = {"Accept-Patch": "application/json"}  # RFC 5789 §3.1
# Answers without a body, and so without its type and length (RFC 9110 §15.3.5, §15.4.5).
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

View = Callable[..., HttpResponse]


def complete(get_response: View) -> View:
    """Give every answer what all of them have: an id, a policy, a length."""

    def answer(request: HttpRequest) -> HttpResponse:
        request_id = _choose_request_id(request)
        logs.request_id.set(request_id)
        response = get_response(request)
        response["X-Request-ID"] = request_id
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        if response.status_code in BODILESS:
            del response["Content-Type"]
        elif not response.streaming:
            response["Content-Length"] = str(len(response.content))
        if request.META["REQUEST_METHOD"] == "HEAD":
            _drop_content(response)
        return response

    return answer


def answer_methods(get_response: View) -> View:
    """Answer HEAD like GET, and let ninja's 405 tell what OPTIONS asks for."""

    def answer(request: HttpRequest) -> HttpResponse:
        # Django takes `get` for GET, but methods are case-sensitive (RFC 9110 §9.1).
        method = request.META["REQUEST_METHOD"]
        request.method = "GET" if method == "HEAD" else method
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allow = _complete_allow(response["Allow"])
        if method == "OPTIONS":
            headers = {"Allow": allow} | (ACCEPT_PATCH if "PATCH" in allow else {})
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)
        return errors.tell_problem(errors.MethodNotAllowed(allow))

    return answer


def keep_private(operation: View) -> View:
    """Say that an answer is for this caller alone, and good for this moment (RFC 9111 §5.2.2)."""

    @wraps(operation)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        response = operation(request, **path)
        patch_vary_headers(response, ["Authorization"])
        response.setdefault("Cache-Control", "private, no-cache")
        return response

    return answer


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, past the proxies that the settings trust."""
    address = _read_address(request.META.get("REMOTE_ADDR", "")) or NOWHERE
    for forwarded in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        told = _read_address(forwarded)
        if told is None or not _is_trusted_proxy(address):
            break
        address = told
    return str(address)


def _is_trusted_proxy(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in settings.API.TRUSTED_PROXIES)


def _read_address(told: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(told.strip())
    except ValueError:  # a socket of the file system, or a proxy that hides its clients
        return None
    # A socket for both families writes 10.0.0.1 as ::ffff:10.0.0.1 (RFC 4291 §2.5.5.2).
    return getattr(address, "ipv4_mapped", None) or address


def _drop_content(response: HttpResponseBase) -> None:
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = ()
    elif isinstance(response, HttpResponse):
        response.content = b""


def _choose_request_id(request: HttpRequest) -> str:
    sent = request.headers.get("X-Request-ID", "")
    return sent if REQUEST_ID.fullmatch(sent) else str(uuid4())


def _complete_allow(allow: str) -> str:
    methods = {"OPTIONS", *allow.split(", ")}
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods))
