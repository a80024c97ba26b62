"""Mutants of chapter 4: methods, empty answers, what caches are told, links and patches."""

import re
from dataclasses import replace
from http import HTTPStatus

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

LISTS = (
    "list_users",
    "list_posts",
    "list_comments",
    "list_followers",
    "list_following",
    "get_feed",
    "list_tags",
)
BELOW = "/api/v1/"


# ---- Methods and empty answers ----


@breaks(violates=("HTTP-HEAD-01",))
def know_no_head(request: Request, server: GoodServer) -> Answer:
    """HEAD is a method that no path has."""
    if request.method != "HEAD":
        return server.send(request)
    return replace(server.send(request.with_target("TRACE", request.target)), body=b"")


@breaks(violates=("HTTP-HEAD-01",))
def send_the_body_to_head(request: Request, server: GoodServer) -> Answer:
    """HEAD answers as GET, the body included."""
    return server.send(_as_get(request))


@breaks(violates=("HTTP-HEAD-01",))
def make_nothing_to_count_for_head(request: Request, server: GoodServer) -> Answer:
    """HEAD has the length of the empty body that it sends."""
    answer = server.send(request)
    return answer.with_header("Content-Length", "0") if request.method == "HEAD" else answer


@breaks(violates=("HTTP-HEAD-01",))
def answer_head_with_200(request: Request, server: GoodServer) -> Answer:
    """HEAD answers 200 where GET refuses."""
    answer = server.send(request)
    return answer.with_status(HTTPStatus.OK, "OK") if request.method == "HEAD" else answer


@breaks(violates=("HTTP-HEAD-01",))
def tell_head_no_link(request: Request, server: GoodServer) -> Answer:
    """HEAD does not tell where the next page is."""
    answer = server.send(request)
    return answer.without_header("Link") if request.method == "HEAD" else answer


@breaks(violates=("HTTP-HEAD-01",))
def tell_head_no_entity_tag(request: Request, server: GoodServer) -> Answer:
    """HEAD does not tell the entity tag."""
    answer = server.send(request)
    return answer.without_header("ETag") if request.method == "HEAD" else answer


def _as_get(request: Request) -> Request:
    return request.with_target("GET", request.target) if request.method == "HEAD" else request


@breaks(violates=("HTTP-OPTIONS-01",))
def ask_options_for_a_token(request: Request, server: GoodServer) -> Answer:
    """OPTIONS with a bad token is refused."""
    return _refuse_options(request, server, "/api/v1/posts", HTTPStatus.UNAUTHORIZED)


@breaks(violates=("HTTP-OPTIONS-01",))
def read_the_query_of_options(request: Request, server: GoodServer) -> Answer:
    """OPTIONS with an unknown parameter is refused."""
    return _refuse_options(request, server, f"/livez?{request.target.partition('?')[2]}", 422)


def _refuse_options(request: Request, server: GoodServer, target: str, status: int) -> Answer:
    answer = server.send(request)
    if request.method != "OPTIONS":
        return answer
    refused = server.send(request.with_target("GET", target))
    return refused if refused.status == status else answer


@breaks(violates=("HTTP-OPTIONS-01",))
def answer_options_with_200(request: Request, server: GoodServer) -> Answer:
    """OPTIONS answers 200."""
    answer = server.send(request)
    if request.method != "OPTIONS":
        return answer
    return answer.with_status(HTTPStatus.OK, "OK").with_header("Content-Length", "0")


@breaks(violates=("HTTP-OPTIONS-01",))
def name_no_head_in_options(request: Request, server: GoodServer) -> Answer:
    """The Allow of OPTIONS names GET and not HEAD."""
    answer = server.send(request)
    return _name_no(answer, "HEAD") if request.method == "OPTIONS" else answer


@breaks(violates=("HTTP-ALLOW-01",))
def name_one_method(request: Request, server: GoodServer) -> Answer:
    """A 405 names the first method of the path alone."""
    answer = server.send(request)
    first = answer.header("Allow").partition(",")[0]
    return answer.with_header("Allow", first) if answer.status == 405 else answer


@breaks(violates=("HTTP-ALLOW-01",))
def name_no_options(request: Request, server: GoodServer) -> Answer:
    """The Allow of a 405 does not name OPTIONS."""
    answer = server.send(request)
    return _name_no(answer, "OPTIONS") if answer.status == 405 else answer


@breaks(violates=("HTTP-ALLOW-01",))
def name_the_wrong_method_too(request: Request, server: GoodServer) -> Answer:
    """The Allow of a 405 names the method that was refused."""
    answer = server.send(request)
    told = f"{answer.header('Allow')}, {request.method}"
    return answer.with_header("Allow", told) if answer.status == 405 else answer


def _name_no(answer: Answer, method: str) -> Answer:
    kept = [one for one in re.split(", *", answer.header("Allow")) if one != method]
    return answer.with_header("Allow", ", ".join(kept))


