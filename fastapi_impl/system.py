"""Chapter 0: is the process alive, is it ready, and what does it offer.

FastAPI generates the OpenAPI document from the routes and their shapes.
"""

from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .database import SessionDep
from .shapes import Representation
from .strict_input import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["0 system"])


class Liveness(Representation):
    status: Literal["ok"]


class Readiness(Representation):
    status: Literal["ok", "unavailable"]
    database: Literal["ok", "unavailable"]


class Document(Representation):
    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


@router.get("/livez")
async def check_live() -> Liveness:
    """Answer that the process is alive, without a look at the database."""
    return Liveness(status="ok")


@router.get("/readyz", responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Readiness}})
async def check_ready(session: SessionDep, response: Response) -> Readiness:
    """Answer whether the database can be reached."""
    try:
        await session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = "1"
        return Readiness(status="unavailable", database="unavailable")
    return Readiness(status="ok", database="ok")


@router.get("/openapi.json", response_model=Document)
async def get_openapi(request: Request) -> JSONResponse:
    """Answer with the document that FastAPI generates."""
    return JSONResponse(request.app.openapi())
