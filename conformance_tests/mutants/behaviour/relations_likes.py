"""Mutants of chapter 3: likes, and the numbers of a post."""

from collections.abc import Callable
from http import HTTPStatus

from conformance_tests.mutants.errands import (
    Item,
    ask,
    change_items,
    confirm,
    find_id,
    forbid_what_is_there,
    is_admin,
    refuse,
    show_again,
    speak_for_author,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

# ---- Likes. ----


@breaks("like_post", violates=("RELATIONS-LIKE-01",))
def like_nothing(request: Request, server: GoodServer) -> Answer:
    """A like is confirmed, and nothing is stored."""
    return confirm(request, server) if request.token else server.send(request)


@breaks("get_post_stats", violates=("RELATIONS-LIKE-01",))
def show_a_like_to_everybody(request: Request, server: GoodServer) -> Answer:
    """`liked` is true for every user where somebody likes the post."""
    return _change_stats(request, server, lambda told: _tell_liked(told, told["likes_count"] > 0))


@breaks("get_post_stats", violates=("RELATIONS-LIKE-01",))
def show_ones_likes_to_nobody(request: Request, server: GoodServer) -> Answer:
    """`liked` is false for every user."""
    return _change_stats(request, server, lambda told: _tell_liked(told, False))


@breaks("like_post", violates=("RELATIONS-LIKE-02",))
def take_back_what_is_liked_again(request: Request, server: GoodServer) -> Answer:
    """A second like takes the first one back."""
    method = "DELETE" if _likes(request, server) else "PUT"
    return server.send(request.with_target(method, request.path))


@breaks("like_post", "get_post_stats", violates=("RELATIONS-LIKE-02",))
def count_every_like(request: Request, server: GoodServer) -> Answer:
    """A post that is liked twice by the same caller counts two likes."""
    if request.method == "PUT" and _likes(request, server):
        _count(request, server, "again")
    more = _count(request, server, "again", 0)
    return _change_stats(
        request, server, lambda told: {**told, "likes_count": told["likes_count"] + more}
    )


@breaks("unlike_post", violates=("RELATIONS-LIKE-03",))
def unlike_nothing(request: Request, server: GoodServer) -> Answer:
    """Taking a like back is confirmed, and the like stays."""
    return confirm(request, server) if request.token else server.send(request)


@breaks("like_post", "unlike_post", violates=("RELATIONS-LIKE-03",))
def take_back_everybodys_likes(request: Request, server: GoodServer) -> Answer:
    """Unliking takes back all likes of the post."""
    people = server.overheard.noted.setdefault(("likers", find_id(request)), set())
    people.add(request.token)
    for token in people if request.method == "DELETE" else ():
        ask(request.with_token(token), server, "DELETE", request.path)
    return server.send(request)


@breaks("like_post", "unlike_post", violates=("RELATIONS-LIKE-03",))
def take_back_all_of_ones_likes(request: Request, server: GoodServer) -> Answer:
    """Unliking takes back the caller's likes of all posts."""
    liked = server.overheard.noted.setdefault(("liked by", request.token), set())
    liked.add(request.path)
    for path in liked if request.method == "DELETE" else ():
        ask(request, server, "DELETE", path)
    return server.send(request)


@breaks("unlike_post", violates=("RELATIONS-LIKE-04",))
def miss_a_like_that_is_not_there(request: Request, server: GoodServer) -> Answer:
    """Unliking a post that the caller does not like is 404."""
    if _likes(request, server) or not request.token:
        return server.send(request)
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


@breaks("unlike_post", "get_post_stats", violates=("RELATIONS-LIKE-04",))
def count_down_for_every_unlike(request: Request, server: GoodServer) -> Answer:
    """Unliking counts one like less, whether there was one or not."""
    if request.method == "DELETE" and not _likes(request, server):
        _count(request, server, "less")
    less = _count(request, server, "less", 0)
    return _change_stats(
        request, server, lambda told: {**told, "likes_count": max(told["likes_count"] - less, 0)}
    )


@breaks("like_post", "unlike_post", violates=("RELATIONS-LIKE-05",))
def take_likes_of_drafts(request: Request, server: GoodServer) -> Answer:
    """Whoever has the id of a draft likes it, which counts."""
    answer = server.send(request)
    return server.send(speak_for_author(request, server)) if answer.status == 404 else answer


@breaks("unlike_post", violates=("RELATIONS-LIKE-05",))
def take_back_the_like_of_a_hidden_post(request: Request, server: GoodServer) -> Answer:
    """Who likes a post that is a draft now takes the like back."""
    answer = server.send(request)
    is_known = find_id(request) in server.overheard.authors
    return confirm(request, server) if answer.status == 404 and is_known else answer


@breaks("like_post", violates=("RELATIONS-LIKE-05",))
def forbid_likes_of_drafts(request: Request, server: GoodServer) -> Answer:
    """Somebody else's draft is 403 for a like, and so told to be there."""
    return forbid_what_is_there(request, server)


def _likes(request: Request, server: GoodServer) -> bool:
    stats = ask(request, server, "GET", f"/api/v1/posts/{find_id(request)}/stats").members
    return bool(stats.get("liked"))


def _count(request: Request, server: GoodServer, name: str, step: int = 1) -> int:
    noted, key = server.overheard.noted, (name, find_id(request))
    noted[key] = noted.get(key, 0) + step
    return int(noted[key])


def _change_stats(request: Request, server: GoodServer, change: Callable[[Item], Item]) -> Answer:
    answer = server.send(request)
    return answer.with_body(change(answer.members)) if "liked" in answer.members else answer


def _tell_liked(stats: Item, liked: bool) -> Item:
    return stats if stats["liked"] is None else {**stats, "liked": liked}


# ---- Stats. ----


@breaks("get_post_stats", violates=("RELATIONS-STATS-01",))
def count_one_comment_for_each_author(request: Request, server: GoodServer) -> Answer:
    """The number of comments is that of those who commented."""
    target = f"/api/v1/posts/{find_id(request)}/comments?limit=100"
    comments = ask(request, server, "GET", target).members.get("items", [])
    people = {one["author"] for one in comments}
    return _change_stats(request, server, lambda told: {**told, "comments_count": len(people)})


@breaks("get_post_stats", violates=("RELATIONS-STATS-01",))
def multiply_likes_by_comments(request: Request, server: GoodServer) -> Answer:
    """Likes and comments are joined, and so each is counted once for each of the other."""
    return _change_stats(request, server, _multiply)


@breaks("get_post_stats", violates=("RELATIONS-STATS-01",))
def count_nothing_of_the_author(request: Request, server: GoodServer) -> Answer:
    """The like of a post's author does not count."""
    liked = _likes(speak_for_author(request, server), server)
    return _change_stats(
        request, server, lambda told: {**told, "likes_count": told["likes_count"] - liked}
    )


@breaks("get_post_stats", violates=("RELATIONS-STATS-01",))
def keep_the_stats_that_were_read(request: Request, server: GoodServer) -> Answer:
    """The stats of a post are counted once."""
    first = server.overheard.noted
    key = "stats", request.path, request.token
    return _change_stats(request, server, lambda told: first.setdefault(key, told))


@breaks("get_post_stats", violates=("RELATIONS-STATS-02",))
def tell_nobody_that_they_do_not_like_it(request: Request, server: GoodServer) -> Answer:
    """`liked` is false for a caller without a token."""
    return _change_stats(request, server, lambda told: {**told, "liked": bool(told["liked"])})


@breaks("get_post_stats", violates=("RELATIONS-STATS-03",))
def show_the_stats_of_drafts(request: Request, server: GoodServer) -> Answer:
    """Whoever has the id of a draft reads its stats."""
    answer = server.send(request)
    return server.send(speak_for_author(request, server)) if answer.status == 404 else answer


@breaks("get_post_stats", violates=("RELATIONS-STATS-03",))
def forbid_the_stats_of_drafts(request: Request, server: GoodServer) -> Answer:
    """The stats of somebody else's draft are 403, and so tell that it is there."""
    return forbid_what_is_there(request, server)


@breaks("get_post_stats", violates=("RELATIONS-STATS-03",))
def show_admins_the_stats_of_drafts(request: Request, server: GoodServer) -> Answer:
    """Admins read the stats of every draft."""
    return server.send(speak_for_author(request, server) if is_admin(request, server) else request)


@breaks("get_post_stats", violates=("RELATIONS-STATS-03",))
def count_nothing_where_no_post_is(request: Request, server: GoodServer) -> Answer:
    """The stats of a post that does not exist are zeros."""
    answer = server.send(request)
    if answer.status != 404:
        return answer
    liked = False if request.token else None
    zeros = {"likes_count": 0, "comments_count": 0, "liked": liked}
    return show_again(request, server, zeros).without_header("ETag")


def _multiply(stats: Item) -> Item:
    likes, comments = stats["likes_count"], stats["comments_count"]
    product = likes * comments
    counts = {"likes_count": product, "comments_count": product}
    return {**stats, **counts} if product else stats


# ---- Counts of posts. ----


@breaks("list_posts", violates=("RELATIONS-COUNT-01",))
def multiply_likes_by_comments_in_lists(request: Request, server: GoodServer) -> Answer:
    """In lists likes and comments are joined, and so counted once for each of the other."""
    return change_items(request, server, lambda items: [_multiply(one) for one in items])


@breaks("list_posts", violates=("RELATIONS-COUNT-01",))
def list_only_what_somebody_likes(request: Request, server: GoodServer) -> Answer:
    """A post without likes falls out of the list that is joined with them."""
    return change_items(request, server, lambda items: [one for one in items if one["likes_count"]])


@breaks("list_posts", violates=("RELATIONS-COUNT-01",))
def count_nothing_of_drafts(request: Request, server: GoodServer) -> Answer:
    """Authors see zeros for their drafts in lists."""
    zeros = {"likes_count": 0, "comments_count": 0}
    return change_items(
        request,
        server,
        lambda items: [{**one, **zeros} if one["status"] == "draft" else one for one in items],
    )


@breaks("list_posts", violates=("RELATIONS-COUNT-01",))
def swap_likes_and_comments(request: Request, server: GoodServer) -> Answer:
    """In lists the numbers of likes and comments are exchanged."""
    return change_items(request, server, lambda items: [_swap(one) for one in items])


@breaks("get_feed", violates=("RELATIONS-COUNT-01",))
def count_nothing_in_the_feed(request: Request, server: GoodServer) -> Answer:
    """In the feed nobody likes or comments on anything."""
    zeros = {"likes_count": 0, "comments_count": 0}
    return change_items(request, server, lambda items: [{**one, **zeros} for one in items])


def _swap(post: Item) -> Item:
    likes, comments = post["likes_count"], post["comments_count"]
    return {**post, "likes_count": comments, "comments_count": likes}
