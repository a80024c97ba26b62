"""Mutants of chapter 5 that are right for one caller, and wrong for many at once."""

import threading
from typing import Any

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

COUNTING = ("get_post_stats", "like_post", "unlike_post")
LOCK = threading.Lock()


@breaks("register_user", violates=("HARDENING-RACE-01",))
def look_for_usernames_before_the_others_write(request: Request, server: GoodServer) -> Answer:
    """Whoever looks for a username while another one takes it gets it too."""
    return _register_all(request, server, "username_taken")


@breaks("register_user", violates=("HARDENING-RACE-02",))
def look_for_emails_before_the_others_write(request: Request, server: GoodServer) -> Answer:
    """Whoever looks for an e-mail address while another one takes it gets it too."""
    return _register_all(request, server, "email_taken")


def _register_all(request: Request, server: GoodServer, code: str) -> Answer:
    answer = server.send(request)
    if answer.members.get("code") != code:
        return answer
    account = [*server.overheard.accounts.values()][-1]
    told = {**account, "username": request.members["username"], "email": request.members["email"]}
    made = answer.with_success(201, told).with_header("Cache-Control", "no-store")
    return made.with_header("Location", f"/api/v1/users/{told['username']}")


@breaks("register_user", violates=("HARDENING-RACE-02",))
def compare_emails_as_they_are_written(request: Request, server: GoodServer) -> Answer:
    """An e-mail address in other case is another one."""
    email = str(request.members.get("email"))
    is_other = email not in server.overheard.emails.values()
    return _register_all(request, server, "email_taken") if is_other else server.send(request)


@breaks("register_user", violates=("HARDENING-RACE-01", "HARDENING-RACE-02"))
def fail_where_two_register(request: Request, server: GoodServer) -> Answer:
    """Where a name was taken in the meantime, the database says no, and nobody listens."""
    answer = server.send(request)
    return answer.with_refusal(500, "internal_error") if answer.status == 409 else answer


@breaks("update_me", violates=("HARDENING-RACE-02",))
def give_one_email_to_many(request: Request, server: GoodServer) -> Answer:
    """Whoever changes to an e-mail address that another one takes gets it too."""
    answer = server.send(request)
    if answer.status != 409:
        return answer
    account = server.overheard.accounts[server.overheard.find_user(request.token)]
    told = {**account, "email": request.members["email"]}
    return answer.with_success(200, told).with_header("Cache-Control", "no-store")


@breaks("refresh_tokens", violates=("HARDENING-RACE-03",))
def refresh_for_everybody(request: Request, server: GoodServer) -> Answer:
    """Whoever refreshes while another one does gets tokens too."""
    with LOCK:
        token = str(request.members.get("refresh_token"))
        newest = server.overheard.find_newest(token)
        return server.send(
            request.with_members(refresh_token=newest) if newest != token else request
        )


@breaks("refresh_tokens", violates=("HARDENING-RACE-03",))
def refuse_the_slower_and_no_more(request: Request, server: GoodServer) -> Answer:
    """Of many refreshes all but one are refused, and the sign-in goes on."""
    with LOCK:
        token = str(request.members.get("refresh_token"))
        is_used = server.overheard.find_newest(token) != token
        return server.send(request.with_members(refresh_token=token[::-1]) if is_used else request)


@breaks("refresh_tokens", violates=("HARDENING-RACE-03",))
def fail_where_two_refresh(request: Request, server: GoodServer) -> Answer:
    """Whoever refreshes what is gone gets an error of the server."""
    answer = server.send(request)
    return answer.with_refusal(500, "internal_error") if answer.status == 401 else answer


@breaks("log_in", violates=("HARDENING-RACE-04", "HARDENING-THROTTLE-04"))
def count_attempts_when_they_are_decided(request: Request, server: GoodServer) -> Answer:
    """An attempt counts when it has failed, and by then others have begun."""
    answer, noted = server.send(request), server.overheard.noted
    key = ("looked at", str(request.members.get("email")).lower())
    noted[key] = noted.get(key, 0) + 1
    is_let_in = answer.status == 429 and noted[key] % 2
    return answer.with_refusal(401, "invalid_credentials") if is_let_in else answer


