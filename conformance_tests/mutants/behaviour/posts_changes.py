"""Mutants of chapter 2: changing and deleting posts, and what is left of them."""

from collections.abc import Callable
from http import HTTPStatus

from conformance_tests.data.ids import NEVER_GIVEN
from conformance_tests.mutants.errands import (
    Item,
    ask,
    change_items,
    confirm,
    find_caller,
    find_id,
    is_admin,
    is_author,
    list_all,
    refuse,
    show_again,
    speak_for,
    speak_for_author,
    summarize,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

POSTS = "/api/v1/posts"


# ---- Changing. ----


@breaks("update_post", violates=("POSTS-UPDATE-01",))
def forget_a_change(request: Request, server: GoodServer) -> Answer:
    """A change is answered as if it was made, and nothing is stored."""
    answer = ask(request, server, "GET", request.path)
    return answer.with_members(**request.members)


@breaks("get_post", violates=("POSTS-UPDATE-01",))
def keep_the_post_that_was_read(request: Request, server: GoodServer) -> Answer:
    """A post that was read once is not looked up again."""
    answer = server.send(request)
    if answer.status != 200 or not answer.body:
        return answer
    first = server.overheard.noted.setdefault(("read", request.target), answer.members)
    return answer.with_body(first)


@breaks("update_post", violates=("POSTS-UPDATE-01",))
def answer_with_the_post_before(request: Request, server: GoodServer) -> Answer:
    """A change is answered with the post as it was."""
    before = ask(request, server, "GET", request.path)
    answer = server.send(request)
    return answer.with_body(before.members) if answer.status == 200 else answer


@breaks("update_post", violates=("POSTS-UPDATE-01",))
def keep_the_last_tags(request: Request, server: GoodServer) -> Answer:
    """The tags of a post cannot all be taken away."""
    cleared = request.members.get("tags") == []
    return server.send(request.without_members("tags") if cleared else request)


@breaks("list_posts", violates=("POSTS-UPDATE-01",))
def list_titles_of_long_ago(request: Request, server: GoodServer) -> Answer:
    """Lists show the titles that posts had when they were written."""
    return change_items(request, server, lambda items: [_age(one) for one in items])


@breaks("update_post", violates=("POSTS-UPDATE-02",))
def empty_what_is_not_named(request: Request, server: GoodServer) -> Answer:
    """A change that names no body empties it."""
    return server.send(request.with_members(**{"body": "", **request.members}))


@breaks("update_post", violates=("POSTS-UPDATE-02",))
def untag_what_is_changed(request: Request, server: GoodServer) -> Answer:
    """A change that names no tags takes them away."""
    return server.send(request.with_members(**{"tags": [], **request.members}))


@breaks("update_post", violates=("POSTS-UPDATE-02",))
def add_tags_to_those_there(request: Request, server: GoodServer) -> Answer:
    """The tags of a change are added to those that are there."""
    tags = request.members.get("tags", [])
    before = ask(request, server, "GET", request.path).members.get("tags", [])
    return server.send(request.with_members(tags=sorted({*tags, *before})) if tags else request)


@breaks("update_post", violates=("POSTS-UPDATE-02",))
def begin_anew_with_a_change(request: Request, server: GoodServer) -> Answer:
    """A changed post is said to be written when it was changed."""
    answer = server.send(request)
    if answer.status != 200:
        return answer
    return answer.with_members(created_at=answer.members["updated_at"])


@breaks("update_post", violates=("POSTS-UPDATE-02",))
def change_all_posts_of_the_author(request: Request, server: GoodServer) -> Answer:
    """A change is made to the author's other posts too."""
    answer = server.send(request)
    author = answer.members.get("author")
    for post in list_all(request.with_target("GET", f"{POSTS}?author={author}"), server):
        ask(request, server, "PATCH", f"{POSTS}/{post['id']}", request.members)
    return answer


@breaks("update_post", violates=("POSTS-UPDATE-03",))
def keep_the_time_of_the_last_change(request: Request, server: GoodServer) -> Answer:
    """A change leaves `updated_at` as it was."""
    return _answer_with_time_of_writing(request, server)


@breaks("update_post", violates=("POSTS-UPDATE-03",))
def take_other_tags_for_no_change(request: Request, server: GoodServer) -> Answer:
    """A change of tags alone leaves `updated_at` as it was."""
    if [*request.members] != ["tags"]:
        return server.send(request)
    return _answer_with_time_of_writing(request, server)


@breaks("update_post", violates=("POSTS-UPDATE-04",))
def take_every_saving_for_a_change(request: Request, server: GoodServer) -> Answer:
    """A change that changes nothing moves `updated_at` forward."""
    return _touch(request, server) or server.send(request)


@breaks("update_post", violates=("POSTS-UPDATE-04",))
def take_another_order_of_tags_for_a_change(request: Request, server: GoodServer) -> Answer:
    """The same tags in another order move `updated_at` forward."""
    tags = request.members.get("tags", [])
    return (tags != sorted(tags) and _touch(request, server)) or server.send(request)


@breaks("update_post", violates=("POSTS-UPDATE-04",))
def take_the_same_status_for_a_change(request: Request, server: GoodServer) -> Answer:
    """A draft that is made a draft is changed."""
    is_draft = request.members == {"status": "draft"}
    return (is_draft and _touch(request, server)) or server.send(request)


@breaks("update_post", violates=("POSTS-UPDATE-04",))
def refuse_empty_changes(request: Request, server: GoodServer) -> Answer:
    """A change has to name something."""
    return server.send(request if request.members else request.with_members(nothing=None))


@breaks("update_post", "delete_post", violates=("POSTS-UPDATE-05", "POSTS-DELETE-02"))
def let_everybody_change_posts(request: Request, server: GoodServer) -> Answer:
    """Every user can change and delete every published post."""
    answer = server.send(request)
    return server.send(speak_for_author(request, server)) if answer.status == 403 else answer


@breaks("update_post", violates=("POSTS-UPDATE-05",))
def let_admins_change_posts(request: Request, server: GoodServer) -> Answer:
    """Admins change every published post."""
    return server.send(speak_for_author(request, server) if is_admin(request, server) else request)


@breaks("update_post", violates=("POSTS-UPDATE-05",))
def change_before_asking_who(request: Request, server: GoodServer) -> Answer:
    """Another user gets 403 for a change when it is made already."""
    answer = server.send(request)
    if answer.status == 403:
        server.send(speak_for_author(request, server))
    return answer


@breaks("update_post", violates=("POSTS-UPDATE-05",))
def ask_who_only_where_something_changes(request: Request, server: GoodServer) -> Answer:
    """A change that changes nothing is answered, whoever asks."""
    return server.send(request if request.members else speak_for_author(request, server))


def _age(post: Item) -> Item:
    return post if post["updated_at"] == post["created_at"] else {**post, "title": "Before"}


def _answer_with_time_of_writing(request: Request, server: GoodServer) -> Answer:
    answer = server.send(request)
    if answer.status != 200:
        return answer
    return answer.with_members(updated_at=answer.members["created_at"])


def _touch(request: Request, server: GoodServer) -> Answer | None:
    """Return the answer to a change that was made twice, where it changes nothing."""
    before, after = ask(request, server, "GET", request.path).members, server.send(request)
    if after.status != 200 or before != after.members:
        return None
    ask(request, server, "PATCH", request.path, {"body": "Something else."})
    return ask(request, server, "PATCH", request.path, {"body": before["body"]})


# ---- Deleting. ----


@breaks("delete_post", violates=("POSTS-DELETE-01",))
def keep_admins_from_deleting(request: Request, server: GoodServer) -> Answer:
    """Admins delete nothing but their own posts."""
    if not is_admin(request, server):
        return server.send(request)
    return refuse(request, server, HTTPStatus.FORBIDDEN, "forbidden")


@breaks("delete_post", violates=("POSTS-DELETE-01",))
def keep_drafts_for_ever(request: Request, server: GoodServer) -> Answer:
    """Only published posts can be deleted."""
    post = ask(request, server, "GET", request.path).members
    never = request.with_target("DELETE", f"{POSTS}/{NEVER_GIVEN}")
    return server.send(never if post.get("status") == "draft" else request)


@breaks("delete_post", violates=("POSTS-DELETE-01", "POSTS-DELETE-03"))
def delete_nothing(request: Request, server: GoodServer) -> Answer:
    """A deletion is confirmed, and the post stays."""
    return confirm(request, server) if is_author(request, server) else server.send(request)


@breaks("delete_post", violates=("POSTS-DELETE-02",))
def delete_before_asking_who(request: Request, server: GoodServer) -> Answer:
    """Another user gets 403 for a deletion when it is done already."""
    answer = server.send(request)
    if answer.status == 403:
        server.send(speak_for_author(request, server))
    return answer


@breaks("delete_post", violates=("POSTS-DELETE-01", "POSTS-DELETE-03"))
def delete_all_posts_of_a_title(request: Request, server: GoodServer) -> Answer:
    """With a post its author's other posts of the same title are gone."""
    if not is_author(request, server):
        return server.send(request)
    post = ask(request, server, "GET", request.path).members
    for one in [*server.overheard.posts.values()]:
        if (one["author"], one["title"]) == (post.get("author"), post.get("title")):
            ask(request, server, "DELETE", f"{POSTS}/{one['id']}")
    return confirm(request, server)


@breaks("get_post", "delete_post", violates=("POSTS-DELETE-03",))
def read_what_was_deleted(request: Request, server: GoodServer) -> Answer:
    """A deleted post can still be read."""
    _note_deletion(request, server)
    return _answer_from_memory(request, server, lambda post: _is_noted(post, server))


@breaks("list_posts", "delete_post", violates=("POSTS-DELETE-03",))
def list_what_was_deleted(request: Request, server: GoodServer) -> Answer:
    """A deleted post stays in the lists of its tags."""
    _note_deletion(request, server)
    tag, status = request.query.get("tag", ""), request.query.get("status", "published")
    return _add_from_memory(
        request, server, lambda post: _is_noted(post, server) and _fits(post, tag, status)
    )


@breaks("list_posts", "delete_post", violates=("POSTS-DELETE-03",))
def find_what_was_deleted(request: Request, server: GoodServer) -> Answer:
    """A deleted post is still found by searches."""
    _note_deletion(request, server)
    word = request.query.get("q") or "\0"
    return _add_from_memory(
        request, server, lambda post: _is_noted(post, server) and word in post["title"]
    )


@breaks("update_post", "delete_post", violates=("POSTS-DELETE-03",))
def change_what_was_deleted(request: Request, server: GoodServer) -> Answer:
    """A change of a deleted post is answered as if it was there."""
    _note_deletion(request, server)
    return _answer_from_memory(request, server, lambda post: _is_noted(post, server))


@breaks("get_post", violates=("POSTS-DELETE-04",))
def read_posts_of_who_is_gone(request: Request, server: GoodServer) -> Answer:
    """The published posts of a deleted account can still be read."""
    return _answer_from_memory(request, server, lambda post: post["status"] == "published")


@breaks("list_posts", violates=("POSTS-DELETE-04",))
def list_posts_of_who_is_gone(request: Request, server: GoodServer) -> Answer:
    """The published posts of a deleted account are still found by their author."""
    author = request.query.get("author")
    return _add_from_memory(request, server, lambda post: post["author"] == author)


@breaks("list_posts", violates=("POSTS-DELETE-04",))
def list_tagged_posts_of_who_is_gone(request: Request, server: GoodServer) -> Answer:
    """The published posts of a deleted account are still found by their tags."""
    tag = request.query.get("tag", "")
    return _add_from_memory(request, server, lambda post: _fits(post, tag, "published"))


@breaks("delete_me", violates=("POSTS-DELETE-04",))
def delete_posts_of_the_same_tags(request: Request, server: GoodServer) -> Answer:
    """With an account go the posts of others that share a tag with its own."""
    caller = find_caller(request, server)
    posts = [*server.overheard.posts.values()]
    tags = {tag for post in posts for tag in post["tags"] if post["author"] == caller["username"]}
    for post in posts:
        if tags & {*post["tags"]}:
            author = speak_for(request, server, post["author"])
            ask(author, server, "DELETE", f"{POSTS}/{post['id']}")
    return server.send(request)


def _note_deletion(request: Request, server: GoodServer) -> None:
    # Whether it succeeds does not matter here: these tests delete nothing in vain.
    if request.method == "DELETE":
        server.overheard.noted["deleted", find_id(request)] = True


def _is_noted(post: Item, server: GoodServer) -> bool:
    return ("deleted", post["id"]) in server.overheard.noted


def _fits(post: Item, tag: str, status: str) -> bool:
    return tag in post["tags"] and post["status"] == status


def _answer_from_memory(
    request: Request, server: GoodServer, is_meant: Callable[[Item], bool]
) -> Answer:
    """Return the answer, or a post as it was when it was there."""
    answer = server.send(request)
    post = server.overheard.posts.get(find_id(request))
    if answer.status != 404 or request.method == "DELETE" or not post or not is_meant(post):
        return answer
    return show_again(request, server, post)


def _add_from_memory(
    request: Request, server: GoodServer, is_meant: Callable[[Item], bool]
) -> Answer:
    """Return a list to which posts are added that were there once."""
    posts = [*server.overheard.posts.values()]
    added = [summarize(one) for one in posts if is_meant(one)]
    if request.method == "DELETE":
        return server.send(request)
    return change_items(request, server, lambda items: _merge(items, added))


def _merge(items: list[Item], added: list[Item]) -> list[Item]:
    there = {one["id"] for one in items}
    return [*items, *(one for one in added if one["id"] not in there)]
