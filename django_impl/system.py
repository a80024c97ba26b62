"""Chapter 0: is the process alive, is it ready, and what does it offer.

ninja generates the OpenAPI document; serving it is an operation like any other.
"""

from functools import cache
from http import HTTPStatus
from typing import Any, Literal

from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from ninja import Status
from pydantic import BaseModel, ConfigDict

from .shapes import Representation
from .strict_input import Router

router = Router()


class Liveness(Representation):
    status: Literal["ok"]


class Readiness(Representation):
    status: Literal["ok", "unavailable"]
    database: Literal["ok", "unavailable"]


class Document(BaseModel):
    """An OpenAPI document, of which no more is told than every one has."""

    model_config = ConfigDict(extra="allow")

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


@router.get("/livez", response={200: Liveness})
def check_live(request: HttpRequest) -> dict[str, str]:
    """Answer that the process is alive, without a look at the database."""
    return {"status": "ok"}


@router.get("/readyz", response={200: Readiness, 503: Readiness})
def check_ready(request: HttpRequest, response: HttpResponse) -> Status[dict[str, str]]:
    """Answer whether the database can be reached."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        response["Retry-After"] = "1"
        unready = {"status": "unavailable", "database": "unavailable"}
        return Status(HTTPStatus.SERVICE_UNAVAILABLE, unready)
    return Status(HTTPStatus.OK, {"status": "ok", "database": "ok"})


@router.get("/openapi.json", response={200: Document})
def get_openapi(request: HttpRequest) -> dict[str, Any]:
    """Answer with the document that ninja generates."""
    return _make_document()


@cache
def _make_document() -> dict[str, Any]:
    from .api import api  # it holds this very operation, and so cannot be imported before

    return dict(api.get_openapi_schema(path_prefix=""))
