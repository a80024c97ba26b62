"""Accounts: one's own under /me, everybody's under /users."""

from http import HTTPStatus

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from .. import database, pagination
from ..auth import login_required
from ..middleware import NO_STORE, client_address
from ..shapes import PageQuery, represent
from ..strict_input import takes
from . import services
from .schemas import (
    Me,
    MeChanges,
    NewUser,
    PasswordChange,
    UserChanges,
    UserOut,
    UserPage,
    UserQuery,
)

blueprint = Blueprint("users", __name__)


@blueprint.post("/users")
@takes(body=NewUser)
def register_user(body: NewUser) -> ResponseReturnValue:
    """Make an account. 409 for a username or an e-mail that is taken."""
    user = services.register_user(database.get_session(), new_user=body)
    headers = NO_STORE | {"Location": f"/api/v1/users/{user.username}"}
    return represent(Me, user), HTTPStatus.CREATED, headers


@blueprint.get("/me")
@login_required
@takes()
def get_me() -> ResponseReturnValue:
    """Answer the caller's own account."""
    user = services.get_me(database.get_session(), caller=g.caller)
    return represent(Me, user), HTTPStatus.OK, NO_STORE


@blueprint.patch("/me")
@login_required
@takes(body=MeChanges)
def update_me(body: MeChanges) -> ResponseReturnValue:
    """Change the caller's account. 409 for an e-mail that is taken."""
    user = services.update_me(
        database.get_session(), caller=g.caller, changes=body, client_address=client_address()
    )
    return represent(Me, user), HTTPStatus.OK, NO_STORE


@blueprint.put("/me/password")
@login_required
@takes(body=PasswordChange)
def change_password(body: PasswordChange) -> ResponseReturnValue:
    """Change the password, and end every sign-in."""
    services.change_password(
        database.get_session(), caller=g.caller, change=body, client_address=client_address()
    )
    return "", HTTPStatus.NO_CONTENT


@blueprint.delete("/me")
@login_required
@takes()
def delete_me() -> ResponseReturnValue:
    """Delete the caller and all that is theirs. 409 for the last admin."""
    services.delete_me(database.get_session(), caller=g.caller)
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/users/<username:username>")
@takes()
def get_user(username: str) -> ResponseReturnValue:
    """Answer a user."""
    return represent(UserOut, services.get_user(database.get_session(), username=username))


@blueprint.get("/users")
@takes(query=UserQuery)
def list_users(query: UserQuery) -> ResponseReturnValue:
    """Answer a page of users, by name."""
    page = services.list_users(database.get_session(), query=query)
    return represent(UserPage, page), HTTPStatus.OK, pagination.link_next(page)


@blueprint.patch("/users/<username:username>")
@login_required
@takes(body=UserChanges)
def update_user(username: str, body: UserChanges) -> ResponseReturnValue:
    """Change a user's role or activity. 403 for all but admins, 409 for the last one."""
    user = services.update_user(
        database.get_session(), caller=g.caller, username=username, changes=body
    )
    return represent(Me, user), HTTPStatus.OK, NO_STORE


@blueprint.put("/users/<username:username>/follow")
@login_required
@takes()
def follow_user(username: str) -> ResponseReturnValue:
    """Follow a user. Once is enough."""
    services.follow_user(database.get_session(), caller=g.caller, username=username)
    return "", HTTPStatus.NO_CONTENT


@blueprint.delete("/users/<username:username>/follow")
@login_required
@takes()
def unfollow_user(username: str) -> ResponseReturnValue:
    """Follow a user no longer, whether they were followed or not."""
    services.unfollow_user(database.get_session(), caller=g.caller, username=username)
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/users/<username:username>/followers")
@takes(query=PageQuery)
def list_followers(username: str, query: PageQuery) -> ResponseReturnValue:
    """Answer a page of those who follow a user, by name."""
    page = services.list_followers(database.get_session(), username=username, query=query)
    return represent(UserPage, page), HTTPStatus.OK, pagination.link_next(page)


@blueprint.get("/users/<username:username>/following")
@takes(query=PageQuery)
def list_following(username: str, query: PageQuery) -> ResponseReturnValue:
    """Answer a page of those whom a user follows, by name."""
    page = services.list_following(database.get_session(), username=username, query=query)
    return represent(UserPage, page), HTTPStatus.OK, pagination.link_next(page)
