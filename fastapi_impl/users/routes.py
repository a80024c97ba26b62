"""Accounts: one's own under /me, everybody's under /users."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from .. import errors, pagination
from ..auth import TOKEN_OPTIONAL, CurrentUser
from ..database import SessionDep
from ..middleware import NO_STORE, ClientAddress
from ..shapes import PageQuery, represent
from ..strict_input import StrictRoute
from . import services
from .schemas import (
    Me,
    MeChanges,
    NewUser,
    PasswordChange,
    UserChanges,
    Username,
    UserOut,
    UserPage,
    UserQuery,
)

router = APIRouter(route_class=StrictRoute, tags=["1 accounts"])
relations = APIRouter(route_class=StrictRoute, tags=["3 relations"])


@router.post(
    "/users",
    status_code=HTTPStatus.CREATED,
    dependencies=[NO_STORE],
    responses=errors.describe(errors.UsernameTaken, errors.EmailTaken),
    openapi_extra=TOKEN_OPTIONAL,
)
async def register_user(session: SessionDep, response: Response, body: NewUser) -> Me:
    """Make an account. 409 for a username or an e-mail that is taken."""
    user = await services.register_user(session, new_user=body)
    response.headers["Location"] = f"/api/v1/users/{user.username}"
    return represent(Me, user)


@router.get("/me", dependencies=[NO_STORE])
async def get_me(session: SessionDep, caller: CurrentUser) -> Me:
    """Answer the caller's own account."""
    return represent(Me, await services.get_me(session, caller=caller))


@router.patch(
    "/me",
    dependencies=[NO_STORE],
    responses=errors.describe(errors.EmailTaken, errors.TooManyAttempts),
)
async def update_me(
    session: SessionDep, caller: CurrentUser, client_address: ClientAddress, body: MeChanges
) -> Me:
    """Change the caller's account. 409 for an e-mail that is taken."""
    user = await services.update_me(
        session, caller=caller, changes=body, client_address=client_address
    )
    return represent(Me, user)


@router.put(
    "/me/password",
    status_code=HTTPStatus.NO_CONTENT,
    responses=errors.describe(errors.TooManyAttempts),
)
async def change_password(
    session: SessionDep, caller: CurrentUser, client_address: ClientAddress, body: PasswordChange
) -> None:
    """Change the password, and end every sign-in."""
    await services.change_password(
        session, caller=caller, change=body, client_address=client_address
    )


@router.delete(
    "/me",
    status_code=HTTPStatus.NO_CONTENT,
    responses=errors.describe(errors.LastAdmin),
)
async def delete_me(session: SessionDep, caller: CurrentUser) -> None:
    """Delete the caller and all that is theirs. 409 for the last admin."""
    await services.delete_me(session, caller=caller)


@router.get(
    "/users/{username:username}",
    responses=errors.describe(errors.NotFound),
    openapi_extra=TOKEN_OPTIONAL,
)
async def get_user(session: SessionDep, username: Username) -> UserOut:
    """Answer a user."""
    return represent(UserOut, await services.get_user(session, username=username))


@router.get("/users", openapi_extra=TOKEN_OPTIONAL)
async def list_users(
    session: SessionDep, request: Request, response: Response, query: Annotated[UserQuery, Query()]
) -> UserPage:
    """Answer a page of users, by name."""
    page = await services.list_users(session, query=query)
    response.headers.update(pagination.link_next(request, page))
    return represent(UserPage, page)


@router.patch(
    "/users/{username:username}",
    dependencies=[NO_STORE],
    responses=errors.describe(errors.NotFound, errors.Forbidden, errors.LastAdmin),
)
async def update_user(
    session: SessionDep, caller: CurrentUser, username: Username, body: UserChanges
) -> Me:
    """Change a user's role or activity. 403 for all but admins, 409 for the last one."""
    user = await services.update_user(session, caller=caller, username=username, changes=body)
    return represent(Me, user)


@relations.put(
    "/users/{username:username}/follow",
    status_code=HTTPStatus.NO_CONTENT,
    responses=errors.describe(errors.NotFound),
)
async def follow_user(session: SessionDep, caller: CurrentUser, username: Username) -> None:
    """Follow a user. Once is enough."""
    await services.follow_user(session, caller=caller, username=username)


@relations.delete(
    "/users/{username:username}/follow",
    status_code=HTTPStatus.NO_CONTENT,
    responses=errors.describe(errors.NotFound),
)
async def unfollow_user(session: SessionDep, caller: CurrentUser, username: Username) -> None:
    """Follow a user no longer, whether they were followed or not."""
    await services.unfollow_user(session, caller=caller, username=username)


@relations.get(
    "/users/{username:username}/followers",
    responses=errors.describe(errors.NotFound),
    openapi_extra=TOKEN_OPTIONAL,
)
async def list_followers(
    session: SessionDep,
    request: Request,
    response: Response,
    username: Username,
    query: Annotated[PageQuery, Query()],
) -> UserPage:
    """Answer a page of those who follow a user, by name."""
    page = await services.list_followers(session, username=username, query=query)
    response.headers.update(pagination.link_next(request, page))
    return represent(UserPage, page)


@relations.get(
    "/users/{username:username}/following",
    responses=errors.describe(errors.NotFound),
    openapi_extra=TOKEN_OPTIONAL,
)
async def list_following(
    session: SessionDep,
    request: Request,
    response: Response,
    username: Username,
    query: Annotated[PageQuery, Query()],
) -> UserPage:
    """Answer a page of those whom a user follows, by name."""
    page = await services.list_following(session, username=username, query=query)
    response.headers.update(pagination.link_next(request, page))
    return represent(UserPage, page)
