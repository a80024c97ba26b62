"""Mutants of chapter 5 about secrets: what is shown, and how long a sign-in lasts."""

import json
from typing import Any

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

READING_PEOPLE = ("get_user", "list_users", "list_followers", "list_following")
ENDING = (
    "HARDENING-REVOCATION-01",
    "HARDENING-REVOCATION-02",
    "HARDENING-REVOCATION-03",
)
LOG_OUT = "/api/v1/auth/logout"


@breaks("get_me", violates=("HARDENING-EXPOSURE-01",))
def show_hashes(request: Request, server: GoodServer) -> Answer:
    """Whoever reads their account reads the hash of their password."""
    answer = server.send(request)
    hashed = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"
    return answer.with_members(bio=hashed) if answer.members and answer.status == 200 else answer


@breaks("update_me", violates=("HARDENING-EXPOSURE-01",))
def show_passwords(request: Request, server: GoodServer) -> Answer:
    """Whoever changes their account is told their password."""
    answer = server.send(request)
    password = server.overheard.passwords.get(str(answer.members.get("email")))
    return answer.with_members(bio=password) if password else answer


@breaks("get_me", violates=("HARDENING-EXPOSURE-01",))
def repeat_access_tokens(request: Request, server: GoodServer) -> Answer:
    """A token that is used comes back in a header."""
    return server.send(request).with_header("X-Access-Token", request.token)


@breaks("register_user", violates=("HARDENING-EXPOSURE-01",))
def repeat_what_is_refused(request: Request, server: GoodServer) -> Answer:
    """A refused registration names what was wrong."""
    answer = server.send(request)
    told = str(request.members.get("email")), str(request.members.get("password"))
    return answer.with_members(detail=max(told, key=len)) if answer.status == 422 else answer


@breaks(*READING_PEOPLE, violates=("HARDENING-EXPOSURE-02",))
def call_people_by_their_email(request: Request, server: GoodServer) -> Answer:
    """Who has no name to show is shown under an e-mail address."""
    answer = server.send(request)
    if answer.status != 200 or not answer.members:
        return answer
    told = answer.members
    for user in told.get("items", [told]):
        email = server.overheard.emails.get(user["username"], "")
        user["display_name"] = user["display_name"] or email
    return answer.with_body(told)


@breaks(
    "get_post", "list_posts", "get_comment", "list_comments", violates=("HARDENING-EXPOSURE-02",)
)
def show_emails_of_authors(request: Request, server: GoodServer) -> Answer:
    """Whoever reads a post or a comment reads the e-mail address of its author."""
    answer = server.send(request)
    if answer.status != 200 or not answer.members:
        return answer
    told = answer.members
    for one in told.get("items", [told]):
        name = "body" if "body" in one else "title"
        one[name] += server.overheard.emails.get(one["author"], "")
    return answer.with_body(told)


@breaks("register_user", violates=("HARDENING-EXPOSURE-02",))
def tell_whose_email_is_taken(request: Request, server: GoodServer) -> Answer:
    """Whoever wants an e-mail address that is taken learns who has it."""
    answer = server.send(request)
    username = server.overheard.find_by_email(str(request.members.get("email")))
    return answer.with_members(detail=f"{username} has it.") if answer.status == 409 else answer


@breaks("update_user", violates=("HARDENING-EXPOSURE-02",))
def show_emails_in_refusals(request: Request, server: GoodServer) -> Answer:
    """Who may not change an account learns of its e-mail address."""
    answer = server.send(request)
    email = server.overheard.emails.get(request.path.rpartition("/")[2])
    return answer.with_members(detail=f"This is for {email}.") if answer.status == 403 else answer


@breaks("list_users", violates=("HARDENING-EXPOSURE-02",))
def find_people_by_email(request: Request, server: GoodServer) -> Answer:
    """A search for people looks at their e-mail addresses."""
    answer, text = server.send(request), request.query.get("q", "")
    found = [name for name, email in server.overheard.emails.items() if text in email]
    if not text or not found or answer.members.get("items") != []:
        return answer
    user = server.ask(request, "GET", f"/api/v1/users/{found[-1]}").members
    return answer.with_members(items=[user])


@breaks("update_user", violates=("HARDENING-EXPOSURE-02",))
def hide_emails_from_admins(request: Request, server: GoodServer) -> Answer:
    """An admin does not see e-mail addresses either."""
    answer = server.send(request)
    return answer.with_members(email="hidden@example.com") if answer.status == 200 else answer


