"""The log: a line of JSON on standard output for each request, and for whatever goes wrong.

Django sets up Python's logging from LOGGING, and logs what nobody expected; its middleware
knows the request, and ninja's operations their names.
"""

import json
import logging
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from django.http import HttpRequest, HttpResponse

from . import text

Run = Callable[..., Any]
View = Callable[[HttpRequest], HttpResponse]

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
logger = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """A record as one line: JSON escapes whatever would end it or begin another."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a request, or of anything else that somebody logs."""
        members = {
            "time": text.rfc3339(datetime.fromtimestamp(record.created, UTC)),
            "request_id": request_id.get(),
        }
        return json.dumps(members | (getattr(record, "members", None) or self._describe(record)))

    def _describe(self, record: logging.LogRecord) -> dict[str, str]:
        told = {"event": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info:
            told["stack"] = self.formatException(record.exc_info)
        return told


def log_requests(get_response: View) -> View:
    """Log every request, with the answer that it got."""

    def answer(request: HttpRequest) -> HttpResponse:
        begun = perf_counter()
        response = get_response(request)
        members = {
            "operation": getattr(request, "operation", None),
            "status": response.status_code,
            "duration_ms": round((perf_counter() - begun) * 1000, 3),
            "user_id": _name_user(request),
        }
        logger.info("request", extra={"members": members})
        return response

    return answer


def note_operation(name: str) -> Callable[[Run], Run]:
    """Return a decorator that notes on the request which operation it met."""

    def decorate(run: Run) -> Run:
        def note_then_run(request: Any, **arguments: Any) -> Any:
            request.operation = name
            return run(request, **arguments)

        return note_then_run

    return decorate


def _name_user(request: HttpRequest) -> str | None:
    user_id = getattr(getattr(request, "auth", None), "user_id", None)
    return None if user_id is None else str(user_id)
