"""Posts: everybody reads and likes the published ones, their authors change them."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from ninja import Status

from .. import conditional, pagination
from ..auth import AnyRequest, UserRequest, bearer
from ..conditional import IfMatch, IfNoneMatch
from ..errors import refuses
from ..idempotency import Key
from ..pagination import Slice
from ..shapes import PageQuery
from ..strict_input import Body, Query, Router
from . import services
from .models import Post, Tag
from .schemas import NewPost, PostChanges, PostOut, PostPage, PostQuery, PostStats, TagPage

RELATIONS = ["3 relations"]

router = Router()


@router.post("/posts", auth=bearer, response={201: PostOut} | refuses(401, 409, 503))
def create_post(
    request: UserRequest, body: Body[NewPost], key: Key, response: HttpResponse
) -> Status[Post]:
    """Make a post. The same Idempotency-Key makes it once."""
    post = services.create_post(caller=request.auth, new_post=body, key=key)
    response["Location"] = f"/api/v1/posts/{post.id}"
    conditional.tag(response, post.version)
    return Status(HTTPStatus.CREATED, post)


@router.get(
    "/posts/{resource_id:post_id}",
    response={200: PostOut, 304: None} | refuses(401, 404, 503),
)
def get_post(
    request: AnyRequest, post_id: UUID, if_none_match: IfNoneMatch, response: HttpResponse
) -> Post | Status[None]:
    """Answer a post, or that the reader knows it already. Another's draft is 404."""
    post = services.get_post(post_id=post_id, reader=request.auth)
    return conditional.answer(response, post, post.version, if_none_match)


@router.patch(
    "/posts/{resource_id:post_id}",
    auth=bearer,
    response={200: PostOut} | refuses(401, 403, 404, 412, 428, 503),
)
def update_post(
    request: UserRequest,
    post_id: UUID,
    body: Body[PostChanges],
    if_match: IfMatch,
    response: HttpResponse,
) -> Post:
    """Change a post. 403 for all but its author."""
    post = services.update_post(
        caller=request.auth, post_id=post_id, changes=body, if_match=if_match
    )
    conditional.tag(response, post.version)
    return post


@router.delete(
    "/posts/{resource_id:post_id}",
    auth=bearer,
    response={204: None} | refuses(401, 403, 404, 412, 428, 503),
)
def delete_post(request: UserRequest, post_id: UUID, if_match: IfMatch) -> Status[None]:
    """Delete a post. 403 for all but its author and admins."""
    services.delete_post(caller=request.auth, post_id=post_id, if_match=if_match)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.get("/posts", response={200: PostPage} | refuses(401, 503))
def list_posts(request: AnyRequest, query: Query[PostQuery], response: HttpResponse) -> Slice[Post]:
    """Answer a page of posts."""
    page = services.list_posts(reader=request.auth, query=query)
    pagination.link_next(request, response, page)
    return page


@router.get(
    "/posts/{resource_id:post_id}/stats",
    tags=RELATIONS,
    response={200: PostStats} | refuses(401, 404, 503),
)
def get_post_stats(request: AnyRequest, post_id: UUID) -> Post:
    """Answer what others did to a post."""
    return services.get_post_stats(post_id=post_id, reader=request.auth)


@router.put(
    "/posts/{resource_id:post_id}/like",
    auth=bearer,
    tags=RELATIONS,
    response={204: None} | refuses(401, 404, 503),
)
def like_post(request: UserRequest, post_id: UUID) -> Status[None]:
    """Like a post. Once is enough."""
    services.like_post(caller=request.auth, post_id=post_id)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.delete(
    "/posts/{resource_id:post_id}/like",
    auth=bearer,
    tags=RELATIONS,
    response={204: None} | refuses(401, 404, 503),
)
def unlike_post(request: UserRequest, post_id: UUID) -> Status[None]:
    """Like a post no longer, whether it was liked or not."""
    services.unlike_post(caller=request.auth, post_id=post_id)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.get("/feed", auth=bearer, tags=RELATIONS, response={200: PostPage} | refuses(401, 503))
def get_feed(request: UserRequest, query: Query[PageQuery], response: HttpResponse) -> Slice[Post]:
    """Answer a page of posts by those whom the caller follows."""
    page = services.get_feed(caller=request.auth, query=query)
    pagination.link_next(request, response, page)
    return page


@router.get("/tags", tags=RELATIONS, response={200: TagPage} | refuses(401, 503))
def list_tags(request: AnyRequest, query: Query[PageQuery], response: HttpResponse) -> Slice[Tag]:
    """Answer a page of tags, the most used first."""
    page = services.list_tags(query=query)
    pagination.link_next(request, response, page)
    return page
