"""Log in, refresh, log out."""

from http import HTTPStatus

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from ninja import Status

from ..auth import AnyRequest, UserRequest, bearer
from ..errors import refuses
from ..middleware import client_address
from ..strict_input import Body, Router
from . import services
from .schemas import Credentials, Refresh, TokenPair

router = Router()


@router.post("/login", response={200: TokenPair} | refuses(401, 429, 503))
def log_in(request: AnyRequest, body: Body[Credentials], response: HttpResponse) -> TokenPair:
    """Sign in. 401 for wrong credentials, 429 after too many of them."""
    patch_cache_control(response, no_store=True)
    return services.log_in(credentials=body, client_address=client_address(request))


@router.post("/refresh", response={200: TokenPair} | refuses(401, 503))
def refresh_tokens(request: AnyRequest, body: Body[Refresh], response: HttpResponse) -> TokenPair:
    """Exchange a refresh token. 401 for one that is unknown, used up or expired."""
    patch_cache_control(response, no_store=True)
    return services.refresh_tokens(refresh_token=body.refresh_token)


@router.post("/logout", auth=bearer, response={204: None} | refuses(401, 503))
def log_out(request: UserRequest) -> Status[None]:
    """End the sign-in of the token that was sent."""
    services.log_out(sign_in_id=request.auth.sign_in_id)
    return Status(HTTPStatus.NO_CONTENT, None)
