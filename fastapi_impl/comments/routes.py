"""Comments: whoever reads a post may comment on it, and each changes their own."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from .. import conditional, errors, pagination
from ..auth import TOKEN_OPTIONAL, CurrentUser, OptionalCaller
from ..conditional import IfMatch, IfNoneMatch
from ..database import SessionDep
from ..idempotency import Key
from ..shapes import represent
from ..strict_input import StrictRoute
from . import services
from .schemas import CommentChanges, CommentOut, CommentPage, CommentQuery, NewComment

router = APIRouter(route_class=StrictRoute, tags=["3 relations"])


@router.post(
    "/posts/{post_id:resource_id}/comments",
    status_code=HTTPStatus.CREATED,
    responses=errors.describe(errors.NotFound, errors.RequestInProgress),
)
async def create_comment(
    session: SessionDep,
    caller: CurrentUser,
    response: Response,
    post_id: UUID,
    body: NewComment,
    key: Key = None,
) -> CommentOut:
    """Comment on a post. The same Idempotency-Key does it once."""
    comment = await services.create_comment(
        session, caller=caller, post_id=post_id, new_comment=body, key=key
    )
    response.headers["Location"] = f"/api/v1/comments/{comment.id}"
    response.headers.update(conditional.tag(comment.version))
    return represent(CommentOut, comment)


@router.get(
    "/posts/{post_id:resource_id}/comments",
    responses=errors.describe(errors.NotFound),
    openapi_extra=TOKEN_OPTIONAL,
)
async def list_comments(
    session: SessionDep,
    reader: OptionalCaller,
    request: Request,
    response: Response,
    post_id: UUID,
    query: Annotated[CommentQuery, Query()],
) -> CommentPage:
    """Answer a page of the comments on a post."""
    page = await services.list_comments(session, post_id=post_id, reader=reader, query=query)
    response.headers.update(pagination.link_next(request, page))
    return represent(CommentPage, page)


@router.get(
    "/comments/{comment_id:resource_id}",
    responses=errors.describe(errors.NotFound) | conditional.NOT_MODIFIED,
    openapi_extra=TOKEN_OPTIONAL,
)
async def get_comment(
    session: SessionDep,
    reader: OptionalCaller,
    response: Response,
    comment_id: UUID,
    if_none_match: IfNoneMatch = None,
) -> CommentOut:
    """Answer a comment, or that the reader knows it already."""
    comment = await services.get_comment(session, comment_id=comment_id, reader=reader)
    conditional.answer(response, comment.version, if_none_match)
    return represent(CommentOut, comment)


@router.patch(
    "/comments/{comment_id:resource_id}",
    responses=errors.describe(errors.NotFound, errors.Forbidden, *conditional.REFUSALS),
)
async def update_comment(
    session: SessionDep,
    caller: CurrentUser,
    response: Response,
    comment_id: UUID,
    body: CommentChanges,
    if_match: IfMatch = None,
) -> CommentOut:
    """Change a comment. 403 for all but its author."""
    comment = await services.update_comment(
        session, caller=caller, comment_id=comment_id, changes=body, if_match=if_match
    )
    response.headers.update(conditional.tag(comment.version))
    return represent(CommentOut, comment)


@router.delete(
    "/comments/{comment_id:resource_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=errors.describe(errors.NotFound, errors.Forbidden, *conditional.REFUSALS),
)
async def delete_comment(
    session: SessionDep, caller: CurrentUser, comment_id: UUID, if_match: IfMatch = None
) -> None:
    """Delete a comment. 403 for all but its author, the post's author and admins."""
    await services.delete_comment(session, caller=caller, comment_id=comment_id, if_match=if_match)
