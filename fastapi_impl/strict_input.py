"""Paths, query strings and bodies, read strictly into shapes.

FastAPI reads the body before it knows who is calling, and reads it kindly. Its request and
route classes are made to be replaced: these read strictly, and refuse when it is time to.
"""

from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Mapping
from functools import cached_property
from inspect import signature
from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.convertors import register_url_convertor
from starlette.datastructures import Headers, QueryParams

from . import errors, strict_json
from .converters import ResourceIdConverter, UsernameConverter
from .shapes import Input
from .strict_json import Fault

QUERY_REFUSALS = errors.describe(errors.InvalidRequest)
# Reading more than this would hold up every other request of the process.
QUICKLY_READ = 64 * 1024
BODY_REFUSALS = errors.describe(
    errors.MalformedJson, errors.BodyTooLarge, errors.UnsupportedMediaType
)


# Here and not in a function, because a path is compiled where its route is declared.
register_url_convertor("username", UsernameConverter())
register_url_convertor("resource_id", ResourceIdConverter())


class StrictRequest(Request):
    """A request that is refused only after FastAPI has asked who is calling.

    Until then an unreadable body counts as absent, and an unreadable query as unknown.
    """

    def __init__(self, request: Request, parameters: Collection[str]) -> None:
        super().__init__(request.scope, request.receive)
        self._query, self._query_faults = strict_json.read_query(
            request.scope["query_string"], parameters
        )
        self._document: object = None
        self._refusal: errors.Problem | None = None

    @cached_property
    def headers(self) -> Headers:
        """The headers, each in one line (RFC 9110 §5.3). FastAPI looks at the first of several."""
        joined: dict[bytes, bytes] = {}
        for name, value in self.scope["headers"]:
            joined[name] = joined[name] + b", " + value if name in joined else value
        return Headers(raw=list(joined.items()))

    @cached_property
    def query_params(self) -> QueryParams:
        """The parameters; in the place of faulty ones, one that no shape knows."""
        return QueryParams({"": "faulty"} if self._query_faults else self._query)

    async def body(self) -> bytes:
        """Return the body. FastAPI takes an empty one for absent."""
        body = await super().body()
        try:
            if len(body) > QUICKLY_READ:
                self._document = await run_in_threadpool(_read_document, self, body)
            else:
                self._document = _read_document(self, body)
        except errors.Problem as refusal:
            self._refusal = refusal
            return b""
        return body

    async def json(self) -> Any:
        """Return the document that the body holds."""
        return self._document

    def refuse(self, invalid: RequestValidationError) -> errors.Problem:
        """Return the refusal of this request, in which FastAPI found something invalid."""
        found = invalid.errors()
        query = self._query_faults or strict_json.parameter_faults(_within("query", found))
        body = strict_json.shape_faults(_within("body", found))
        # A header is looked at where all else is right.
        faults = [*query, *body] or map(_header_fault, _within("header", found))
        return self._refusal or errors.InvalidRequest(*faults)


class StrictRoute(APIRoute):
    """A route that reads strictly, and describes what it refuses for that reason."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        taken = signature(endpoint).parameters
        if "query" not in taken:
            options["dependencies"] = [*(options["dependencies"] or ()), Depends(_no_query)]
        refusals = QUERY_REFUSALS | (BODY_REFUSALS if "body" in taken else {})
        options["responses"] = refusals | (options["responses"] or {})
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler, but give it a strict request."""
        handle = super().get_route_handler()
        parameters = _parameters(self)

        async def handle_strictly(request: Request) -> Response:
            request.state.operation = self.name  # for the log
            strict_request = StrictRequest(request, parameters)
            try:
                return await handle(strict_request)
            except RequestValidationError as invalid:
                raise strict_request.refuse(invalid) from None

        return handle_strictly


async def _no_query(_query: Annotated[Input, Query()]) -> None:
    """Refuse every parameter, as a route without a query has to."""


def _parameters(route: APIRoute) -> set[str]:
    shapes = [field.field_info.annotation for field in route.dependant.query_params]
    return {name for shape in shapes for name in cast(type[Input], shape).model_fields}


def _read_document(request: Request, body: bytes) -> object:
    _refuse_other_media_types(request)
    if len(body) > strict_json.BODY_LIMIT:
        raise errors.BodyTooLarge
    try:
        document = strict_json.read_json(body)
    except strict_json.MalformedJson:
        raise errors.MalformedJson from None
    if unfit := strict_json.unfit_text(document):
        raise errors.InvalidRequest(*unfit)
    return document


def _refuse_other_media_types(request: Request) -> None:
    content_type = request.headers.get("Content-Type", "")
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if not strict_json.is_json(content_type) or encoding != "identity":
        raise errors.UnsupportedMediaType(request.method)


def _header_fault(error: Mapping[str, Any]) -> Fault:
    # The shape of a header is its pattern, and nothing else.
    return strict_json.header_fault(error["loc"][0], "invalid_format")


def _within(place: str, found: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return ({**error, "loc": error["loc"][1:]} for error in found if error["loc"][0] == place)
