"""One implementation in a sequence: it is called, and what it said is remembered."""

import time
from collections.abc import Mapping
from http import HTTPStatus

import httpx

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.exits import NoServer
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.observations import Observations
from conformance_tests.harness.oracle import Oracle
from conformance_tests.harness.patience import Patience
from conformance_tests.harness.plugin import get_contract
from conformance_tests.harness.targets import Target

from .calls import Call
from .provisions import ADMIN, log_in
from .sights import Names, Sight, see

# Less than the fifteen minutes that an access token lasts.
SIGN_IN_SECONDS = 300.0


class _Forgetful(Observations):
    """Keeps no answer: there are too many, and nobody asks for them."""

    def note(self, answer: Answer) -> None:
        return


class Actor:
    """Plays every call of a sequence at one implementation."""

    def __init__(self, target: Target) -> None:
        contract, email = get_contract(), str(target.admin_email)
        self.name = target.name
        oracle = Oracle(contract, Secrets(), _Forgetful(), target.name)
        self._api = Api(target.base_url, contract, oracle, Patience())
        self._given = {
            ADMIN: email.partition("@")[0],
            f"{ADMIN}_EMAIL": email,
            f"{ADMIN}_PASSWORD": str(target.admin_password),
        }
        self._signed_in_at = 0.0
        self._token = ""
        self.begin("")

    def begin(self, mark: str) -> None:
        """Forget the sequence before."""
        self.values: dict[str, str] = {**self._given, "MARK": mark}
        self._names = Names()

    def send(self, call: Call) -> tuple[Answer, Sight]:
        """Send one call; what comes back, and what of it can be compared."""
        answer = self._ask(call.fill(self.values))
        if answer.status in (200, 201):
            self._keep(call, answer)
        return answer, see(answer, self._names)

    def sign_in(self) -> None:
        """Log the admin in."""
        answer = self._ask(log_in(ADMIN).fill(self._given))
        if answer.status != HTTPStatus.OK:
            raise NoServer(f"{self.name}: the admin cannot log in: {answer!r}")
        self._token = str(answer.json["access_token"])
        self._signed_in_at = time.monotonic()

    def clear(self) -> None:
        """Delete every post that can be seen, so that no sequence meets those of another."""
        if time.monotonic() - self._signed_in_at > SIGN_IN_SECONDS:
            self.sign_in()
        page = self._api.request_unjudged("GET", "/api/v1/posts", query={"limit": 100})
        for post in page.items:
            path = f"/api/v1/posts/{post['id']}"
            self._api.request_unjudged("DELETE", path, token=self._token)

    def close(self) -> None:
        """Close every connection."""
        self._api.close()

    def _ask(self, call: Call) -> Answer:
        # None, or the client would add its own.
        headers: Mapping[str, str | None] = {"If-Match": None, **dict(call.headers)}
        content = b"" if call.content is None else call.content.encode()
        try:
            return self._api.request_unjudged(
                call.method, call.target, headers=headers, content=content
            )
        except AssertionError as fault:
            return Answer(call.method, call.target, 0, httpx.Headers(), str(fault).encode())

    def _keep(self, call: Call, answer: Answer) -> None:
        body = answer.json if call.keeps and answer.content else {}
        for hole, source in call.keeps:
            value = answer.headers.get(source) if source == "ETag" else body.get(source)
            if value is not None:
                self.values[hole] = str(value)
