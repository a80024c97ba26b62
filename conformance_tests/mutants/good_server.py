"""The good server behind the proxy, and what the proxy overheard of its callers."""

import io
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from conformance_tests.harness.plugin import get_contract
from conformance_tests.harness.targets import Target
from conformance_tests.harness.tokens import Tokens, decode

from .messages import Answer, Request, read_answer

ANSWER_SECONDS = 30.0


class GoodServer:
    """Answers as the contract says. Breaks ask it, and change the question or the answer."""

    def __init__(self, target: Target) -> None:
        parts = urlsplit(target.base_url)
        self._address = (parts.hostname or "", parts.port or 80)
        self.tokens = Tokens(target.jwt_secret or "")
        self.overheard = Overheard()
        self._admin = {"email": target.admin_email, "password": target.admin_password}
        self._admin_name = ""

    def find_operation(self, request: Request) -> str:
        """Return the operationId that a request meets, or an empty text."""
        operation = get_contract().find(request.method, request.path)
        return operation.operation_id if operation else ""

    def send(self, request: Request) -> Answer:
        """Pass a request on and return its answer. Raises ConnectionError where there is none."""
        if request.waits_to_be_asked:
            request = request.ask_for_body()
        # Not every server counts chunks (the register, HARDENING-SERVER-05).
        if request.is_cut_short:
            raise ConnectionError("who breaks off gets no answer")
        with socket.create_connection(self._address, timeout=ANSWER_SECONDS) as connection:
            # The server may answer, and close, before it has read everything.
            with suppress(ConnectionError):
                connection.sendall(request.to_bytes())
            with connection.makefile("rb") as stream:
                answer = read_answer(stream, request.method)
        self.overheard.listen(self.find_operation(request), request, answer)
        return answer

    def ask(
        self,
        request: Request,
        method: str,
        target: str,
        token: str = "",
        members: dict[str, Any] | None = None,
    ) -> Answer:
        """Ask something else on the way, and return the answer."""
        return self.send(request.turn_to(method, target, token, members))

    def log_in_as_admin(self, request: Request) -> str:
        """Return an access token of the first admin."""
        answer = self.ask(request, "POST", "/api/v1/auth/login", members=self._admin)
        return str(answer.members["access_token"])

    def remember_admin(self) -> None:
        """Learn what the first admin is called."""
        request = self._begin_request()
        me = self.ask(request, "GET", "/api/v1/me", self.log_in_as_admin(request))
        self._admin_name = me.members["username"]

    def restore_admins(self) -> None:
        """Let the first admin be the only one again, whatever a mutant has led to."""
        request, promoted = self._begin_request(), sorted(self.overheard.promoted)
        # Whoever is an admin still can let the first one in again.
        for name in promoted:
            token = self._log_in_as(request, name)
            self._give(request, token, self._admin_name, role="admin", is_active=True)
        for name in promoted:
            self._give(request, self.log_in_as_admin(request), name, role="user")
        self.overheard.promoted.clear()

    def _log_in_as(self, request: Request, name: str) -> str:
        email = self.overheard.emails.get(name, "")
        told = {"email": email, "password": self.overheard.passwords.get(email.lower(), "")}
        answer = self.ask(request, "POST", "/api/v1/auth/login", members=told)
        return str(answer.members.get("access_token", ""))

    def _give(self, request: Request, token: str, name: str, **members: Any) -> None:
        self.ask(request, "PATCH", f"/api/v1/users/{name}", token, members)

    def _begin_request(self) -> Request:
        host, port = self._address
        lines = (b"GET / HTTP/1.1\r\n", f"Host: {host}:{port}\r\n".encode(), b"\r\n")
        return Request(lines, stream=io.BufferedReader(io.BytesIO()))


class Overheard:
    """Who has which e-mail address and which tokens, and what posts and comments were last like."""

    def __init__(self) -> None:
        self.emails: dict[str, str] = {}
        self.access_tokens: dict[str, str] = {}
        # What each account was like at first, and the password for each e-mail in small letters.
        self.accounts: dict[str, dict[str, Any]] = {}
        self.passwords: dict[str, str] = {}
        # The access token that came with each refresh token, whose each sign-in is, and the names.
        self.partners: dict[str, str] = {}
        self.sign_ins: dict[str, str] = {}
        self.usernames: dict[str, str] = {}
        self.authors: dict[str, str] = {}
        # To whom the role of an admin was given since it was last taken back.
        self.promoted: set[str] = set()
        self.posts: dict[str, dict[str, Any]] = {}
        self.comments: dict[str, dict[str, Any]] = {}
        # What mutants keep in mind themselves, under names that are used once.
        self.noted: dict[Any, Any] = {}
        self._next_refresh_tokens: dict[str, str] = {}

    def listen(self, operation: str, request: Request, answer: Answer) -> None:
        """Remember what one exchange tells."""
        if answer.status not in (200, 201):
            return
        asked, told = request.members, answer.members
        if operation == "register_user":
            self.emails[told["username"]] = told["email"]
            self.accounts[told["username"]] = told
            self.passwords[told["email"].lower()] = asked["password"]
        elif operation == "log_in":
            self._note_log_in(asked["email"], told["access_token"])
            self._note_tokens(told)
            self.passwords[asked["email"].lower()] = asked["password"]
        elif operation == "refresh_tokens":
            self._next_refresh_tokens[asked["refresh_token"]] = told["refresh_token"]
            self._note_tokens(told)
        elif operation == "update_user" and told.get("role") == "admin":
            self.promoted.add(told["username"])
        else:
            self._note_content(operation, told)

    def _note_content(self, operation: str, told: dict[str, Any]) -> None:
        if operation == "create_post":
            self.authors[told["id"]] = told["author"]
        if operation in ("create_post", "get_post", "update_post") and told:
            self.posts[told["id"]] = told
        elif operation in ("create_comment", "update_comment") and told:
            self.comments[told["id"]] = told

    def find_newest(self, refresh_token: str) -> str:
        """Return the token that replaced a refresh token, or the one that replaced that."""
        while refresh_token in self._next_refresh_tokens:
            refresh_token = self._next_refresh_tokens[refresh_token]
        return refresh_token

    def find_user(self, token: str) -> str:
        """Return the username of whoever has a token, or an empty text."""
        with suppress(ValueError, LookupError, TypeError):
            return self.usernames[decode(token.split(".")[1])["sub"]]
        return ""

    def find_by_email(self, email: str) -> str:
        """Return the username of whoever has, or had, an e-mail address, or an empty text."""
        found = [name for name in self.emails if self.emails[name].lower() == email.lower()]
        return found[-1] if found else ""

    def _note_log_in(self, email: str, token: str) -> None:
        username = self.find_by_email(email)
        if username:
            self.access_tokens[username] = token
            self.usernames[decode(token.split(".")[1])["sub"]] = username

    def _note_tokens(self, pair: dict[str, Any]) -> None:
        self.partners[pair["refresh_token"]] = pair["access_token"]
        claims = decode(pair["access_token"].split(".")[1])
        self.sign_ins[claims["sid"]] = claims["sub"]
