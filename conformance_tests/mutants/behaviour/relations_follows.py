"""Mutants of chapter 3: who follows whom, and the feed that comes of it."""

from http import HTTPStatus

from conformance_tests.mutants.errands import (
    Item,
    ask,
    change_items,
    confirm,
    find_caller,
    find_fault,
    find_id,
    list_all,
    refuse,
    speak_for,
    summarize,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

LISTS = ("list_followers", "list_following")

# ---- Following. ----


@breaks("follow_user", violates=("RELATIONS-FOLLOW-01",))
def follow_nobody(request: Request, server: GoodServer) -> Answer:
    """Following is confirmed, and nothing is stored."""
    return confirm(request, server) if request.token else server.send(request)


@breaks("follow_user", violates=("RELATIONS-FOLLOW-01",))
def follow_each_other(request: Request, server: GoodServer) -> Answer:
    """Who is followed follows back."""
    caller = find_caller(request, server).get("username", "")
    followed = speak_for(request, server, find_id(request))
    ask(followed, server, "PUT", f"/api/v1/users/{caller}/follow")
    return server.send(request)


@breaks(*LISTS, violates=("RELATIONS-FOLLOW-01",))
def take_followers_for_followed(request: Request, server: GoodServer) -> Answer:
    """The lists of followers and of those followed are exchanged."""
    first, _, last = request.target.partition("/follow")
    swapped = last.replace("ers", "ing", 1) if last[:3] == "ers" else last.replace("ing", "ers", 1)
    return server.send(request.with_target(request.method, f"{first}/follow{swapped}"))


@breaks("list_followers", violates=("RELATIONS-FOLLOW-01",))
def show_followers_to_who_is_followed(request: Request, server: GoodServer) -> Answer:
    """Only who is followed sees the followers."""
    caller = find_caller(request, server).get("username")
    return change_items(request, server, lambda items: items if caller == find_id(request) else [])


@breaks("follow_user", violates=("RELATIONS-FOLLOW-02",))
def unfollow_who_is_followed_again(request: Request, server: GoodServer) -> Answer:
    """Following again ends it."""
    follows = find_id(request) in _list_followed(request, server)
    return server.send(request.with_target("DELETE" if follows else "PUT", request.path))


@breaks("follow_user", "list_followers", violates=("RELATIONS-FOLLOW-02",))
def list_a_follower_for_each_time(request: Request, server: GoodServer) -> Answer:
    """Who follows somebody again is listed again."""
    again = server.overheard.noted.setdefault(("followed again", find_id(request)), [])
    if request.method == "PUT" and find_id(request) in _list_followed(request, server):
        again.append(find_caller(request, server)["username"])
    if request.method == "PUT":
        return server.send(request)
    return change_items(
        request,
        server,
        lambda items: [one for user in items for one in _repeat(user, again)],
    )


@breaks("follow_user", "get_user", violates=("RELATIONS-FOLLOW-02",))
def count_a_follower_for_each_time(request: Request, server: GoodServer) -> Answer:
    """Who follows somebody again counts again."""
    key, noted = ("followed again", find_id(request)), server.overheard.noted
    if request.method == "PUT" and find_id(request) in _list_followed(request, server):
        noted[key] = noted.get(key, 0) + 1
    answer = server.send(request)
    if request.method != "GET" or answer.status != 200:
        return answer
    counted = answer.members["followers_count"] + noted.get(key, 0)
    return answer.with_members(followers_count=counted)


@breaks("unfollow_user", violates=("RELATIONS-FOLLOW-03",))
def unfollow_nobody(request: Request, server: GoodServer) -> Answer:
    """Unfollowing is confirmed, and the caller still follows."""
    return confirm(request, server) if request.token else server.send(request)


@breaks("unfollow_user", violates=("RELATIONS-FOLLOW-03",))
def unfollow_each_other(request: Request, server: GoodServer) -> Answer:
    """Who is unfollowed does not follow any longer either."""
    caller = find_caller(request, server).get("username", "")
    followed = speak_for(request, server, find_id(request))
    ask(followed, server, "DELETE", f"/api/v1/users/{caller}/follow")
    return server.send(request)


@breaks("unfollow_user", violates=("RELATIONS-FOLLOW-03",))
def unfollow_everybody(request: Request, server: GoodServer) -> Answer:
    """Who unfollows one person unfollows all."""
    for name in _list_followed(request, server):
        ask(request, server, "DELETE", f"/api/v1/users/{name}/follow")
    return server.send(request)


@breaks("unfollow_user", violates=("RELATIONS-FOLLOW-03",))
def take_all_followers_away(request: Request, server: GoodServer) -> Answer:
    """Who is unfollowed by one person loses all followers."""
    page = ask(request, server, "GET", f"/api/v1/users/{find_id(request)}/followers")
    for user in page.members.get("items", []):
        follower = speak_for(request, server, user["username"])
        ask(follower, server, "DELETE", request.path)
    return server.send(request)


@breaks("unfollow_user", violates=("RELATIONS-FOLLOW-04",))
def miss_who_is_not_followed(request: Request, server: GoodServer) -> Answer:
    """Unfollowing somebody whom the caller does not follow is 404."""
    if not request.token or find_id(request) in _list_followed(request, server):
        return server.send(request)
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


@breaks("unfollow_user", violates=("RELATIONS-FOLLOW-04",))
def refuse_to_unfollow_oneself(request: Request, server: GoodServer) -> Answer:
    """Unfollowing oneself is 422, as following oneself is."""
    if find_caller(request, server).get("username") != find_id(request):
        return server.send(request)
    return find_fault(request, server, {"parameter": "username"}, "cannot_follow_self")


@breaks("follow_user", violates=("RELATIONS-FOLLOW-05",))
def confirm_following_oneself(request: Request, server: GoodServer) -> Answer:
    """Following oneself is 204."""
    answer = server.send(request)
    return confirm(request, server) if answer.status == 422 else answer


@breaks("follow_user", violates=("RELATIONS-FOLLOW-05",))
def point_at_the_body_of_following_oneself(request: Request, server: GoodServer) -> Answer:
    """Following oneself is told as a fault of a body that is not there."""
    answer = server.send(request)
    if answer.status != 422:
        return answer
    return find_fault(request, server, {"pointer": "#/username"}, "cannot_follow_self")


@breaks(*LISTS, violates=("RELATIONS-FOLLOW-06",))
def list_nobody_for_who_is_not_there(request: Request, server: GoodServer) -> Answer:
    """Nobody follows a user who does not exist, nor is followed by them."""
    answer = server.send(request)
    if answer.status != 404:
        return answer
    return ask(request, server, "GET", "/api/v1/users?q=nobody-at-all")


@breaks("unfollow_user", violates=("RELATIONS-FOLLOW-06",))
def unfollow_who_is_not_there(request: Request, server: GoodServer) -> Answer:
    """Unfollowing a user who does not exist is 204."""
    answer = server.send(request)
    return confirm(request, server) if answer.status == 404 and request.token else answer


@breaks("follow_user", violates=("RELATIONS-FOLLOW-06",))
def follow_who_is_gone(request: Request, server: GoodServer) -> Answer:
    """A deleted user can be followed."""
    answer, known = server.send(request), find_id(request) in server.overheard.emails
    return confirm(request, server) if answer.status == 404 and known else answer


@breaks(violates=("RELATIONS-FOLLOW-06",))
def follow_names_in_any_case(request: Request, server: GoodServer) -> Answer:
    """A user is found by their name in any case."""
    return server.send(request.with_target(request.method, request.target.lower()))


@breaks(*LISTS, violates=("RELATIONS-FOLLOW-07",))
def list_people_by_their_age(request: Request, server: GoodServer) -> Answer:
    """Who registered first is listed first."""
    return _sort(request, server, "created_at")


@breaks(*LISTS, violates=("RELATIONS-FOLLOW-07",))
def list_names_as_a_dictionary_does(request: Request, server: GoodServer) -> Answer:
    """Names are listed in the order of a language, which skips underscores."""
    return change_items(
        request,
        server,
        lambda items: sorted(items, key=lambda one: str(one["username"]).replace("_", "")),
    )


@breaks(*LISTS, violates=("RELATIONS-FOLLOW-07",))
def list_people_without_their_names(request: Request, server: GoodServer) -> Answer:
    """Lists show usernames where people have other names."""
    return change_items(
        request, server, lambda items: [{**one, "display_name": "Somebody"} for one in items]
    )


@breaks(*LISTS, "update_user", violates=("RELATIONS-FOLLOW-08",))
def list_active_people(request: Request, server: GoodServer) -> Answer:
    """A deactivated user falls out of these lists."""
    names = _note_deactivated(request, server)
    return change_items(
        request, server, lambda items: [one for one in items if one["username"] not in names]
    )


@breaks("list_following", "update_user", violates=("RELATIONS-FOLLOW-08",))
def list_active_people_whom_one_follows(request: Request, server: GoodServer) -> Answer:
    """A deactivated user falls out of the lists of those followed."""
    return list_active_people(request, server)


@breaks("get_user", "update_user", violates=("RELATIONS-FOLLOW-08",))
def count_active_people(request: Request, server: GoodServer) -> Answer:
    """A deactivated user counts among nobody's followers."""
    names, answer = _note_deactivated(request, server), server.send(request)
    if request.method != "GET" or answer.status != 200:
        return answer
    target = f"{request.path}/followers?limit=100"
    followers = ask(request, server, "GET", target).members["items"]
    active = [one for one in followers if one["username"] not in names]
    return answer.with_members(followers_count=len(active))


def _list_followed(request: Request, server: GoodServer) -> list[str]:
    caller = find_caller(request, server).get("username", "nobody")
    page = ask(request, server, "GET", f"/api/v1/users/{caller}/following?limit=100")
    return [one["username"] for one in page.members.get("items", [])]


def _repeat(user: Item, again: list[str]) -> list[Item]:
    return [user] * (1 + again.count(user["username"]))


def _sort(request: Request, server: GoodServer, name: str) -> Answer:
    return change_items(
        request, server, lambda items: sorted(items, key=lambda one: str(one[name]))
    )


def _note_deactivated(request: Request, server: GoodServer) -> set[str]:
    names: set[str] = server.overheard.noted.setdefault("deactivated", set())
    if request.members.get("is_active") is False:
        names.add(find_id(request))
    return names


# ---- The feed. ----


@breaks("get_feed", violates=("RELATIONS-FEED-01",))
def put_ones_own_posts_into_the_feed(request: Request, server: GoodServer) -> Answer:
    """The feed has the caller's own posts too."""
    return _add_posts_of(request, server, [find_caller(request, server).get("username", "")])


@breaks("get_feed", violates=("RELATIONS-FEED-01",))
def put_posts_of_followers_into_the_feed(request: Request, server: GoodServer) -> Answer:
    """The feed has the posts of those who follow the caller."""
    caller = find_caller(request, server).get("username", "")
    page = ask(request, server, "GET", f"/api/v1/users/{caller}/followers?limit=100")
    names = [one["username"] for one in page.members.get("items", [])]
    return _add_posts_of(request, server, names)


@breaks("get_feed", violates=("RELATIONS-FEED-01",))
def put_liked_posts_into_the_feed(request: Request, server: GoodServer) -> Answer:
    """The feed has what the caller likes."""
    posts = list_all(request.with_target("GET", "/api/v1/posts?sort=-created_at"), server)[:50]
    liked = [one for one in posts if one["likes_count"] and _likes(request, server, one)]
    return change_items(request, server, lambda items: _merge(items, liked))


@breaks("get_feed", violates=("RELATIONS-FEED-01",))
def put_drafts_into_the_feed(request: Request, server: GoodServer) -> Answer:
    """The feed has the drafts of those whom the caller follows."""
    names = _list_followed(request, server)
    posts = [one for one in server.overheard.posts.values() if one["author"] in names]
    drafts = [summarize(one) for one in posts if one["status"] == "draft"]
    return change_items(request, server, lambda items: _merge(items, drafts))


@breaks("get_feed", violates=("RELATIONS-FEED-01",))
def feed_on_one_author(request: Request, server: GoodServer) -> Answer:
    """The feed has the posts of the first one whom the caller follows."""
    names = _list_followed(request, server)[:1]
    return change_items(
        request, server, lambda items: [one for one in items if one["author"] in names]
    )


@breaks("get_feed", violates=("RELATIONS-FEED-01",))
def feed_author_by_author(request: Request, server: GoodServer) -> Answer:
    """The feed has the posts of one author behind those of another."""
    return _sort(request, server, "author")


@breaks("get_feed", violates=("RELATIONS-FEED-01",))
def feed_by_publication(request: Request, server: GoodServer) -> Answer:
    """The post that was published last comes first in the feed."""
    return change_items(
        request,
        server,
        lambda items: sorted(items, key=lambda one: str(one["published_at"]), reverse=True),
    )


@breaks("get_feed", "follow_user", violates=("RELATIONS-FEED-02",))
def begin_the_feed_with_following(request: Request, server: GoodServer) -> Answer:
    """What somebody wrote before they were followed is not in the feed."""
    noted = server.overheard.noted
    if request.method == "PUT":
        before = [one for one, name in server.overheard.authors.items() if name == find_id(request)]
        noted.setdefault(("before", request.token), set()).update(before)
        return server.send(request)
    left_out = noted.get(("before", request.token), set())
    return change_items(
        request, server, lambda items: [one for one in items if one["id"] not in left_out]
    )


@breaks("get_feed", "follow_user", violates=("RELATIONS-FEED-02",))
def keep_the_posts_of_who_is_unfollowed(request: Request, server: GoodServer) -> Answer:
    """The posts of somebody who was unfollowed stay in the feed."""
    once = server.overheard.noted.setdefault(("followed", request.token), [])
    if request.method == "PUT":
        once.append(find_id(request))
        return server.send(request)
    return _add_posts_of(request, server, once)


@breaks("get_feed", violates=("RELATIONS-FEED-02",))
def keep_what_was_hidden_in_the_feed(request: Request, server: GoodServer) -> Answer:
    """A post that becomes a draft or is deleted stays in the feed."""
    shown = server.overheard.noted.setdefault(("feed", request.token), {})

    def keep(items: list[Item]) -> list[Item]:
        shown.update({one["id"]: one for one in items})
        return _merge(items, [*shown.values()])

    return change_items(request, server, keep)


@breaks("get_feed", violates=("RELATIONS-FEED-02",))
def feed_on_titles_of_long_ago(request: Request, server: GoodServer) -> Answer:
    """The feed shows the titles that posts had when they were written."""
    return change_items(
        request,
        server,
        lambda items: [
            one if one["updated_at"] == one["created_at"] else {**one, "title": "Before"}
            for one in items
        ],
    )


@breaks("get_feed", violates=("RELATIONS-FEED-02",))
def leave_out_what_was_published_later(request: Request, server: GoodServer) -> Answer:
    """A draft that is published does not come into the feed."""
    return change_items(
        request,
        server,
        lambda items: [one for one in items if one["published_at"] == one["created_at"]],
    )


@breaks("get_feed", violates=("RELATIONS-FEED-03", "RELATIONS-FEED-01"))
def feed_on_everybody_for_want_of_others(request: Request, server: GoodServer) -> Answer:
    """The feed of who follows nobody has the posts of everybody."""
    answer = server.send(request)
    if answer.status != 200 or not request.token or _list_followed(request, server):
        return answer
    return ask(request, server, "GET", "/api/v1/posts")


@breaks("get_feed", violates=("RELATIONS-FEED-03",))
def miss_the_feed_of_who_follows_nobody(request: Request, server: GoodServer) -> Answer:
    """Who follows nobody has no feed."""
    if not request.token or _list_followed(request, server):
        return server.send(request)
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


def _add_posts_of(request: Request, server: GoodServer, names: list[str]) -> Answer:
    added: list[Item] = []
    for name in names:
        added += list_all(request.with_target("GET", f"/api/v1/posts?author={name}"), server)
    return change_items(request, server, lambda items: _merge(items, added))


def _merge(items: list[Item], added: list[Item]) -> list[Item]:
    there = {one["id"] for one in items}
    together = [*items, *(one for one in added if one["id"] not in there)]
    return sorted(together, key=lambda one: str(one["id"]), reverse=True)


def _likes(request: Request, server: GoodServer, post: Item) -> bool:
    stats = ask(request, server, "GET", f"/api/v1/posts/{post['id']}/stats")
    return bool(stats.members.get("liked"))
