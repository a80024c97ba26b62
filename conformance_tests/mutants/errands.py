"""What mutants ask the good server beside the request itself, and the answers made of it."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from conformance_tests.data.ids import NEVER_GIVEN

from .good_server import GoodServer
from .messages import Answer, Message, Request

Item = dict[str, Any]
Told = TypeVar("Told", bound=Message)


def ask(
    request: Request, server: GoodServer, method: str, target: str, body: object = None
) -> Answer:
    """Ask something else for the same caller."""
    content = json.dumps(body).encode() if body is not None else b""
    headers = {"Host": request.header("Host"), "If-Match": "*"}
    if request.token:
        headers["Authorization"] = f"Bearer {request.token}"
    if content:
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers), ""]
    head = tuple(f"{line}\r\n".encode() for line in lines)
    return server.send(replace(request, lines=head, body=content))


def find_caller(request: Request, server: GoodServer) -> Item:
    """Return who is calling as they see themselves, or nothing for nobody in particular."""
    answer = ask(request, server, "GET", "/api/v1/me")
    return answer.members if answer.status == HTTPStatus.OK else {}


def speak_for(request: Request, server: GoodServer, username: str) -> Request:
    """Return the request as that of somebody who was overheard."""
    token = server.overheard.access_tokens.get(username)
    return request.with_token(token) if token else request


def speak_for_author(request: Request, server: GoodServer) -> Request:
    """Return a request that has the id of a post in its path as that of the post's author."""
    return speak_for(request, server, server.overheard.authors.get(find_id(request), ""))


def speak_for_commenter(request: Request, server: GoodServer) -> Request:
    """Return a request that has the id of a comment in its path as that of who commented."""
    return speak_for(request, server, recall_comment(request, server).get("author", ""))


def is_author(request: Request, server: GoodServer) -> bool:
    """Tell whether the caller wrote the post whose id is in the path."""
    author = server.overheard.authors.get(find_id(request), "")
    return find_caller(request, server).get("username") == author


def is_admin(request: Request, server: GoodServer) -> bool:
    """Tell whether an admin is calling."""
    return find_caller(request, server).get("role") == "admin"


def recall_comment(request: Request, server: GoodServer) -> Item:
    """Return the comment whose id is in the path as it was last, or nothing."""
    return server.overheard.comments.get(find_id(request), {})


def find_id(request: Request) -> str:
    """Return the id or the name in a path, as it is stored."""
    return request.path.split("/")[4].lower()


def refuse(request: Request, server: GoodServer, status: HTTPStatus, code: str) -> Answer:
    """Return a refusal that the good server would not give."""
    absent = ask(request, server, "GET", f"/api/v1/posts/{NEVER_GIVEN}")
    return absent.with_refusal(status, code)


def forbid_what_is_there(request: Request, server: GoodServer) -> Answer:
    """Answer 403 instead of 404, and so tell that a post or a comment is there."""
    answer, known = server.send(request), server.overheard
    is_there = find_id(request) in known.authors or find_id(request) in known.comments
    if answer.status != HTTPStatus.NOT_FOUND or not is_there:
        return answer
    return refuse(request, server, HTTPStatus.FORBIDDEN, "forbidden")


def find_fault(request: Request, server: GoodServer, place: Item, code: str) -> Answer:
    """Return a 422 that names one fault, at a pointer or a parameter."""
    given = refuse(request, server, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    return given.with_members(errors=[{**place, "code": code, "detail": "It is wrong."}])


def confirm(request: Request, server: GoodServer) -> Answer:
    """Return a 204 for which nothing was done: nobody follows themselves."""
    caller = find_caller(request, server)
    return ask(request, server, "DELETE", f"/api/v1/users/{caller['username']}/follow")


def list_faults(answer: Answer) -> list[tuple[str, str]]:
    """Return where and why a request was refused."""
    faults = answer.members.get("errors", [])
    return [(one.get("pointer") or one.get("parameter"), one["code"]) for one in faults]


def find_only_quiet_ids(request: Request, server: GoodServer) -> Answer:
    """Answer 404 for an id in upper case."""
    if request.path == request.path.lower():
        return server.send(request)
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


def write_id_plainly(request: Request, place: str) -> Request:
    """Return the request with the id behind a place as it is stored, if a library can read it."""
    try:
        known = UUID(unquote(request.path.removeprefix(place)))
    except ValueError:
        return request
    return request.with_target(request.method, f"{place}{known}")


def ask_for_token(request: Request, server: GoodServer) -> Answer:
    """Answer 401 to nobody in particular."""
    return server.send(request if request.token else request.with_target("GET", "/api/v1/feed"))


def show_again(request: Request, server: GoodServer, thing: Item) -> Answer:
    """Return 200 with a post or a comment that is gone."""
    page = ask(request, server, "GET", "/api/v1/posts?limit=1")
    return page.with_header("ETag", '"1"').with_body(thing)


def is_empty(request: Request, name: str) -> bool:
    """Tell whether a parameter of the query is there and has no value."""
    query = urlsplit(request.target).query
    return parse_qs(query, keep_blank_values=True).get(name) == [""]


def list_all(request: Request, server: GoodServer, **changes: str | None) -> list[Item]:
    """Return the items on all pages of a list, with some of its filters changed."""
    items: list[Item] = []
    cursor = None
    while True:
        asked = request.with_query(**{**changes, "limit": "100", "cursor": cursor})
        page = server.send(asked).members
        items += page.get("items", [])
        cursor = page.get("next_cursor")
        if cursor is None:
            return items


def change_items(
    request: Request, server: GoodServer, change: Callable[[list[Item]], list[Item]]
) -> Answer:
    """Return a page with other items."""
    answer = server.send(request)
    items = answer.members.get("items")
    return answer if items is None else answer.with_members(items=change(items))


def summarize(post: Item) -> Item:
    """Return a post as lists show it while nobody has done anything to it."""
    told = {name: value for name, value in post.items() if name != "body"}
    return {**told, "likes_count": 0, "comments_count": 0}


def leave_out_formats(text: str) -> str:
    """Return a text without characters that format and have no width."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def change_texts(message: Told, change: Callable[[str], str], *names: str) -> Told:
    """Return a message with the title and the body of a post changed, or one of them."""
    told = message.members
    texts = {name: told[name] for name in names or ("title", "body") if name in told}
    changed = {name: change(text) for name, text in texts.items() if isinstance(text, str)}
    return message.with_members(**changed) if changed else message
