"""The application as a WSGI server calls it."""

import os
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

from .strict_json import BODY_LIMIT

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Request(WSGIRequest):
    """A request of which Django and whitenoise read no header that the contract reads otherwise."""

    def __init__(self, environ: dict[str, Any]) -> None:
        # whitenoise would send parts of the reference's files; nothing else here looks at it.
        environ.pop("HTTP_RANGE", None)
        super().__init__(environ)

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        # Django decodes every parameter, before any middleware, and fails where one names a
        # charset that there is not (RFC 8187 §3.2).
        self.content_type = meta.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        self.content_params = {}


def make_application() -> WSGIApplication:
    """Return Django's own application, with bodies received and requests of our kind."""
    application = get_wsgi_application()
    application.request_class = Request
    return receive_bodies(application)


def receive_bodies(application: WSGIApplication) -> WSGIApplication:
    """Receive the body of a request before Django sees it.

    A server that finds a body unread closes the connection, and with it the client's next
    request. And Django reads as far as Content-Length says: it finds a chunked body empty
    (ticket 35838). One byte more than the limit is enough for Django to refuse a body.
    """

    def receive_then_answer(
        environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        body = _read(environ)
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return application(environ, start_response)

    return receive_then_answer


def _read(environ: dict[str, Any]) -> bytes:
    size, announced = BODY_LIMIT + 1, 0
    if "HTTP_TRANSFER_ENCODING" not in environ:
        size = announced = min(size, int(environ.get("CONTENT_LENGTH") or 0))
    try:
        body = bytes(environ["wsgi.input"].read(size))
    except OSError:
        body = b""
    # Who stopped in the middle sent no JSON, though a server may hand on what came (RFC 9112 §8).
    return body if len(body) >= announced else b""


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.settings")
application = make_application()
