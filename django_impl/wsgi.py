"""The application as a WSGI server calls it."""

import os
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.core.wsgi import get_wsgi_application

from .strict_json import BODY_LIMIT

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


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
application = receive_bodies(get_wsgi_application())
