"""Mutants of chapter 2: who reads posts, and to whom drafts are there."""

from http import HTTPStatus

from conformance_tests.mutants.errands import (
    ask,
    ask_for_token,
    confirm,
    find_id,
    forbid_what_is_there,
    is_admin,
    is_author,
    refuse,
    speak_for_author,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

POSTS = "/api/v1/posts"


# ---- Reading. ----


@breaks("get_post", violates=("POSTS-READ-01",))
def show_posts_to_users_only(request: Request, server: GoodServer) -> Answer:
    """Nobody reads a post without a token."""
    return ask_for_token(request, server)


@breaks("get_post", violates=("POSTS-READ-01",))
def show_posts_to_their_authors_only(request: Request, server: GoodServer) -> Answer:
    """A signed-in user reads no posts but their own."""
    answer = server.send(request)
    if answer.status != 200 or not request.token or is_author(request, server):
        return answer
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


@breaks("update_post", violates=("POSTS-READ-02",))
def make_what_is_not_there(request: Request, server: GoodServer) -> Answer:
    """A change of a post that does not exist makes one."""
    answer = server.send(request)
    if answer.status != 404:
        return answer
    told = {"title": "Untitled", "body": "", **request.members}
    return ask(request, server, "POST", POSTS, told).with_status(200, "OK")


@breaks("delete_post", violates=("POSTS-READ-02", "POSTS-DELETE-03"))
def confirm_every_deletion(request: Request, server: GoodServer) -> Answer:
    """Deleting a post that does not exist, or no longer, is 204."""
    answer = server.send(request)
    return confirm(request, server) if answer.status == 404 else answer


# ---- Drafts. ----


@breaks("get_post", violates=("POSTS-DRAFT-01",))
def hide_drafts_from_their_authors(request: Request, server: GoodServer) -> Answer:
    """Nobody reads a draft, not even its author."""
    answer = server.send(request)
    if answer.members.get("status") != "draft":
        return answer
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


@breaks("update_post", violates=("POSTS-DRAFT-01",))
def publish_what_is_changed(request: Request, server: GoodServer) -> Answer:
    """A change of a draft publishes it, unless it says otherwise."""
    told = request.members
    return server.send(request.with_members(**{"status": "published", **told}) if told else request)


@breaks("get_post", violates=("POSTS-DRAFT-02",))
def show_drafts_to_everybody(request: Request, server: GoodServer) -> Answer:
    """Whoever has the id of a draft reads it."""
    return server.send(speak_for_author(request, server))


@breaks("get_post", violates=("POSTS-DRAFT-02",))
def show_drafts_to_users(request: Request, server: GoodServer) -> Answer:
    """Every user who has the id of a draft reads it."""
    return server.send(speak_for_author(request, server) if request.token else request)


@breaks("get_post", violates=("POSTS-DRAFT-02",))
def show_drafts_to_admins(request: Request, server: GoodServer) -> Answer:
    """Admins read every draft."""
    return server.send(speak_for_author(request, server) if is_admin(request, server) else request)


@breaks("get_post", violates=("POSTS-DRAFT-02",))
def forbid_the_reading_of_drafts(request: Request, server: GoodServer) -> Answer:
    """Reading somebody else's draft is 403, and so tells that it is there."""
    return forbid_what_is_there(request, server)


@breaks("get_post", violates=("POSTS-DRAFT-02",))
def word_the_absence_of_drafts_otherwise(request: Request, server: GoodServer) -> Answer:
    """A draft is not found in other words than a post that never existed."""
    answer = server.send(request)
    hidden = answer.body and answer.status == 404 and find_id(request) in server.overheard.authors
    return answer.with_members(detail="It is not published.") if hidden else answer


@breaks("get_post", violates=("POSTS-DRAFT-02",))
def find_the_heads_of_drafts(request: Request, server: GoodServer) -> Answer:
    """HEAD finds every draft."""
    return server.send(speak_for_author(request, server) if request.method == "HEAD" else request)


@breaks("update_post", violates=("POSTS-DRAFT-03",))
def let_everybody_change_drafts(request: Request, server: GoodServer) -> Answer:
    """Every user changes every draft."""
    answer = server.send(request)
    return server.send(speak_for_author(request, server)) if answer.status == 404 else answer


@breaks("update_post", violates=("POSTS-DRAFT-03",))
def forbid_the_change_of_drafts(request: Request, server: GoodServer) -> Answer:
    """Changing somebody else's draft is 403, and so tells that it is there."""
    return forbid_what_is_there(request, server)


@breaks("delete_post", violates=("POSTS-DRAFT-03",))
def forbid_the_deletion_of_drafts(request: Request, server: GoodServer) -> Answer:
    """Deleting somebody else's draft is 403, and so tells that it is there."""
    return forbid_what_is_there(request, server)


@breaks("delete_post", violates=("POSTS-DRAFT-03",))
def let_admins_delete_drafts(request: Request, server: GoodServer) -> Answer:
    """Admins delete every draft."""
    return server.send(speak_for_author(request, server) if is_admin(request, server) else request)


@breaks("update_post", violates=("POSTS-DRAFT-03",))
def answer_to_empty_changes_of_drafts(request: Request, server: GoodServer) -> Answer:
    """A change that changes nothing is answered with the draft, whoever asks."""
    return server.send(request if request.members else speak_for_author(request, server))
