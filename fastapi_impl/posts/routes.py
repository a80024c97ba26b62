"""Posts: everybody reads the published ones, their authors change them."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from .. import errors
from ..auth import TOKEN_OPTIONAL, CurrentUser, OptionalCaller
from ..database import SessionDep
from ..shapes import represent
from ..strict_input import StrictRoute
from . import services
from .schemas import NewPost, PostChanges, PostOut, PostPage, PostQuery

router = APIRouter(prefix="/posts", route_class=StrictRoute, tags=["2 posts"])


@router.post("", status_code=HTTPStatus.CREATED)
async def create_post(
    session: SessionDep, caller: CurrentUser, response: Response, body: NewPost
) -> PostOut:
    """Make a post."""
    post = await services.create_post(session, caller=caller, new_post=body)
    response.headers["Location"] = f"/api/v1/posts/{post.id}"
    return represent(PostOut, post)


@router.get(
    "/{post_id:resource_id}",
    responses=errors.describe(errors.NotFound),
    openapi_extra=TOKEN_OPTIONAL,
)
async def get_post(session: SessionDep, reader: OptionalCaller, post_id: UUID) -> PostOut:
    """Answer a post. Another's draft is 404."""
    return represent(PostOut, await services.get_post(session, post_id=post_id, reader=reader))


@router.patch(
    "/{post_id:resource_id}", responses=errors.describe(errors.NotFound, errors.Forbidden)
)
async def update_post(
    session: SessionDep, caller: CurrentUser, post_id: UUID, body: PostChanges
) -> PostOut:
    """Change a post. 403 for all but its author."""
    post = await services.update_post(session, caller=caller, post_id=post_id, changes=body)
    return represent(PostOut, post)


@router.delete(
    "/{post_id:resource_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=errors.describe(errors.NotFound, errors.Forbidden),
)
async def delete_post(session: SessionDep, caller: CurrentUser, post_id: UUID) -> None:
    """Delete a post. 403 for all but its author and admins."""
    await services.delete_post(session, caller=caller, post_id=post_id)


@router.get("", openapi_extra=TOKEN_OPTIONAL)
async def list_posts(
    session: SessionDep, reader: OptionalCaller, query: Annotated[PostQuery, Query()]
) -> PostPage:
    """Answer a page of posts."""
    return represent(PostPage, await services.list_posts(session, reader=reader, query=query))
