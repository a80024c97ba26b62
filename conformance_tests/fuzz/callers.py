"""Who is calling in the runs with a token: people who register and log in for it."""

import os
import secrets
from typing import Any

import httpx
import schemathesis

# Schemathesis is told of one module, and finds the hooks of those that it imports.
from . import excuses as excuses

Case = schemathesis.Case[Any]
# It stands in schemathesis.toml too, so that the right one is sent at times.
PASSWORD = "correct horse battery staple"  # noqa: S105 (it protects nothing)
# Whoever did these may be gone, signed out or, after ten wrong passwords, kept out.
PARTING = ["change_password", "delete_me", "log_out", "update_me"]


class Somebody:
    """A user that is made when a token is asked for."""

    def get(self, case: Case, context: schemathesis.AuthContext) -> str:
        """Register, log in and return the access token."""
        api = f"{case.operation.base_url}/api/v1"
        username = f"fuzz_{secrets.token_hex(6)}"
        credentials = {"email": f"{username}@example.com", "password": PASSWORD}
        _post(f"{api}/users", {"username": username, **credentials})
        return str(_post(f"{api}/auth/login", credentials)["access_token"])

    def set(self, case: Case, data: str, context: schemathesis.AuthContext) -> None:
        """Send the access token."""
        case.headers["Authorization"] = f"Bearer {data}"


def _post(url: str, body: dict[str, str]) -> dict[str, Any]:
    return dict(httpx.post(url, json=body).raise_for_status().json())


# One stays for the whole run, and owns what it makes. A 401 is an answer, and no reason to log in.
LIFE = int(os.environ["ACCESS_TOKEN_SECONDS"])
schemathesis.auth(refresh_interval=LIFE, retry_on=[]).skip_for(operation_id=PARTING)(Somebody)
# The other operations get somebody new for each request, whom nobody will miss.
schemathesis.auth(refresh_interval=None).apply_to(operation_id=PARTING)(Somebody)
