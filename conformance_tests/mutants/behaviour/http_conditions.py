"""Mutants of chapter 4: entity tags and If-None-Match."""

import hashlib
import json
from dataclasses import replace
from http import HTTPStatus

from conformance_tests.mutants.errands import ask, speak_for_author
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

from .entity_tag_lists import (
    change_held,
    has_earlier,
    keep_line,
    split_everywhere,
    write_as_numbers,
)

MAKING = ("create_post", "create_comment")
READING = ("get_post", "get_comment")
UPDATING = ("update_post", "update_comment")


# ---- Entity tags ----


@breaks(*READING, violates=("HTTP-ETAG-01",))
def tag_weakly_what_is_read(request: Request, server: GoodServer) -> Answer:
    """What is read has a weak entity tag, as a proxy that compresses gives it."""
    answer = server.send(request)
    tag = answer.header("ETag")
    return answer.with_header("ETag", f"W/{tag}") if answer.status == HTTPStatus.OK else answer


@breaks(*UPDATING, violates=("HTTP-ETAG-01",))
def leave_out_the_quotes(request: Request, server: GoodServer) -> Answer:
    """The entity tag of what was changed stands there without quotes."""
    answer = server.send(request)
    tag = answer.header("ETag").strip('"')
    return answer.with_header("ETag", tag) if tag else answer


@breaks(*READING, violates=("HTTP-ETAG-01",))
def tag_twice_what_is_read(request: Request, server: GoodServer) -> Answer:
    """What is read has two entity tags, one from the application and one from a proxy."""
    answer = server.send(request)
    return answer.with_lines(b'ETag: "another"\r\n') if answer.status == HTTPStatus.OK else answer


@breaks(*UPDATING, violates=("HTTP-ETAG-02",))
def tell_the_entity_tag_from_before(request: Request, server: GoodServer) -> Answer:
    """A change is answered with the entity tag that was there before it."""
    before = ask(request, server, "GET", request.path).header("ETag")
    answer = server.send(request)
    return answer.with_header("ETag", before) if answer.status == HTTPStatus.OK else answer


@breaks(*MAKING, violates=("HTTP-ETAG-02",))
def tag_what_is_made_as_version_0(request: Request, server: GoodServer) -> Answer:
    """What was made has the entity tag from before it was stored."""
    answer = server.send(request)
    return answer.with_header("ETag", '"0"') if answer.status == HTTPStatus.CREATED else answer


@breaks(*READING, violates=("HTTP-ETAG-02",))
def tag_by_the_reader(request: Request, server: GoodServer) -> Answer:
    """Who has no token is told another entity tag."""
    answer = server.send(request)
    tag = answer.header("ETag")
    return answer if request.token or not tag else answer.with_header("ETag", f'{tag[:-1]}-any"')


@breaks("get_post", violates=("HTTP-ETAG-02",))
def count_readings_as_changes(request: Request, server: GoodServer) -> Answer:
    """Whoever reads a post changes its entity tag, as a counter of views in its row does."""
    answer = server.send(request)
    if answer.status == HTTPStatus.OK:
        _touch(speak_for_author(request, server), server, request.path)
    return answer


@breaks(*MAKING, *READING, *UPDATING, violates=("HTTP-ETAG-03",))
def tag_by_the_content(request: Request, server: GoodServer) -> Answer:
    """The entity tag is a digest of the content, and comes back with it."""
    answer = server.send(request)
    if answer.status not in (200, 201) or not answer.body:
        return answer
    told = {name: value for name, value in answer.members.items() if name != "updated_at"}
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    return answer.with_header("ETag", f'"{digest}"')


@breaks(*MAKING, *READING, *UPDATING, violates=("HTTP-ETAG-03",))
def tag_by_the_second(request: Request, server: GoodServer) -> Answer:
    """The entity tag is the second of the last change."""
    answer = server.send(request)
    second = str(answer.members.get("updated_at"))[:19]
    return answer.with_header("ETag", f'"{second}"') if answer.header("ETag") else answer


@breaks("update_post", violates=("HTTP-ETAG-03",))
def keep_the_entity_tag_when_tags_change(request: Request, server: GoodServer) -> Answer:
    """A change of nothing but the tags of a post keeps its entity tag."""
    before = ask(request, server, "GET", request.path).header("ETag")
    answer = server.send(request)
    return answer.with_header("ETag", before) if list(request.members) == ["tags"] else answer


