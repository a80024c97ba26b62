"""Comments: whoever reads a post may comment on it, and each changes their own."""

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
from ..strict_input import Body, Query, Router
from . import services
from .models import Comment
from .schemas import CommentChanges, CommentOut, CommentPage, CommentQuery, NewComment

router = Router()


@router.post(
    "/posts/{resource_id:post_id}/comments",
    auth=bearer,
    response={201: CommentOut} | refuses(401, 404, 409, 503),
)
def create_comment(
    request: UserRequest, post_id: UUID, body: Body[NewComment], key: Key, response: HttpResponse
) -> Status[Comment]:
    """Comment on a post. The same Idempotency-Key does it once."""
    comment = services.create_comment(
        caller=request.auth, post_id=post_id, new_comment=body, key=key
    )
    response["Location"] = f"/api/v1/comments/{comment.id}"
    conditional.tag(response, comment.version)
    return Status(HTTPStatus.CREATED, comment)


@router.get(
    "/posts/{resource_id:post_id}/comments",
    response={200: CommentPage} | refuses(401, 404, 503),
)
def list_comments(
    request: AnyRequest, post_id: UUID, query: Query[CommentQuery], response: HttpResponse
) -> Slice[Comment]:
    """Answer a page of the comments on a post."""
    page = services.list_comments(post_id=post_id, reader=request.auth, query=query)
    pagination.link_next(request, response, page)
    return page


@router.get(
    "/comments/{resource_id:comment_id}",
    response={200: CommentOut, 304: None} | refuses(401, 404, 503),
)
def get_comment(
    request: AnyRequest, comment_id: UUID, if_none_match: IfNoneMatch, response: HttpResponse
) -> Comment | Status[None]:
    """Answer a comment, or that the reader knows it already."""
    comment = services.get_comment(comment_id=comment_id, reader=request.auth)
    return conditional.answer(response, comment, comment.version, if_none_match)


@router.patch(
    "/comments/{resource_id:comment_id}",
    auth=bearer,
    response={200: CommentOut} | refuses(401, 403, 404, 412, 428, 503),
)
def update_comment(
    request: UserRequest,
    comment_id: UUID,
    body: Body[CommentChanges],
    if_match: IfMatch,
    response: HttpResponse,
) -> Comment:
    """Change a comment. 403 for all but its author."""
    comment = services.update_comment(
        caller=request.auth, comment_id=comment_id, changes=body, if_match=if_match
    )
    conditional.tag(response, comment.version)
    return comment


@router.delete(
    "/comments/{resource_id:comment_id}",
    auth=bearer,
    response={204: None} | refuses(401, 403, 404, 412, 428, 503),
)
def delete_comment(request: UserRequest, comment_id: UUID, if_match: IfMatch) -> Status[None]:
    """Delete a comment. 403 for all but its author, the post's author and admins."""
    services.delete_comment(caller=request.auth, comment_id=comment_id, if_match=if_match)
    return Status(HTTPStatus.NO_CONTENT, None)
