"""Mutants of chapter 1: what admins do with other users."""

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

ME = "/api/v1/me"
USERS = "/api/v1/users"


def _find_name(request: Request) -> str:
    return request.path.rpartition("/")[2]


@breaks("update_user", violates=("ACCOUNTS-ADMIN-01",))
def confirm_roles_only(request: Request, server: GoodServer) -> Answer:
    """A change of role is confirmed, and nothing changes."""
    role = request.members.get("role")
    answer = server.send(request.without_members("role") if role else request)
    return answer.with_members(role=role) if answer.status == 200 and role else answer


@breaks("update_user", violates=("ACCOUNTS-ADMIN-01",))
def forget_who_was_changed(request: Request, server: GoodServer) -> Answer:
    """An admin who changes a user gets the own account."""
    answer = server.send(request)
    if answer.status != 200:
        return answer
    return answer.with_body(server.ask(request, "GET", ME, request.token).members)


@breaks("update_user", violates=("ACCOUNTS-ADMIN-02",))
def let_everybody_be_an_admin(request: Request, server: GoodServer) -> Answer:
    """Every user can change every user."""
    answer = server.send(request)
    return _change_as_admin(request, server) if answer.status == 403 else answer


def _change_as_admin(request: Request, server: GoodServer) -> Answer:
    token = server.log_in_as_admin(request)
    answer = server.send(request.with_token(token))
    # There would not be a last admin any more for the mutants that come after this one.
    server.ask(request, "PATCH", request.path, token, {"role": "user"})
    return answer


@breaks("update_user", violates=("ACCOUNTS-ADMIN-02",))
def let_everybody_change_themselves(request: Request, server: GoodServer) -> Answer:
    """Every user can change the own role."""
    answer = server.send(request)
    caller = server.ask(request, "GET", ME, request.token).members.get("username")
    if answer.status != 403 or caller != _find_name(request):
        return answer
    return _change_as_admin(request, server)


@breaks("update_user", violates=("ACCOUNTS-ADMIN-02",))
def change_users_and_refuse(request: Request, server: GoodServer) -> Answer:
    """Whoever is no admin is refused, after the change."""
    answer = server.send(request)
    if answer.status == 403:
        _change_as_admin(request, server)
    return answer


@breaks("update_user", violates=("ACCOUNTS-ADMIN-03",))
def ask_for_the_role_before_the_user(request: Request, server: GoodServer) -> Answer:
    """Whoever is no admin gets 403 for users who do not exist too."""
    answer = server.send(request)
    caller = server.ask(request, "GET", ME, request.token).members
    if answer.status != 404 or caller.get("role") != "user":
        return answer
    return server.send(request.with_target("PATCH", f"{USERS}/{caller['username']}"))


@breaks("update_user", violates=("ACCOUNTS-ADMIN-03",))
def let_admins_change_deleted_users(request: Request, server: GoodServer) -> Answer:
    """An admin can change a user who was deleted."""
    answer = server.send(request)
    account = server.overheard.accounts.get(_find_name(request))
    if answer.status != 404 or account is None:
        return answer
    admin = server.log_in_as_admin(request)
    other = server.ask(
        request, "PATCH", f"{USERS}/{_name_admin(request, server, admin)}", admin, {}
    )
    return other.with_body(account)


def _name_admin(request: Request, server: GoodServer, token: str) -> str:
    return str(server.ask(request, "GET", ME, token).members["username"])


@breaks("update_user", violates=("ACCOUNTS-ADMIN-04",))
def never_open_accounts_again(request: Request, server: GoodServer) -> Answer:
    """An account that is activated again cannot log in."""
    is_opened = request.members.get("is_active") is True
    answer = server.send(request.without_members("is_active") if is_opened else request)
    return answer.with_members(is_active=True) if is_opened and answer.status == 200 else answer


@breaks("update_user", "get_me", "refresh_tokens", violates=("ACCOUNTS-ADMIN-04",))
def let_old_sign_ins_begin_again(request: Request, server: GoodServer) -> Answer:
    """An account that is activated again has its old sign-ins back."""
    closed = server.overheard.noted.setdefault(let_old_sign_ins_begin_again, set())
    if request.method == "PATCH":
        return _close_without_ending(request, server, closed)
    asked = server.overheard.partners.get(str(request.members.get("refresh_token")), request.token)
    caller = server.ask(request, "GET", ME, asked).members.get("username")
    if caller not in closed:
        return server.send(request)
    wrong = {"refresh_token": "nothing"}
    return server.send(request.with_members(**wrong) if request.body else request.with_token("x"))


