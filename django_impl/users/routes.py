"""Accounts: one's own under /me, everybody's under /users."""

from http import HTTPStatus

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from ninja import Status

from ..auth import AnyRequest, UserRequest, bearer
from ..errors import refuses
from ..middleware import client_address
from ..pagination import Slice
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
def list_users(request: AnyRequest, query: Query[UserQuery]) -> Slice[User]:
    """Answer a page of users, by name."""
    return services.list_users(query=query)


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