@breaks("log_in", violates=("HARDENING-ENUMERATION-01",))
def tell_that_an_email_is_unknown(request: Request, server: GoodServer) -> Answer:
    """A log-in with an e-mail address that nobody ever had is refused in its own words."""
    answer = server.send(request)
    is_known = server.overheard.find_by_email(str(request.members.get("email")))
    return answer if is_known or answer.status != 401 else _say_otherwise(answer)


@breaks("log_in", violates=("HARDENING-ENUMERATION-01",))
def tell_that_an_account_is_closed(request: Request, server: GoodServer) -> Answer:
    """A log-in to an account that is closed is refused in its own words."""
    answer = server.send(request)
    username = server.overheard.find_by_email(str(request.members.get("email")))
    is_closed = username and not _is_active(request, server, username)
    return _say_otherwise(answer) if is_closed else answer


def _is_active(request: Request, server: GoodServer, username: str) -> bool:
    token = server.log_in_as_admin(request)
    account = server.ask(request, "PATCH", f"/api/v1/users/{username}", token, {})
    return bool(account.members.get("is_active", True))


@breaks("log_in", violates=("HARDENING-ENUMERATION-01",))
def tell_that_an_account_is_deleted(request: Request, server: GoodServer) -> Answer:
    """A log-in to an account that is deleted is refused in its own words."""
    answer = server.send(request)
    username = server.overheard.find_by_email(str(request.members.get("email")))
    is_gone = username and server.ask(request, "GET", f"/api/v1/users/{username}").status == 404
    return _say_otherwise(answer) if is_gone else answer


def _say_otherwise(answer: Answer) -> Answer:
    return answer.with_members(detail="This account cannot be used.")


@breaks("log_in", violates=("HARDENING-ENUMERATION-01",))
def count_guesses_in_a_header(request: Request, server: GoodServer) -> Answer:
    """A wrong password is told in a header."""
    answer = server.send(request)
    is_known = server.overheard.find_by_email(str(request.members.get("email")))
    return answer.with_header("X-Guess", "1") if is_known and answer.status == 401 else answer


@breaks("log_in", violates=("HARDENING-ENUMERATION-01",))
def write_refusals_in_two_ways(request: Request, server: GoodServer) -> Answer:
    """A wrong password is refused in the same words, and with other spaces."""
    answer = server.send(request)
    is_known = server.overheard.find_by_email(str(request.members.get("email")))
    if not is_known or answer.status != 401:
        return answer
    return answer.with_content(json.dumps(answer.members, indent=1).encode())


@breaks(
    "get_me", violates=(*ENDING, "HARDENING-REPLAY-02", "HARDENING-RACE-03", "HARDENING-RACE-09")
)
def take_access_tokens_until_they_expire(request: Request, server: GoodServer) -> Answer:
    """An access token is good for its time, whatever became of the sign-in."""
    answer = server.send(request)
    return _revive(request, server, answer) if answer.status == 401 else answer


def _revive(request: Request, server: GoodServer, answer: Answer) -> Answer:
    username = server.overheard.find_user(request.token)
    was_given = request.token in server.overheard.partners.values()
    if not was_given:
        return answer
    known = answer.with_success(200, server.overheard.accounts[username])
    return known.with_header("Cache-Control", "no-store")


@breaks("refresh_tokens", violates=ENDING)
def take_refresh_tokens_until_they_are_used(request: Request, server: GoodServer) -> Answer:
    """A refresh token that was not used yet is good, whatever became of the sign-in."""
    answer, token = server.send(request), str(request.members.get("refresh_token"))
    is_unused = server.overheard.find_newest(token) == token
    is_refused = answer.status == 401 and token in server.overheard.partners
    return _give_again(server, answer, token) if is_refused and is_unused else answer


def _give_again(server: GoodServer, answer: Answer, token: str) -> Answer:
    pair: dict[str, Any] = {"access_token": server.overheard.partners[token], "expires_in": 900}
    given = answer.with_success(200, {**pair, "token_type": "Bearer", "refresh_token": token})
    return given.with_header("Cache-Control", "no-store")


@breaks("change_password", "get_me", violates=("HARDENING-REVOCATION-01",))
def keep_the_sign_in_that_changes_the_password(request: Request, server: GoodServer) -> Answer:
    """A change of the password ends every other sign-in, and not its own."""
    answer, noted = server.send(request), server.overheard.noted
    if answer.status == 204:
        noted["changed_by", request.token] = True
    kept = answer.status == 401 and ("changed_by", request.token) in noted
    return _revive(request, server, answer) if kept else answer


