"""Problems: every way in which the API refuses, and how a refusal is told (RFC 9457).

ninja turns exceptions into answers through handlers, Django through `handler404` and
`handler500`; their form is ours.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError

from .strict_json import FAULTS_LIMIT, Fault

MEDIA_TYPE = "application/problem+json"
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

    def __init__(self, method: str | None) -> None:
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


class ProblemOut(Schema):
    """A problem, as the OpenAPI document tells it."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class InvalidRequestOut(ProblemOut):
    """A problem that says what is wrong where."""

    errors: list[dict[str, str]]


def refuses(*statuses: int) -> dict[int, type[ProblemOut]]:
    """Return the refusals of an operation, for its `response=`."""
    return {status: InvalidRequestOut if status == 422 else ProblemOut for status in statuses}


def correct_media_types(document: Mapping[str, Any]) -> None:
    """Tell problems under their own media type in an OpenAPI document; ninja has but one."""
    for path in document["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                _correct_media_type(response.get("content", {}))


def init_api(api: NinjaAPI) -> None:
    """Tell every refusal of the API, ninja's and Django's own included, as a problem."""
    api.exception_handler(Problem)(lambda _, problem: tell_problem(problem))
    api.exception_handler(AuthenticationError)(lambda *_: tell_problem(MissingToken()))
    api.exception_handler(RequestDataTooBig)(lambda *_: tell_problem(BodyTooLarge()))
    # The client stopped in the middle of its body.
    api.exception_handler(UnreadablePostError)(lambda *_: tell_problem(MalformedJson()))
    for unreachable in (OperationalError, InterfaceError):
        api.exception_handler(unreachable)(_tell_outage)


def tell_problem(problem: Problem) -> HttpResponse:
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
    return HttpResponse(
        json.dumps(members, ensure_ascii=False, separators=(",", ":")),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def tell_unknown_path(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a path that leads nowhere."""
    return tell_problem(NotFound())


def tell_defect(request: HttpRequest) -> HttpResponse:
    """Answer for an exception that nobody expected; Django has logged it."""
    return tell_problem(Problem())


def _correct_media_type(content: dict[str, Any]) -> None:
    schema = content.get("application/json", {}).get("schema", {})
    if schema.get("$ref", "").endswith(("/ProblemOut", "/InvalidRequestOut")):
        content[MEDIA_TYPE] = content.pop("application/json")


def _tell_outage(_request: HttpRequest, error: Exception) -> HttpResponse:
    # The driver's own sentence: it tells a missing table from a missing server.
    logger.error("The database failed: %s", error)
    return tell_problem(DatabaseUnavailable())
