"""The good server behind the proxy, and what the proxy overheard of its callers."""

import socket
from contextlib import suppress
from urllib.parse import urlsplit

from conformance_tests.harness.plugin import get_contract
from conformance_tests.harness.targets import Target
from conformance_tests.harness.tokens import Tokens

from .messages import Answer, Request, read_answer

ANSWER_SECONDS = 30.0


class GoodServer:
    """Answers as the contract says. Breaks ask it, and change the question or the answer."""

    def __init__(self, target: Target) -> None:
        parts = urlsplit(target.base_url)
        self._address = (parts.hostname or "", parts.port or 80)
        self.tokens = Tokens(target.jwt_secret or "")
        self.overheard = Overheard()

    def find_operation(self, request: Request) -> str:
        """Return the operationId that a request meets, or an empty text."""
        operation = get_contract().find(request.method, request.path)
        return operation.operation_id if operation else ""

    def send(self, request: Request) -> Answer:
        """Pass a request on and return its answer."""
        with socket.create_connection(self._address, timeout=ANSWER_SECONDS) as connection:
            # The server may answer, and close, before it has read everything.
            with suppress(ConnectionError):
                connection.sendall(request.to_bytes())
            with connection.makefile("rb") as stream:
                answer = read_answer(stream, request.method)
        self.overheard.listen(self.find_operation(request), request, answer)
        return answer


class Overheard:
    """Who has which e-mail address and which tokens, and who wrote which post."""

    def __init__(self) -> None:
        self.emails: dict[str, str] = {}
        self.access_tokens: dict[str, str] = {}
        self.authors: dict[str, str] = {}
        self._next_refresh_tokens: dict[str, str] = {}

    def listen(self, operation: str, request: Request, answer: Answer) -> None:
        """Remember what one exchange tells."""
        if answer.status not in (200, 201):
            return
        asked, told = request.members, answer.members
        if operation == "register_user":
            self.emails[told["username"]] = told["email"]
        elif operation == "log_in":
            self._note_log_in(asked["email"], told["access_token"])
        elif operation == "refresh_tokens":
            self._next_refresh_tokens[asked["refresh_token"]] = told["refresh_token"]
        elif operation == "create_post":
            self.authors[told["id"]] = told["author"]

    def find_newest(self, refresh_token: str) -> str:
        """Return the token that replaced a refresh token, or the one that replaced that."""
        while refresh_token in self._next_refresh_tokens:
            refresh_token = self._next_refresh_tokens[refresh_token]
        return refresh_token

    def _note_log_in(self, email: str, token: str) -> None:
        for username, known in self.emails.items():
            if known.casefold() == email.casefold():
                self.access_tokens[username] = token