@breaks("like_post", violates=("HTTP-ETAG-04",))
def touch_what_is_liked(request: Request, server: GoodServer) -> Answer:
    """A like changes the entity tag of the post."""
    return _touch_the_post(request, server)


@breaks("create_comment", violates=("HTTP-ETAG-04",))
def touch_what_is_commented_on(request: Request, server: GoodServer) -> Answer:
    """A comment changes the entity tag of the post."""
    return _touch_the_post(request, server)


def _touch_the_post(request: Request, server: GoodServer) -> Answer:
    answer = server.send(request)
    if answer.status < 300:
        _touch(speak_for_author(request, server), server, request.path.rpartition("/")[0])
    return answer


@breaks(*UPDATING, violates=("HTTP-ETAG-04",))
def touch_what_does_not_change(request: Request, server: GoodServer) -> Answer:
    """A change that changes nothing gives a new entity tag."""
    before = ask(request, server, "GET", request.path).header("ETag")
    answer = server.send(request)
    is_same = answer.status == HTTPStatus.OK and answer.header("ETag") == before
    return _touch(request, server, request.path) if is_same else answer


def _touch(request: Request, server: GoodServer, path: str) -> Answer:
    body = ask(request, server, "GET", path).members["body"]
    ask(request, server, "PATCH", path, {"body": f"{body}!"})
    return ask(request, server, "PATCH", path, {"body": body})


@breaks("get_comment", violates=("HTTP-ETAG-04",))
def tag_comments_with_their_post(request: Request, server: GoodServer) -> Answer:
    """The entity tag of a comment changes with its post."""
    answer = server.send(request)
    if answer.status != HTTPStatus.OK:
        return answer
    post = ask(request, server, "GET", f"/api/v1/posts/{answer.members['post_id']}")
    is_first = post.header("ETag") == '"1"'
    return answer if is_first else answer.with_header("ETag", '"changed"')


# ---- If-None-Match ----


@breaks(*READING, violates=("HTTP-UNCHANGED-01",))
def read_no_lists_of_what_is_held(request: Request, server: GoodServer) -> Answer:
    """An If-None-Match with several entity tags is passed over."""
    is_list = "," in request.header("If-None-Match")
    return server.send(request.without_header("If-None-Match") if is_list else request)


@breaks(*READING, violates=("HTTP-UNCHANGED-01",))
def compare_what_is_held_strongly(request: Request, server: GoodServer) -> Answer:
    """A weak entity tag in If-None-Match is not the present one."""
    held = request.header("If-None-Match").replace('W/"', 'W/"-')
    return server.send(request.with_header("If-None-Match", held) if held else request)


@breaks(*READING, violates=("HTTP-UNCHANGED-01",))
def take_held_asterisks_for_tags(request: Request, server: GoodServer) -> Answer:
    """`*` in If-None-Match is an entity tag that nothing has."""
    is_any = request.header("If-None-Match") == "*"
    return server.send(request.without_header("If-None-Match") if is_any else request)


@breaks(*READING, violates=("HTTP-UNCHANGED-01",))
def read_the_first_line_of_what_is_held(request: Request, server: GoodServer) -> Answer:
    """Of several lines If-None-Match the first one counts."""
    return server.send(keep_line(request, "If-None-Match", 0))


@breaks(*READING, violates=("HTTP-UNCHANGED-01",))
def read_the_last_line_of_what_is_held(request: Request, server: GoodServer) -> Answer:
    """Of several lines If-None-Match the last one counts."""
    return server.send(keep_line(request, "If-None-Match", -1))


@breaks(violates=("HTTP-UNCHANGED-01",))
def never_tell_head_that_nothing_changed(request: Request, server: GoodServer) -> Answer:
    """HEAD does not look at If-None-Match."""
    is_head = request.method == "HEAD"
    return server.send(request.without_header("If-None-Match") if is_head else request)


@breaks(*READING, violates=("HTTP-UNCHANGED-02",))
def take_every_tag_for_the_held_one(request: Request, server: GoodServer) -> Answer:
    """Whatever stands in If-None-Match, nothing has changed."""
    is_held = request.header("If-None-Match")
    return server.send(request.with_header("If-None-Match", "*") if is_held else request)


