"""Which hosts the API answers for, and which sites may call it from a browser.

Django compares the Host header with ALLOWED_HOSTS where somebody asks for it, and
django-cors-headers writes the headers of CORS, which settings.py lists.
"""

from collections.abc import Callable

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from . import errors

View = Callable[[HttpRequest], HttpResponse]


def refuse_unknown_hosts(get_response: View) -> View:
    """Refuse what is meant for other hosts than those of the settings."""

    def answer(request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return errors.tell_problem(errors.UnknownHost())
        return get_response(request)

    return answer


class CrossOrigin(CorsMiddleware):
    """CORS, but that a preflight is answered like every OPTIONS."""

    def __init__(self, get_response: View) -> None:
        if not settings.CORS_ALLOWED_ORIGINS:
            raise MiddlewareNotUsed
        super().__init__(get_response)

    def check_preflight(self, request: HttpRequest) -> HttpResponseBase | None:
        """Return no answer: the middleware inside has a better one."""
        return None