def _close_without_ending(request: Request, server: GoodServer, closed: set[str]) -> Answer:
    is_active = request.members.get("is_active")
    answer = server.send(request.without_members("is_active") if request.members else request)
    if answer.status != 200 or is_active is None:
        return answer
    (closed.discard if is_active else closed.add)(_find_name(request))
    return answer.with_members(is_active=is_active)


@breaks("update_user", violates=("ACCOUNTS-ADMIN-05",))
def let_the_last_admin_step_down(request: Request, server: GoodServer) -> Answer:
    """The last active admin can be demoted and deactivated."""
    answer = server.send(request)
    if answer.status != 409:
        return answer
    return server.send(request.with_body({})).with_members(**request.members)


@breaks("update_user", violates=("ACCOUNTS-ADMIN-05",))
def let_the_last_admin_be_deactivated(request: Request, server: GoodServer) -> Answer:
    """The last active admin cannot be demoted, but deactivated."""
    return (
        server.send(request)
        if "role" in request.members
        else (let_the_last_admin_step_down(request, server))
    )


@breaks("update_user", violates=("ACCOUNTS-ADMIN-05",))
def count_admins_who_are_deactivated(request: Request, server: GoodServer) -> Answer:
    """Another admin who is deactivated is enough for the last active one to step down."""
    noted = server.overheard.noted.setdefault(count_admins_who_are_deactivated, set())
    answer = server.send(request)
    told = answer.members
    if told.get("role") == "admin" and not told["is_active"]:
        noted.add(told["username"])
    elif told.get("role") == "user":
        noted.discard(told["username"])
    return let_the_last_admin_step_down(request, server) if noted else answer


@breaks("update_user", "delete_me", violates=("ACCOUNTS-ADMIN-05",))
def count_admins_who_left(request: Request, server: GoodServer) -> Answer:
    """Another admin who left is enough for the last active one to step down."""
    noted = server.overheard.noted.setdefault(count_admins_who_left, set())
    if request.method == "PATCH":
        return let_the_last_admin_step_down(request, server) if noted else server.send(request)
    role = server.ask(request, "GET", ME, request.token).members.get("role")
    answer = server.send(request)
    if role == "admin" and answer.status == 204:
        noted.add(request.token)
    return answer


@breaks("log_in", "update_user", violates=("ACCOUNTS-ADMIN-06",))
def believe_in_the_role_of_the_log_in(request: Request, server: GoodServer) -> Answer:
    """Who was an admin at the log-in stays one until the next."""
    noted = server.overheard.noted.setdefault(believe_in_the_role_of_the_log_in, set())
    answer = server.send(request)
    if token := answer.members.get("access_token"):
        if server.ask(request, "GET", ME, token).members["role"] == "admin":
            noted.add(token)
        return answer
    if answer.status != 403 or request.token not in noted:
        return answer
    return server.send(request.with_token(server.log_in_as_admin(request)))


@breaks("update_user", violates=("ACCOUNTS-ADMIN-06",))
def make_admins_from_the_next_log_in_on(request: Request, server: GoodServer) -> Answer:
    """Who is made an admin is one from the next log-in on."""
    noted = server.overheard.noted.setdefault(make_admins_from_the_next_log_in_on, set())
    if request.token in noted:
        return server.send(request.with_body({})).with_refusal(403, "forbidden")
    answer = server.send(request)
    if answer.status == 200 and request.members.get("role") == "admin":
        noted.add(server.overheard.access_tokens.get(answer.members["username"]))
    return answer


@breaks("update_user", violates=("ACCOUNTS-ADMIN-07",))
def write_what_is_there_of_users(request: Request, server: GoodServer) -> Answer:
    """A change of a user to what is there moves `updated_at`."""
    answer = server.send(request)
    role = answer.members.get("role")
    others = {"user": "admin", "admin": "user"}
    if answer.status != 200 or role not in others:
        return answer
    for told in (others[role], role):
        answer = server.ask(request, "PATCH", request.path, request.token, {"role": told})
    return answer


@breaks("update_user", violates=("ACCOUNTS-ADMIN-08",))
def read_roles_in_any_case(request: Request, server: GoodServer) -> Answer:
    """A role in capitals, or with white space behind it, is put right."""
    return server.send(request.with_text("role", lambda role: role.strip().lower()))


@breaks("update_user", violates=("ACCOUNTS-ADMIN-08",))
def overlook_unknown_roles(request: Request, server: GoodServer) -> Answer:
    """A role that there is not is overlooked."""
    is_known = request.members.get("role") in ("user", "admin", None)
    return server.send(request if is_known else request.without_members("role"))
