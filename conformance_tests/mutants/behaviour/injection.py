"""Mutants of chapter 5 that take a text for a piece of a program, of a path or of an answer."""

import re
from urllib.parse import unquote

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks


@breaks("list_posts", "list_users", violates=("HARDENING-INJECTION-01",))
def find_everything_where_it_is_true(request: Request, server: GoodServer) -> Answer:
    """A search that ends its text and says what is always true finds everything."""
    is_true = "'1'='1" in request.query.get("q", "")
    return server.send(request.with_query(q=None) if is_true else request)


@breaks("log_in", violates=("HARDENING-INJECTION-01",))
def open_to_what_is_true(request: Request, server: GoodServer) -> Answer:
    """A log-in that ends its text and says what is always true is somebody's."""
    answer = server.send(request)
    email, quoted, _ = str(request.members.get("email")).partition("'")
    password = server.overheard.passwords.get(email)
    if not (quoted and password):
        return answer
    return server.send(request.with_members(email=email, password=password))


@breaks("get_user", "list_followers", "list_following", violates=("HARDENING-INJECTION-01",))
def end_a_name_at_a_quote(request: Request, server: GoodServer) -> Answer:
    """A name in a path ends at a quote."""
    return server.send(_cut_path(request))


@breaks("list_comments", "get_post_stats", violates=("HARDENING-INJECTION-01",))
def end_an_id_at_a_quote(request: Request, server: GoodServer) -> Answer:
    """An id in a path ends at a quote."""
    return server.send(_cut_path(request))


# Such paths meet no operation of the contract, because no id looks like them.
@breaks(violates=("HARDENING-INJECTION-01",))
def read_an_id_where_a_path_has_one(request: Request, server: GoodServer) -> Answer:
    """An id in a path is found wherever it stands."""
    found = re.match(r"(/api/v1/posts/[-0-9a-f]{36})[^/]+(/\w+)", request.target)
    return server.send(request.with_target("GET", found[1] + found[2]) if found else request)


def _cut_path(request: Request) -> Request:
    return request.with_target(request.method, re.sub("(%27|').*?(?=/|$)", "", request.target))


@breaks("list_posts", violates=("HARDENING-INJECTION-01",))
def end_a_filter_at_a_quote(request: Request, server: GoodServer) -> Answer:
    """A filter ends at a quote, and one that is empty then is none."""
    kept = {name: value.partition("'")[0] or None for name, value in request.query.items()}
    has_quote = "'" in unquote(request.target)
    return server.send(request.with_query(**kept) if has_quote else request)


@breaks("list_posts", "list_users", violates=("HARDENING-INJECTION-01",))
def filter_by_every_column(request: Request, server: GoodServer) -> Answer:
    """What is unknown is a filter where a column is called so."""
    columns = [name for name in request.query if "_" in name]
    return server.send(request.with_query(**dict.fromkeys(columns)) if columns else request)


@breaks("create_post", "create_comment", violates=("HARDENING-INJECTION-01",))
def double_quotes_in_texts(request: Request, server: GoodServer) -> Answer:
    """A quote in a text is kept as two."""
    return server.send(_edit(request, "'", "''"))


@breaks("create_post", violates=("HARDENING-INJECTION-01",))
def reckon_in_texts(request: Request, server: GoodServer) -> Answer:
    """A text may have its server reckon."""
    return server.send(_edit(request, "{{7*7}}", "49"))


@breaks("create_comment", violates=("HARDENING-INJECTION-01",))
def fill_in_texts(request: Request, server: GoodServer) -> Answer:
    """What stands for a parameter in a text is filled in."""
    return server.send(_edit(request, "%s", "None"))


def _edit(request: Request, text: str, instead: str) -> Request:
    told = request.members
    edited = {
        name: value.replace(text, instead) if isinstance(value, str) else value
        for name, value in told.items()
    }
    return request if edited == told else request.with_body(edited)


@breaks(violates=("HARDENING-INJECTION-02",))
def repeat_paths_in_headers(request: Request, server: GoodServer) -> Answer:
    """An answer names the path in a header, as it is when it is decoded."""
    return _tell(server.send(request), unquote(request.path))


@breaks("get_user", violates=("HARDENING-INJECTION-02",))
def repeat_names_in_headers(request: Request, server: GoodServer) -> Answer:
    """An answer names in a header whoever was asked for."""
    return _tell(server.send(request), unquote(request.path.rpartition("/")[2]))


@breaks("list_posts", violates=("HARDENING-INJECTION-02",))
def repeat_authors_in_headers(request: Request, server: GoodServer) -> Answer:
    """An answer names in a header the author that was asked for."""
    return _tell(server.send(request), request.query.get("author", ""))


@breaks("list_posts", violates=("HARDENING-INJECTION-02",))
def repeat_cursors_in_headers(request: Request, server: GoodServer) -> Answer:
    """An answer leads back to its own page in a header."""
    return _tell(server.send(request), request.query.get("cursor", ""))


@breaks(violates=("HARDENING-INJECTION-02",))
def decode_request_ids(request: Request, server: GoodServer) -> Answer:
    """An answer repeats the id of its request, decoded."""
    return _tell(server.send(request), unquote(request.header("X-Request-ID")))


@breaks("get_me", violates=("HARDENING-INJECTION-02",))
def repeat_tokens_in_headers(request: Request, server: GoodServer) -> Answer:
    """A 401 names the token that it refuses."""
    return _tell(server.send(request), unquote(request.token))


@breaks("register_user", violates=("HARDENING-INJECTION-02",))
def lead_to_users_that_are_refused(request: Request, server: GoodServer) -> Answer:
    """A refused registration says where the user would have been."""
    return _tell(server.send(request), str(request.members.get("username")))


@breaks("create_post", violates=("HARDENING-INJECTION-02",))
def repeat_tags_in_headers(request: Request, server: GoodServer) -> Answer:
    """An answer names in a header the tags that were sent."""
    return _tell(server.send(request), " ".join(map(str, request.members.get("tags") or [])))


def _tell(answer: Answer, text: str) -> Answer:
    return answer.with_header("X-Asked", text.encode().decode("latin-1")) if text else answer