@breaks("change_password", "get_me", violates=("HARDENING-REVOCATION-01",))
def keep_sign_ins_beside_the_one_that_changes(request: Request, server: GoodServer) -> Answer:
    """A change of the password ends its own sign-in, and no other."""
    answer, noted = server.send(request), server.overheard.noted
    if answer.status == 204:
        noted["ended_by", request.token] = True
    kept = answer.status == 401 and ("ended_by", request.token) not in noted
    return _revive(request, server, answer) if kept else answer


@breaks("change_password", violates=("HARDENING-REVOCATION-01",))
def end_sign_ins_of_others(request: Request, server: GoodServer) -> Answer:
    """A change of a password ends a sign-in of somebody else."""
    answer, tokens = server.send(request), dict(server.overheard.access_tokens)
    tokens.pop(server.overheard.find_user(request.token), None)
    if answer.status == 204:
        server.ask(request, "POST", LOG_OUT, [*tokens.values()][-1])
    return answer


@breaks("get_me", violates=("HARDENING-REVOCATION-02",))
def open_sign_ins_with_the_account(request: Request, server: GoodServer) -> Answer:
    """When an account is opened again, so are its sign-ins."""
    answer, username = server.send(request), server.overheard.find_user(request.token)
    if answer.status != 401 or not username or not _is_active(request, server, username):
        return answer
    return _revive(request, server, answer)


@breaks("update_user", violates=("HARDENING-REVOCATION-02",))
def close_accounts_only_alone(request: Request, server: GoodServer) -> Answer:
    """Where the role is named too, an account stays as open as it is."""
    both = {"role", "is_active"} <= request.members.keys()
    return server.send(request.without_members("is_active") if both else request)


@breaks("log_in", violates=("HARDENING-REVOCATION-02",))
def let_closed_accounts_log_in(request: Request, server: GoodServer) -> Answer:
    """Whoever knows the password logs in, also where the account is closed."""
    answer, told = server.send(request), request.members
    knows = server.overheard.passwords.get(str(told.get("email"))) == told.get("password")
    tokens = list(server.overheard.partners)
    return _give_again(server, answer, tokens[-1]) if answer.status == 401 and knows else answer


@breaks("list_users", violates=("HARDENING-REVOCATION-02",))
def take_the_closed_for_nobody(request: Request, server: GoodServer) -> Answer:
    """Where no token is needed, that of a closed account is passed over."""
    answer = server.send(request)
    return server.send(request.without_header("Authorization")) if answer.status == 401 else answer


@breaks("list_posts", "get_user", violates=("HARDENING-REVOCATION-03",))
def take_the_deleted_for_nobody(request: Request, server: GoodServer) -> Answer:
    """Where no token is needed, that of a deleted account is passed over."""
    answer = server.send(request)
    return server.send(request.without_header("Authorization")) if answer.status == 401 else answer


@breaks("refresh_tokens", violates=("HARDENING-REPLAY-01", "HARDENING-REPLAY-02"))
def take_refresh_tokens_again(request: Request, server: GoodServer) -> Answer:
    """A refresh token that was used already gives new tokens, and nothing ends."""
    token = str(request.members.get("refresh_token"))
    newest = server.overheard.find_newest(token)
    return server.send(request if newest == token else request.with_members(refresh_token=newest))


@breaks("refresh_tokens", violates=("HARDENING-REPLAY-01",))
def repeat_the_newest_tokens(request: Request, server: GoodServer) -> Answer:
    """A refresh token that was used already gives once more what it gave."""
    token = str(request.members.get("refresh_token"))
    newest, answer = server.overheard.find_newest(token), server.send(request)
    return _give_again(server, answer, newest) if newest != token else answer


@breaks("refresh_tokens", violates=("HARDENING-REPLAY-02",))
def refuse_a_replay_and_no_more(request: Request, server: GoodServer) -> Answer:
    """A refresh token that was used already is refused, and its sign-in goes on."""
    token = str(request.members.get("refresh_token"))
    is_used = server.overheard.find_newest(token) != token
    return server.send(request.with_members(refresh_token=token[::-1]) if is_used else request)


@breaks("refresh_tokens", violates=("HARDENING-REPLAY-03",))
def end_another_sign_in_at_a_replay(request: Request, server: GoodServer) -> Answer:
    """A refresh token that was used already ends the user's newest sign-in too."""
    answer, token = server.send(request), str(request.members.get("refresh_token"))
    username = server.overheard.find_user(server.overheard.partners.get(token, ""))
    if answer.status == 401 and username:
        server.ask(request, "POST", LOG_OUT, server.overheard.access_tokens[username])
    return answer