@breaks("log_out", "like_post", "delete_comment", violates=("HTTP-EMPTY-01",))
def count_what_is_not_there(request: Request, server: GoodServer) -> Answer:
    """A 204 has a Content-Length, of 0."""
    return _add_to_nothing(server.send(request), "Content-Length", "0")


@breaks("delete_me", "unfollow_user", "delete_post", violates=("HTTP-EMPTY-01",))
def tell_the_type_of_nothing(request: Request, server: GoodServer) -> Answer:
    """A 204 has a Content-Type."""
    return _add_to_nothing(server.send(request), "Content-Type", "application/json")


def _add_to_nothing(answer: Answer, name: str, value: str) -> Answer:
    return answer.with_header(name, value) if answer.status == HTTPStatus.NO_CONTENT else answer


@breaks("unlike_post", violates=("HTTP-EMPTY-01",))
def send_null_where_nothing_is(request: Request, server: GoodServer) -> Answer:
    """A 204 has a body, in a chunk."""
    answer = server.send(request)
    if answer.status != HTTPStatus.NO_CONTENT:
        return answer
    return replace(
        answer.with_header("Transfer-Encoding", "chunked"), body=b"4\r\nnull\r\n0\r\n\r\n"
    )


# ---- What caches are told ----


@breaks("log_in", "refresh_tokens", violates=("HTTP-CACHE-01",))
def let_tokens_be_stored(request: Request, server: GoodServer) -> Answer:
    """An answer with tokens may be stored by the client."""
    return server.send(request).with_header("Cache-Control", "private, no-cache")


@breaks("update_user", violates=("HTTP-CACHE-01",))
def let_changed_accounts_be_stored(request: Request, server: GoodServer) -> Answer:
    """The account that an admin has changed may be stored by the admin's client."""
    return server.send(request).with_header("Cache-Control", "private, no-cache")


@breaks("get_me", violates=("HTTP-CACHE-01",))
def let_ones_own_account_be_stored(request: Request, server: GoodServer) -> Answer:
    """One's own account may be stored for a minute."""
    return server.send(request).with_header("Cache-Control", "private, max-age=60")


@breaks("register_user", "update_me", violates=("HTTP-CACHE-01",))
def say_nothing_of_storing_accounts(request: Request, server: GoodServer) -> Answer:
    """A new or changed account has no Cache-Control."""
    return server.send(request).without_header("Cache-Control")


@breaks(violates=("HTTP-CACHE-02",))
def vary_refusals_by_nothing(request: Request, server: GoodServer) -> Answer:
    """A refusal has no Vary."""
    answer = server.send(request)
    return answer.without_header("Vary") if answer.status >= 400 else answer


@breaks(violates=("HTTP-CACHE-02",))
def vary_by_tokens_that_are_sent(request: Request, server: GoodServer) -> Answer:
    """Vary names Authorization only where a token was sent."""
    answer = server.send(request)
    return answer if request.token else answer.with_header("Vary", "Origin")


@breaks("list_posts", "get_post_stats", "get_feed", violates=("HTTP-CACHE-02",))
def vary_lists_by_the_origin_alone(request: Request, server: GoodServer) -> Answer:
    """What shows who is calling varies by Origin alone."""
    return server.send(request).with_header("Vary", "Origin")


@breaks("get_me", "log_in", violates=("HTTP-CACHE-02",))
def vary_accounts_by_nothing(request: Request, server: GoodServer) -> Answer:
    """What is not stored has no Vary."""
    return server.send(request).without_header("Vary")


@breaks(violates=("HTTP-CACHE-02", "HTTP-CACHE-03"))
def say_nothing_of_caches_in_an_outage(request: Request, server: GoodServer) -> Answer:
    """A 503 has neither Vary nor Cache-Control."""
    answer = server.send(request)
    is_out = answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    return answer.without_header("Vary").without_header("Cache-Control") if is_out else answer


@breaks(violates=("HTTP-CACHE-03",))
def let_refusals_be_kept(request: Request, server: GoodServer) -> Answer:
    """A refusal has no Cache-Control, so a 404 may be kept."""
    answer = server.send(request)
    return answer.without_header("Cache-Control") if answer.status >= 400 else answer


@breaks(violates=("HTTP-CACHE-03",))
def let_the_waiting_be_shared(request: Request, server: GoodServer) -> Answer:
    """A 429 may be kept, until it is time."""
    answer = server.send(request)
    is_late = answer.status == HTTPStatus.TOO_MANY_REQUESTS
    return answer.with_header("Cache-Control", "private, max-age=900") if is_late else answer


@breaks("list_posts", "list_users", "get_user", violates=("HTTP-CACHE-03",))
def share_what_everybody_may_see(request: Request, server: GoodServer) -> Answer:
    """What was asked without a token is for everybody."""
    answer = server.send(request)
    if request.token or answer.status != HTTPStatus.OK:
        return answer
    return answer.with_header("Cache-Control", "public, no-cache")


