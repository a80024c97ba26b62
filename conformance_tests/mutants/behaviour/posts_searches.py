"""Mutants of chapter 2: what a search among posts finds."""

import re
import unicodedata
from collections.abc import Callable

from conformance_tests.mutants.errands import Item, change_items, is_empty
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

# ---- Searches. ----


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def search_titles_only(request: Request, server: GoodServer) -> Answer:
    """A search looks at titles only."""
    return _search(request, server, lambda q, post: _fold(q) in _fold(post["title"]))


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def search_bodies_only(request: Request, server: GoodServer) -> Answer:
    """A search looks at bodies only."""
    return _search(request, server, lambda q, post: _fold(q) in _fold(post["body"]))


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def search_the_beginning_of_bodies(request: Request, server: GoodServer) -> Answer:
    """A search looks at the first 1,000 characters of a body."""
    return _search(
        request, server, lambda q, post: _holds(q, {**post, "body": post["body"][:1000]})
    )


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def search_title_and_body_in_one(request: Request, server: GoodServer) -> Answer:
    """A search finds what begins in the title and ends in the body."""
    return _search(
        request, server, lambda q, post: _holds(q, {**post, "body": post["title"] + post["body"]})
    )


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def search_tags_too(request: Request, server: GoodServer) -> Answer:
    """A search looks at tags too."""
    return _search(request, server, lambda q, post: _holds(q, post) or q in post["tags"])


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def search_authors_too(request: Request, server: GoodServer) -> Answer:
    """A search looks at the names of authors too."""
    return _search(request, server, lambda q, post: _holds(q, post) or q in post["author"])


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def search_word_by_word(request: Request, server: GoodServer) -> Answer:
    """A search finds its words in any order."""
    return _search(
        request, server, lambda q, post: all(_holds(word, post) for word in q.split() or [q])
    )


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def search_the_beginnings_of_words(request: Request, server: GoodServer) -> Answer:
    """A search finds what a word begins with."""
    return _search(request, server, lambda q, post: _holds(q, post) and _begins_a_word(q, post))


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def trim_searches(request: Request, server: GoodServer) -> Answer:
    """Spaces around what is searched are taken away."""
    q = request.query.get("q", "")
    return server.send(request.with_query(q=q.strip()) if q.strip() else request)


@breaks("list_posts", violates=("POSTS-SEARCH-01",))
def search_ones_own_posts(request: Request, server: GoodServer) -> Answer:
    """A search finds the posts of one author."""
    return change_items(
        request,
        server,
        lambda items: [one for one in items if one["author"] == items[0]["author"]],
    )


@breaks("list_posts", "create_post", violates=("POSTS-SEARCH-01",))
def search_texts_of_long_ago(request: Request, server: GoodServer) -> Answer:
    """A search knows the posts as they were written, and no later change."""
    if request.method == "POST":
        answer = server.send(request)
        server.overheard.noted["text", answer.members.get("id")] = answer.members
        return answer
    noted = server.overheard.noted
    return _search(
        request, server, lambda q, post: _holds(q, noted.get(("text", post["id"]), post))
    )


@breaks("list_posts", violates=("POSTS-SEARCH-02",))
def take_percent_for_anything(request: Request, server: GoodServer) -> Answer:
    """`%` in a search stands for anything."""
    return _search_by_pattern(request, server, {"%": "(?s:.*)"})


@breaks("list_posts", violates=("POSTS-SEARCH-02",))
def take_underscore_for_one_character(request: Request, server: GoodServer) -> Answer:
    """`_` in a search stands for any character."""
    return _search_by_pattern(request, server, {"_": "(?s:.)"})


@breaks("list_posts", violates=("POSTS-SEARCH-02",))
def take_asterisk_for_anything(request: Request, server: GoodServer) -> Answer:
    """`*` in a search stands for anything."""
    return _search_by_pattern(request, server, {"*": "(?s:.*)"})


@breaks("list_posts", violates=("POSTS-SEARCH-02",))
def take_backslash_for_an_escape(request: Request, server: GoodServer) -> Answer:
    """A backslash in a search stands for what follows it."""
    return _search(request, server, lambda q, post: _holds(re.sub(r"\\(.?)", r"\1", q), post))


