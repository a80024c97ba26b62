"""Posts: everybody reads and likes the published ones, their authors change them."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from .. import conditional, errors, pagination
from ..auth import TOKEN_OPTIONAL, CurrentUser, OptionalCaller
from ..conditional import IfMatch, IfNoneMatch
from ..database import SessionDep
from ..idempotency import Key
from ..shapes import PageQuery, represent
from ..strict_input import StrictRoute
from . import services
from .schemas import NewPost, PostChanges, PostOut, PostPage, PostQuery, PostStats, TagPage

router = APIRouter(route_class=StrictRoute, tags=["2 posts"])
relations = APIRouter(route_class=StrictRoute, tags=["3 relations"])


@router.post(
    "/posts",
    status_code=HTTPStatus.CREATED,
    responses=errors.describe(errors.RequestInProgress),
)
async def create_post(
    session: SessionDep,
    caller: CurrentUser,
    response: Response,
    body: NewPost,
    key: Key = None,
) -> PostOut:
    """Make a post. The same Idempotency-Key makes it once."""
    post = await services.create_post(session, caller=caller, new_post=body, key=key)
    response.headers["Location"] = f"/api/v1/posts/{post.id}"
    response.headers.update(conditional.tag(post.version))
    return represent(PostOut, post)


@router.get(
    "/posts/{post_id:resource_id}",
    responses=errors.describe(errors.NotFound) | conditional.NOT_MODIFIED,
    openapi_extra=TOKEN_OPTIONAL,
)
async def get_post(
    session: SessionDep,
    reader: OptionalCaller,
    response: Response,
    post_id: UUID,
    if_none_match: IfNoneMatch = None,
) -> PostOut:
    """Answer a post, or that the reader knows it already. Another's draft is 404."""
    post = await services.get_post(session, post_id=post_id, reader=reader)
    conditional.answer(response, post.version, if_none_match)
    return represent(PostOut, post)


@router.patch(
    "/posts/{post_id:resource_id}",
    responses=errors.describe(errors.NotFound, errors.Forbidden, *conditional.REFUSALS),
)
async def update_post(
    session: SessionDep,
    caller: CurrentUser,
    response: Response,
    post_id: UUID,
    body: PostChanges,
    if_match: IfMatch = None,
) -> PostOut:
    """Change a post. 403 for all but its author."""
    post = await services.update_post(
        session, caller=caller, post_id=post_id, changes=body, if_match=if_match
    )
    response.headers.update(conditional.tag(post.version))
    return represent(PostOut, post)


@router.delete(
    "/posts/{post_id:resource_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=errors.describe(errors.NotFound, errors.Forbidden, *conditional.REFUSALS),
)
async def delete_post(
    session: SessionDep, caller: CurrentUser, post_id: UUID, if_match: IfMatch = None
) -> None:
    """Delete a post. 403 for all but its author and admins."""
    await services.delete_post(session, caller=caller, post_id=post_id, if_match=if_match)


@router.get("/posts", openapi_extra=TOKEN_OPTIONAL)
async def list_posts(
    session: SessionDep,
    reader: OptionalCaller,
    request: Request,
    response: Response,
    query: Annotated[PostQuery, Query()],
) -> PostPage:
    """Answer a page of posts."""
    page = await services.list_posts(session, reader=reader, query=query)
    response.headers.update(pagination.link_next(request, page))
    return represent(PostPage, page)


@relations.get(
    "/posts/{post_id:resource_id}/stats",
    responses=errors.describe(errors.NotFound),
    openapi_extra=TOKEN_OPTIONAL,
)
async def get_post_stats(session: SessionDep, reader: OptionalCaller, post_id: UUID) -> PostStats:
    """Answer what others did to a post."""
    stats = await services.get_post_stats(session, post_id=post_id, reader=reader)
    return represent(PostStats, stats)


@relations.put(
    "/posts/{post_id:resource_id}/like",
    status_code=HTTPStatus.NO_CONTENT,
    responses=errors.describe(errors.NotFound),
)
async def like_post(session: SessionDep, caller: CurrentUser, post_id: UUID) -> None:
    """Like a post. Once is enough."""
    await services.like_post(session, caller=caller, post_id=post_id)


@relations.delete(
    "/posts/{post_id:resource_id}/like",
    status_code=HTTPStatus.NO_CONTENT,
    responses=errors.describe(errors.NotFound),
)
async def unlike_post(session: SessionDep, caller: CurrentUser, post_id: UUID) -> None:
    """Like a post no longer, whether it was liked or not."""
    await services.unlike_post(session, caller=caller, post_id=post_id)


@relations.get("/feed")
async def get_feed(
    session: SessionDep,
    caller: CurrentUser,
    request: Request,
    response: Response,
    query: Annotated[PageQuery, Query()],
) -> PostPage:
    """Answer a page of posts by those whom the caller follows."""
    page = await services.get_feed(session, caller=caller, query=query)
    response.headers.update(pagination.link_next(request, page))
    return represent(PostPage, page)


@relations.get("/tags", openapi_extra=TOKEN_OPTIONAL)
async def list_tags(
    session: SessionDep, request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> TagPage:
    """Answer a page of tags, the most used first."""
    page = await services.list_tags(session, query=query)
    response.headers.update(pagination.link_next(request, page))
    return represent(TagPage, page)
