"""What a call stands on: the calls that fill its holes, made when they are first needed."""

from collections.abc import Sequence

from .calls import Call, make_call

PEOPLE = ("ANN", "BEN", "CAT")
ADMIN = "ADMIN"
PASSWORD = "correct horse 1"  # noqa: S105 (nobody's)


def provide(hole: str) -> Sequence[Call]:
    """Return calls after which a hole can be filled, if everybody was let in."""
    kind, _, name = hole.rpartition("_")
    if kind == "CURSOR":
        return _PAGES[name]
    match kind:
        case "":
            return [register(name)]
        case "ACCESS" | "REFRESH":
            return [log_in(name)]
        case "POST" | "TAG_POST":
            return [_post(name)]
        case _:
            return [_comment(name)]


def register(name: str) -> Call:
    """Return the registration of one of the people."""
    username = f"{name.lower()}_{{MARK}}"
    told = {"username": username, "email": f"{username}@example.com", "password": PASSWORD}
    return make_call("register_user", json_body=told, keeps={name: "username"})


def log_in(name: str) -> Call:
    """Return the log-in of one of the people, or of the admin."""
    told = {"email": f"{{{name}}}@example.com", "password": PASSWORD}
    if name == ADMIN:
        told = {"email": "{ADMIN_EMAIL}", "password": "{ADMIN_PASSWORD}"}
    kept = {f"ACCESS_{name}": "access_token", f"REFRESH_{name}": "refresh_token"}
    return make_call("log_in", json_body=told, keeps=kept)


def _post(name: str) -> Call:
    told = {"title": "A post", "body": "Words.", "tags": ["a", "b"]}
    kept = {f"POST_{name}": "id", f"TAG_POST_{name}": "ETag"}
    return make_call("create_post", token=f"{{ACCESS_{name}}}", json_body=told, keeps=kept)


def _comment(name: str) -> Call:
    kept = {f"COMMENT_{name}": "id", f"TAG_COMMENT_{name}": "ETag"}
    token, told = f"{{ACCESS_{name}}}", {"body": "A comment."}
    return make_call(
        "create_comment", token=token, json_body=told, keeps=kept, post_id="{POST_ANN}"
    )


def _page(operation: str, kind: str, token: str = "", **call: str) -> Call:
    # Two are there, so a page of one has a next one.
    query = {**({"q": "{MARK}"} if kind == "USERS" else {}), "limit": "1"}
    kept = {f"CURSOR_{kind}": "next_cursor"}
    return make_call(operation, token=token, query=query, keeps=kept, **call)


def _follow(name: str, whom: str) -> Call:
    return make_call("follow_user", token=f"{{ACCESS_{name}}}", username=f"{{{whom}}}")


_PAGES: dict[str, Sequence[Call]] = {
    "USERS": [
        make_call("get_user", username="{ANN}"),
        make_call("get_user", username="{BEN}"),
        _page("list_users", "USERS"),
    ],
    "POSTS": [_post("ANN"), _post("ANN"), _page("list_posts", "POSTS")],
    "COMMENTS": [
        _comment("ANN"),
        _comment("ANN"),
        _page("list_comments", "COMMENTS", post_id="{POST_ANN}"),
    ],
    "FOLLOWERS": [
        _follow("BEN", "ANN"),
        _follow("CAT", "ANN"),
        _page("list_followers", "FOLLOWERS", username="{ANN}"),
    ],
    "FOLLOWING": [
        _follow("ANN", "BEN"),
        _follow("ANN", "CAT"),
        _page("list_following", "FOLLOWING", username="{ANN}"),
    ],
    "FEED": [
        _post("BEN"),
        _post("BEN"),
        _follow("ANN", "BEN"),
        _page("get_feed", "FEED", token="{ACCESS_ANN}"),  # noqa: S106 (a hole)
    ],
    "TAGS": [_post("ANN"), _page("list_tags", "TAGS")],
}
