"""Posts: everybody reads the published ones, their authors change them."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from .. import database
from ..auth import login_required
from ..shapes import represent
from ..strict_input import takes
from . import services
from .schemas import NewPost, PostChanges, PostOut, PostPage, PostQuery

blueprint = Blueprint("posts", __name__, url_prefix="/posts")


@blueprint.post("")
@login_required
@takes(body=NewPost)
def create_post(body: NewPost) -> ResponseReturnValue:
    """Make a post."""
    post = services.create_post(database.get_session(), caller=g.caller, new_post=body)
    location = {"Location": f"/api/v1/posts/{post.id}"}
    return represent(PostOut, post), HTTPStatus.CREATED, location


@blueprint.get("/<resource_id:post_id>")
@takes()
def get_post(post_id: UUID) -> ResponseReturnValue:
    """Answer a post. Another's draft is 404."""
    post = services.get_post(database.get_session(), post_id=post_id, reader=g.caller)
    return represent(PostOut, post)


@blueprint.patch("/<resource_id:post_id>")
@login_required
@takes(body=PostChanges)
def update_post(post_id: UUID, body: PostChanges) -> ResponseReturnValue:
    """Change a post. 403 for all but its author."""
    post = services.update_post(
        database.get_session(), caller=g.caller, post_id=post_id, changes=body
    )
    return represent(PostOut, post)


@blueprint.delete("/<resource_id:post_id>")
@login_required
@takes()
def delete_post(post_id: UUID) -> ResponseReturnValue:
    """Delete a post. 403 for all but its author and admins."""
    services.delete_post(database.get_session(), caller=g.caller, post_id=post_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("")
@takes(query=PostQuery)
def list_posts(query: PostQuery) -> ResponseReturnValue:
    """Answer a page of posts."""
    return represent(
        PostPage, services.list_posts(database.get_session(), reader=g.caller, query=query)
    )
