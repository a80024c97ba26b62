"""Posts: everybody reads the published ones, their authors change them."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from ninja import Status

from ..auth import AnyRequest, UserRequest, bearer
from ..errors import refuses
from ..pagination import Slice
from ..strict_input import Body, Query, Router
from . import services
from .models import Post
from .schemas import NewPost, PostChanges, PostOut, PostPage, PostQuery

router = Router()


@router.post("", auth=bearer, response={201: PostOut} | refuses(401, 503))
def create_post(request: UserRequest, body: Body[NewPost], response: HttpResponse) -> Status[Post]:
    """Make a post."""
    post = services.create_post(caller=request.auth, new_post=body)
    response["Location"] = f"/api/v1/posts/{post.id}"
    return Status(HTTPStatus.CREATED, post)


@router.get("/{resource_id:post_id}", response={200: PostOut} | refuses(401, 404, 503))
def get_post(request: AnyRequest, post_id: UUID) -> Post:
    """Answer a post. Another's draft is 404."""
    return services.get_post(post_id=post_id, reader=request.auth)


@router.patch(
    "/{resource_id:post_id}",
    auth=bearer,
    response={200: PostOut} | refuses(401, 403, 404, 503),
)
def update_post(request: UserRequest, post_id: UUID, body: Body[PostChanges]) -> Post:
    """Change a post. 403 for all but its author."""
    return services.update_post(caller=request.auth, post_id=post_id, changes=body)


@router.delete(
    "/{resource_id:post_id}", auth=bearer, response={204: None} | refuses(401, 403, 404, 503)
)
def delete_post(request: UserRequest, post_id: UUID) -> Status[None]:
    """Delete a post. 403 for all but its author and admins."""
    services.delete_post(caller=request.auth, post_id=post_id)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.get("", response={200: PostPage} | refuses(401, 503))
def list_posts(request: AnyRequest, query: Query[PostQuery]) -> Slice[Post]:
    """Answer a page of posts."""
    return services.list_posts(reader=request.auth, query=query)
