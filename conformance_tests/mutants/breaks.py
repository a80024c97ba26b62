"""The breaks: what is made wrong, at which operations, and the requirements that this violates.

To add one, write a function: its name, its first line and its decorator are its row of the table.
"""

from collections.abc import Callable
from dataclasses import dataclass

from conformance_tests.harness.tokens import decode

from .good_server import GoodServer
from .messages import Answer, Request

Behaviour = Callable[[Request, GoodServer], Answer]


@dataclass(frozen=True)
class Break:
    """One row of the table: at some operations the proxy answers by itself."""

    name: str
    sentence: str
    operations: tuple[str, ...]
    violates: tuple[str, ...]
    answer: Behaviour


BREAKS: dict[str, Break] = {}


def breaks(*operations: str, violates: tuple[str, ...]) -> Callable[[Behaviour], Behaviour]:
    """Put a function into the table. It answers every request to these operations."""

    def add(behaviour: Behaviour) -> Behaviour:
        name, sentence = behaviour.__name__, (behaviour.__doc__ or "").partition("\n")[0]
        BREAKS[name] = Break(name, sentence, operations, violates, behaviour)
        return behaviour

    return add


@breaks("get_me", violates=("ACCOUNTS-TOKEN-03",))
def accept_unsigned_tokens(request: Request, server: GoodServer) -> Answer:
    """A token that says it is not signed is taken at its word."""
    answer = server.send(request)
    if answer.status != 401 or not _is_unsigned(request.token):
        return answer
    return server.send(request.with_token(server.tokens.with_header(request.token, alg="HS256")))


def _is_unsigned(token: str) -> bool:
    try:
        return str(decode(token.partition(".")[0]).get("alg")).lower() == "none"
    except (ValueError, AttributeError):
        return False


@breaks("list_posts", violates=("POSTS-DRAFT-06",))
def list_drafts_of_others(request: Request, server: GoodServer) -> Answer:
    """The drafts of an author are listed for whoever asks for them."""
    token = server.overheard.access_tokens.get(request.query.get("author", ""))
    asks_for_drafts = request.query.get("status") == "draft"
    return server.send(request.with_token(token) if token and asks_for_drafts else request)


@breaks("list_posts", violates=("POSTS-PAGE-02",))
def skip_a_post_between_pages(request: Request, server: GoodServer) -> Answer:
    """Every page of posts after the first lacks the post that it should begin with."""
    answer = server.send(request)
    if answer.status != 200 or "cursor" not in request.query:
        return answer
    return answer.with_members(items=answer.members["items"][1:])


@breaks("change_password", violates=("ACCOUNTS-PASSWORD-01",))
def keep_the_old_password(request: Request, server: GoodServer) -> Answer:
    """A change of the password is confirmed, and the old password stays."""
    current = request.members.get("current_password")
    return server.send(request.with_members(new_password=current) if current else request)


@breaks("log_out", violates=("ACCOUNTS-LOGOUT-01",))
def stay_signed_in(request: Request, server: GoodServer) -> Answer:
    """A log-out is confirmed, and the sign-in goes on."""
    answer = server.send(request.with_target("HEAD", "/api/v1/me"))
    if answer.status != 200:
        return server.send(request)
    done = answer.with_status(204, "No Content")
    return done.without_header("Content-Type").without_header("Content-Length")


@breaks("update_post", "delete_post", violates=("POSTS-UPDATE-05", "POSTS-DELETE-02"))
def let_everybody_change_posts(request: Request, server: GoodServer) -> Answer:
    """Every user can change and delete every published post."""
    answer = server.send(request)
    if answer.status != 403:
        return answer
    author = server.overheard.authors[request.path.rpartition("/")[2]]
    return server.send(request.with_token(server.overheard.access_tokens[author]))


@breaks("get_user", violates=("ACCOUNTS-USER-01", "HARDENING-EXPOSURE-02"))
def show_email_addresses(request: Request, server: GoodServer) -> Answer:
    """Whoever reads a user reads the e-mail address too."""
    answer = server.send(request)
    if answer.status != 200 or not answer.body:
        return answer
    return answer.with_members(email=server.overheard.emails.get(answer.members["username"]))


@breaks("refresh_tokens", violates=("HARDENING-REPLAY-01", "HARDENING-REPLAY-02"))
def take_refresh_tokens_again(request: Request, server: GoodServer) -> Answer:
    """A refresh token that was used already gives new tokens, and nothing ends."""
    token = str(request.members.get("refresh_token"))
    newest = server.overheard.find_newest(token)
    return server.send(request if newest == token else request.with_members(refresh_token=newest))


@breaks("create_post", violates=("POSTS-CREATE-01",))
def answer_200_for_201(request: Request, server: GoodServer) -> Answer:
    """A new post is answered with 200."""
    answer = server.send(request)
    return answer.with_status(200, "OK") if answer.status == 201 else answer


@breaks("get_me", violates=("ACCOUNTS-AUTH-01", "ACCOUNTS-AUTH-02"))
def leave_out_the_challenge(request: Request, server: GoodServer) -> Answer:
    """A 401 does not say which credentials are wanted."""
    return server.send(request).without_header("WWW-Authenticate")
