"""Mutants of chapter 3: tags, the pages of its lists, and what needs a token."""

from collections import Counter

from conformance_tests.mutants.errands import (
    Item,
    ask_for_token,
    change_items,
    find_caller,
    speak_for_author,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks
from conformance_tests.mutants.paging import (
    Question,
    begin_anew_for_bad_cursor,
    forgive_cursor,
    page_behind_item,
    page_by_number,
    promise_page_more,
    take_empty_cursor_for_none,
)

LISTS = ("list_comments", "list_followers", "list_following", "get_feed", "list_tags")


# ---- Tags. ----


@breaks("list_tags", violates=("RELATIONS-TAGS-01",))
def count_authors_instead_of_posts(request: Request, server: GoodServer) -> Answer:
    """A tag is listed with the number of authors who use it."""
    pairs = {
        (name, post["author"]) for post in server.overheard.posts.values() for name in post["tags"]
    }
    authors = Counter(name for name, _ in pairs)
    return change_items(
        request,
        server,
        lambda items: [{**one, "posts_count": authors[one["name"]] or 1} for one in items],
    )


@breaks("list_tags", violates=("RELATIONS-TAGS-01",))
def list_a_tag_for_each_of_its_posts(request: Request, server: GoodServer) -> Answer:
    """A tag is listed as often as posts have it."""
    return change_items(
        request,
        server,
        lambda items: [one for one in items for _ in range(min(one["posts_count"], 2))],
    )


@breaks("list_tags", violates=("RELATIONS-TAGS-01",))
def list_tags_of_two_posts(request: Request, server: GoodServer) -> Answer:
    """A tag that one post has is not listed."""
    return change_items(
        request, server, lambda items: [one for one in items if one["posts_count"] > 1]
    )


@breaks("list_tags", violates=("RELATIONS-TAGS-02",))
def list_tags_by_name(request: Request, server: GoodServer) -> Answer:
    """Tags come by name, however many posts have them."""
    return change_items(
        request, server, lambda items: sorted(items, key=lambda one: str(one["name"]))
    )


@breaks("list_tags", violates=("RELATIONS-TAGS-02",))
def list_equal_tags_as_a_dictionary_does(request: Request, server: GoodServer) -> Answer:
    """Equally used tags come in the order of a language, which skips hyphens."""
    return change_items(
        request,
        server,
        lambda items: sorted(items, key=lambda one: (-one["posts_count"], _skip_hyphens(one))),
    )


@breaks("list_tags", violates=("RELATIONS-TAGS-03",))
def list_tags_of_drafts(request: Request, server: GoodServer) -> Answer:
    """A tag that only drafts have is listed."""
    posts = server.overheard.posts.values()
    return _add_tags(request, server, [one for one in posts if one["status"] == "draft"])


@breaks("list_tags", violates=("RELATIONS-TAGS-03",))
def list_tags_of_all_that_was(request: Request, server: GoodServer) -> Answer:
    """A tag that no post has any longer stays listed."""
    return _add_tags(request, server, [*server.overheard.posts.values()])


@breaks("list_tags", "create_post", violates=("RELATIONS-TAGS-03",))
def list_tags_that_were_taken_away(request: Request, server: GoodServer) -> Answer:
    """A tag that was taken from its only post stays listed."""
    written: list[Item] = server.overheard.noted.setdefault("written", [])
    if request.method == "POST":
        answer = server.send(request)
        written.append(answer.members)
        return answer
    posts = server.overheard.posts
    changed = [one for one in written if posts.get(one.get("id", ""), one)["tags"] != one["tags"]]
    return _add_tags(request, server, changed)


def _skip_hyphens(tag: Item) -> str:
    return str(tag["name"]).replace("-", "")


def _add_tags(request: Request, server: GoodServer, posts: list[Item]) -> Answer:
    def add(items: list[Item]) -> list[Item]:
        there = {one["name"] for one in items}
        names = sorted({name for post in posts for name in post["tags"]} - there)
        return [*items, *({"name": name, "posts_count": 1} for name in names)]

    return change_items(request, server, add)


# ---- Walks. ----


@breaks("list_comments", violates=("RELATIONS-PAGE-01",))
def number_the_comments(request: Request, server: GoodServer) -> Answer:
    """A cursor is the number of comments before it."""
    return page_by_number(request, server)


@breaks("list_followers", violates=("RELATIONS-PAGE-01",))
def number_the_followers(request: Request, server: GoodServer) -> Answer:
    """A cursor is the number of followers before it."""
    return page_by_number(request, server)


@breaks("list_following", violates=("RELATIONS-PAGE-01",))
def number_the_followed(request: Request, server: GoodServer) -> Answer:
    """A cursor is the number of those followed before it."""
    return page_by_number(request, server)


@breaks("get_feed", violates=("RELATIONS-PAGE-01",))
def number_the_feed(request: Request, server: GoodServer) -> Answer:
    """A cursor is the number of posts of the feed before it."""
    return page_by_number(request, server)


@breaks("list_tags", violates=("RELATIONS-PAGE-01",))
def number_the_tags(request: Request, server: GoodServer) -> Answer:
    """A cursor is the number of tags before it."""
    return page_by_number(request, server)


@breaks("list_comments", violates=("RELATIONS-PAGE-01",))
def go_on_from_a_comment_that_is_there(request: Request, server: GoodServer) -> Answer:
    """A walk ends where the comment at the cursor is gone."""
    return page_behind_item(request, server)


@breaks("list_followers", violates=("RELATIONS-PAGE-01",))
def go_on_from_who_still_follows(request: Request, server: GoodServer) -> Answer:
    """A walk ends where the follower at the cursor follows no longer."""
    return page_behind_item(request, server)


@breaks("list_following", violates=("RELATIONS-PAGE-01",))
def go_on_from_who_is_still_followed(request: Request, server: GoodServer) -> Answer:
    """A walk ends where the one at the cursor is followed no longer."""
    return page_behind_item(request, server)


@breaks("get_feed", violates=("RELATIONS-PAGE-01",))
def go_on_from_a_post_that_is_still_fed(request: Request, server: GoodServer) -> Answer:
    """A walk ends where the post at the cursor has left the feed."""
    return page_behind_item(request, server)


@breaks("list_tags", violates=("RELATIONS-PAGE-01",))
def go_on_from_a_tag_that_is_there(request: Request, server: GoodServer) -> Answer:
    """A walk ends where no post has the tag at the cursor any longer."""
    return page_behind_item(request, server)


@breaks("list_comments", violates=("RELATIONS-PAGE-01",))
def show_one_comment_more(request: Request, server: GoodServer) -> Answer:
    """A page of comments holds one more than `limit`."""
    return _show_one_more(request, server)


@breaks("list_followers", "list_following", violates=("RELATIONS-PAGE-01",))
def show_one_user_more(request: Request, server: GoodServer) -> Answer:
    """A page of followers, or of those followed, holds one more than `limit`."""
    return _show_one_more(request, server)


@breaks("get_feed", violates=("RELATIONS-PAGE-01",))
def show_one_post_more(request: Request, server: GoodServer) -> Answer:
    """A page of the feed holds one more than `limit`."""
    return _show_one_more(request, server)


@breaks("list_comments", violates=("RELATIONS-PAGE-01",))
def promise_one_page_of_comments_more(request: Request, server: GoodServer) -> Answer:
    """Behind a last page of comments that is full there is an empty one."""
    return promise_page_more(request, server)


def _show_one_more(request: Request, server: GoodServer) -> Answer:
    limit = request.query.get("limit", "")
    is_less = limit.isdecimal() and int(limit) < 100
    return server.send(request.with_query(limit=str(int(limit) + 1)) if is_less else request)


# ---- Cursors. ----


@breaks(*LISTS, violates=("RELATIONS-PAGE-02",))
def take_cursors_of_another_place(request: Request, server: GoodServer) -> Answer:
    """A cursor is good for another post or user too."""
    return forgive_cursor(
        request,
        server,
        lambda made, asked: made.operation == asked.operation and made.path != asked.path,
    )


@breaks("get_feed", violates=("RELATIONS-PAGE-02",))
def take_cursors_of_another_caller(request: Request, server: GoodServer) -> Answer:
    """A cursor of one feed is good for that of another caller."""
    return forgive_cursor(request, server, lambda made, asked: made.token != asked.token)


@breaks("list_comments", violates=("RELATIONS-PAGE-02",))
def take_cursors_of_another_sort(request: Request, server: GoodServer) -> Answer:
    """A cursor of comments is good for the other order."""
    return forgive_cursor(request, server, lambda made, asked: made.filters != asked.filters)


@breaks("list_followers", "list_following", violates=("RELATIONS-PAGE-02",))
def take_cursors_of_followers_for_followed(request: Request, server: GoodServer) -> Answer:
    """A cursor of somebody's followers is good for those whom they follow."""
    return forgive_cursor(request, server, _is_of_other_list)


@breaks("list_posts", "get_feed", violates=("RELATIONS-PAGE-02",))
def take_cursors_of_posts_for_the_feed(request: Request, server: GoodServer) -> Answer:
    """A cursor of posts is good for the feed, and one of the feed for posts."""
    return forgive_cursor(request, server, _is_of_other_list)


@breaks("list_users", "list_followers", "list_following", violates=("RELATIONS-PAGE-02",))
def take_cursors_of_users_for_followers(request: Request, server: GoodServer) -> Answer:
    """A cursor of users is good for followers and those followed, and the other way round."""
    return forgive_cursor(
        request, server, lambda made, asked: "list_users" in (made.operation, asked.operation)
    )


@breaks("list_comments", "get_feed", violates=("RELATIONS-PAGE-02",))
def take_cursors_of_comments_for_the_feed(request: Request, server: GoodServer) -> Answer:
    """A cursor of comments is good for the feed."""
    return forgive_cursor(request, server, _is_of_other_list)


@breaks("list_comments", "list_tags", violates=("RELATIONS-PAGE-02",))
def take_cursors_of_tags_for_comments(request: Request, server: GoodServer) -> Answer:
    """A cursor of tags is good for comments, and one of comments for tags."""
    return forgive_cursor(request, server, _is_of_other_list)


@breaks("list_comments", violates=("RELATIONS-PAGE-03",))
def begin_comments_anew_for_bad_cursors(request: Request, server: GoodServer) -> Answer:
    """A cursor of comments that is no good is none."""
    return begin_anew_for_bad_cursor(request, server)


@breaks("list_followers", violates=("RELATIONS-PAGE-03",))
def begin_followers_anew_for_bad_cursors(request: Request, server: GoodServer) -> Answer:
    """A cursor of followers that is no good is none."""
    return begin_anew_for_bad_cursor(request, server)


@breaks("list_following", violates=("RELATIONS-PAGE-03",))
def take_an_empty_cursor_of_followed_for_none(request: Request, server: GoodServer) -> Answer:
    """An empty cursor of those followed is none."""
    return take_empty_cursor_for_none(request, server)


@breaks("get_feed", violates=("RELATIONS-PAGE-03",))
def begin_the_feed_anew_for_bad_cursors(request: Request, server: GoodServer) -> Answer:
    """A cursor of the feed that is no good is none."""
    return begin_anew_for_bad_cursor(request, server)


@breaks("list_tags", violates=("RELATIONS-PAGE-03",))
def begin_tags_anew_for_bad_cursors(request: Request, server: GoodServer) -> Answer:
    """A cursor of tags that is no good is none."""
    return begin_anew_for_bad_cursor(request, server)


def _is_of_other_list(made: Question, asked: Question) -> bool:
    return made.operation != asked.operation


# ---- Who needs a token. ----


@breaks("create_comment", violates=("RELATIONS-ACCESS-01",))
def let_nobody_in_particular_comment(request: Request, server: GoodServer) -> Answer:
    """Who has no token comments as the author of the post."""
    return server.send(request if request.token else speak_for_author(request, server))


@breaks("update_comment", "delete_comment", violates=("RELATIONS-ACCESS-01",))
def let_nobody_in_particular_change_comments(request: Request, server: GoodServer) -> Answer:
    """Who has no token changes and deletes comments as anybody."""
    return server.send(_speak_for_anybody(request, server))


@breaks("like_post", "unlike_post", violates=("RELATIONS-ACCESS-01",))
def let_nobody_in_particular_like_posts(request: Request, server: GoodServer) -> Answer:
    """Who has no token likes as the author of the post."""
    return server.send(request if request.token else speak_for_author(request, server))


@breaks("follow_user", "unfollow_user", violates=("RELATIONS-ACCESS-01",))
def let_nobody_in_particular_follow_users(request: Request, server: GoodServer) -> Answer:
    """Who has no token follows as anybody."""
    return server.send(_speak_for_anybody(request, server))


@breaks("get_feed", violates=("RELATIONS-ACCESS-01",))
def feed_nobody_in_particular(request: Request, server: GoodServer) -> Answer:
    """Who has no token has everybody's posts as a feed."""
    return server.send(request if request.token else request.with_target("GET", "/api/v1/posts"))


@breaks("get_post_stats", violates=("RELATIONS-ACCESS-02",))
def show_stats_to_users_only(request: Request, server: GoodServer) -> Answer:
    """Nobody reads the stats of a post without a token."""
    return ask_for_token(request, server)


@breaks("list_comments", violates=("RELATIONS-ACCESS-02",))
def list_comments_for_users_only(request: Request, server: GoodServer) -> Answer:
    """Nobody lists comments without a token."""
    return ask_for_token(request, server)


@breaks("get_comment", violates=("RELATIONS-ACCESS-02",))
def show_a_comment_to_users_only(request: Request, server: GoodServer) -> Answer:
    """Nobody reads a comment by its id without a token."""
    return ask_for_token(request, server)


@breaks("list_followers", "list_following", violates=("RELATIONS-ACCESS-02",))
def list_followers_for_users_only(request: Request, server: GoodServer) -> Answer:
    """Nobody lists followers, or those followed, without a token."""
    return ask_for_token(request, server)


@breaks("list_tags", violates=("RELATIONS-ACCESS-02",))
def list_tags_for_users_only(request: Request, server: GoodServer) -> Answer:
    """Nobody lists tags without a token."""
    return ask_for_token(request, server)


def _speak_for_anybody(request: Request, server: GoodServer) -> Request:
    if request.token:
        return request
    tokens = [*server.overheard.access_tokens.values()][::-1]
    people = (request.with_token(token) for token in tokens)
    return next((one for one in people if find_caller(one, server)), request)
