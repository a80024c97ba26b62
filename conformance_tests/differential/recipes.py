"""What each operation is called with, and by whom: `ME` calls, and `YOU` is whom it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .provisions import ADMIN, PEOPLE

ANYBODY = (*PEOPLE, PEOPLE[0])


@dataclass(frozen=True)
class Recipe:
    """One operation. Members that may be left out stand behind a question mark."""

    operation: str
    place: Mapping[str, str] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    cursor: str = ""
    keeps: Mapping[str, str] = field(default_factory=dict)
    callers: tuple[str, ...] = ANYBODY
    precondition: str = ""
    has_key: bool = False
    is_public: bool = False
    times: int = 1
    weight: int = 2


_TAKERS = (*ANYBODY, ADMIN)
_POST = {"post_id": "{POST_YOU}"}
_COMMENT = {"comment_id": "{COMMENT_YOU}"}
_USER = {"username": "{YOU}"}
_PAIR = {"ACCESS_ME": "access_token", "REFRESH_ME": "refresh_token"}
_NEW_POST = {"POST_ME": "id", "TAG_POST_ME": "ETag"}
_NEW_COMMENT = {"COMMENT_ME": "id", "TAG_COMMENT_ME": "ETag"}
_CREDENTIALS = ("email", "password")
_PAGE = ("limit?", "cursor?")
_SORTED = ("sort?", *_PAGE)
_POSTS = ("author?", "tag?", "status?", "q?", *_SORTED)
_CHANGES = ("title?", "body?", "tags?", "status?")

RECIPES = (
    Recipe("check_live", is_public=True, weight=1),
    Recipe("check_ready", is_public=True, weight=1),
    Recipe(
        "register_user",
        members=("username", "email", "password", "display_name?", "bio?"),
        is_public=True,
    ),
    Recipe("log_in", members=_CREDENTIALS, keeps=_PAIR, is_public=True),
    # Enough to close the door, where the password is wrong.
    Recipe("log_in", members=_CREDENTIALS, is_public=True, times=11, weight=1),
    Recipe("refresh_tokens", members=("refresh_token",), is_public=True),
    Recipe("refresh_tokens", members=("refresh_token",), keeps=_PAIR, is_public=True, weight=1),
    Recipe("log_out", weight=1),
    Recipe("get_me", weight=1),
    Recipe("update_me", members=("display_name?", "bio?", "email?", "current_password?")),
    Recipe("change_password", members=("current_password", "new_password"), weight=1),
    Recipe("delete_me", weight=1),
    Recipe("get_user", place=_USER, is_public=True),
    Recipe("list_users", queries=("q", *_PAGE), cursor="USERS", is_public=True),
    Recipe("update_user", place=_USER, members=("role?", "is_active?"), callers=_TAKERS, weight=1),
    Recipe("update_user", place=_USER, members=("role?", "is_active?"), callers=(ADMIN,), weight=1),
    Recipe(
        "create_post",
        members=("title", "body", "tags?", "status?"),
        keeps=_NEW_POST,
        has_key=True,
        weight=7,
    ),
    Recipe("create_post", members=("title", "body"), keeps=_NEW_POST, has_key=True, times=2),
    Recipe(
        "get_post",
        place=_POST,
        keeps={"TAG_POST_YOU": "ETag"},
        precondition="If-None-Match",
        callers=_TAKERS,
        is_public=True,
        weight=4,
    ),
    Recipe("update_post", place=_POST, members=_CHANGES, precondition="If-Match", weight=7),
    Recipe("delete_post", place=_POST, precondition="If-Match", callers=_TAKERS),
    Recipe("list_posts", queries=_POSTS, cursor="POSTS", is_public=True, weight=7),
    Recipe("get_post_stats", place=_POST, callers=_TAKERS, is_public=True),
    Recipe("like_post", place=_POST),
    Recipe("unlike_post", place=_POST, weight=1),
    Recipe(
        "create_comment",
        place=_POST,
        members=("body",),
        keeps=_NEW_COMMENT,
        has_key=True,
        weight=4,
    ),
    Recipe("create_comment", place=_POST, members=("body",), has_key=True, times=2, weight=1),
    Recipe("list_comments", place=_POST, queries=_SORTED, cursor="COMMENTS", is_public=True),
    Recipe(
        "get_comment",
        place=_COMMENT,
        keeps={"TAG_COMMENT_YOU": "ETag"},
        precondition="If-None-Match",
        is_public=True,
    ),
    Recipe("update_comment", place=_COMMENT, members=("body?",), precondition="If-Match", weight=3),
    Recipe("delete_comment", place=_COMMENT, precondition="If-Match", callers=_TAKERS),
    Recipe("follow_user", place=_USER),
    Recipe("unfollow_user", place=_USER, weight=1),
    Recipe("list_followers", place=_USER, queries=_PAGE, cursor="FOLLOWERS", is_public=True),
    Recipe("list_following", place=_USER, queries=_PAGE, cursor="FOLLOWING", is_public=True),
    Recipe("get_feed", queries=_PAGE, cursor="FEED", weight=3),
    Recipe("list_tags", queries=_PAGE, cursor="TAGS", is_public=True),
)
