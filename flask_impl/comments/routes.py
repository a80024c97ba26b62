"""Comments: whoever reads a post may comment on it, and each changes their own."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from .. import conditional, database, idempotency, pagination
from ..auth import login_required
from ..shapes import represent
from ..strict_input import takes
from . import services
from .schemas import CommentChanges, CommentOut, CommentPage, CommentQuery, NewComment

blueprint = Blueprint("comments", __name__)


@blueprint.post("/posts/<resource_id:post_id>/comments")
@login_required
@takes(body=NewComment)
def create_comment(post_id: UUID, body: NewComment) -> ResponseReturnValue:
    """Comment on a post. The same Idempotency-Key does it once."""
    comment = services.create_comment(
        database.get_session(),
        caller=g.caller,
        post_id=post_id,
        new_comment=body,
        key=idempotency.get_key(),
    )
    headers = {"Location": f"/api/v1/comments/{comment.id}"} | conditional.tag(comment.version)
    return represent(CommentOut, comment), HTTPStatus.CREATED, headers


@blueprint.get("/posts/<resource_id:post_id>/comments")
@takes(query=CommentQuery)
def list_comments(post_id: UUID, query: CommentQuery) -> ResponseReturnValue:
    """Answer a page of the comments on a post."""
    page = services.list_comments(
        database.get_session(), post_id=post_id, reader=g.caller, query=query
    )
    return represent(CommentPage, page), HTTPStatus.OK, pagination.link_next(page)


@blueprint.get("/comments/<resource_id:comment_id>")
@takes()
def get_comment(comment_id: UUID) -> ResponseReturnValue:
    """Answer a comment, or that the reader knows it already."""
    comment = services.get_comment(database.get_session(), comment_id=comment_id, reader=g.caller)
    return conditional.answer(represent(CommentOut, comment), comment.version)


@blueprint.patch("/comments/<resource_id:comment_id>")
@login_required
@takes(body=CommentChanges)
def update_comment(comment_id: UUID, body: CommentChanges) -> ResponseReturnValue:
    """Change a comment. 403 for all but its author."""
    comment = services.update_comment(
        database.get_session(),
        caller=g.caller,
        comment_id=comment_id,
        changes=body,
        if_match=conditional.get_if_match(),
    )
    return represent(CommentOut, comment), HTTPStatus.OK, conditional.tag(comment.version)


@blueprint.delete("/comments/<resource_id:comment_id>")
@login_required
@takes()
def delete_comment(comment_id: UUID) -> ResponseReturnValue:
    """Delete a comment. 403 for all but its author, the post's author and admins."""
    services.delete_comment(
        database.get_session(),
        caller=g.caller,
        comment_id=comment_id,
        if_match=conditional.get_if_match(),
    )
    return "", HTTPStatus.NO_CONTENT
