"""Mutants of chapter 2: how long and of what form the members of a post are, and its id."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from conformance_tests.mutants.errands import (
    change_texts,
    find_fault,
    find_only_quiet_ids,
    leave_out_formats,
    summarize,
    write_id_plainly,
)
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

WRITING = ("create_post", "update_post")
POSTS = "/api/v1/posts/"


# ---- Lengths, numbers and forms. ----


@breaks(*WRITING, violates=("POSTS-TITLE-01",))
def cut_long_titles(request: Request, server: GoodServer) -> Answer:
    """A title that is too long is cut."""
    return server.send(change_texts(request, lambda title: title[:200], "title"))


@breaks(*WRITING, violates=("POSTS-TITLE-01",))
def take_empty_titles(request: Request, server: GoodServer) -> Answer:
    """A title may be empty."""
    return server.send(change_texts(request, lambda title: title or "Untitled", "title"))


@breaks(*WRITING, violates=("POSTS-TITLE-01",))
def count_titles_in_bytes(request: Request, server: GoodServer) -> Answer:
    """A title may have 200 bytes."""
    return server.send(change_texts(request, lambda title: _refuse_beyond(title, 200), "title"))


@breaks("update_post", violates=("POSTS-TITLE-01",))
def measure_only_new_titles(request: Request, server: GoodServer) -> Answer:
    """A change may bring a title of any length."""
    return server.send(change_texts(request, lambda title: (title or "-")[:200], "title"))


@breaks(*WRITING, violates=("POSTS-TITLE-02",))
def take_wide_spaces_for_letters(request: Request, server: GoodServer) -> Answer:
    """Only the spaces of ASCII make a title blank."""
    return server.send(change_texts(request, _fill_wide_blanks, "title"))


@breaks("create_post", violates=("POSTS-TITLE-02", "POSTS-CREATE-05"))
def take_the_invisible_for_blank(request: Request, server: GoodServer) -> Answer:
    """A title of characters without width is blank."""
    return server.send(change_texts(request, lambda title: leave_out_formats(title) or " "))


@breaks(*WRITING, violates=("POSTS-BODY-01",))
def cut_long_bodies(request: Request, server: GoodServer) -> Answer:
    """A body that is too long is cut."""
    return server.send(change_texts(request, lambda body: body[:50_000], "body"))


@breaks("create_post", violates=("POSTS-BODY-01",))
def count_bodies_in_bytes(request: Request, server: GoodServer) -> Answer:
    """A body may have 50,000 bytes."""
    return server.send(change_texts(request, lambda body: _refuse_beyond(body, 50_000), "body"))


@breaks("create_post", violates=("POSTS-BODY-01",))
def ask_for_words_in_a_body(request: Request, server: GoodServer) -> Answer:
    """A body may not be empty."""
    if request.members.get("body") != "":
        return server.send(request)
    return find_fault(request, server, {"pointer": "#/body"}, "too_short")


def _refuse_beyond(text: str, limit: int) -> str:
    return text if len(text.encode()) <= limit else "z" * (limit + 1)


def _fill_wide_blanks(title: str) -> str:
    return "-" if title and not title.strip() and not title.isascii() else title


@breaks(*WRITING, violates=("POSTS-TAGS-01",))
def leave_out_the_eleventh_tag(request: Request, server: GoodServer) -> Answer:
    """Tags beyond the tenth are left out."""
    return server.send(_change_tags(request, lambda tags: tags[:10]))


@breaks(*WRITING, violates=("POSTS-TAGS-01",))
def take_a_tag_twice_for_once(request: Request, server: GoodServer) -> Answer:
    """A tag that is given twice is kept once."""
    return server.send(_change_tags(request, lambda tags: [*dict.fromkeys(tags)]))


@breaks("update_post", violates=("POSTS-TAGS-01",))
def count_tags_of_new_posts_only(request: Request, server: GoodServer) -> Answer:
    """A change may bring any number of tags."""
    return server.send(_change_tags(request, lambda tags: tags[:10]))


@breaks(*WRITING, violates=("POSTS-TAGS-02",))
def make_tags_lower(request: Request, server: GoodServer) -> Answer:
    """Tags may have capital letters, which become small."""
    return server.send(_change_tags(request, lambda tags: [tag.lower() for tag in tags]))


@breaks("create_post", violates=("POSTS-TAGS-02",))
def take_a_line_feed_behind_a_tag(request: Request, server: GoodServer) -> Answer:
    """The pattern of a tag ends with `$`, before which a line feed may stand."""
    return server.send(_change_tags(request, lambda tags: [tag.rstrip("\n") for tag in tags]))


@breaks("create_post", violates=("POSTS-TAGS-02",))
def take_digits_of_all_scripts(request: Request, server: GoodServer) -> Answer:
    """A tag may have the digits of any script."""
    return server.send(_change_tags(request, lambda tags: [_write_digits(tag) for tag in tags]))


@breaks("create_post", violates=("POSTS-TAGS-02",))
def cut_long_tags(request: Request, server: GoodServer) -> Answer:
    """A tag that is too long is cut."""
    return server.send(_change_tags(request, lambda tags: [tag[:30] for tag in tags]))


@breaks("create_post", violates=("POSTS-TAGS-02",))
def tell_only_the_first_wrong_tag(request: Request, server: GoodServer) -> Answer:
    """Of several wrong tags the first is told."""
    answer = server.send(request)
    errors = answer.members.get("errors")
    return answer.with_members(errors=errors[:1]) if errors else answer


def _change_tags(request: Request, change: Callable[[list[str]], list[str]]) -> Request:
    tags = request.members.get("tags")
    return request.with_members(tags=change(tags)) if tags else request


def _write_digits(tag: str) -> str:
    return "".join(str(int(one)) if one.isdecimal() else one for one in tag)


@breaks(*WRITING, violates=("POSTS-TAGS-03",))
def answer_tags_as_they_were_sent(request: Request, server: GoodServer) -> Answer:
    """Who writes a post gets the tags back in the order of the request."""
    answer, tags = server.send(request), request.members.get("tags")
    return answer.with_members(tags=tags) if tags and answer.status < 300 else answer


@breaks("get_post", violates=("POSTS-TAGS-03",))
def read_tags_in_reverse(request: Request, server: GoodServer) -> Answer:
    """A post is read with its tags in reverse."""
    answer = server.send(request)
    tags = answer.members.get("tags")
    return answer.with_members(tags=tags[::-1]) if tags else answer


@breaks("list_posts", violates=("POSTS-TAGS-03",))
def list_tags_as_a_dictionary_does(request: Request, server: GoodServer) -> Answer:
    """Lists show tags in the order of a language, which skips hyphens."""
    answer = server.send(request)
    items = answer.members.get("items", [])
    for post in items:
        post["tags"].sort(key=lambda tag: tag.replace("-", ""))
    return answer.with_members(items=items) if items else answer


# ---- Status. ----


@breaks(*WRITING, violates=("POSTS-STATUS-01",))
def take_an_unknown_status_for_a_draft(request: Request, server: GoodServer) -> Answer:
    """A status outside the list makes a draft."""
    status = request.members.get("status", "draft")
    known = status in ("draft", "published")
    return server.send(request if known else request.with_members(status="draft"))


@breaks("create_post", violates=("POSTS-STATUS-01",))
def read_a_status_in_any_case(request: Request, server: GoodServer) -> Answer:
    """A status may have capital letters and spaces around it."""
    status = request.members.get("status", "")
    return server.send(request.with_members(status=status.strip().lower()) if status else request)


@breaks(*WRITING, "get_post", violates=("POSTS-STATUS-02",))
def take_the_writing_for_the_publication(request: Request, server: GoodServer) -> Answer:
    """A post is said to be published when it was written, drafts aside."""
    answer = server.send(request)
    if not answer.members.get("published_at"):
        return answer
    return answer.with_members(published_at=answer.members["created_at"])


@breaks("update_post", violates=("POSTS-STATUS-02",))
def remember_the_first_publication(request: Request, server: GoodServer) -> Answer:
    """A post that is published again keeps the date of the first time."""
    answer = server.send(request)
    if not answer.members.get("published_at"):
        return answer
    told = answer.members
    first = server.overheard.noted.setdefault(("published", told["id"]), told["published_at"])
    return answer.with_members(published_at=first)


@breaks("update_post", violates=("POSTS-STATUS-02",))
def take_a_change_for_a_publication(request: Request, server: GoodServer) -> Answer:
    """Whatever changes in a published post, it is said to be published anew."""
    answer = server.send(request)
    if not answer.members.get("published_at"):
        return answer
    return answer.with_members(published_at=answer.members["updated_at"])


@breaks("get_post", violates=("POSTS-STATUS-03",))
def show_what_was_public_once(request: Request, server: GoodServer) -> Answer:
    """A post that becomes a draft again can still be read by whoever has its id."""
    answer = server.send(request)
    known = server.overheard.posts.get(request.path.rpartition("/")[2])
    if answer.status != 404 or known is None or known["updated_at"] == known["created_at"]:
        return answer
    return server.send(request.with_token(server.overheard.access_tokens[known["author"]]))


@breaks("list_posts", violates=("POSTS-STATUS-03",))
def list_what_was_public_once(request: Request, server: GoodServer) -> Answer:
    """A post that becomes a draft again stays in the lists of its tags."""
    answer, tag = server.send(request), request.query.get("tag")
    if answer.members.get("items") != [] or request.query.get("status") == "draft":
        return answer
    posts = server.overheard.posts.values()
    once = [one for one in posts if tag in one["tags"] and one["updated_at"] > one["created_at"]]
    return answer.with_members(items=[summarize(one) for one in once])


# ---- Ids. ----


@breaks("create_post", violates=("POSTS-ID-01",))
def give_random_ids(request: Request, server: GoodServer) -> Answer:
    """A new post has a random id, without its time."""
    return _change_new(request, server, id=lambda told: str(UUID(told["id"][::-1], version=4)))


@breaks("create_post", violates=("POSTS-ID-01",))
def write_ids_in_upper_case(request: Request, server: GoodServer) -> Answer:
    """The id of a new post is written in upper case."""
    return _change_new(request, server, id=lambda told: told["id"].upper())


@breaks("create_post", violates=("POSTS-ID-01",))
def tell_the_time_of_another_zone(request: Request, server: GoodServer) -> Answer:
    """The times of a new post are those of a zone two hours ahead, and said to be in UTC."""
    return _change_new(request, server, created_at=_add_two_hours)


def _change_new(
    request: Request, server: GoodServer, **changes: Callable[[dict[str, Any]], str]
) -> Answer:
    answer = server.send(request)
    if answer.status != 201:
        return answer
    told = answer.members
    return answer.with_members(**{name: change(told) for name, change in changes.items()})


def _add_two_hours(told: dict[str, Any]) -> str:
    later = datetime.fromisoformat(told["created_at"]) + timedelta(hours=2)
    return later.isoformat(timespec="microseconds").replace("+00:00", "Z")


@breaks("get_post", violates=("POSTS-ID-02",))
def miss_loud_ids(request: Request, server: GoodServer) -> Answer:
    """A post is not found for reading by its id in upper case."""
    return find_only_quiet_ids(request, server)


@breaks("update_post", "delete_post", violates=("POSTS-ID-02",))
def miss_loud_ids_in_changes(request: Request, server: GoodServer) -> Answer:
    """A post is not found for a change or a deletion by its id in upper case."""
    return find_only_quiet_ids(request, server)


@breaks("delete_post", violates=("POSTS-ID-02",))
def miss_loud_ids_in_deletions(request: Request, server: GoodServer) -> Answer:
    """A post is not found for a deletion by its id in upper case."""
    return find_only_quiet_ids(request, server)


@breaks(violates=("POSTS-ID-03",))
def read_ids_in_any_form(request: Request, server: GoodServer) -> Answer:
    """For reading an id is whatever a library takes for one: braces, `urn:`, no hyphens."""
    return server.send(write_id_plainly(request, POSTS) if request.method == "GET" else request)


@breaks(violates=("POSTS-ID-03",))
def change_by_ids_in_any_form(request: Request, server: GoodServer) -> Answer:
    """For a change or a deletion an id is whatever a library takes for one."""
    return server.send(request if request.method == "GET" else write_id_plainly(request, POSTS))


@breaks(violates=("POSTS-ID-03",))
def refuse_what_is_no_id(request: Request, server: GoodServer) -> Answer:
    """What is no id in a path is 422."""
    answer = server.send(request)
    if answer.status != 404 or not request.path.startswith(POSTS):
        return answer
    return find_fault(request, server, {"parameter": "post_id"}, "invalid_format")
