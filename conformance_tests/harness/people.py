"""The people of the tests: each calls the API with their own token, under a name used once."""

import secrets
from typing import Any, Unpack

from .answers import Answer
from .client import Api
from .leaks import Secrets
from .operations import Call, Operations
from .patience import GivenUp


class Blocked(AssertionError):
    """A test could not begin, because what it stands on does not work.

    That is one answer of one operation.
    """

    def __init__(self, what: object, operation: str, status: int) -> None:
        super().__init__(f"could not prepare the test with {operation}: {what}")
        self.what = what
        self.operation = operation
        self.status = status


class Person(Operations):
    """Somebody with an account. Every operation is called with this person's access token."""

    def __init__(self, api: Api, *, username: str, email: str, password: str) -> None:
        self.api = api
        self.username = username
        self.email = email
        self.password = password
        self._tokens: dict[str, Any] | None = None

    def __repr__(self) -> str:
        """Return the name only, so that no failure shows a password."""
        return f"<{self.username}>"

    @property
    def credentials(self) -> dict[str, str]:
        """What this person logs in with."""
        return {"email": self.email, "password": self.password}

    @property
    def tokens(self) -> dict[str, Any]:
        """The TokenPair of the current sign-in; the first use logs in."""
        if self._tokens is None:
            self._tokens = self.sign_in()
        return self._tokens

    @property
    def access_token(self) -> str:
        """The access token of the current sign-in."""
        return str(self.tokens["access_token"])

    @property
    def refresh_token(self) -> str:
        """The refresh token of the current sign-in."""
        return str(self.tokens["refresh_token"])

    def sign_in(self) -> dict[str, Any]:
        """Log in once more and return the TokenPair of that new sign-in."""
        return dict(_need(200, self.api.log_in, json=self.credentials).json)

    def sign_in_again(self) -> None:
        """Log in once more and go on with that sign-in."""
        self._tokens = self.sign_in()

    def locate(self, operation_id: str) -> tuple[str, str]:
        """Return the method and the path template of an operation."""
        return self.api.locate(operation_id)

    def request(self, method: str, path: str, **call: Unpack[Call]) -> Answer:
        """Send a request with this person's token, unless the call names another (or None)."""
        __tracebackhide__ = True
        if "token" not in call:
            call["token"] = self.access_token
        return self.api.request(method, path, **call)

    def has_post(self, **members: Any) -> dict[str, Any]:
        """Create a post and return it; what is not given is made up."""
        told = {"title": f"A post by {self.username}", "body": "Some words.", **members}
        return dict(_need(201, self.create_post, json=told).json)

    def has_comment(self, post_id: str, **members: Any) -> dict[str, Any]:
        """Comment on a post and return the comment; what is not given is made up."""
        told = {"body": f"A comment by {self.username}", **members}
        return dict(_need(201, self.create_comment, post_id=post_id, json=told).json)

    def likes(self, post_id: str) -> None:
        """Like a post."""
        _need(204, self.like_post, post_id=post_id)

    def follows(self, other: "Person") -> None:
        """Follow somebody."""
        _need(204, self.follow_user, username=other.username)


class People:
    """Makes people on one target."""

    def __init__(self, api: Api, known_secrets: Secrets) -> None:
        self._api = api
        self._secrets = known_secrets
        # All passwords begin with this: one search in each answer finds every one of them.
        self._mark = secrets.token_urlsafe(6)
        known_secrets.add(self._mark, "a password")

    def invent(self, first_name: str = "someone") -> Person:
        """Return a person that the API does not know yet."""
        username = f"{first_name}_{secrets.token_hex(6)}"
        password = self._mark + secrets.token_urlsafe(12)
        return Person(
            self._api, username=username, email=f"{username}@example.com", password=password
        )

    def register(self, first_name: str = "someone", **members: Any) -> Person:
        """Return a person with an account; further members go into the registration."""
        person = self.invent(first_name)
        told = {"username": person.username, **person.credentials, **members}
        person.username, person.email = told["username"], told["email"]
        person.password = told["password"]
        _need(201, self._api.register_user, json=told)
        return person

    def recall(self, email: str, password: str) -> Person:
        """Return a person whose account was there before the tests."""
        self._secrets.add(password, "a password")
        person = Person(self._api, username="", email=email, password=password)
        try:
            person.username = str(_need(200, person.get_me).json["username"])
        except Blocked as blocked:
            told = f"{blocked.what} (is --admin right?)"
            raise Blocked(told, blocked.operation, blocked.status) from None
        return person


def _need(status: int, operation: Any, **call: Any) -> Answer:
    __tracebackhide__ = True
    name = operation.__name__
    try:
        answer: Answer = operation(**call)
    except (Blocked, GivenUp):
        raise
    except AssertionError as fault:
        raise Blocked(fault, name, status) from None
    if answer.status != status:
        raise Blocked(f"wanted {status}, got {answer!r}", name, status)
    return answer
