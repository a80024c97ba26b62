"""Mutants of chapter 2: posts, drafts, lists, search and pages."""

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks


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


@breaks("update_post", "delete_post", violates=("POSTS-UPDATE-05", "POSTS-DELETE-02"))
def let_everybody_change_posts(request: Request, server: GoodServer) -> Answer:
    """Every user can change and delete every published post."""
    answer = server.send(request)
    if answer.status != 403:
        return answer
    author = server.overheard.authors[request.path.rpartition("/")[2]]
    return server.send(request.with_token(server.overheard.access_tokens[author]))


@breaks("create_post", violates=("POSTS-CREATE-01",))
def answer_200_for_201(request: Request, server: GoodServer) -> Answer:
    """A new post is answered with 200."""
    answer = server.send(request)
    return answer.with_status(200, "OK") if answer.status == 201 else answer
