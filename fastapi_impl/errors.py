"""Problems: every way in which the API refuses, and how a refusal is told (RFC 9457).

FastAPI turns exceptions into answers through handlers; their form is ours.
"""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from .strict_json import FAULTS_LIMIT, Fault

logger = logging.getLogger(__name__)


class Problem(Exception):
    """A refusal, as the client will read it."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    title = "Internal error"
    detail = "The server failed. The fault is in its log, not in the request."
    headers: Mapping[str, str] = {}
    errors: Sequence[Fault] = ()


class UnknownHost(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "unknown_host"
    title = "Unknown host"
    detail = "No host of this name is served here."


class MalformedJson(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"
    title = "Malformed JSON"
    detail = "The body is not a JSON text that this API accepts."


class MissingToken(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "missing_token"
    title = "Missing token"
    detail = "Send an access token: Authorization: Bearer <token>."
    headers = {"WWW-Authenticate": "Bearer"}


class InvalidToken(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_token"
    title = "Invalid token"
    detail = "The access token is wrong, has expired, or its sign-in has ended."
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class InvalidCredentials(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_credentials"
    title = "Invalid credentials"
    detail = "No active account has this e-mail address and password."
    headers = {"WWW-Authenticate": "Bearer"}


class InvalidRefreshToken(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_refresh_token"
    title = "Invalid refresh token"
    detail = "The refresh token is wrong, was used, or its sign-in has ended. Log in again."
    headers = {"WWW-Authenticate": "Bearer"}


class Forbidden(Problem):
    status = HTTPStatus.FORBIDDEN
    code = "forbidden"
    title = "Forbidden"
    detail = "You may read this, but not change it."


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    title = "Not found"
    detail = "There is nothing here."


class MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"
    title = "Method not allowed"
    detail = "The Allow header names the methods of this resource."

    def __init__(self, allow: str) -> None:
        self.headers = {"Allow": allow}


class UsernameTaken(Problem):
    status = HTTPStatus.CONFLICT
    code = "username_taken"
    title = "Username taken"
    detail = "This username belongs to somebody, or once did."


class EmailTaken(Problem):
    status = HTTPStatus.CONFLICT
    code = "email_taken"
    title = "E-mail taken"
    detail = "Another account has this e-mail address."


class LastAdmin(Problem):
    status = HTTPStatus.CONFLICT
    code = "last_admin"
    title = "Last admin"
    detail = "The last active admin has to stay one."


class RequestInProgress(Problem):
    status = HTTPStatus.CONFLICT
    code = "request_in_progress"
    title = "Request in progress"
    detail = "Another request with this Idempotency-Key is not done yet. Try again."
    headers = {"Retry-After": "1"}


class PreconditionFailed(Problem):
    status = HTTPStatus.PRECONDITION_FAILED
    code = "precondition_failed"
    title = "Precondition failed"
    detail = "If-Match does not name the present entity tag. Read it again first."


class BodyTooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"
    title = "Body too large"
    detail = "A body may have 1,048,576 bytes."


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"
    title = "Unsupported media type"
    detail = "Send the body as application/json, in UTF-8 and not compressed."

    def __init__(self, method: str) -> None:
        # RFC 9110 §15.5.16, and RFC 5789 §2.2 for PATCH.
        names = ("Accept", "Accept-Patch") if method == "PATCH" else ("Accept",)
        self.headers = dict.fromkeys(names, "application/json")


class InvalidRequest(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_request"
    title = "Invalid request"
    detail = "The request is well-formed but wrong: `errors` says where."

    def __init__(self, *errors: Fault) -> None:
        self.errors = errors[:FAULTS_LIMIT]


class PreconditionRequired(Problem):
    status = HTTPStatus.PRECONDITION_REQUIRED
    code = "precondition_required"
    title = "Precondition required"
    detail = "Say in If-Match which entity tag is to be changed."


class TooManyAttempts(Problem):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_attempts"
    title = "Too many attempts"
    detail = "Too many log-ins failed. Retry-After says how many seconds to wait."

    def __init__(self, retry_after: int) -> None:
        self.headers = {"Retry-After": str(retry_after)}


class DatabaseUnavailable(Problem):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "database_unavailable"
    title = "Database unavailable"
    detail = "The database cannot be reached just now. Try again."
    headers = {"Retry-After": "1"}


class ProblemOut(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault] = []


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


def init_app(app: FastAPI) -> None:
    """Tell every refusal of the application, FastAPI's own included, as a problem."""
    app.exception_handler(Problem)(_tell_problem)
    app.exception_handler(HTTPException)(_tell_starlette_error)
    for unreachable in (OperationalError, InterfaceError, PoolTimeout):
        app.exception_handler(unreachable)(_tell_outage)


def describe(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Return the refusals of an operation as its description has them."""
    schema = {"$ref": "#/components/schemas/ProblemOut"}
    content = {ProblemResponse.media_type: {"schema": schema}}
    titles: dict[int, list[str]] = {}
    for problem in problems:
        titles.setdefault(problem.status.value, []).append(problem.title)
    return {
        status: {"description": " or ".join(told), "content": content}
        for status, told in titles.items()
    }


def tell_problem(problem: Problem) -> Response:
    """Return the answer that tells a problem (RFC 9457 §3)."""
    members: dict[str, object] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    if problem.errors:
        members["errors"] = problem.errors
    return ProblemResponse(members, problem.status, problem.headers)


async def _tell_problem(_request: Request, problem: Problem) -> Response:
    return tell_problem(problem)


async def _tell_starlette_error(_request: Request, error: HTTPException) -> Response:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return tell_problem(NotFound())
    # Starlette's 400 is a client that stopped in the middle of its body.
    malformed = error.status_code == HTTPStatus.BAD_REQUEST
    return tell_problem(MalformedJson() if malformed else Problem())


async def _tell_outage(_request: Request, error: Exception) -> Response:
    # The driver's own sentence: it tells a missing table from a missing server.
    logger.error("The database failed: %s", getattr(error, "orig", error))
    return tell_problem(DatabaseUnavailable())
