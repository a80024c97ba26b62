"""The application, put together in reading order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from . import auth, database, errors, logs, middleware, reference, system
from .comments import routes as comments
from .posts import routes as posts
from .sign_ins import routes as sign_ins
from .users import routes as users


class Api(FastAPI):
    """FastAPI, but for the shape of problems, which no route returns and all describe."""

    def openapi(self) -> dict[str, Any]:
        """Return the description of the API."""
        document = super().openapi()
        schemas = document["components"]["schemas"]
        if "ProblemOut" not in schemas:
            schemas["ProblemOut"] = errors.ProblemOut.model_json_schema()
        return document


def create_app() -> FastAPI:
    """Return the application. Raises InvalidSetting where the environment is wrong."""
    logs.set_up()
    app = Api(
        title="Users and posts",
        version="1.1.0",
        lifespan=_open_database,
        generate_unique_id_function=_name_operation,
        openapi_url=None,  # system.py serves the document, and describes that as well
        redirect_slashes=False,
    )
    errors.init_app(app)
    middleware.init_app(app)
    app.include_router(system.router)
    app.include_router(reference.router)
    app.include_router(_make_api())
    return app


@asynccontextmanager
async def _open_database(app: FastAPI) -> AsyncIterator[None]:
    async with database.open_sessions() as sessions:
        app.state.sessions = sessions
        yield


def _name_operation(route: APIRoute) -> str:
    return route.name


def _make_api() -> APIRouter:
    api = middleware.PrivateRouter(
        prefix="/api/v1",
        dependencies=[Depends(auth.load_caller)],
        responses=errors.describe(errors.InvalidToken, errors.DatabaseUnavailable),
    )
    for router in (
        sign_ins.router,
        users.router,
        posts.router,
        users.relations,
        posts.relations,
        comments.router,
    ):
        api.include_router(router)
    return api
