"""Mutants of chapter 3: the numbers of users, and what of them a deleted account leaves."""

from collections import Counter

from conformance_tests.mutants.errands import (
    Item,
    ask,
    change_items,
    find_caller,
    find_id,
    show_again,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

# ---- Counts of users. ----


@breaks("get_user", violates=("RELATIONS-COUNT-02",))
def swap_followers_and_followed(request: Request, server: GoodServer) -> Answer:
    """The numbers of followers and of those followed are exchanged."""
    answer = server.send(request)
    if answer.status != 200 or not answer.body:
        return answer
    told = answer.members
    numbers = told["following_count"], told["followers_count"]
    return answer.with_members(followers_count=numbers[0], following_count=numbers[1])


@breaks("get_user", violates=("RELATIONS-COUNT-02",))
def keep_the_numbers_that_were_read(request: Request, server: GoodServer) -> Answer:
    """The numbers of a user are counted once."""
    answer = server.send(request)
    if answer.status != 200 or not answer.body:
        return answer
    return answer.with_body(
        server.overheard.noted.setdefault(("user", request.path), answer.members)
    )


@breaks("get_user", violates=("RELATIONS-COUNT-02",))
def multiply_posts_by_followers(request: Request, server: GoodServer) -> Answer:
    """Posts and followers are joined, and so posts are counted once for each follower."""
    answer = server.send(request)
    if answer.status != 200 or not answer.body:
        return answer
    told = answer.members
    return answer.with_members(posts_count=told["posts_count"] * (told["followers_count"] or 1))


@breaks("list_users", violates=("RELATIONS-COUNT-02",))
def count_nothing_in_lists_of_users(request: Request, server: GoodServer) -> Answer:
    """In the list of users nobody has followers."""
    return _count_nobody(request, server, "followers_count")


@breaks("list_followers", violates=("RELATIONS-COUNT-02",))
def count_nothing_in_lists_of_followers(request: Request, server: GoodServer) -> Answer:
    """In lists of followers nobody follows anybody."""
    return _count_nobody(request, server, "following_count")


@breaks("list_following", violates=("RELATIONS-COUNT-02",))
def count_nothing_in_lists_of_followed(request: Request, server: GoodServer) -> Answer:
    """In lists of those followed nobody has written anything."""
    return _count_nobody(request, server, "posts_count")


def _count_nobody(request: Request, server: GoodServer, name: str) -> Answer:
    return change_items(request, server, lambda items: [{**one, name: 0} for one in items])


@breaks("get_user", violates=("RELATIONS-COUNT-03",))
def count_drafts_for_their_author(request: Request, server: GoodServer) -> Answer:
    """Authors see their drafts counted among their posts."""
    answer, caller = server.send(request), find_caller(request, server).get("username")
    if answer.status != 200 or caller != find_id(request):
        return answer
    return answer.with_body(_count_drafts(answer.members, server))


@breaks("get_user", violates=("RELATIONS-COUNT-03",))
def count_drafts_for_everybody(request: Request, server: GoodServer) -> Answer:
    """Drafts count among the posts of a user."""
    answer = server.send(request)
    if answer.status != 200 or not answer.body:
        return answer
    return answer.with_body(_count_drafts(answer.members, server))


@breaks("list_users", violates=("RELATIONS-COUNT-03",))
def count_drafts_in_lists_of_users(request: Request, server: GoodServer) -> Answer:
    """In the list of users drafts count among the posts."""
    return change_items(
        request, server, lambda items: [_count_drafts(one, server) for one in items]
    )


@breaks("list_tags", violates=("RELATIONS-COUNT-03",))
def count_tags_of_drafts(request: Request, server: GoodServer) -> Answer:
    """Drafts count among the posts that have a tag."""
    drafts = Counter(name for post in _list_drafts(server) for name in post["tags"])
    return change_items(
        request,
        server,
        lambda items: [
            {**one, "posts_count": one["posts_count"] + drafts[one["name"]]} for one in items
        ],
    )


def _list_drafts(server: GoodServer) -> list[Item]:
    return [one for one in server.overheard.posts.values() if one["status"] == "draft"]


def _count_drafts(user: Item, server: GoodServer) -> Item:
    drafts = [one for one in _list_drafts(server) if one["author"] == user["username"]]
    return {**user, "posts_count": user["posts_count"] + len(drafts)}


# ---- Deleted accounts. ----


@breaks("delete_me", "get_comment", violates=("RELATIONS-COUNT-04",))
def keep_comments_of_who_is_gone(request: Request, server: GoodServer) -> Answer:
    """The comments of a deleted account can still be read."""
    answer, known = _note_departure(request, server), server.overheard.comments
    comment = known.get(request.path.rpartition("/")[2], {})
    if answer.status != 404 or not _is_gone(comment.get("author"), server):
        return answer
    return show_again(request, server, comment)


@breaks("delete_me", "list_comments", violates=("RELATIONS-COUNT-04",))
def list_comments_of_who_is_gone(request: Request, server: GoodServer) -> Answer:
    """The comments of a deleted account are still listed."""
    answer, known = _note_departure(request, server), server.overheard.comments.values()
    if answer.status != 200:
        return answer
    lost = [one for one in known if _is_gone(one["author"], server)]
    here = [one for one in lost if one["post_id"] == find_id(request)]
    return answer.with_members(items=[*answer.members["items"], *here])


@breaks("delete_me", "like_post", "get_post_stats", violates=("RELATIONS-COUNT-04",))
def count_likes_of_who_is_gone(request: Request, server: GoodServer) -> Answer:
    """The likes of a deleted account still count."""
    answer, noted = _note_departure(request, server), server.overheard.noted
    likers = noted.setdefault(("likers", find_id(request)), []) if "posts" in request.path else []
    if request.method == "PUT":
        likers.append(find_caller(request, server).get("username"))
    if request.method != "GET" or answer.status != 200:
        return answer
    ghosts = [one for one in likers if _is_gone(one, server)]
    return answer.with_members(likes_count=answer.members["likes_count"] + len(ghosts))


@breaks("delete_me", "follow_user", "get_user", violates=("RELATIONS-COUNT-04",))
def count_followers_who_are_gone(request: Request, server: GoodServer) -> Answer:
    """A deleted account still counts among the followers of others."""
    ties, answer = _note_ties(request, server), _note_departure(request, server)
    if request.method != "GET" or answer.status != 200:
        return answer
    name = find_id(request)
    ghosts = [one for one, other in ties if other == name and _is_gone(one, server)]
    return answer.with_members(followers_count=answer.members["followers_count"] + len(ghosts))


@breaks("delete_me", "follow_user", "get_user", violates=("RELATIONS-COUNT-04",))
def count_followed_who_are_gone(request: Request, server: GoodServer) -> Answer:
    """A deleted account still counts among those whom others follow."""
    ties, answer = _note_ties(request, server), _note_departure(request, server)
    if request.method != "GET" or answer.status != 200:
        return answer
    name = find_id(request)
    ghosts = [other for one, other in ties if one == name and _is_gone(other, server)]
    return answer.with_members(following_count=answer.members["following_count"] + len(ghosts))


@breaks("delete_me", "follow_user", "list_followers", violates=("RELATIONS-COUNT-04",))
def list_followers_who_are_gone(request: Request, server: GoodServer) -> Answer:
    """A deleted account is still listed among the followers of others."""
    ties, answer = _note_ties(request, server), _note_departure(request, server)
    if request.method != "GET" or answer.status != 200:
        return answer
    gone = server.overheard.noted.get("gone", {})
    ghosts = [gone[one] for one, other in ties if other == find_id(request) and one in gone]
    return answer.with_members(items=[*answer.members["items"], *ghosts])


def _note_departure(request: Request, server: GoodServer) -> Answer:
    if request.method == "DELETE":
        name = find_caller(request, server)["username"]
        user = ask(request, server, "GET", f"/api/v1/users/{name}").members
        server.overheard.noted.setdefault("gone", {})[name] = user
    return server.send(request)


def _is_gone(username: object, server: GoodServer) -> bool:
    return username in server.overheard.noted.get("gone", {})


def _note_ties(request: Request, server: GoodServer) -> list[tuple[str, str]]:
    ties: list[tuple[str, str]] = server.overheard.noted.setdefault("ties", [])
    if request.method == "PUT":
        ties.append((find_caller(request, server).get("username", ""), find_id(request)))
    return ties
