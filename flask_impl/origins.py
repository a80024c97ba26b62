"""Which hosts the API answers for, and which sites may call it from a browser.

Flask compares the Host header with TRUSTED_HOSTS, and flask-cors writes the headers of CORS.
"""

from flask import Flask, Response, request
from flask_cors import CORS
from werkzeug.exceptions import BadHost, SecurityError
from werkzeug.sansio.utils import host_is_trusted

from . import errors

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


def init_app(app: Flask) -> None:
    """Hold requests to the hosts and the sites of the settings."""
    if "*" not in app.config["ALLOWED_HOSTS"]:
        app.config["TRUSTED_HOSTS"] = app.config["ALLOWED_HOSTS"]
    app.before_request(_refuse_unknown_host)
    if app.config["CORS_ORIGINS"]:
        # flask-cors finds CORS_ORIGINS by itself.
        CORS(
            app,
            methods=METHODS,
            allow_headers=TAKEN_HEADERS,
            expose_headers=SHOWN_HEADERS,
            max_age=PREFLIGHT_SECONDS,
            always_send=False,
            vary_header=False,
        )
        app.after_request(_vary_by_origin)


def _refuse_unknown_host() -> None:
    # Flask keeps the refusal for later, when it would have called the view. What is no host at
    # all is empty to Werkzeug (RFC 9112 §3.2), which cuts off a port of 80 before it looks.
    is_refused = isinstance(request.routing_exception, (BadHost, SecurityError))
    if is_refused or not host_is_trusted(request.headers.get("Host", request.host)):
        raise errors.UnknownHost


def _vary_by_origin(response: Response) -> Response:
    # flask-cors would leave this out where there is but one origin; a cache needs it there too.
    response.vary.add("Origin")
    return response