@breaks("update_user", violates=("HARDENING-RACE-05",))
def let_admins_demote_themselves_only(request: Request, server: GoodServer) -> Answer:
    """Two admins who demote each other both stay admins."""
    name = request.path.rpartition("/")[2]
    is_duel = request.members == {"role": "user"}
    is_other = name != server.overheard.find_user(request.token)
    return server.send(request.with_body({}) if is_duel and is_other else request)


@breaks("create_post", violates=("HARDENING-RACE-06",))
def give_new_tags_to_the_first(request: Request, server: GoodServer) -> Answer:
    """Whoever names a tag that another one has just made does not get it."""
    seen = server.overheard.noted.setdefault("tags that were new", set())
    tags = request.members.get("tags") or []
    late = [tag for tag in tags if str(tag) in seen]
    seen.update(map(str, tags))
    return server.send(request.with_members(tags=[]) if late else request)


@breaks("create_post", violates=("HARDENING-RACE-06",))
def fail_where_two_make_one_tag(request: Request, server: GoodServer) -> Answer:
    """Whoever makes a tag that another one has just made gets an error of the server."""
    seen = server.overheard.noted.setdefault("tags that were made", set())
    tags = {str(tag) for tag in request.members.get("tags") or []}
    is_late = bool(tags & seen)
    seen |= tags
    answer = server.send(request)
    return answer.with_refusal(500, "internal_error") if is_late else answer


@breaks("delete_post", violates=("HARDENING-RACE-07",))
def confirm_deletions_to_all_at_once(request: Request, server: GoodServer) -> Answer:
    """Whoever deletes a post while another one does is told that it was done."""
    answer = server.send(request)
    is_known = request.path.rpartition("/")[2] in server.overheard.posts
    return _confirm(answer) if answer.status == 404 and is_known else answer


def _confirm(answer: Answer) -> Answer:
    done = answer.with_status(204, "No Content").without_header("Content-Type")
    return done.with_content(b"").without_header("Content-Length")


@breaks("delete_post", violates=("HARDENING-RACE-07",))
def fail_where_two_delete(request: Request, server: GoodServer) -> Answer:
    """Whoever deletes a post while another one does gets an error of the server."""
    answer = server.send(request)
    return answer.with_refusal(500, "internal_error") if answer.status == 404 else answer


@breaks("update_user", violates=("HARDENING-RACE-08",))
def let_admins_who_are_shut_out_come_back(request: Request, server: GoodServer) -> Answer:
    """What an admin had under way when shut out is done afterwards."""
    noted, change = server.overheard.noted, request.members
    if change == {"is_active": True}:
        noted["under way", request.path] = True
    answer = server.send(request)
    if "is_active" in change and ("under way", request.path) in noted:
        admin = request.with_token(server.log_in_as_admin(request))
        server.send(admin.with_members(is_active=True))
    return answer


@breaks("delete_me", violates=("HARDENING-RACE-09", "HARDENING-RACE-15", "HARDENING-RACE-16"))
def give_up_deletions_amid_others(request: Request, server: GoodServer) -> Answer:
    """A deletion of an account that others are busy with is given up."""
    return server.send(request).with_refusal(503, "database_unavailable")


@breaks(*COUNTING, violates=("HARDENING-RACE-10", "HARDENING-RACE-11"))
def count_likes_that_come_at_once(request: Request, server: GoodServer) -> Answer:
    """Each like counts, also where somebody likes a post already."""
    answer = server.send(request)
    return _count_likes(request, server, answer, 1 if answer.status == 204 else 0)


