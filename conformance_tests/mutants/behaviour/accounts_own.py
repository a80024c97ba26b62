"""Mutants of chapter 1: one's own account, its password, and its end."""

import html
import unicodedata
from collections.abc import Callable
from secrets import token_hex

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

from .accounts_sign_ins import stay_signed_in

ME = "/api/v1/me"
USERS = "/api/v1/users"
PROFILE = ("display_name", "bio")


# ---- Profile ----


@breaks("get_me", violates=("ACCOUNTS-PROFILE-01",))
def show_everybody_the_admin(request: Request, server: GoodServer) -> Answer:
    """Whoever asks for the own account gets one that was kept from another request."""
    answer = server.send(request)
    token = server.log_in_as_admin(request)
    return server.send(request.with_token(token)) if answer.status == 200 else answer


@breaks("update_me", violates=("ACCOUNTS-PROFILE-02",))
def forget_changes(request: Request, server: GoodServer) -> Answer:
    """A change of the profile is confirmed, and nothing changes."""
    changes = {name: request.members[name] for name in PROFILE if name in request.members}
    answer = server.send(request.without_members(*PROFILE) if changes else request)
    return answer.with_members(**changes) if answer.status == 200 else answer


@breaks("update_me", violates=("ACCOUNTS-PROFILE-02",))
def keep_what_should_be_empty(request: Request, server: GoodServer) -> Answer:
    """A text that is changed to nothing stays."""
    kept = {name: value for name, value in request.members.items() if value != ""}
    return server.send(request.with_body(kept) if request.members else request)


@breaks("update_me", violates=("ACCOUNTS-PROFILE-02",))
def trim_profiles(request: Request, server: GoodServer) -> Answer:
    """White space around what somebody tells of themselves is dropped."""
    return server.send(_change_profile(request, str.strip))


@breaks("update_me", violates=("ACCOUNTS-PROFILE-02",))
def escape_profiles(request: Request, server: GoodServer) -> Answer:
    """What somebody tells of themselves is kept as HTML."""
    return server.send(_change_profile(request, html.escape))


@breaks("update_me", violates=("ACCOUNTS-PROFILE-02",))
def compose_profiles(request: Request, server: GoodServer) -> Answer:
    """What somebody tells of themselves is brought into a normal form."""
    return server.send(_change_profile(request, lambda text: unicodedata.normalize("NFC", text)))


def _change_profile(request: Request, change: Callable[[str], str]) -> Request:
    return request.with_text("display_name", change).with_text("bio", change)


@breaks("update_me", violates=("ACCOUNTS-PROFILE-03",))
def empty_what_a_change_of_the_account_leaves_out(request: Request, server: GoodServer) -> Answer:
    """A change of the account empties what it does not name."""
    empty = dict.fromkeys(PROFILE, "")
    return server.send(request.with_body({**empty, **request.members}))


@breaks("update_me", violates=("ACCOUNTS-PROFILE-03",))
def begin_accounts_anew(request: Request, server: GoodServer) -> Answer:
    """A change of the account moves `created_at`."""
    answer = server.send(request)
    if answer.status != 200:
        return answer
    return answer.with_members(created_at=answer.members["updated_at"])


@breaks("update_me", violates=("ACCOUNTS-PROFILE-03",))
def keep_the_time_of_the_last_change_of_the_account(request: Request, server: GoodServer) -> Answer:
    """A change of the account does not move `updated_at`."""
    before = server.ask(request, "GET", ME, request.token)
    answer = server.send(request)
    if answer.status != 200:
        return answer
    return answer.with_members(updated_at=before.members["updated_at"])


@breaks("update_me", violates=("ACCOUNTS-PROFILE-04",))
def write_what_is_there(request: Request, server: GoodServer) -> Answer:
    """A change to what is there moves `updated_at`."""
    _touch(request, server)
    return server.send(request)


def _touch(request: Request, server: GoodServer) -> None:
    bio = server.ask(request, "GET", ME, request.token).members.get("bio")
    for text in ("touched", bio):
        server.ask(request, "PATCH", ME, request.token, {"bio": text})


@breaks("update_me", violates=("ACCOUNTS-PROFILE-05",))
def forget_new_email_addresses(request: Request, server: GoodServer) -> Answer:
    """A change of the e-mail address is confirmed, and the old one stays."""
    email = request.members.get("email")
    answer = server.send(request.without_members("email") if email else request)
    return answer.with_members(email=email) if answer.status == 200 and email else answer


