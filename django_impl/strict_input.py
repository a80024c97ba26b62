"""Bodies and query strings, read strictly into shapes.

ninja finds the shapes in a view's signature, and reads them kindly. It has a hook for the
text of a body (`parser=`), but answers 400 to all that is raised there, and none for the raw
query: so its own kinds of parameters are replaced here, by names that ninja does not promise
to keep. requirements.txt holds ninja to the minor version for which they were written.
"""

from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from typing import Annotated, Any, ClassVar, TypeVar

import ninja
from django.http import HttpRequest, HttpResponse
from ninja.decorators import decorate_view
from ninja.errors import ValidationError as NinjaValidationError
from ninja.params import models as params
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from . import errors, logs, strict_json
from .strict_json import Fault

Shape = TypeVar("Shape")


class StrictBody(params.BodyModel):
    """A body as ninja validates it, after the document was read by our rules."""

    @classmethod
    def get_request_data(
        cls, request: HttpRequest, api: ninja.NinjaAPI, path_params: dict[str, Any]
    ) -> dict[str, Any]:
        return {cls.__read_from_single_attr__: _read_document(request)}


class StrictQuery(params.QueryModel):
    """A query as ninja validates it, after the raw string was read by our rules."""

    __ninja_flatten_map__: ClassVar[dict[str, Any]] = {}

    @classmethod
    def get_request_data(
        cls, request: HttpRequest, api: ninja.NinjaAPI, path_params: dict[str, Any]
    ) -> dict[str, Any]:
        query = request.META["QUERY_STRING"].encode("latin-1")
        values, faults = strict_json.read_query(query, cls.__ninja_flatten_map__)
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, _as_pydantic_tells(faults))
        return dict(values)


class NoQuery(StrictQuery):
    """The query of an operation that takes none."""

    __ninja_param_source__ = "query"  # type: ignore[assignment]  # ninja sets it so, too
    __ninja_flatten_map_reverse__: ClassVar[dict[str, Any]] = {}


class _Body(params.Body):  # type: ignore[misc]  # as ninja does itself
    _model = StrictBody

    @classmethod
    def _param_source(cls) -> str:
        return "body"


class _Query(params.Query):  # type: ignore[misc]
    _model = StrictQuery

    @classmethod
    def _param_source(cls) -> str:
        return "query"


Body = Annotated[Shape, _Body(...)]
Query = Annotated[Shape, _Query(...)]


class Router(ninja.Router):
    """A router whose operations read strictly, and describe what they refuse therefore."""

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any
    ) -> None:
        """Add an operation; one without a query must refuse one too."""
        options["response"] = options["response"] | errors.refuses(422)
        if "body" in signature(view_func).parameters:
            options["response"] |= errors.refuses(400, 413, 415)
        noted = decorate_view(logs.note_operation(view_func.__name__))(view_func)
        super().add_api_operation(path, methods, noted, **options)
        models = self.path_operations[path].operations[-1].models
        if not any(issubclass(model, StrictQuery) for model in models):
            models.insert(0, NoQuery)


def init_api(api: ninja.NinjaAPI) -> None:
    """Tell what ninja found in queries and bodies as one problem."""
    api.exception_handler(NinjaValidationError)(_tell_faults)


def _read_document(request: HttpRequest) -> object:
    _refuse_other_media_types(request)
    try:
        document = strict_json.read_json(request.body)
    except strict_json.MalformedJson:
        raise errors.MalformedJson from None
    if unfit := strict_json.unfit_text(document):
        raise errors.InvalidRequest(*unfit)
    return document


def _refuse_other_media_types(request: HttpRequest) -> None:
    content_type = request.headers.get("Content-Type", "")
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if not strict_json.is_json(content_type) or encoding != "identity":
        raise errors.UnsupportedMediaType(request.method)


def _as_pydantic_tells(faults: Sequence[Fault]) -> list[InitErrorDetails]:
    # So ninja gathers them together with those of the body.
    return [
        InitErrorDetails(
            type=PydanticCustomError(fault["code"], fault["detail"]),
            loc=(fault["parameter"],),
            input=None,
        )
        for fault in faults
    ]


def _tell_faults(_request: HttpRequest, invalid: NinjaValidationError) -> HttpResponse:
    faults = strict_json.parameter_faults(_errors_in(invalid, "query"))
    faults += strict_json.shape_faults(_errors_in(invalid, "body", "body"))
    # A header has nothing but a pattern, and is looked at when the rest is right.
    headers = (error["loc"][0] for error in _errors_in(invalid, "header"))
    faults = faults or [strict_json.header_fault(name, "invalid_format") for name in headers]
    return errors.tell_problem(errors.InvalidRequest(*faults))


def _errors_in(invalid: NinjaValidationError, *place: str) -> Iterator[dict[str, Any]]:
    # ninja says where a parameter came from, and how the view calls its body.
    return (
        {"type": error["type"], "loc": error["loc"][len(place) :]}
        for error in invalid.errors
        if error["loc"][: len(place)] == place
    )
