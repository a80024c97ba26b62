"""Mutants of chapter 1: how users are searched."""

import re
import unicodedata
from collections.abc import Callable

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

from .accounts_users import USERS, User, change_items


def _search(request: Request, server: GoodServer, is_found: Callable[[str, User], bool]) -> Answer:
    """Find users, as they were when they registered, in another way."""
    answer, text = server.send(request), request.query.get("q")
    if answer.status != 200 or not text or "cursor" in request.query:
        return answer
    accounts = server.overheard.accounts
    names = sorted(name for name in accounts if is_found(text, accounts[name]))[:20]
    users = [server.ask(request, "GET", f"{USERS}/{name}") for name in names]
    return answer.with_members(items=[one.members for one in users if one.status == 200])


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


@breaks("list_users", violates=("ACCOUNTS-SEARCH-01",))
def search_beginnings_of_users_only(request: Request, server: GoodServer) -> Answer:
    """A search finds users by the beginning of a name."""
    text = _fold(request.query.get("q", ""))
    return change_items(
        request, server, lambda users: [one for one in users if _begins_with(one, text)]
    )


def _begins_with(user: User, text: str) -> bool:
    return any(_fold(user[name]).startswith(text) for name in ("username", "display_name"))


@breaks("list_users", violates=("ACCOUNTS-SEARCH-01",))
def search_usernames_only(request: Request, server: GoodServer) -> Answer:
    """A search does not look at the names that are shown."""
    text = request.query.get("q", "").lower()
    return change_items(
        request, server, lambda users: [one for one in users if text in one["username"]]
    )


@breaks("list_users", violates=("ACCOUNTS-SEARCH-01", "HARDENING-EXPOSURE-02"))
def search_email_addresses(request: Request, server: GoodServer) -> Answer:
    """A search looks at e-mail addresses too."""
    return _search(request, server, lambda text, account: text in account["email"])


@breaks("list_users", violates=("ACCOUNTS-SEARCH-01",))
def search_bios(request: Request, server: GoodServer) -> Answer:
    """A search looks at what users write about themselves too."""
    return _search(request, server, lambda text, account: text in account["bio"])


@breaks("list_users", violates=("ACCOUNTS-SEARCH-01",))
def search_both_names_as_one(request: Request, server: GoodServer) -> Answer:
    """A search reaches from the end of the username into the name that is shown."""
    return _search(
        request,
        server,
        lambda text, account: text in f"{account['username']} {account['display_name']}",
    )


@breaks("list_users", violates=("ACCOUNTS-SEARCH-01",))
def search_first_names_of_users(request: Request, server: GoodServer) -> Answer:
    """A search finds users by the name that they registered with, whatever it is now."""
    return _search(request, server, lambda text, account: _is_in(text, account, _fold))


def _is_in(text: str, account: User, reduce: Callable[[str], str]) -> bool:
    return any(reduce(text) in reduce(account[name]) for name in ("username", "display_name"))


@breaks("list_users", violates=("ACCOUNTS-SEARCH-02",))
def take_percent_signs_for_any_user(request: Request, server: GoodServer) -> Answer:
    """A percent sign in a search stands for any text."""
    return _search_without(request, server, "%")


@breaks("list_users", violates=("ACCOUNTS-SEARCH-02",))
def take_underscores_for_any_character_of_users(request: Request, server: GoodServer) -> Answer:
    """An underscore in a search stands for any character."""
    return _search(
        request,
        server,
        lambda text, account: any(
            re.search(re.escape(_fold(text)).replace("_", "."), _fold(account[name]))
            for name in ("username", "display_name")
        ),
    )


@breaks("list_users", violates=("ACCOUNTS-SEARCH-02",))
def take_asterisks_for_any_user(request: Request, server: GoodServer) -> Answer:
    """An asterisk in a search stands for any text."""
    return _search_without(request, server, "*")


@breaks("list_users", violates=("ACCOUNTS-SEARCH-02",))
def lose_backslashes_in_searches_of_users(request: Request, server: GoodServer) -> Answer:
    """A backslash in a search stands for nothing."""
    return _search_without(request, server, "\\")


def _search_without(request: Request, server: GoodServer, sign: str) -> Answer:
    text = request.query.get("q", "")
    return server.send(request.with_query(q=text.replace(sign, "")) if sign in text else request)


@breaks("list_users", violates=("ACCOUNTS-SEARCH-03",))
def search_users_case_by_case(request: Request, server: GoodServer) -> Answer:
    """A search tells capitals from small letters."""
    return _search(request, server, lambda text, account: _is_in(text, account, str))


@breaks("list_users", violates=("ACCOUNTS-SEARCH-03",))
def fold_only_ascii_of_users(request: Request, server: GoodServer) -> Answer:
    """A search tells capitals from small letters beyond ASCII."""
    return _search(
        request,
        server,
        lambda text, account: _is_in(
            text, account, lambda told: re.sub("[A-Z]", lambda one: one[0].lower(), told)
        ),
    )


@breaks("list_users", violates=("ACCOUNTS-SEARCH-03",))
def search_users_in_lower_case(request: Request, server: GoodServer) -> Answer:
    """A search brings texts into lower case instead of folding them."""
    return _search(
        request,
        server,
        lambda text, account: _is_in(
            text, account, lambda told: unicodedata.normalize("NFC", told).lower()
        ),
    )


@breaks("list_users", violates=("ACCOUNTS-SEARCH-03",))
def search_users_without_a_normal_form(request: Request, server: GoodServer) -> Answer:
    """A search tells an accent of its own from one that is part of its letter."""
    return _search(request, server, lambda text, account: _is_in(text, account, str.casefold))


@breaks("list_users", violates=("ACCOUNTS-SEARCH-03",))
def search_users_without_accents(request: Request, server: GoodServer) -> Answer:
    """Accents in a search count for nothing."""
    return _search(request, server, lambda text, account: _is_in(text, account, _drop_accents))


def _drop_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", _fold(text))
    return "".join(part for part in parts if not unicodedata.combining(part))


@breaks("list_users", violates=("ACCOUNTS-SEARCH-04",))
def count_bytes_of_searches_of_users(request: Request, server: GoodServer) -> Answer:
    """A search of 100 code points is too long where they are more bytes."""
    is_long = len(request.query.get("q", "").encode()) > 100
    return server.send(request.with_query(q=101 * "x") if is_long else request)


@breaks("list_users", violates=("ACCOUNTS-SEARCH-04",))
def cut_searches_of_users(request: Request, server: GoodServer) -> Answer:
    """A search that is too long loses its end."""
    text = request.query.get("q", "")
    return server.send(request.with_query(q=text[:100]) if len(text) > 100 else request)


@breaks("list_users", violates=("ACCOUNTS-SEARCH-04",))
def overlook_empty_searches_of_users(request: Request, server: GoodServer) -> Answer:
    """Who searches nothing finds everybody."""
    is_empty = "q=" in request.target.split("&") or request.target.endswith("?q=")
    return server.send(request.with_query(q=None) if is_empty else request)
