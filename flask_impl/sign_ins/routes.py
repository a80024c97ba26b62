"""Log in, refresh, log out."""

from http import HTTPStatus

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from .. import database
from ..auth import login_required
from ..middleware import NO_STORE, client_address
from ..shapes import represent
from ..strict_input import takes
from . import services
from .schemas import Credentials, Refresh, TokenPair

blueprint = Blueprint("sign_ins", __name__, url_prefix="/auth")


@blueprint.post("/login")
@takes(body=Credentials)
def log_in(body: Credentials) -> ResponseReturnValue:
    """Sign in. 401 for wrong credentials, 429 after too many of them."""
    tokens = services.log_in(
        database.get_session(), credentials=body, client_address=client_address()
    )
    return represent(TokenPair, tokens), HTTPStatus.OK, NO_STORE


@blueprint.post("/refresh")
@takes(body=Refresh)
def refresh_tokens(body: Refresh) -> ResponseReturnValue:
    """Exchange a refresh token. 401 for one that is unknown, used up or expired."""
    tokens = services.refresh_tokens(database.get_session(), refresh_token=body.refresh_token)
    return represent(TokenPair, tokens), HTTPStatus.OK, NO_STORE


@blueprint.post("/logout")
@login_required
@takes()
def log_out() -> ResponseReturnValue:
    """End the sign-in of the token that was sent."""
    services.log_out(database.get_session(), sign_in_id=g.caller.sign_in_id)
    return "", HTTPStatus.NO_CONTENT