@breaks(*READING, violates=("HTTP-UNCHANGED-02",))
def compare_what_is_held_as_numbers(request: Request, server: GoodServer) -> Answer:
    """Entity tags in If-None-Match are compared as numbers."""
    return server.send(change_held(request, "If-None-Match", write_as_numbers))


@breaks(*READING, violates=("HTTP-UNCHANGED-02",))
def split_what_is_held_at_every_comma(request: Request, server: GoodServer) -> Answer:
    """A comma within an entity tag in If-None-Match ends it."""
    return server.send(change_held(request, "If-None-Match", split_everywhere))


@breaks(*READING, violates=("HTTP-UNCHANGED-02",))
def take_old_tags_for_the_held_one(request: Request, server: GoodServer) -> Answer:
    """Who holds an earlier entity tag is told that nothing has changed."""
    answer = server.send(request)
    is_old = has_earlier(request.header("If-None-Match"), answer.header("ETag"))
    return server.send(request.with_header("If-None-Match", "*")) if is_old else answer


@breaks(*READING, violates=("HTTP-UNCHANGED-03",))
def say_nothing_where_nothing_changed(request: Request, server: GoodServer) -> Answer:
    """A 304 has no ETag and no Vary."""
    answer = server.send(request)
    if answer.status != HTTPStatus.NOT_MODIFIED:
        return answer
    return answer.without_header("ETag").without_header("Vary")


@breaks(*READING, violates=("HTTP-UNCHANGED-03",))
def keep_longer_what_has_not_changed(request: Request, server: GoodServer) -> Answer:
    """A 304 allows to keep what is held for a minute."""
    answer = server.send(request)
    is_same = answer.status == HTTPStatus.NOT_MODIFIED
    return answer.with_header("Cache-Control", "private, max-age=60") if is_same else answer


@breaks(*READING, violates=("HTTP-UNCHANGED-03",))
def vary_more_where_nothing_changed(request: Request, server: GoodServer) -> Answer:
    """A 304 has another Vary than the 200."""
    answer = server.send(request)
    is_same = answer.status == HTTPStatus.NOT_MODIFIED
    return answer.with_header("Vary", f"{answer.header('Vary')}, Accept") if is_same else answer


@breaks(*READING, violates=("HTTP-UNCHANGED-03",))
def tell_the_tag_that_was_sent(request: Request, server: GoodServer) -> Answer:
    """The ETag of a 304 is what was sent, weak or not."""
    answer = server.send(request)
    held = request.header("If-None-Match")
    is_same = answer.status == HTTPStatus.NOT_MODIFIED
    return answer.with_header("ETag", held) if is_same else answer


@breaks(*READING, violates=("HTTP-UNCHANGED-04",))
def look_at_what_is_held_first(request: Request, server: GoodServer) -> Answer:
    """`If-None-Match: *` is told that nothing has changed where nothing is."""
    answer = server.send(request)
    is_any = request.header("If-None-Match") == "*"
    return _say_not_modified(answer) if is_any and answer.status == 404 else answer


@breaks(*READING, violates=("HTTP-UNCHANGED-04",))
def look_at_what_is_held_before_the_token(request: Request, server: GoodServer) -> Answer:
    """`If-None-Match: *` is told that nothing has changed though the token is bad."""
    answer = server.send(request)
    is_any = request.header("If-None-Match") == "*"
    return _say_not_modified(answer) if is_any and answer.status == 401 else answer


@breaks("get_post", violates=("HTTP-UNCHANGED-04",))
def tell_everybody_of_unchanged_drafts(request: Request, server: GoodServer) -> Answer:
    """If-None-Match shows others that there is a draft."""
    answer = server.send(request)
    if answer.status != HTTPStatus.NOT_FOUND or not request.header("If-None-Match"):
        return answer
    seen = server.send(speak_for_author(request, server))
    return seen if seen.status == HTTPStatus.NOT_MODIFIED else answer


def _say_not_modified(answer: Answer) -> Answer:
    bare = answer.without_header("Content-Type").without_header("Content-Length")
    status = HTTPStatus.NOT_MODIFIED
    return replace(bare.with_status(status, status.phrase), body=b"").with_header("ETag", '"1"')