@breaks("update_me", "log_in", violates=("ACCOUNTS-PROFILE-05",))
def log_in_by_former_email_addresses(request: Request, server: GoodServer) -> Answer:
    """Who changed the e-mail address can log in with the old one too."""
    noted = server.overheard.noted.setdefault(log_in_by_former_email_addresses, {})
    if request.method == "POST":
        return server.send(request.with_text("email", lambda text: noted.get(text, text)))
    former = server.ask(request, "GET", ME, request.token).members.get("email")
    answer = server.send(request)
    if answer.status == 200 and answer.members["email"] != former:
        noted[former] = answer.members["email"]
    return answer


@breaks("update_me", violates=("ACCOUNTS-PROFILE-06",))
def change_email_addresses_without_a_password(request: Request, server: GoodServer) -> Answer:
    """The e-mail address can be changed without the current password."""
    members = request.members
    if "email" not in members or "current_password" in members:
        return server.send(request)
    return server.send(request.with_members(current_password=_find_password(request, server)))


def _find_password(request: Request, server: GoodServer) -> str:
    email = server.ask(request, "GET", ME, request.token).members.get("email", "")
    return server.overheard.passwords.get(email.lower(), "unknown")


@breaks("update_me", violates=("ACCOUNTS-PROFILE-07",))
def take_any_current_password(request: Request, server: GoodServer) -> Answer:
    """Whatever is sent as the current password is right."""
    password = _find_password(request, server)
    return server.send(request.with_text("current_password", lambda _: password))


@breaks("update_me", violates=("ACCOUNTS-PROFILE-07",))
def look_at_passwords_for_email_addresses_only(request: Request, server: GoodServer) -> Answer:
    """The current password is only looked at where the e-mail address changes."""
    needed = "email" in request.members or not request.members
    return server.send(request if needed else request.without_members("current_password"))


@breaks("update_me", violates=("ACCOUNTS-PROFILE-07",))
def change_profiles_in_spite_of_a_wrong_password(request: Request, server: GoodServer) -> Answer:
    """A wrong current password is refused, and the rest is changed."""
    answer = server.send(request)
    if answer.status == 422:
        server.send(request.without_members("current_password", "email"))
    return answer


@breaks("update_me", violates=("ACCOUNTS-PROFILE-08",))
def share_email_addresses(request: Request, server: GoodServer) -> Answer:
    """An e-mail address of another account can be had too."""
    answer = server.send(request)
    if answer.members.get("code") != "email_taken":
        return answer
    changed = server.send(request.with_members(email=f"{token_hex(6)}@example.com"))
    return changed.with_members(email=request.members["email"])


@breaks("update_me", violates=("ACCOUNTS-PROFILE-08",))
def share_email_addresses_in_other_case(request: Request, server: GoodServer) -> Answer:
    """An e-mail address of another account can be had in other case."""
    if request.members.get("email") in server.overheard.emails.values():
        return server.send(request)
    return share_email_addresses(request, server)


@breaks("update_me", violates=("ACCOUNTS-PROFILE-08",))
def find_ones_own_email_address_taken(request: Request, server: GoodServer) -> Answer:
    """Who writes the own e-mail address in other case is told that it is taken."""
    asked = str(request.members.get("email"))
    own = server.ask(request, "GET", ME, request.token).members.get("email", "")
    if asked == own or asked.lower() != own.lower():
        return server.send(request)
    newcomer = {"username": f"x{token_hex(6)}", "email": own, "password": token_hex(6)}
    return server.ask(request, "POST", USERS, members=newcomer)


# ---- Password ----


@breaks("change_password", violates=("ACCOUNTS-PASSWORD-01",))
def keep_the_old_password(request: Request, server: GoodServer) -> Answer:
    """A change of the password is confirmed, and the old password stays."""
    current = request.members.get("current_password")
    return server.send(request.with_members(new_password=current) if current else request)


@breaks("change_password", "log_in", violates=("ACCOUNTS-PASSWORD-01",))
def log_in_by_former_passwords(request: Request, server: GoodServer) -> Answer:
    """Who changed the password can log in with the old one too."""
    noted = server.overheard.noted.setdefault(log_in_by_former_passwords, {})
    if request.method == "POST":
        return server.send(request.with_text("password", lambda text: noted.get(text, text)))
    answer = server.send(request)
    if answer.status == 204:
        noted[request.members["current_password"]] = request.members["new_password"]
    return answer


@breaks("change_password", violates=("ACCOUNTS-PASSWORD-01",))
def trim_new_passwords(request: Request, server: GoodServer) -> Answer:
    """White space around a new password is dropped."""
    return server.send(request.with_text("new_password", str.strip))


