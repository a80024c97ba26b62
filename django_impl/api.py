"""The API, put together in reading order."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from . import auth, errors, middleware, strict_input, system
from .comments.routes import router as comments
from .posts.routes import router as posts
from .sign_ins.routes import router as sign_ins
from .users.routes import router as users


class Renderer(JSONRenderer):
    """JSON without spaces, letters as they are."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class Api(NinjaAPI):
    """NinjaAPI, but for a few words in its answers and in its OpenAPI document."""

    def get_content_type(self) -> str:
        """Return the media type alone: JSON has no charset parameter (RFC 8259 §11)."""
        return "application/json"

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the one word by which an operation is known everywhere."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        """Return the document, with problems under their own media type."""
        document = super().get_openapi_schema(**where)
        errors.correct_media_types(document)
        return document


def _make_api() -> strict_input.Router:
    router = strict_input.Router()
    router.add_decorator(middleware.keep_private, mode="view")
    router.add_router("/auth", sign_ins, tags=["1 accounts"])
    router.add_router("", users, tags=["1 accounts"])
    router.add_router("", posts, tags=["2 posts"])
    router.add_router("", comments, tags=["3 relations"])
    return router


api = Api(
    title="Users and posts",
    version="1.1.0",
    openapi_url=None,
    docs_url=None,
    auth=[auth.bearer, auth.allow_anonymous],
    renderer=Renderer(),
)
errors.init_api(api)
strict_input.init_api(api)
api.add_router("", system.router, auth=None, tags=["0 system"])
api.add_router("/api/v1", _make_api())
