"""Mutants of chapter 2: drafts in lists, the order of lists, and their filters."""

import re
from collections.abc import Callable
from http import HTTPStatus

from conformance_tests.mutants.errands import (
    Item,
    change_items,
    find_caller,
    list_all,
    list_faults,
    refuse,
    speak_for,
    summarize,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

# ---- Drafts in lists. ----


@breaks("list_posts", violates=("POSTS-DRAFT-04",))
def list_own_drafts_by_author(request: Request, server: GoodServer) -> Answer:
    """Who lists their own posts sees their drafts among them."""
    return _with_own_drafts(request, server, "author")


@breaks("list_posts", violates=("POSTS-DRAFT-04",))
def list_own_drafts_by_tag(request: Request, server: GoodServer) -> Answer:
    """Who lists the posts of a tag sees their own drafts among them."""
    return _with_own_drafts(request, server, "tag")


@breaks("list_posts", violates=("POSTS-DRAFT-04",))
def find_own_drafts(request: Request, server: GoodServer) -> Answer:
    """Who searches finds their own drafts too."""
    return _with_own_drafts(request, server, "q")


@breaks("list_posts", violates=("POSTS-DRAFT-04",))
def show_admins_drafts_in_lists(request: Request, server: GoodServer) -> Answer:
    """Who searches as an admin finds everybody's drafts."""
    if find_caller(request, server).get("role") != "admin" or "status" in request.query:
        return server.send(request)
    drafts = [one for one in server.overheard.posts.values() if one["status"] == "draft"]
    return change_items(request, server, lambda items: [*map(summarize, drafts), *items])


@breaks("list_posts", violates=("POSTS-DRAFT-04", "POSTS-PAGE-02"))
def leave_gaps_where_drafts_are(request: Request, server: GoodServer) -> Answer:
    """Drafts are taken out of a page when it is cut already."""
    drafts = _list_drafts(request, server)
    limit = int(request.query.get("limit", "20"))

    def cut(items: list[Item]) -> list[Item]:
        together = sorted([*items, *drafts], key=lambda one: str(one["id"]))
        return [one for one in together[:limit] if one["status"] == "published"]

    return change_items(request, server, cut)


def _with_own_drafts(request: Request, server: GoodServer, name: str) -> Answer:
    if name not in request.query or "status" in request.query:
        return server.send(request)
    drafts = _list_drafts(request, server)
    return change_items(request, server, lambda items: [*drafts, *items])


def _list_drafts(request: Request, server: GoodServer) -> list[Item]:
    caller = find_caller(request, server).get("username")
    return list_all(request, server, status="draft", author=caller) if caller else []


@breaks("list_posts", violates=("POSTS-DRAFT-05",))
def list_published_posts_among_drafts(request: Request, server: GoodServer) -> Answer:
    """Who lists their drafts sees their published posts too."""
    if request.query.get("status") != "draft":
        return server.send(request)
    published = list_all(request, server, status="published")
    return change_items(request, server, lambda items: [*items, *published])


@breaks("list_posts", violates=("POSTS-DRAFT-05",))
def list_drafts_of_everybody_among_ones_own(request: Request, server: GoodServer) -> Answer:
    """Who lists their drafts sees those of others too."""
    if request.query.get("status") != "draft":
        return server.send(request)
    posts = server.overheard.posts.values()
    drafts = [summarize(one) for one in posts if one["status"] == "draft"]
    return change_items(request, server, lambda items: drafts if items else items)


@breaks("list_posts", violates=("POSTS-DRAFT-05",))
def list_drafts_of_all_tags(request: Request, server: GoodServer) -> Answer:
    """Who lists their drafts of one tag sees all of them."""
    asks_for_drafts = request.query.get("status") == "draft"
    return server.send(request.with_query(tag=None) if asks_for_drafts else request)


@breaks("list_posts", violates=("POSTS-DRAFT-06",))
def list_drafts_of_others(request: Request, server: GoodServer) -> Answer:
    """The drafts of an author are listed for whoever asks for them."""
    if request.query.get("status") != "draft":
        return server.send(request)
    return server.send(speak_for(request, server, request.query.get("author", "")))


@breaks("list_posts", violates=("POSTS-DRAFT-06",))
def list_drafts_of_others_for_users(request: Request, server: GoodServer) -> Answer:
    """The drafts of an author are listed for every user."""
    if request.query.get("status") != "draft" or not request.token:
        return server.send(request)
    return server.send(speak_for(request, server, request.query.get("author", "")))


@breaks("list_posts", violates=("POSTS-DRAFT-06",))
def list_drafts_for_admins(request: Request, server: GoodServer) -> Answer:
    """The drafts of an author are listed for admins."""
    is_admin = find_caller(request, server).get("role") == "admin"
    author = request.query.get("author", "")
    asks_for_drafts = is_admin and request.query.get("status") == "draft"
    return server.send(speak_for(request, server, author) if asks_for_drafts else request)


@breaks("list_posts", violates=("POSTS-DRAFT-06",))
def list_own_drafts_without_an_author(request: Request, server: GoodServer) -> Answer:
    """Drafts without an author are those of the caller."""
    if request.query.get("status") != "draft" or "author" in request.query:
        return server.send(request)
    caller = find_caller(request, server).get("username")
    return server.send(request.with_query(author=caller))


@breaks("list_posts", violates=("POSTS-DRAFT-06",))
def open_drafts_by_a_cursor(request: Request, server: GoodServer) -> Answer:
    """Whoever has a cursor of somebody's drafts goes on with it."""
    author = request.query.get("author", "")
    goes_on = "cursor" in request.query and request.query.get("status") == "draft"
    return server.send(speak_for(request, server, author) if goes_on else request)


# ---- Order and filters. ----


@breaks("list_posts", violates=("POSTS-LIST-01",))
def list_by_the_last_change(request: Request, server: GoodServer) -> Answer:
    """The post that was changed last comes first."""
    return change_items(request, server, lambda items: _sort(items, "updated_at"))


@breaks("list_posts", violates=("POSTS-LIST-01",))
def list_by_the_last_publication(request: Request, server: GoodServer) -> Answer:
    """The post that was published last comes first."""
    return change_items(request, server, lambda items: _sort(items, "published_at"))


@breaks("list_posts", violates=("POSTS-LIST-01",))
def list_author_by_author(request: Request, server: GoodServer) -> Answer:
    """The posts of one author come after those of another."""
    return change_items(request, server, lambda items: _sort(items, "author"))


@breaks("list_posts", violates=("POSTS-LIST-01",))
def list_what_is_ones_own(request: Request, server: GoodServer) -> Answer:
    """Signed-in users see no posts but their own."""
    caller = find_caller(request, server).get("username")
    return server.send(request.with_query(author=caller) if caller else request)


@breaks("list_posts", violates=("POSTS-LIST-02",))
def know_one_order_only(request: Request, server: GoodServer) -> Answer:
    """`sort` changes nothing."""
    return server.send(request.with_query(sort=None, cursor=None))


@breaks("list_posts", violates=("POSTS-LIST-02",))
def turn_each_page_around(request: Request, server: GoodServer) -> Answer:
    """`sort=created_at` reverses the posts of the page, and not the order of the pages."""
    if request.query.get("sort") != "created_at":
        return server.send(request)
    newest = request.with_query(sort=None)
    return change_items(newest, server, lambda items: items[::-1])


def _sort(items: list[Item], name: str) -> list[Item]:
    return sorted(items, key=lambda one: str(one[name]), reverse=True)


@breaks("list_posts", violates=("POSTS-LIST-03",))
def find_authors_by_their_beginning(request: Request, server: GoodServer) -> Answer:
    """`author` is the beginning of a name."""
    return _rename_author(request, server, lambda asked, known: known.startswith(asked))


@breaks("list_posts", violates=("POSTS-LIST-03",))
def take_underscores_for_wildcards(request: Request, server: GoodServer) -> Answer:
    """`_` in `author` stands for any character."""
    return _rename_author(
        request, server, lambda asked, known: bool(re.fullmatch(asked.replace("_", "."), known))
    )


@breaks("list_posts", violates=("POSTS-LIST-03",))
def find_tags_by_their_beginning(request: Request, server: GoodServer) -> Answer:
    """`tag` is the beginning of a tag."""
    tag = request.query.get("tag")
    if tag is None:
        return server.send(request)
    everything = list_all(request, server, tag=None) if len(tag) > len("common") else []
    found = [one for one in everything if any(name.startswith(tag) for name in one["tags"])]
    return change_items(request, server, lambda items: found or items)


@breaks("list_posts", violates=("POSTS-LIST-03",))
def show_only_the_tag_asked_for(request: Request, server: GoodServer) -> Answer:
    """A post that is listed by a tag shows no other tag."""
    tag = request.query.get("tag")
    return change_items(request, server, lambda items: [_keep_tag(one, tag) for one in items])


@breaks("list_posts", violates=("POSTS-LIST-03",))
def list_a_post_once_for_each_of_its_tags(request: Request, server: GoodServer) -> Answer:
    """A post is listed as often as it has tags."""
    return change_items(
        request, server, lambda items: [one for one in items for _ in one["tags"] or [None]]
    )


@breaks("list_posts", violates=("POSTS-LIST-03",))
def heed_only_one_filter(request: Request, server: GoodServer) -> Answer:
    """Of an author and a tag the tag is heeded."""
    both = {"author", "tag"} <= request.query.keys()
    return server.send(request.with_query(author=None) if both else request)


@breaks("list_posts", violates=("POSTS-LIST-03",))
def search_without_the_tag(request: Request, server: GoodServer) -> Answer:
    """A search does not heed the tag."""
    return server.send(request.with_query(tag=None) if "q" in request.query else request)


@breaks("list_posts", "create_post", violates=("POSTS-LIST-03",))
def keep_posts_under_their_first_tags(request: Request, server: GoodServer) -> Answer:
    """A post stays listed by a tag that was taken away."""
    if request.method == "POST":
        answer = server.send(request)
        server.overheard.noted["tags", answer.members.get("id")] = answer.members.get("tags", [])
        return answer
    noted, tag = server.overheard.noted, request.query.get("tag")
    posts = server.overheard.posts.values()
    once = [one for one in posts if tag in noted.get(("tags", one["id"]), [])]
    lost = [summarize(one) for one in once if tag not in one["tags"]]
    return change_items(request, server, lambda items: [*items, *lost])


@breaks("list_posts", violates=("POSTS-LIST-04",))
def miss_authors_who_are_not_there(request: Request, server: GoodServer) -> Answer:
    """An author or a tag that does not exist is 404."""
    answer = server.send(request)
    if answer.members.get("items") != [] or not {"author", "tag"} & request.query.keys():
        return answer
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


@breaks("list_posts", violates=("POSTS-LIST-04",))
def list_all_where_an_author_is_not_there(request: Request, server: GoodServer) -> Answer:
    """An author who does not exist is no filter."""
    return _list_all_where_nothing_is_found(request, server, "author")


@breaks("list_posts", violates=("POSTS-LIST-04",))
def list_all_where_a_tag_is_not_there(request: Request, server: GoodServer) -> Answer:
    """A tag that does not exist is no filter."""
    return _list_all_where_nothing_is_found(request, server, "tag")


def _rename_author(
    request: Request, server: GoodServer, is_alike: Callable[[str, str], bool]
) -> Answer:
    asked = request.query.get("author", "")
    known = [*server.overheard.access_tokens][::-1]
    found = next((name for name in known if is_alike(asked, name)), asked)
    return server.send(request.with_query(author=found) if asked else request)


def _keep_tag(post: Item, tag: str | None) -> Item:
    return {**post, "tags": [tag]} if tag else post


def _list_all_where_nothing_is_found(request: Request, server: GoodServer, name: str) -> Answer:
    answer = server.send(request)
    is_empty = answer.members.get("items") == [] and name in request.query
    return server.send(request.with_query(**{name: None})) if is_empty else answer


@breaks("list_posts", violates=("POSTS-LIST-05",))
def ignore_an_unknown_status(request: Request, server: GoodServer) -> Answer:
    """A status outside the list is no filter."""
    return _leave_out_where_refused(request, server, "status")


@breaks("list_posts", violates=("POSTS-LIST-05",))
def ignore_an_unknown_sort(request: Request, server: GoodServer) -> Answer:
    """A sort outside the list is the usual one."""
    return _leave_out_where_refused(request, server, "sort")


@breaks("list_posts", violates=("POSTS-LIST-05",))
def look_for_impossible_authors(request: Request, server: GoodServer) -> Answer:
    """An author who cannot be one has no posts."""
    return _find_nothing_where_refused(request, server, "author")


@breaks("list_posts", violates=("POSTS-LIST-05",))
def look_for_impossible_tags(request: Request, server: GoodServer) -> Answer:
    """A tag that cannot be one has no posts."""
    return _find_nothing_where_refused(request, server, "tag")


@breaks("list_posts", violates=("POSTS-LIST-05",))
def take_a_line_feed_behind_a_filter(request: Request, server: GoodServer) -> Answer:
    """The patterns of filters end with `$`, before which a line feed may stand."""
    told = {name: value.rstrip("\n") for name, value in request.query.items()}
    return server.send(request.with_query(**told))


@breaks("list_posts", violates=("POSTS-LIST-05",))
def tell_only_the_first_wrong_filter(request: Request, server: GoodServer) -> Answer:
    """Of several wrong filters the first is told."""
    answer = server.send(request)
    errors = answer.members.get("errors")
    return answer.with_members(errors=errors[:1]) if errors else answer


def _leave_out_where_refused(request: Request, server: GoodServer, name: str) -> Answer:
    answer = server.send(request)
    is_refused = name in dict(list_faults(answer))
    return server.send(request.with_query(**{name: None})) if is_refused else answer


def _find_nothing_where_refused(request: Request, server: GoodServer, name: str) -> Answer:
    answer = server.send(request)
    is_refused = name in dict(list_faults(answer))
    return server.send(request.with_query(**{name: "nobody"})) if is_refused else answer


@breaks("get_post", "update_user", violates=("POSTS-LIST-06",))
def hide_posts_of_deactivated_users(request: Request, server: GoodServer) -> Answer:
    """The posts of a deactivated user cannot be read."""
    answer = _note_deactivation(request, server)
    if answer.members.get("author") not in _find_deactivated(server):
        return answer
    return refuse(request, server, HTTPStatus.NOT_FOUND, "not_found")


@breaks("list_posts", "update_user", violates=("POSTS-LIST-06",))
def list_posts_of_active_users(request: Request, server: GoodServer) -> Answer:
    """The posts of a deactivated user are not listed."""
    answer = _note_deactivation(request, server)
    items = answer.members.get("items", [])
    active = [one for one in items if one["author"] not in _find_deactivated(server)]
    return answer.with_members(items=active) if items else answer


@breaks("list_posts", "update_user", violates=("POSTS-LIST-06",))
def find_posts_of_active_users(request: Request, server: GoodServer) -> Answer:
    """The posts of a deactivated user are not found by searches."""
    is_other = request.method == "GET" and "q" not in request.query
    return server.send(request) if is_other else list_posts_of_active_users(request, server)


def _note_deactivation(request: Request, server: GoodServer) -> Answer:
    if request.members.get("is_active") is False:
        _find_deactivated(server).add(request.path.rpartition("/")[2])
    return server.send(request)


def _find_deactivated(server: GoodServer) -> set[str]:
    names: set[str] = server.overheard.noted.setdefault("deactivated", set())
    return names