@breaks("get_feed", violates=("HTTP-CACHE-03",))
def keep_the_feed_for_a_minute(request: Request, server: GoodServer) -> Answer:
    """The feed may be kept for a minute."""
    return server.send(request).with_header("Cache-Control", "private, max-age=60")


@breaks("delete_post", "unlike_post", violates=("HTTP-CACHE-03",))
def say_nothing_of_caches_after_writing(request: Request, server: GoodServer) -> Answer:
    """What was done is answered without Cache-Control."""
    answer = server.send(request)
    return answer.without_header("Cache-Control") if answer.status < 300 else answer


# ---- Links ----


@breaks(*LISTS, violates=("HTTP-LINK-01",))
def forget_the_filters_in_links(request: Request, server: GoodServer) -> Answer:
    """A Link leads on with the cursor alone."""
    return _change_link(request, server, r"<\?.*?(cursor=[^&>]*).*?>", r"<?\1>")


@breaks(*LISTS, violates=("HTTP-LINK-01",))
def forget_the_limit_in_links(request: Request, server: GoodServer) -> Answer:
    """A Link leads on with pages of the usual size."""
    return _change_link(request, server, r"&limit=\d+|(?<=\?)limit=\d+&", "")


@breaks("list_posts", violates=("HTTP-LINK-01",))
def leave_links_unescaped(request: Request, server: GoodServer) -> Answer:
    """The `&` in a filter stands in a Link as it was sought."""
    return _change_link(request, server, "%26", "&")


@breaks(*LISTS, violates=("HTTP-LINK-01",))
def link_to_the_same_page(request: Request, server: GoodServer) -> Answer:
    """A Link leads to the page that it stands on."""
    here = re.escape(request.target.partition("?")[2]).replace("\\", r"\\")
    return _change_link(request, server, "<.*>", f"<?{here}>" if here else "<?limit=20>")


@breaks(*LISTS, violates=("HTTP-LINK-01",))
def link_to_the_host(request: Request, server: GoodServer) -> Answer:
    """A Link is absolute."""
    own = f"<http://{request.header('Host')}{request.path}?"
    return _change_link(request, server, r"<\?", own)


@breaks(*LISTS, violates=("HTTP-LINK-01",))
def leave_out_links(request: Request, server: GoodServer) -> Answer:
    """No page has a Link."""
    return server.send(request).without_header("Link")


def _change_link(request: Request, server: GoodServer, part: str, by: str) -> Answer:
    answer = server.send(request)
    link = answer.header("Link")
    return answer.with_header("Link", re.sub(part, by, link)) if link else answer


@breaks(*LISTS, violates=("HTTP-LINK-02",))
def link_from_the_last_page(request: Request, server: GoodServer) -> Answer:
    """The last page has a Link to a page that is empty."""
    answer = server.send(request)
    is_last = answer.members.get("items") and not answer.header("Link")
    return answer.with_header("Link", '<?limit=1>; rel="next"') if is_last else answer


@breaks(*LISTS, violates=("HTTP-LINK-02",))
def link_from_an_empty_page(request: Request, server: GoodServer) -> Answer:
    """A page without items has a Link."""
    answer = server.send(request)
    is_empty = answer.members.get("items") == []
    return answer.with_header("Link", '<?limit=1>; rel="next"') if is_empty else answer


# ---- Patches ----


@breaks(violates=("HTTP-PATCH-01",))
def name_no_patch_format(request: Request, server: GoodServer) -> Answer:
    """OPTIONS does not name what a PATCH takes."""
    answer = server.send(request)
    return answer.without_header("Accept-Patch") if request.method == "OPTIONS" else answer


@breaks(violates=("HTTP-PATCH-01",))
def name_a_patch_format_everywhere(request: Request, server: GoodServer) -> Answer:
    """OPTIONS names what a PATCH takes where there is none."""
    answer = server.send(request)
    if request.method != "OPTIONS":
        return answer
    return answer.with_header("Accept-Patch", "application/json")


@breaks(violates=("HTTP-PATCH-01",))
def name_another_patch_format(request: Request, server: GoodServer) -> Answer:
    """OPTIONS names a format that no PATCH takes."""
    answer = server.send(request)
    is_named = request.method == "OPTIONS" and answer.header("Accept-Patch")
    return answer.with_header("Accept-Patch", "application/json-patch+json") if is_named else answer


@breaks("update_me", "update_user", "update_post", "update_comment", violates=("HTTP-PATCH-02",))
def name_no_patch_format_in_refusals(request: Request, server: GoodServer) -> Answer:
    """A PATCH of another media type is refused without Accept-Patch."""
    return server.send(request).without_header("Accept-Patch")