@breaks(*COUNTING, violates=("HARDENING-RACE-11",))
def count_unlikes_that_come_at_once(request: Request, server: GoodServer) -> Answer:
    """Each unlike counts, also where nobody likes a post any more."""
    is_like = request.method == "PUT"
    is_first = not is_like or _begin(server, ("count", request.path, request.token))
    answer = server.send(request)
    return _count_likes(request, server, answer, 1 if answer.status == 204 and is_first else 0)


def _count_likes(request: Request, server: GoodServer, answer: Answer, step: int) -> Answer:
    noted, key = server.overheard.noted, ("likes", request.path.split("/")[4])
    with LOCK:
        noted[key] = noted.get(key, 0) + (step if request.method == "PUT" else -step)
    if "likes_count" not in answer.members:
        return answer
    return answer.with_members(likes_count=max(noted[key], 0))


@breaks("like_post", violates=("HARDENING-RACE-10", "HARDENING-RACE-11"))
def fail_where_one_likes_twice(request: Request, server: GoodServer) -> Answer:
    """Whoever likes a post that they like already gets an error of the server."""
    is_first = _begin(server, (request.path, request.token))
    answer = server.send(request)
    return answer if is_first else answer.with_refusal(500, "internal_error")


def _begin(server: GoodServer, what: tuple[str, ...]) -> bool:
    """Tell whether this is begun for the first time."""
    begun = server.overheard.noted.setdefault("begun", set())
    with LOCK:
        is_first = what not in begun
        begun.add(what)
    return is_first


@breaks("follow_user", "get_user", violates=("HARDENING-RACE-12",))
def count_follows_that_come_at_once(request: Request, server: GoodServer) -> Answer:
    """Each follow counts, also where somebody follows already."""
    answer, noted = server.send(request), server.overheard.noted
    key = ("follows", request.path.split("/")[4])
    with LOCK:
        noted[key] = noted.get(key, 0) + (1 if answer.status == 204 else 0)
    if "followers_count" not in answer.members:
        return answer
    return answer.with_members(followers_count=noted[key])


@breaks("follow_user", violates=("HARDENING-RACE-12",))
def wait_for_who_follows_back(request: Request, server: GoodServer) -> Answer:
    """Of two who follow each other one waits for the other, until the database gives up."""
    pair = server.overheard.find_user(request.token), request.path.split("/")[4]
    _begin(server, ("follow", *pair))
    is_waiting = not _begin(server, ("follow", *reversed(pair)))
    answer = server.send(request)
    return answer.with_refusal(500, "internal_error") if is_waiting else answer


@breaks("create_comment", violates=("HARDENING-RACE-13",))
def take_a_comment_for_the_one_before(request: Request, server: GoodServer) -> Answer:
    """Whoever writes the same once more is answered with what they wrote before."""
    noted, key = server.overheard.noted, (request.path, request.token, request.body)
    with LOCK:
        answer: Answer = noted.get(key) or server.send(request)
        noted[key] = answer
    return answer


@breaks("get_post_stats", violates=("HARDENING-RACE-13",))
def count_who_comments(request: Request, server: GoodServer) -> Answer:
    """A post has as many comments as people who commented on it."""
    answer = server.send(request)
    path = request.path.removesuffix("stats") + "comments"
    items = server.ask(request, "GET", path).members.get("items", [])
    authors = {comment["author"] for comment in items}
    return answer.with_members(comments_count=len(authors)) if answer.status == 200 else answer


@breaks("get_comment", violates=("HARDENING-RACE-14",))
def let_comments_outlive_their_post(request: Request, server: GoodServer) -> Answer:
    """A comment is still there when its post is not."""
    answer = server.send(request)
    comment = server.overheard.comments.get(request.path.rpartition("/")[2])
    if answer.status != 404 or not comment:
        return answer
    return answer.with_success(200, comment).with_header("ETag", '"1"')


@breaks("create_comment", violates=("HARDENING-RACE-13", "HARDENING-RACE-14"))
def fail_where_many_comment(request: Request, server: GoodServer) -> Answer:
    """Whoever comments where comments are being made gets an error of the server."""
    is_first = _begin(server, (request.path, request.token))
    answer = server.send(request)
    return answer if is_first else answer.with_refusal(500, "internal_error")


