"""Mutants of chapter 3: changing, deleting and listing comments."""

from collections.abc import Callable
from http import HTTPStatus

from conformance_tests.mutants.errands import (
    Item,
    ask,
    change_items,
    confirm,
    find_caller,
    find_id,
    is_admin,
    recall_comment,
    refuse,
    show_again,
    speak_for_commenter,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

COMMENTS = "/api/v1/comments/"


# ---- Changing. ----


@breaks("update_comment", violates=("RELATIONS-COMMENT-09",))
def forget_the_change_of_a_comment(request: Request, server: GoodServer) -> Answer:
    """A change of a comment is answered as if it was made, and nothing is stored."""
    before, answer = ask(request, server, "GET", request.path).members, server.send(request)
    if answer.status == 200:
        ask(request, server, "PATCH", request.path, {"body": before["body"]})
    return answer


@breaks("update_comment", violates=("RELATIONS-COMMENT-09",))
def keep_the_time_of_a_changed_comment(request: Request, server: GoodServer) -> Answer:
    """A change of a comment leaves `updated_at` as it was."""
    return _copy_time(request, server, "created_at", "updated_at")


@breaks("update_comment", violates=("RELATIONS-COMMENT-09",))
def begin_a_comment_anew(request: Request, server: GoodServer) -> Answer:
    """A changed comment is said to be made when it was changed."""
    return _copy_time(request, server, "updated_at", "created_at")


@breaks("update_comment", violates=("RELATIONS-COMMENT-10",))
def touch_comments_in_vain(request: Request, server: GoodServer) -> Answer:
    """A change of a comment that changes nothing moves `updated_at` forward."""
    before = ask(request, server, "GET", request.path).members
    answer = server.send(request)
    if answer.status != 200 or before != answer.members:
        return answer
    ask(request, server, "PATCH", request.path, {"body": "Something else."})
    return ask(request, server, "PATCH", request.path, {"body": before["body"]})


@breaks("update_comment", violates=("RELATIONS-COMMENT-10",))
def ask_for_the_body_of_a_change(request: Request, server: GoodServer) -> Answer:
    """A change of a comment has to name its body."""
    return server.send(request if request.members else request.with_members(nothing=None))


@breaks("update_comment", violates=("RELATIONS-COMMENT-11",))
def let_everybody_change_comments(request: Request, server: GoodServer) -> Answer:
    """Every user changes every comment."""
    answer = server.send(request)
    return server.send(speak_for_commenter(request, server)) if answer.status == 403 else answer


@breaks("update_comment", violates=("RELATIONS-COMMENT-11",))
def let_hosts_change_comments(request: Request, server: GoodServer) -> Answer:
    """The author of a post changes the comments on it."""
    host = server.overheard.authors.get(recall_comment(request, server).get("post_id", ""), "")
    is_host = find_caller(request, server).get("username") == host
    return server.send(speak_for_commenter(request, server) if is_host else request)


@breaks("update_comment", violates=("RELATIONS-COMMENT-11",))
def let_admins_change_comments(request: Request, server: GoodServer) -> Answer:
    """Admins change every comment."""
    return server.send(
        speak_for_commenter(request, server) if is_admin(request, server) else request
    )


@breaks("update_comment", violates=("RELATIONS-COMMENT-11",))
def change_a_comment_before_asking_who(request: Request, server: GoodServer) -> Answer:
    """Another user gets 403 for the change of a comment when it is made already."""
    answer = server.send(request)
    if answer.status == 403:
        server.send(speak_for_commenter(request, server))
    return answer


def _copy_time(request: Request, server: GoodServer, source: str, target: str) -> Answer:
    answer = server.send(request)
    if answer.status != 200:
        return answer
    return answer.with_members(**{target: answer.members[source]})


# ---- Deleting. ----


@breaks("delete_comment", violates=("RELATIONS-COMMENT-12",))
def keep_hosts_from_deleting_comments(request: Request, server: GoodServer) -> Answer:
    """The author of a post does not delete the comments of others on it."""
    known, caller = recall_comment(request, server), find_caller(request, server).get("username")
    host = server.overheard.authors.get(known.get("post_id", ""), "")
    if caller != host or caller == known["author"]:
        return server.send(request)
    return refuse(request, server, HTTPStatus.FORBIDDEN, "forbidden")


@breaks("delete_comment", violates=("RELATIONS-COMMENT-12",))
def keep_admins_from_deleting_comments(request: Request, server: GoodServer) -> Answer:
    """Admins delete nothing but their own comments."""
    if not is_admin(request, server):
        return server.send(request)
    return refuse(request, server, HTTPStatus.FORBIDDEN, "forbidden")


@breaks("delete_comment", violates=("RELATIONS-COMMENT-12",))
def delete_no_comment(request: Request, server: GoodServer) -> Answer:
    """The deletion of a comment is confirmed, and the comment stays."""
    there = ask(request, server, "GET", request.path).status == 200 and request.token
    return confirm(request, server) if there else server.send(request)


@breaks("delete_comment", violates=("RELATIONS-COMMENT-13",))
def let_everybody_delete_comments(request: Request, server: GoodServer) -> Answer:
    """Every user deletes every comment."""
    answer = server.send(request)
    return server.send(speak_for_commenter(request, server)) if answer.status == 403 else answer


@breaks("delete_comment", violates=("RELATIONS-COMMENT-13",))
def let_commenters_delete_comments(request: Request, server: GoodServer) -> Answer:
    """Who commented on a post deletes the comments of others on it."""
    post_id = recall_comment(request, server).get("post_id")
    comments = server.overheard.comments.values()
    people = {one["author"] for one in comments if one["post_id"] == post_id}
    takes_part = find_caller(request, server).get("username") in people
    return server.send(speak_for_commenter(request, server) if takes_part else request)


@breaks("delete_comment", violates=("RELATIONS-COMMENT-13",))
def delete_a_comment_before_asking_who(request: Request, server: GoodServer) -> Answer:
    """Another user gets 403 for the deletion of a comment when it is done already."""
    answer = server.send(request)
    if answer.status == 403:
        server.send(speak_for_commenter(request, server))
    return answer


# ---- Lists, and what becomes of the post. ----


@breaks("list_comments", violates=("RELATIONS-COMMENT-14",))
def list_comments_of_all_posts(request: Request, server: GoodServer) -> Answer:
    """The comments of a post are listed with those on the author's other posts."""
    comments = server.overheard.comments
    others = [one for one in comments.values() if one["post_id"] != find_id(request)][-1:]
    return change_items(request, server, lambda items: [*items, *others])


@breaks("list_comments", violates=("RELATIONS-COMMENT-14",))
def list_comments_in_one_order(request: Request, server: GoodServer) -> Answer:
    """`sort` changes nothing about comments."""
    return server.send(request.with_query(sort=None, cursor=None))


@breaks("list_comments", violates=("RELATIONS-COMMENT-14",))
def take_any_sort_of_comments(request: Request, server: GoodServer) -> Answer:
    """A sort outside the list is the usual one."""
    answer = server.send(request)
    return server.send(request.with_query(sort=None)) if answer.status == 422 else answer


@breaks("list_comments", violates=("RELATIONS-COMMENT-14",))
def list_comments_by_their_last_change(request: Request, server: GoodServer) -> Answer:
    """The comment that was changed last comes first."""
    if request.query.get("sort") == "created_at":
        return server.send(request)
    return change_items(
        request,
        server,
        lambda items: sorted(items, key=lambda one: str(one["updated_at"]), reverse=True),
    )


@breaks("list_comments", violates=("RELATIONS-COMMENT-14",))
def list_a_comment_once_for_each_author(request: Request, server: GoodServer) -> Answer:
    """Of the comments of one author on a post the newest is listed."""
    return change_items(
        request, server, lambda items: [*{one["author"]: one for one in items}.values()]
    )


@breaks("delete_post", "get_comment", violates=("RELATIONS-COMMENT-15",))
def keep_comments_of_deleted_posts(request: Request, server: GoodServer) -> Answer:
    """A comment on a deleted post can still be read."""
    return _keep_comments(request, server, lambda post: True)


@breaks("delete_post", "get_comment", violates=("RELATIONS-COMMENT-15",))
def keep_comments_of_deleted_drafts(request: Request, server: GoodServer) -> Answer:
    """A comment on a draft that is deleted can still be read."""
    return _keep_comments(request, server, lambda post: bool(post["status"] == "draft"))


@breaks("update_post", violates=("RELATIONS-COMMENT-16",))
def delete_comments_of_hidden_posts(request: Request, server: GoodServer) -> Answer:
    """The comments of a post that becomes a draft are deleted."""
    answer = server.send(request)
    if answer.members.get("status") == "draft":
        comments = ask(request, server, "GET", f"{request.path}/comments").members["items"]
        for comment in comments:
            ask(request, server, "DELETE", f"{COMMENTS}{comment['id']}")
    return answer


@breaks("update_post", "get_post_stats", violates=("RELATIONS-COMMENT-16",))
def forget_likes_of_hidden_posts(request: Request, server: GoodServer) -> Answer:
    """The likes of a post that becomes a draft are lost."""
    answer, name = server.send(request), ("hidden", find_id(request))
    if answer.members.get("status") == "draft":
        server.overheard.noted[name] = True
    is_lost = answer.status == 200 and request.method == "GET" and name in server.overheard.noted
    return answer.with_members(likes_count=0, liked=False) if is_lost else answer


def _keep_comments(
    request: Request, server: GoodServer, is_meant: Callable[[Item], bool]
) -> Answer:
    answer, noted = server.send(request), server.overheard.noted
    if request.method == "DELETE":
        noted["deleted", find_id(request)] = is_meant(server.overheard.posts[find_id(request)])
        return answer
    comment = recall_comment(request, server)
    is_lost = answer.status == 404 and noted.get(("deleted", comment.get("post_id")))
    return show_again(request, server, comment) if is_lost else answer
