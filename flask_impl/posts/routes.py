"""Posts: everybody reads and likes the published ones, their authors change them."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from .. import conditional, database, idempotency, pagination
from ..auth import login_required
from ..shapes import PageQuery, represent
from ..strict_input import takes
from . import services
from .schemas import NewPost, PostChanges, PostOut, PostPage, PostQuery, PostStats, TagPage

blueprint = Blueprint("posts", __name__)


@blueprint.post("/posts")
@login_required
@takes(body=NewPost)
def create_post(body: NewPost) -> ResponseReturnValue:
    """Make a post. The same Idempotency-Key makes it once."""
    post = services.create_post(
        database.get_session(), caller=g.caller, new_post=body, key=idempotency.get_key()
    )
    headers = {"Location": f"/api/v1/posts/{post.id}"} | conditional.tag(post.version)
    return represent(PostOut, post), HTTPStatus.CREATED, headers


@blueprint.get("/posts/<resource_id:post_id>")
@takes()
def get_post(post_id: UUID) -> ResponseReturnValue:
    """Answer a post, or that the reader knows it already. Another's draft is 404."""
    post = services.get_post(database.get_session(), post_id=post_id, reader=g.caller)
    return conditional.answer(represent(PostOut, post), post.version)


@blueprint.patch("/posts/<resource_id:post_id>")
@login_required
@takes(body=PostChanges)
def update_post(post_id: UUID, body: PostChanges) -> ResponseReturnValue:
    """Change a post. 403 for all but its author."""
    post = services.update_post(
        database.get_session(),
        caller=g.caller,
        post_id=post_id,
        changes=body,
        if_match=conditional.get_if_match(),
    )
    return represent(PostOut, post), HTTPStatus.OK, conditional.tag(post.version)


@blueprint.delete("/posts/<resource_id:post_id>")
@login_required
@takes()
def delete_post(post_id: UUID) -> ResponseReturnValue:
    """Delete a post. 403 for all but its author and admins."""
    services.delete_post(
        database.get_session(),
        caller=g.caller,
        post_id=post_id,
        if_match=conditional.get_if_match(),
    )
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/posts")
@takes(query=PostQuery)
def list_posts(query: PostQuery) -> ResponseReturnValue:
    """Answer a page of posts."""
    page = services.list_posts(database.get_session(), reader=g.caller, query=query)
    return represent(PostPage, page), HTTPStatus.OK, pagination.link_next(page)


@blueprint.get("/posts/<resource_id:post_id>/stats")
@takes()
def get_post_stats(post_id: UUID) -> ResponseReturnValue:
    """Answer what others did to a post."""
    stats = services.get_post_stats(database.get_session(), post_id=post_id, reader=g.caller)
    return represent(PostStats, stats)


@blueprint.put("/posts/<resource_id:post_id>/like")
@login_required
@takes()
def like_post(post_id: UUID) -> ResponseReturnValue:
    """Like a post. Once is enough."""
    services.like_post(database.get_session(), caller=g.caller, post_id=post_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.delete("/posts/<resource_id:post_id>/like")
@login_required
@takes()
def unlike_post(post_id: UUID) -> ResponseReturnValue:
    """Like a post no longer, whether it was liked or not."""
    services.unlike_post(database.get_session(), caller=g.caller, post_id=post_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/feed")
@login_required
@takes(query=PageQuery)
def get_feed(query: PageQuery) -> ResponseReturnValue:
    """Answer a page of posts by those whom the caller follows."""
    page = services.get_feed(database.get_session(), caller=g.caller, query=query)
    return represent(PostPage, page), HTTPStatus.OK, pagination.link_next(page)


@blueprint.get("/tags")
@takes(query=PageQuery)
def list_tags(query: PageQuery) -> ResponseReturnValue:
    """Answer a page of tags, the most used first."""
    page = services.list_tags(database.get_session(), query=query)
    return represent(TagPage, page), HTTPStatus.OK, pagination.link_next(page)
