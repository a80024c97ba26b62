"""Accounts: one's own under /me, everybody's under /users."""

from http import HTTPStatus

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from ninja import Status

from .. import pagination
from ..auth import AnyRequest, UserRequest, bearer
from ..errors import refuses
from ..middleware import client_address
from ..pagination import Slice
from ..shapes import PageQuery
from ..strict_input import Body, Query, Router
from . import services
from .models import User
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

RELATIONS = ["3 relations"]

router = Router()


@router.post("/users", response={201: Me} | refuses(401, 409, 503))
def register_user(request: AnyRequest, body: Body[NewUser], response: HttpResponse) -> Status[User]:
    """Make an account. 409 for a username or an e-mail that is taken."""
    user = services.register_user(new_user=body)
    patch_cache_control(response, no_store=True)
    response["Location"] = f"/api/v1/users/{user.username}"
    return Status(HTTPStatus.CREATED, user)


@router.get("/me", auth=bearer, response={200: Me} | refuses(401, 503))
def get_me(request: UserRequest, response: HttpResponse) -> User:
    """Answer the caller's own account."""
    patch_cache_control(response, no_store=True)
    return services.get_me(caller=request.auth)


@router.patch("/me", auth=bearer, response={200: Me} | refuses(401, 409, 429, 503))
def update_me(request: UserRequest, body: Body[MeChanges], response: HttpResponse) -> User:
    """Change the caller's account. 409 for an e-mail that is taken."""
    patch_cache_control(response, no_store=True)
    return services.update_me(
        caller=request.auth, changes=body, client_address=client_address(request)
    )


@router.put(
    "/me/password",
    auth=bearer,
    response={204: None} | refuses(401, 429, 503),
)
def change_password(request: UserRequest, body: Body[PasswordChange]) -> Status[None]:
    """Change the password, and end every sign-in."""
    services.change_password(
        caller=request.auth, change=body, client_address=client_address(request)
    )
    return Status(HTTPStatus.NO_CONTENT, None)


@router.delete("/me", auth=bearer, response={204: None} | refuses(401, 409, 503))
def delete_me(request: UserRequest) -> Status[None]:
    """Delete the caller and all that is theirs. 409 for the last admin."""
    services.delete_me(caller=request.auth)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.get("/users/{username:username}", response={200: UserOut} | refuses(401, 404, 503))
def get_user(request: AnyRequest, username: str) -> User:
    """Answer a user."""
    return services.get_user(username=username)


@router.get("/users", response={200: UserPage} | refuses(401, 503))
def list_users(request: AnyRequest, query: Query[UserQuery], response: HttpResponse) -> Slice[User]:
    """Answer a page of users, by name."""
    page = services.list_users(query=query)
    pagination.link_next(request, response, page)
    return page


@router.patch(
    "/users/{username:username}",
    auth=bearer,
    response={200: Me} | refuses(401, 403, 404, 409, 503),
)
def update_user(
    request: UserRequest, username: str, body: Body[UserChanges], response: HttpResponse
) -> User:
    """Change a user's role or activity. 403 for all but admins, 409 for the last one."""
    patch_cache_control(response, no_store=True)
    return services.update_user(caller=request.auth, username=username, changes=body)


@router.put(
    "/users/{username:username}/follow",
    auth=bearer,
    tags=RELATIONS,
    response={204: None} | refuses(401, 404, 503),
)
def follow_user(request: UserRequest, username: str) -> Status[None]:
    """Follow a user. Once is enough."""
    services.follow_user(caller=request.auth, username=username)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.delete(
    "/users/{username:username}/follow",
    auth=bearer,
    tags=RELATIONS,
    response={204: None} | refuses(401, 404, 503),
)
def unfollow_user(request: UserRequest, username: str) -> Status[None]:
    """Follow a user no longer, whether they were followed or not."""
    services.unfollow_user(caller=request.auth, username=username)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.get(
    "/users/{username:username}/followers",
    tags=RELATIONS,
    response={200: UserPage} | refuses(401, 404, 503),
)
def list_followers(
    request: AnyRequest, username: str, query: Query[PageQuery], response: HttpResponse
) -> Slice[User]:
    """Answer a page of those who follow a user, by name."""
    page = services.list_followers(username=username, query=query)
    pagination.link_next(request, response, page)
    return page


@router.get(
    "/users/{username:username}/following",
    tags=RELATIONS,
    response={200: UserPage} | refuses(401, 404, 503),
)
def list_following(
    request: AnyRequest, username: str, query: Query[PageQuery], response: HttpResponse
) -> Slice[User]:
    """Answer a page of those whom a user follows, by name."""
    page = services.list_following(username=username, query=query)
    pagination.link_next(request, response, page)
    return page
