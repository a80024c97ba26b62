"""The log: a line of JSON on standard output for each request, and for whatever goes wrong.

Flask gives hooks around a request and logs what nobody expected; Python's logging writes it.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from time import perf_counter

from flask import Flask, Response, g, has_request_context, request

from . import text

logger = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """A record as one line: JSON escapes whatever would end it or begin another."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a request, or of anything else that somebody logs."""
        members = {
            "time": text.rfc3339(datetime.fromtimestamp(record.created, UTC)),
            "request_id": g.get("request_id") if has_request_context() else None,
        }
        return json.dumps(members | (getattr(record, "members", None) or self._describe(record)))

    def _describe(self, record: logging.LogRecord) -> dict[str, str]:
        told = {"event": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info:
            told["stack"] = self.formatException(record.exc_info)
        return told


def init_app(app: Flask) -> None:
    """Log every request. What is registered first is the last to see the answer."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=app.config["LOG_LEVEL"], handlers=[handler], force=True)
    app.before_request(_begin)
    app.after_request(_log_request)


def note_operation() -> None:
    """Note which operation a request has come to. The reference is none of the contract."""
    if request.endpoint and request.blueprint != "reference":
        g.operation = request.endpoint.rpartition(".")[2]


def _begin() -> None:
    g.begun = perf_counter()


def _log_request(response: Response) -> Response:
    caller = g.get("caller")
    members = {
        "operation": g.get("operation"),
        "status": response.status_code,
        "duration_ms": round((perf_counter() - g.begun) * 1000, 3),
        "user_id": str(caller.user_id) if caller else None,
    }
    logger.info("request", extra={"members": members})
    return response
