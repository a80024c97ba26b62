"""The log: a line of JSON on standard output for each request, and for whatever goes wrong.

FastAPI logs nothing; it has a stack of middleware, and a state that goes with a request.
Python's logging writes the lines.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import text
from .settings import load_settings

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


def set_up() -> None:
    """Write what is logged, here and in libraries, as lines of JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=load_settings().LOG_LEVEL, handlers=[handler], force=True)
    # At DEBUG it would write the values of every statement.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)


class RequestLog:
    """A line for every request, with the answer that it got."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and log it when its answer begins."""
        if scope["type"] == "http":
            # Made here, the state is the same for those inside who copy the scope.
            send = _logged(send, scope.setdefault("state", {}))
        await self.app(scope, receive, send)


def _logged(send: Send, state: dict[str, Any]) -> Send:
    begun = perf_counter()

    async def send_logged(message: Message) -> None:
        if message["type"] == "http.response.start":
            _log_request(message["status"], perf_counter() - begun, state)
        await send(message)

    return send_logged


def _log_request(status: int, seconds: float, state: dict[str, Any]) -> None:
    user_id = state.get("user_id")
    members = {
        "operation": state.get("operation"),
        "status": status,
        "duration_ms": round(seconds * 1000, 3),
        "user_id": None if user_id is None else str(user_id),
    }
    logger.info("request", extra={"members": members})