@breaks("change_password", violates=("ACCOUNTS-PASSWORD-02",))
def change_passwords_without_the_old_one(request: Request, server: GoodServer) -> Answer:
    """Whatever is sent as the current password is right."""
    password = _find_password(request, server)
    return server.send(request.with_text("current_password", lambda _: password))


@breaks("change_password", violates=("ACCOUNTS-PASSWORD-02",))
def change_passwords_in_spite_of_a_wrong_one(request: Request, server: GoodServer) -> Answer:
    """A wrong current password is refused, and the password changes."""
    answer = server.send(request)
    if answer.status == 422:
        password = _find_password(request, server)
        server.send(request.with_text("current_password", lambda _: password))
    return answer


@breaks("get_me", violates=("ACCOUNTS-PASSWORD-03",))
def never_move_the_time_of_the_last_change(request: Request, server: GoodServer) -> Answer:
    """A change of the password does not show in the account."""
    answer = server.send(request)
    if answer.status != 200 or not answer.body:
        return answer
    return answer.with_members(updated_at=answer.members["created_at"])


@breaks("change_password", violates=("ACCOUNTS-PASSWORD-03",))
def note_refused_passwords_in_the_account(request: Request, server: GoodServer) -> Answer:
    """A change of the password that was refused moves `updated_at`."""
    answer = server.send(request)
    if answer.status == 422:
        _touch(request, server)
    return answer


# ---- The end ----


@breaks("delete_me", violates=("ACCOUNTS-DELETE-01",))
def delete_nobody(request: Request, server: GoodServer) -> Answer:
    """The end of an account is confirmed, and the account stays."""
    return stay_signed_in(request, server)


@breaks("delete_me", "get_user", "list_users", violates=("ACCOUNTS-DELETE-01",))
def hide_deleted_users(request: Request, server: GoodServer) -> Answer:
    """A deleted user is not shown any more, and can log in."""
    hidden = server.overheard.noted.setdefault(hide_deleted_users, set())
    if request.method == "DELETE":
        hidden.add(server.ask(request, "GET", ME, request.token).members.get("username"))
        return stay_signed_in(request, server)
    answer = server.send(request)
    if answer.members.get("username") in hidden:
        return server.ask(request, "GET", f"{USERS}/x{token_hex(6)}")
    return _without_items(answer, hidden)


def _without_items(answer: Answer, names: set[str]) -> Answer:
    items = answer.members.get("items")
    if items is None:
        return answer
    return answer.with_members(items=[one for one in items if one["username"] not in names])


@breaks("delete_me", "list_users", violates=("ACCOUNTS-DELETE-01",))
def list_deleted_users(request: Request, server: GoodServer) -> Answer:
    """A deleted user is still found by a search."""
    deleted = server.overheard.noted.setdefault(list_deleted_users, {})
    if request.method == "DELETE":
        name = server.ask(request, "GET", ME, request.token).members.get("username")
        deleted[name] = server.ask(request, "GET", f"{USERS}/{name}").members
        return server.send(request)
    answer, text = server.send(request), request.query.get("q")
    found = [user for name, user in deleted.items() if text and text in name]
    return answer.with_members(items=[*answer.members["items"], *found]) if found else answer


@breaks("register_user", violates=("ACCOUNTS-DELETE-02",))
def give_usernames_of_deleted_users_away(request: Request, server: GoodServer) -> Answer:
    """The username of a deleted account is given out again."""
    answer = server.send(request)
    if answer.members.get("code") != "username_taken":
        return answer
    name = request.members["username"]
    if server.ask(request, "GET", f"{USERS}/{name}").status == 200:
        return answer
    return server.send(request.with_members(username=f"x{token_hex(6)}")).with_members(
        username=name
    )


@breaks("delete_me", "register_user", violates=("ACCOUNTS-DELETE-02",))
def keep_email_addresses_of_deleted_users(request: Request, server: GoodServer) -> Answer:
    """The e-mail address of a deleted account is never free again."""
    kept = server.overheard.noted.setdefault(keep_email_addresses_of_deleted_users, set())
    if request.method == "DELETE":
        kept.add(server.ask(request, "GET", ME, request.token).members.get("email"))
    elif request.members.get("email") in kept:
        taken = {"email": next(iter(server.overheard.emails.values()))}
        return server.send(request.with_members(**taken))
    return server.send(request)


@breaks("delete_me", violates=("ACCOUNTS-DELETE-03",))
def let_the_last_admin_leave(request: Request, server: GoodServer) -> Answer:
    """The last active admin may delete the account."""
    answer = server.send(request)
    return stay_signed_in(request, server) if answer.status == 409 else answer
