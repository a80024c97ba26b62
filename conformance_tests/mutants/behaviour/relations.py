"""Mutants of chapter 3: commenting, comments on drafts, and the ids of comments."""

from collections.abc import Callable
from http import HTTPStatus

from conformance_tests.mutants.errands import (
    ask,
    ask_for_token,
    confirm,
    find_caller,
    find_fault,
    find_id,
    find_only_quiet_ids,
    forbid_what_is_there,
    is_admin,
    is_author,
    recall_comment,
    refuse,
    show_again,
    speak_for,
    speak_for_author,
    write_id_plainly,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

COMMENTS = "/api/v1/comments/"
WRITING = ("create_comment", "update_comment")


# ---- Commenting. ----


@breaks("create_comment", violates=("RELATIONS-COMMENT-01",))
def name_the_author_of_the_post(request: Request, server: GoodServer) -> Answer:
    """A new comment is said to be by the author of the post."""
    answer, author = server.send(request), server.overheard.authors.get(find_id(request))
    return answer.with_members(author=author) if answer.status == 201 else answer


@breaks("create_comment", violates=("RELATIONS-COMMENT-01",))
def note_the_time_twice(request: Request, server: GoodServer) -> Answer:
    """A new comment was changed a moment after it was made."""
    answer = server.send(request)
    if answer.status != 201:
        return answer
    later = answer.members["updated_at"].replace("Z", "")[:-1]
    last = str((int(answer.members["updated_at"][-2]) + 1) % 10)
    return answer.with_members(updated_at=f"{later}{last}Z")


@breaks(*WRITING, violates=("RELATIONS-COMMENT-01",))
def trim_comments(request: Request, server: GoodServer) -> Answer:
    """Spaces around a comment are taken away."""
    return server.send(_change_body(request, str.strip))


@breaks("create_comment", violates=("RELATIONS-COMMENT-02",))
def locate_a_comment_below_its_post(request: Request, server: GoodServer) -> Answer:
    """The Location of a comment is below its post, where nothing is."""
    answer = server.send(request)
    if answer.status != 201:
        return answer
    return answer.with_header("Location", f"{request.path}/{answer.members['id']}")


@breaks("get_comment", violates=("RELATIONS-COMMENT-02",))
def show_comments_to_users_only(request: Request, server: GoodServer) -> Answer:
    """Nobody reads a comment without a token."""
    return ask_for_token(request, server)


@breaks("get_comment", violates=("RELATIONS-COMMENT-02",))
def show_comments_to_who_takes_part(request: Request, server: GoodServer) -> Answer:
    """A comment is read by its author and that of the post, and by nobody in particular."""
    known = recall_comment(request, server)
    people = {known.get("author"), server.overheard.authors.get(known.get("post_id", ""))}
    if not request.token or find_caller(request, server).get("username") in people:
        return server.send(request)
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


@breaks(*WRITING, violates=("RELATIONS-COMMENT-03",))
def cut_long_comments(request: Request, server: GoodServer) -> Answer:
    """A comment that is too long is cut."""
    return server.send(_change_body(request, lambda body: body[:5000]))


@breaks("update_comment", violates=("RELATIONS-COMMENT-03",))
def measure_only_new_comments(request: Request, server: GoodServer) -> Answer:
    """A change may make a comment as long as it likes."""
    return server.send(_change_body(request, lambda body: body[:5000]))


@breaks(*WRITING, violates=("RELATIONS-COMMENT-03",))
def count_comments_in_units(request: Request, server: GoodServer) -> Answer:
    """A comment may have 5,000 units of UTF-16."""
    return server.send(_change_body(request, _refuse_many_units))


@breaks(*WRITING, violates=("RELATIONS-COMMENT-03",))
def take_empty_comments(request: Request, server: GoodServer) -> Answer:
    """A comment may be empty."""
    return server.send(_change_body(request, lambda body: body or "-"))


@breaks("create_comment", violates=("RELATIONS-COMMENT-03",))
def refuse_blank_comments(request: Request, server: GoodServer) -> Answer:
    """A comment needs more than spaces."""
    if request.members.get("body") not in (" ", "\n"):
        return server.send(request)
    return find_fault(request, server, {"pointer": "#/body"}, "too_short")


@breaks(*WRITING, violates=("RELATIONS-COMMENT-03",))
def write_numbers_as_texts(request: Request, server: GoodServer) -> Answer:
    """A number is taken for a comment."""
    body = request.members.get("body")
    return server.send(request.with_members(body=str(body)) if isinstance(body, int) else request)


@breaks("update_comment", violates=("RELATIONS-COMMENT-03",))
def take_null_for_an_unchanged_comment(request: Request, server: GoodServer) -> Answer:
    """A body that is null leaves a comment as it is."""
    is_null = request.members.get("body", "") is None
    return server.send(request.without_members("body") if is_null else request)


@breaks("create_comment", violates=("RELATIONS-COMMENT-04",))
def keep_authors_from_commenting(request: Request, server: GoodServer) -> Answer:
    """Nobody comments on their own post."""
    if not is_author(request, server):
        return server.send(request)
    return refuse(request, server, HTTPStatus.FORBIDDEN, "forbidden")


@breaks("create_comment", violates=("RELATIONS-COMMENT-04",))
def comment_on_nothing_but_published_posts(request: Request, server: GoodServer) -> Answer:
    """Nobody comments on a draft, not even its author."""
    post = ask(request, server, "GET", f"/api/v1/posts/{find_id(request)}").members
    if post.get("status") != "draft":
        return server.send(request)
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


@breaks("list_comments", violates=("RELATIONS-COMMENT-05",))
def list_comments_on_drafts(request: Request, server: GoodServer) -> Answer:
    """Whoever has the id of a draft reads the comments on it."""
    return server.send(speak_for_author(request, server))


@breaks("create_comment", violates=("RELATIONS-COMMENT-05",))
def take_comments_on_drafts(request: Request, server: GoodServer) -> Answer:
    """Whoever has the id of a draft comments on it."""
    answer = server.send(request)
    return server.send(speak_for_author(request, server)) if answer.status == 404 else answer


@breaks("create_comment", "list_comments", violates=("RELATIONS-COMMENT-05",))
def forbid_what_is_below_a_draft(request: Request, server: GoodServer) -> Answer:
    """A draft is 403 for the comments on it, and so told to be there."""
    return forbid_what_is_there(request, server)


@breaks("list_comments", violates=("RELATIONS-COMMENT-05",))
def list_no_comments_where_no_post_is(request: Request, server: GoodServer) -> Answer:
    """A post that does not exist has no comments."""
    answer = server.send(request)
    if answer.status != 404:
        return answer
    return ask(request, server, "GET", "/api/v1/users?q=nobody-at-all")


def _change_body(request: Request, change: Callable[[str], str]) -> Request:
    body = request.members.get("body")
    return request.with_members(body=change(body)) if isinstance(body, str) else request


def _refuse_many_units(body: str) -> str:
    return body if len(body.encode("utf-16-le")) <= 2 * 5000 else "z" * 5001


# ---- Comments on drafts. ----


@breaks("get_comment", violates=("RELATIONS-COMMENT-06", "RELATIONS-COMMENT-16"))
def show_who_commented_the_hidden_comment(request: Request, server: GoodServer) -> Answer:
    """Who commented on a post that is a draft now still reads the comment."""
    caller = find_caller(request, server).get("username")
    is_own = caller == recall_comment(request, server).get("author", "")
    return server.send(_speak_for_host(request, server) if is_own else request)


@breaks("update_comment", violates=("RELATIONS-COMMENT-06",))
def forbid_the_change_of_hidden_comments(request: Request, server: GoodServer) -> Answer:
    """A comment on a draft is 403 for a change, and so told to be there."""
    return forbid_what_is_there(request, server)


@breaks("delete_comment", violates=("RELATIONS-COMMENT-06",))
def delete_ones_own_hidden_comment(request: Request, server: GoodServer) -> Answer:
    """Who commented on a post that is a draft now still deletes the comment."""
    caller = find_caller(request, server).get("username")
    is_own = caller == recall_comment(request, server).get("author", "")
    return server.send(_speak_for_host(request, server) if is_own else request)


@breaks("delete_comment", violates=("RELATIONS-COMMENT-06",))
def let_admins_delete_hidden_comments(request: Request, server: GoodServer) -> Answer:
    """Admins delete comments on drafts."""
    return server.send(_speak_for_host(request, server) if is_admin(request, server) else request)


@breaks("get_comment", violates=("RELATIONS-COMMENT-06",))
def show_hidden_comments_to_everybody(request: Request, server: GoodServer) -> Answer:
    """A comment on a draft is read by whoever has its id."""
    return server.send(_speak_for_host(request, server))


def _speak_for_host(request: Request, server: GoodServer) -> Request:
    post_id = recall_comment(request, server).get("post_id", "")
    return speak_for(request, server, server.overheard.authors.get(post_id, ""))


# ---- Ids. ----


@breaks("get_comment", "delete_comment", violates=("RELATIONS-COMMENT-07",))
def read_deleted_comments(request: Request, server: GoodServer) -> Answer:
    """A deleted comment can still be read."""
    answer = server.send(request)
    if answer.status == 204:
        server.overheard.noted["deleted", find_id(request)] = True
    is_known = ("deleted", find_id(request)) in server.overheard.noted
    if request.method != "GET" or answer.status != 404 or not is_known:
        return answer
    return show_again(request, server, recall_comment(request, server))


@breaks("delete_comment", violates=("RELATIONS-COMMENT-07",))
def confirm_every_deletion_of_comments(request: Request, server: GoodServer) -> Answer:
    """Deleting a comment that does not exist, or no longer, is 204."""
    answer = server.send(request)
    return confirm(request, server) if answer.status == 404 else answer


@breaks("get_comment", violates=("RELATIONS-COMMENT-07",))
def find_comments_by_their_post(request: Request, server: GoodServer) -> Answer:
    """The id of a post finds a comment on it."""
    comments = server.overheard.comments.values()
    there = [one["id"] for one in comments if one["post_id"] == find_id(request)]
    return server.send(request.with_target("GET", COMMENTS + there[0]) if there else request)


@breaks("get_comment", violates=("RELATIONS-COMMENT-08",))
def miss_loud_comment_ids(request: Request, server: GoodServer) -> Answer:
    """A comment is not found for reading by its id in upper case."""
    return find_only_quiet_ids(request, server)


@breaks("update_comment", violates=("RELATIONS-COMMENT-08",))
def miss_loud_comment_ids_in_changes(request: Request, server: GoodServer) -> Answer:
    """A comment is not found for a change by its id in upper case."""
    return find_only_quiet_ids(request, server)


@breaks("delete_comment", violates=("RELATIONS-COMMENT-08",))
def miss_loud_comment_ids_in_deletions(request: Request, server: GoodServer) -> Answer:
    """A comment is not found for a deletion by its id in upper case."""
    return find_only_quiet_ids(request, server)


@breaks("get_comment", violates=("RELATIONS-COMMENT-08",))
def repeat_a_comment_id_as_it_was_sent(request: Request, server: GoodServer) -> Answer:
    """A comment is shown under the id by which it was asked for."""
    answer = server.send(request)
    asked = request.path.rpartition("/")[2]
    return answer.with_members(id=asked) if answer.status == 200 and answer.body else answer


@breaks(violates=("RELATIONS-COMMENT-08",))
def take_comment_ids_in_any_form(request: Request, server: GoodServer) -> Answer:
    """The id of a comment is whatever a library takes for one: braces, `urn:`, no hyphens."""
    return server.send(write_id_plainly(request, COMMENTS))


@breaks(violates=("RELATIONS-COMMENT-08",))
def delete_comments_by_ids_in_any_form(request: Request, server: GoodServer) -> Answer:
    """For the deletion of a comment an id is whatever a library takes for one."""
    return server.send(
        write_id_plainly(request, COMMENTS) if request.method == "DELETE" else request
    )
