"""Mutants of chapter 2: writing a post, and its texts."""

import html
import unicodedata
from typing import Any

from conformance_tests.mutants.errands import ask, change_texts, leave_out_formats, list_faults
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

WRITING = ("create_post", "update_post")


@breaks("create_post", violates=("POSTS-CREATE-01",))
def answer_200_for_201(request: Request, server: GoodServer) -> Answer:
    """A new post is answered with 200."""
    answer = server.send(request)
    return answer.with_status(200, "OK") if answer.status == 201 else answer


@breaks("create_post", violates=("POSTS-CREATE-01",))
def write_equal_posts_once(request: Request, server: GoodServer) -> Answer:
    """Who writes the same words twice gets the first post again."""
    question = request.token, request.body
    answers = server.overheard.noted
    if question not in answers:
        answers[question] = server.send(request)
    return Answer(answers[question].lines, answers[question].body)


@breaks("create_post", violates=("POSTS-CREATE-01",))
def name_one_author_for_all(request: Request, server: GoodServer) -> Answer:
    """A new post is said to be by whoever wrote the first one."""
    answer = server.send(request)
    if answer.status != 201:
        return answer
    first = next(iter(server.overheard.authors.values()))
    return answer.with_members(author=first)


@breaks("create_post", violates=("POSTS-CREATE-02",))
def locate_without_the_prefix(request: Request, server: GoodServer) -> Answer:
    """The Location of a new post lacks `/api/v1`."""
    answer = server.send(request)
    where = answer.header("Location").removeprefix("/api/v1")
    return answer.with_header("Location", where) if where else answer


@breaks("create_post", violates=("POSTS-CREATE-03",))
def make_a_draft_unless_told(request: Request, server: GoodServer) -> Answer:
    """A new post is a draft unless it says otherwise."""
    return server.send(_with_defaults(request, status="draft"))


@breaks("create_post", violates=("POSTS-CREATE-03",))
def tag_what_has_no_tags(request: Request, server: GoodServer) -> Answer:
    """A new post without tags gets one."""
    return server.send(_with_defaults(request, tags=["untagged"]))


@breaks("create_post", violates=("POSTS-CREATE-04",))
def take_a_missing_body_for_empty(request: Request, server: GoodServer) -> Answer:
    """A post without a body is taken, with an empty one."""
    return server.send(_with_defaults(request, body=""))


@breaks("create_post", violates=("POSTS-CREATE-04",))
def tell_only_the_first_missing_member(request: Request, server: GoodServer) -> Answer:
    """Of two missing members one is told."""
    answer = server.send(request)
    errors = answer.members.get("errors")
    return answer.with_members(errors=errors[:1]) if errors else answer


def _with_defaults(request: Request, **members: Any) -> Request:
    return request.with_body({**members, **request.members}) if request.members else request


# ---- Texts are kept exactly. ----


@breaks(*WRITING, violates=("POSTS-CREATE-05",))
def trim_titles(request: Request, server: GoodServer) -> Answer:
    """Spaces around a title are taken away."""
    return server.send(change_texts(request, str.strip, "title"))


@breaks("update_post", violates=("POSTS-CREATE-05",))
def trim_the_end_of_changed_bodies(request: Request, server: GoodServer) -> Answer:
    """A change takes spaces from the end of a body."""
    return server.send(change_texts(request, str.rstrip, "body"))


@breaks(*WRITING, violates=("POSTS-CREATE-05",))
def compose_accents(request: Request, server: GoodServer) -> Answer:
    """Texts are stored in the normal form C."""
    return server.send(change_texts(request, lambda text: unicodedata.normalize("NFC", text)))


@breaks("update_post", violates=("POSTS-CREATE-05",))
def unify_compatible_characters(request: Request, server: GoodServer) -> Answer:
    """A change stores texts in the normal form KC."""
    return server.send(change_texts(request, lambda text: unicodedata.normalize("NFKC", text)))


@breaks("get_post", violates=("POSTS-CREATE-05",))
def escape_markup(request: Request, server: GoodServer) -> Answer:
    """A post is read with its markup escaped."""
    answer = server.send(request)
    return change_texts(answer, html.escape) if answer.status == 200 else answer


@breaks("create_post", violates=("POSTS-CREATE-05",))
def expand_tabs(request: Request, server: GoodServer) -> Answer:
    """Tabs in a new post become spaces."""
    return server.send(change_texts(request, str.expandtabs))


@breaks(*WRITING, violates=("POSTS-CREATE-05",))
def leave_out_what_is_not_seen(request: Request, server: GoodServer) -> Answer:
    """Characters that format and have no width are left out of texts."""
    return server.send(change_texts(request, leave_out_formats))


@breaks("create_post", violates=("POSTS-CREATE-06",))
def keep_what_was_right_as_a_draft(request: Request, server: GoodServer) -> Answer:
    """Of a refused post a draft is kept."""
    answer = server.send(request)
    if answer.status == 422:
        kept = {"title": "Untitled", "body": request.members["body"], "status": "draft"}
        ask(request, server, "POST", "/api/v1/posts", kept)
    return answer


@breaks("create_post", violates=("POSTS-CREATE-06",))
def store_a_post_before_its_tags_are_looked_at(request: Request, server: GoodServer) -> Answer:
    """A post with a wrong tag is refused when it is stored already."""
    answer = server.send(request)
    if any("#/tags" in pointer for pointer, _ in list_faults(answer)):
        server.send(request.without_members("tags"))
    return answer
