"""Bodies and query strings, read strictly into shapes.

Flask hands over raw bytes and a media type read kindly; refusing is left to you.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, request
from pydantic import ValidationError

from . import errors, strict_json
from .shapes import Input
from .strict_json import Fault


def takes(
    *, body: type[Input] | None = None, query: type[Input] = Input
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a view its body and its query as shapes, and refuse any other request.

    Every view has this decorator, because a view without a query must refuse one too.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def read_then_view(**arguments: Any) -> Any:
            document = _read_document() if body else None
            parameters, faults = _read_query(query)
            if body:
                arguments["body"], body_faults = _read_shape(body, document)
                faults += body_faults
            if faults:
                raise errors.InvalidRequest(*faults)
            if query is not Input:
                arguments["query"] = parameters
            return view(**arguments)

        return read_then_view

    return decorate


def _read_document() -> object:
    _refuse_other_media_types()
    if len(g.body) > strict_json.BODY_LIMIT:
        raise errors.BodyTooLarge
    try:
        document = strict_json.read_json(g.body)
    except strict_json.MalformedJson:
        raise errors.MalformedJson from None
    if unfit := strict_json.unfit_text(document):
        raise errors.InvalidRequest(*unfit)
    return document


def _refuse_other_media_types() -> None:
    content_type = request.headers.get("Content-Type", "")
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if not strict_json.is_json(content_type) or encoding != "identity":
        raise errors.UnsupportedMediaType(request.method)


def _read_shape(shape: type[Input], document: object) -> tuple[Input | None, list[Fault]]:
    try:
        return shape.model_validate(document), []
    except ValidationError as invalid:
        return None, strict_json.shape_faults(
            invalid.errors(include_url=False, include_input=False)
        )


def _read_query(shape: type[Input]) -> tuple[Input | None, list[Fault]]:
    values, faults = strict_json.read_query(request.query_string, shape.model_fields)
    if faults:
        return None, faults
    try:
        return shape.model_validate(values), []
    except ValidationError as invalid:
        return None, strict_json.parameter_faults(
            invalid.errors(include_url=False, include_input=False)
        )
