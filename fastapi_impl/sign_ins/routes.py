"""Log in, refresh, log out."""

from http import HTTPStatus

from fastapi import APIRouter

from .. import errors
from ..auth import TOKEN_OPTIONAL, CurrentUser
from ..database import SessionDep
from ..middleware import NO_STORE, ClientAddress
from ..strict_input import StrictRoute
from . import services
from .schemas import Credentials, Refresh, TokenPair

router = APIRouter(prefix="/auth", route_class=StrictRoute, tags=["1 accounts"])


@router.post(
    "/login",
    dependencies=[NO_STORE],
    responses=errors.describe(errors.InvalidCredentials, errors.TooManyAttempts),
    openapi_extra=TOKEN_OPTIONAL,
)
async def log_in(
    session: SessionDep, client_address: ClientAddress, body: Credentials
) -> TokenPair:
    """Sign in. 401 for wrong credentials, 429 after too many of them."""
    return await services.log_in(session, credentials=body, client_address=client_address)


@router.post(
    "/refresh",
    dependencies=[NO_STORE],
    responses=errors.describe(errors.InvalidRefreshToken),
    openapi_extra=TOKEN_OPTIONAL,
)
async def refresh_tokens(session: SessionDep, body: Refresh) -> TokenPair:
    """Exchange a refresh token. 401 for one that is unknown, used up or expired."""
    return await services.refresh_tokens(session, refresh_token=body.refresh_token)


@router.post("/logout", status_code=HTTPStatus.NO_CONTENT)
async def log_out(session: SessionDep, caller: CurrentUser) -> None:
    """End the sign-in of the token that was sent."""
    await services.log_out(session, sign_in_id=caller.sign_in_id)