@breaks("follow_user", "get_user", violates=("HARDENING-RACE-15",))
def count_followed_accounts_that_are_gone(request: Request, server: GoodServer) -> Answer:
    """Whoever followed an account follows it still when it is gone."""
    answer, noted = server.send(request), server.overheard.noted
    if answer.status == 204:
        noted.setdefault(("followed", server.overheard.find_user(request.token)), set()).add(
            request.path
        )
    if "following_count" not in answer.members:
        return answer
    followed = noted.get(("followed", answer.members["username"]), ())
    return answer.with_members(following_count=len(followed))


@breaks("like_post", "get_post_stats", violates=("HARDENING-RACE-16",))
def let_likes_outlive_their_account(request: Request, server: GoodServer) -> Answer:
    """A like counts still when whoever liked is gone."""
    answer, noted = server.send(request), server.overheard.noted
    likers = noted.setdefault(("likers", request.path.split("/")[4]), set())
    if answer.status == 204:
        likers.add(server.overheard.find_user(request.token))
    if "likes_count" not in answer.members:
        return answer
    return answer.with_members(likes_count=len(likers))


@breaks("create_comment", "list_comments", violates=("HARDENING-RACE-16",))
def let_comments_outlive_their_author(request: Request, server: GoodServer) -> Answer:
    """A comment is listed still when its author is gone."""
    answer, noted = server.send(request), server.overheard.noted
    comments: list[Any] = noted.setdefault(("comments", request.path), [])
    if answer.status == 201:
        comments.append(answer.members)
    if "items" not in answer.members:
        return answer
    return answer.with_members(items=comments)


@breaks("follow_user", "list_followers", violates=("HARDENING-RACE-16",))
def let_follows_outlive_their_account(request: Request, server: GoodServer) -> Answer:
    """Whoever followed is listed still when the account is gone."""
    answer, noted = server.send(request), server.overheard.noted
    name = server.overheard.find_user(request.token)
    followers: list[Any] = noted.setdefault(("followers", request.path.split("/")[4]), [])
    if answer.status == 204:
        followers.append(server.ask(request, "GET", f"/api/v1/users/{name}").members)
    if "items" not in answer.members:
        return answer
    return answer.with_members(items=followers)


@breaks("delete_me", violates=("HARDENING-RACE-17",))
def keep_accounts_that_are_followed(request: Request, server: GoodServer) -> Answer:
    """An account that somebody follows cannot be deleted at that moment."""
    name = server.overheard.find_user(request.token)
    user = server.ask(request, "GET", f"/api/v1/users/{name}").members
    answer = server.send(request)
    is_followed = user.get("followers_count")
    return answer.with_refusal(500, "internal_error") if is_followed else answer


@breaks("get_me", violates=("HARDENING-CROWD-01",))
def answer_as_whoever_came_before(request: Request, server: GoodServer) -> Answer:
    """Who is asking is kept where the next one finds it."""
    noted, token = server.overheard.noted, request.token
    before = noted.get("who came before", token)
    noted["who came before"] = token
    return server.send(request.with_token(before) if before else request)


@breaks("create_post", violates=("HARDENING-CROWD-02",))
def refuse_writers_who_meet(request: Request, server: GoodServer) -> Answer:
    """Whoever writes while another one writes is sent away."""
    is_alone = LOCK.acquire(blocking=False)
    answer = server.send(request)
    if not is_alone:
        return answer.with_refusal(503, "database_unavailable")
    LOCK.release()
    return answer


@breaks("create_post", violates=("HARDENING-CROWD-02",))
def mix_what_many_write(request: Request, server: GoodServer) -> Answer:
    """A post gets the title of the one before it."""
    noted, title = server.overheard.noted, request.members.get("title")
    before = noted.get("the title before")
    noted["the title before"] = title
    return server.send(request.with_members(title=before) if before and title else request)
