"""The operations of the contract by name, for whoever can send a request."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack
from urllib.parse import quote

from .answers import Answer

Pairs = Sequence[tuple[str, str]]


class Call(TypedDict, total=False):
    """What a request may carry. A header that is None is not sent."""

    json: Any
    content: bytes | Iterable[bytes]
    token: str | None
    headers: Mapping[str, str | None]
    query: Mapping[str, object] | Pairs | str


class Operations(ABC):
    """One method for each operationId; all keyword arguments of `Call` fit each of them."""

    @abstractmethod
    def request(self, method: str, path: str, **call: Unpack[Call]) -> Answer:
        """Send one request and return its answer, checked against the contract."""

    @abstractmethod
    def locate(self, operation_id: str) -> tuple[str, str]:
        """Return the method and the path template of an operation."""

    def _operate(self, operation_id: str, call: Call, **path_values: str) -> Answer:
        method, path = self.locate(operation_id)
        for name, value in path_values.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        return self.request(method, path, **call)

    def check_live(self, **call: Unpack[Call]) -> Answer:
        """GET /livez."""
        return self._operate("check_live", call)

    def check_ready(self, **call: Unpack[Call]) -> Answer:
        """GET /readyz."""
        return self._operate("check_ready", call)

    def get_openapi(self, **call: Unpack[Call]) -> Answer:
        """GET /openapi.json."""
        return self._operate("get_openapi", call)

    def register_user(self, **call: Unpack[Call]) -> Answer:
        """POST /api/v1/users."""
        return self._operate("register_user", call)

    def log_in(self, **call: Unpack[Call]) -> Answer:
        """POST /api/v1/auth/login."""
        return self._operate("log_in", call)

    def refresh_tokens(self, **call: Unpack[Call]) -> Answer:
        """POST /api/v1/auth/refresh."""
        return self._operate("refresh_tokens", call)

    def log_out(self, **call: Unpack[Call]) -> Answer:
        """POST /api/v1/auth/logout."""
        return self._operate("log_out", call)

    def get_me(self, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/me."""
        return self._operate("get_me", call)

    def update_me(self, **call: Unpack[Call]) -> Answer:
        """PATCH /api/v1/me."""
        return self._operate("update_me", call)

    def change_password(self, **call: Unpack[Call]) -> Answer:
        """PUT /api/v1/me/password."""
        return self._operate("change_password", call)

    def delete_me(self, **call: Unpack[Call]) -> Answer:
        """DELETE /api/v1/me."""
        return self._operate("delete_me", call)

    def get_user(self, username: str, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/users/{username}."""
        return self._operate("get_user", call, username=username)

    def list_users(self, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/users."""
        return self._operate("list_users", call)

    def update_user(self, username: str, **call: Unpack[Call]) -> Answer:
        """PATCH /api/v1/users/{username}."""
        return self._operate("update_user", call, username=username)

    def create_post(self, **call: Unpack[Call]) -> Answer:
        """POST /api/v1/posts."""
        return self._operate("create_post", call)

    def get_post(self, post_id: str, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/posts/{post_id}."""
        return self._operate("get_post", call, post_id=post_id)

    def update_post(self, post_id: str, **call: Unpack[Call]) -> Answer:
        """PATCH /api/v1/posts/{post_id}."""
        return self._operate("update_post", call, post_id=post_id)

    def delete_post(self, post_id: str, **call: Unpack[Call]) -> Answer:
        """DELETE /api/v1/posts/{post_id}."""
        return self._operate("delete_post", call, post_id=post_id)

    def list_posts(self, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/posts."""
        return self._operate("list_posts", call)

    def get_post_stats(self, post_id: str, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/posts/{post_id}/stats."""
        return self._operate("get_post_stats", call, post_id=post_id)

    def like_post(self, post_id: str, **call: Unpack[Call]) -> Answer:
        """PUT /api/v1/posts/{post_id}/like."""
        return self._operate("like_post", call, post_id=post_id)

    def unlike_post(self, post_id: str, **call: Unpack[Call]) -> Answer:
        """DELETE /api/v1/posts/{post_id}/like."""
        return self._operate("unlike_post", call, post_id=post_id)

    def create_comment(self, post_id: str, **call: Unpack[Call]) -> Answer:
        """POST /api/v1/posts/{post_id}/comments."""
        return self._operate("create_comment", call, post_id=post_id)

    def list_comments(self, post_id: str, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/posts/{post_id}/comments."""
        return self._operate("list_comments", call, post_id=post_id)

    def get_comment(self, comment_id: str, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/comments/{comment_id}."""
        return self._operate("get_comment", call, comment_id=comment_id)

    def update_comment(self, comment_id: str, **call: Unpack[Call]) -> Answer:
        """PATCH /api/v1/comments/{comment_id}."""
        return self._operate("update_comment", call, comment_id=comment_id)

    def delete_comment(self, comment_id: str, **call: Unpack[Call]) -> Answer:
        """DELETE /api/v1/comments/{comment_id}."""
        return self._operate("delete_comment", call, comment_id=comment_id)

    def follow_user(self, username: str, **call: Unpack[Call]) -> Answer:
        """PUT /api/v1/users/{username}/follow."""
        return self._operate("follow_user", call, username=username)

    def unfollow_user(self, username: str, **call: Unpack[Call]) -> Answer:
        """DELETE /api/v1/users/{username}/follow."""
        return self._operate("unfollow_user", call, username=username)

    def list_followers(self, username: str, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/users/{username}/followers."""
        return self._operate("list_followers", call, username=username)

    def list_following(self, username: str, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/users/{username}/following."""
        return self._operate("list_following", call, username=username)

    def get_feed(self, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/feed."""
        return self._operate("get_feed", call)

    def list_tags(self, **call: Unpack[Call]) -> Answer:
        """GET /api/v1/tags."""
        return self._operate("list_tags", call)