@breaks("list_posts", violates=("POSTS-SEARCH-03",))
def heed_case(request: Request, server: GoodServer) -> Answer:
    """A search heeds the case of letters."""
    return _search_as(request, server, lambda text: unicodedata.normalize("NFC", text))


@breaks("list_posts", violates=("POSTS-SEARCH-03",))
def heed_case_beyond_ascii(request: Request, server: GoodServer) -> Answer:
    """A search heeds the case of letters beyond ASCII."""
    return _search_as(request, server, lambda text: re.sub("[A-Z]+", _lower, text))


@breaks("list_posts", violates=("POSTS-SEARCH-03",))
def lower_letters_instead_of_folding_them(request: Request, server: GoodServer) -> Answer:
    """A search takes small letters for a folding, which is more."""
    return _search_as(request, server, lambda text: unicodedata.normalize("NFC", text.lower()))


@breaks("list_posts", violates=("POSTS-SEARCH-03",))
def heed_normal_forms(request: Request, server: GoodServer) -> Answer:
    """A search heeds in which normal form an accent is written."""
    return _search_as(request, server, str.casefold)


@breaks("list_posts", violates=("POSTS-SEARCH-03",))
def search_without_accents(request: Request, server: GoodServer) -> Answer:
    """A search does not heed accents."""
    return _search_as(request, server, _strip_accents)


@breaks("list_posts", violates=("POSTS-SEARCH-03",))
def search_in_compatible_characters(request: Request, server: GoodServer) -> Answer:
    """A search takes raised digits and wide letters for plain ones."""
    return _search_as(request, server, lambda text: _fold(unicodedata.normalize("NFKC", text)))


@breaks("list_posts", violates=("POSTS-SEARCH-04",))
def cut_long_searches(request: Request, server: GoodServer) -> Answer:
    """A search that is too long is cut."""
    return server.send(_change_q(request, lambda q: q[:100]))


@breaks("list_posts", violates=("POSTS-SEARCH-04",))
def search_the_first_half(request: Request, server: GoodServer) -> Answer:
    """The first fifty characters are searched, and the rest is not."""
    return server.send(_change_q(request, lambda q: q[:50] if len(q) <= 100 else q))


@breaks("list_posts", violates=("POSTS-SEARCH-04",))
def count_searches_in_bytes(request: Request, server: GoodServer) -> Answer:
    """A search may have 100 bytes."""
    return server.send(_change_q(request, lambda q: q if len(q.encode()) <= 100 else "z" * 101))


@breaks("list_posts", violates=("POSTS-SEARCH-04",))
def take_an_empty_search_for_none(request: Request, server: GoodServer) -> Answer:
    """An empty search finds everything."""
    return server.send(request.with_query(q=None) if is_empty(request, "q") else request)


def _search(request: Request, server: GoodServer, finds: Callable[[str, Item], bool]) -> Answer:
    """Answer a search by another rule, among the newest hundred posts."""
    q = request.query.get("q")
    if q is None:
        return server.send(request)
    wide = server.send(request.with_query(q=None, limit="100"))
    posts = server.overheard.posts
    found = [one for one in wide.members.get("items", []) if finds(q, posts[one["id"]])]
    return wide.with_members(items=found, next_cursor=None)


def _search_as(request: Request, server: GoodServer, fold: Callable[[str], str]) -> Answer:
    def finds(q: str, post: Item) -> bool:
        return fold(q) in fold(post["title"]) or fold(q) in fold(post["body"])

    return _search(request, server, finds)


def _search_by_pattern(request: Request, server: GoodServer, signs: dict[str, str]) -> Answer:
    def finds(q: str, post: Item) -> bool:
        pattern = "".join(signs.get(letter) or re.escape(letter) for letter in _fold(q))
        return any(re.search(pattern, _fold(post[name])) for name in ("title", "body"))

    return _search(request, server, finds)


def _holds(q: str, post: Item) -> bool:
    return _fold(q) in _fold(post["title"]) or _fold(q) in _fold(post["body"])


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _begins_a_word(q: str, post: Item) -> bool:
    text = " " + _fold(f"{post['title']} {post['body']}")
    return re.search(r"\W" + re.escape(_fold(q)), text) is not None


def _lower(found: re.Match[str]) -> str:
    return found[0].lower()


def _strip_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def _change_q(request: Request, change: Callable[[str], str]) -> Request:
    q = request.query.get("q")
    return request.with_query(q=change(q)) if q else request
