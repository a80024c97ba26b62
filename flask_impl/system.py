"""Chapter 0: is the process alive, is it ready, and what does it offer.

Flask generates no OpenAPI document, so a copy of the contract is served.
"""

from functools import cache
from http import HTTPStatus

from flask import Blueprint, Response, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from . import database
from .strict_input import takes

blueprint = Blueprint("system", __name__)


@blueprint.get("/livez")
@takes()
def check_live() -> dict[str, str]:
    """Answer that the process is alive, without a look at the database."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@takes()
def check_ready() -> tuple[dict[str, str], int, dict[str, str]]:
    """Answer whether the database can be reached."""
    try:
        database.get_session().execute(text("SELECT 1"))
    except SQLAlchemyError:
        unready = {"status": "unavailable", "database": "unavailable"}
        return unready, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"}
    return {"status": "ok", "database": "ok"}, HTTPStatus.OK, {}


@blueprint.get("/openapi.json")
@takes()
def get_openapi() -> Response:
    """Answer with the contract."""
    return Response(_read_contract(), mimetype="application/json")


@cache
def _read_contract() -> str | bytes:
    with current_app.open_resource("openapi.json") as document:
        return document.read()
