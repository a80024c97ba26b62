"""Mutants of chapter 1: registering, and the forms of what an account has."""

import re
import unicodedata
from collections.abc import Callable
from secrets import token_hex

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

PASSWORDS = ("password", "new_password")
PROFILE = ("display_name", "bio")


@breaks("register_user", violates=("ACCOUNTS-REGISTER-01",))
def register_without_a_profile(request: Request, server: GoodServer) -> Answer:
    """What somebody tells of themselves when they register is lost."""
    return server.send(request.without_members(*PROFILE) if request.members else request)


@breaks("register_user", violates=("ACCOUNTS-REGISTER-01",))
def trim_new_profiles(request: Request, server: GoodServer) -> Answer:
    """White space around what somebody tells of themselves is dropped."""
    return server.send(_change_profile(request, str.strip))


@breaks("register_user", violates=("ACCOUNTS-REGISTER-01",))
def compose_new_profiles(request: Request, server: GoodServer) -> Answer:
    """What somebody tells of themselves is brought into a normal form."""
    return server.send(_change_profile(request, _compose))


def _change_profile(request: Request, change: Callable[[str], str]) -> Request:
    return request.with_text("display_name", change).with_text("bio", change)


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@breaks("register_user", violates=("ACCOUNTS-REGISTER-02",))
def locate_new_users_at_me(request: Request, server: GoodServer) -> Answer:
    """Registering tells a Location where only the new user can read."""
    answer = server.send(request)
    return answer.with_header("Location", "/api/v1/me") if answer.status == 201 else answer


@breaks("register_user", violates=("ACCOUNTS-REGISTER-03",))
def show_the_username_as_the_name(request: Request, server: GoodServer) -> Answer:
    """Who tells no name to show is shown by the username."""
    username = request.members.get("username")
    is_silent = username and "display_name" not in request.members
    return server.send(request.with_members(display_name=username) if is_silent else request)


@breaks("register_user", violates=("ACCOUNTS-REGISTER-03",))
def make_everybody_an_admin(request: Request, server: GoodServer) -> Answer:
    """A new account is an admin's."""
    answer = server.send(request)
    return answer.with_members(role="admin") if answer.status == 201 else answer


@breaks("register_user", violates=("ACCOUNTS-REGISTER-04",))
def give_taken_usernames_away(request: Request, server: GoodServer) -> Answer:
    """A username may be taken by a second account."""
    return _register_in_place(request, server, "username_taken", username=f"x{token_hex(6)}")


@breaks("register_user", violates=("ACCOUNTS-REGISTER-04",))
def look_for_the_email_first(request: Request, server: GoodServer) -> Answer:
    """Where username and e-mail address are taken, the address is what is told."""
    answer = server.send(request)
    is_known = str(request.members.get("email")).lower() in server.overheard.passwords
    if answer.members.get("code") != "username_taken" or not is_known:
        return answer
    return server.send(request.with_members(username=f"x{token_hex(6)}"))


@breaks("register_user", violates=("ACCOUNTS-REGISTER-05",))
def tell_email_addresses_apart_by_case(request: Request, server: GoodServer) -> Answer:
    """An e-mail address that is taken in another case is free."""
    if request.members.get("email") in server.overheard.emails.values():
        return server.send(request)
    return _register_in_place(request, server, "email_taken", email=f"{token_hex(6)}@example.com")


def _register_in_place(
    request: Request, server: GoodServer, code: str, **instead: object
) -> Answer:
    """Register somebody else where the good server refuses by this code, and say nothing of it."""
    answer = server.send(request)
    codes = [answer.members.get("code"), *(one["code"] for one in answer.members.get("errors", []))]
    if code not in codes:
        return answer
    made = server.send(request.with_members(**instead))
    asked = {name: request.members[name] for name in instead if name in made.members}
    return made.with_members(**asked) if made.status == 201 else made


@breaks("register_user", violates=("ACCOUNTS-REGISTER-06",))
def repair_usernames(request: Request, server: GoodServer) -> Answer:
    """A username in capitals, or with white space around it, is put right."""
    return server.send(request.with_text("username", lambda name: name.strip().lower()))


@breaks("register_user", violates=("ACCOUNTS-REGISTER-06",))
def let_hyphens_into_usernames(request: Request, server: GoodServer) -> Answer:
    """A username may have hyphens and dots."""
    if not re.search("[-.]", str(request.members.get("username"))):
        return server.send(request)
    return _register_in_place(request, server, "invalid_format", username=f"x{token_hex(6)}")


@breaks("register_user", violates=("ACCOUNTS-REGISTER-06",))
def let_usernames_be_longer(request: Request, server: GoodServer) -> Answer:
    """A username may have 31 characters."""
    if len(str(request.members.get("username"))) != 31:
        return server.send(request)
    return _register_in_place(request, server, "invalid_format", username=f"x{token_hex(6)}")


@breaks("register_user", violates=("ACCOUNTS-REGISTER-06",))
def want_longer_usernames(request: Request, server: GoodServer) -> Answer:
    """A username has at least four characters."""
    is_short = len(str(request.members.get("username"))) == 3
    return server.send(request.with_members(username="ab") if is_short else request)


@breaks("register_user", "update_me", violates=("ACCOUNTS-REGISTER-07",))
def trim_email_addresses(request: Request, server: GoodServer) -> Answer:
    """White space around an e-mail address is dropped."""
    return server.send(request.with_text("email", str.strip))


@breaks("register_user", violates=("ACCOUNTS-REGISTER-07",))
def take_email_addresses_out_of_brackets(request: Request, server: GoodServer) -> Answer:
    """An e-mail address may have a name in front of it."""
    return server.send(request.with_text("email", lambda text: re.sub(".*<(.*)>", r"\1", text)))


@breaks("register_user", violates=("ACCOUNTS-REGISTER-07",))
def look_only_for_an_at_sign(request: Request, server: GoodServer) -> Answer:
    """Whatever has an at sign and a dot is an e-mail address."""
    if not re.search(r".@.*\.", str(request.members.get("email"))):
        return server.send(request)
    return _register_in_place(
        request, server, "invalid_format", email=f"{token_hex(6)}@example.com"
    )


@breaks("register_user", violates=("ACCOUNTS-REGISTER-07",))
def take_email_addresses_of_one_label(request: Request, server: GoodServer) -> Answer:
    """The domain of an e-mail address needs no dot."""
    if not re.fullmatch("[^@]+@[a-z]+", str(request.members.get("email"))):
        return server.send(request)
    return _register_in_place(
        request, server, "invalid_format", email=f"{token_hex(6)}@example.com"
    )


@breaks("register_user", "update_me", violates=("ACCOUNTS-REGISTER-07",))
def cut_email_addresses(request: Request, server: GoodServer) -> Answer:
    """A long e-mail address loses its beginning."""
    return server.send(request.with_text("email", lambda text: text[-254:]))


@breaks("register_user", "update_me", violates=("ACCOUNTS-REGISTER-08",))
def keep_email_addresses_in_lower_case(request: Request, server: GoodServer) -> Answer:
    """An e-mail address loses its capitals."""
    return server.send(request.with_text("email", str.lower))


@breaks("register_user", "update_me", violates=("ACCOUNTS-REGISTER-08",))
def keep_domains_in_lower_case(request: Request, server: GoodServer) -> Answer:
    """The domain of an e-mail address loses its capitals."""
    return server.send(
        request.with_text("email", lambda text: re.sub("@.*", lambda at: at[0].lower(), text))
    )


@breaks("register_user", "change_password", violates=("ACCOUNTS-REGISTER-09",))
def count_bytes_of_long_passwords(request: Request, server: GoodServer) -> Answer:
    """A password of 128 code points is too long where they are more bytes."""
    return server.send(
        _change_password(
            request, lambda text: text if len(text.encode("utf-8", "replace")) <= 128 else 129 * "x"
        )
    )


@breaks("register_user", violates=("ACCOUNTS-REGISTER-09",))
def count_bytes_of_short_passwords(request: Request, server: GoodServer) -> Answer:
    """A password of seven code points is long enough where they are more bytes."""
    return server.send(
        _change_password(
            request, lambda text: text + "x" if len(text) == 7 and not text.isascii() else text
        )
    )


@breaks("register_user", "change_password", violates=("ACCOUNTS-REGISTER-09",))
def cut_passwords(request: Request, server: GoodServer) -> Answer:
    """A password that is too long loses its end."""
    return server.send(_change_password(request, lambda text: text[:128]))


def _change_password(request: Request, change: Callable[[str], str]) -> Request:
    for name in PASSWORDS:
        request = request.with_text(name, change)
    return request


@breaks("register_user", violates=("ACCOUNTS-REGISTER-10",))
def let_names_be_passwords(request: Request, server: GoodServer) -> Answer:
    """The username may be the password."""
    is_name = request.members.get("password") == request.members.get("username")
    return server.send(request.with_text("password", lambda text: text + is_name * "x"))


@breaks("register_user", violates=("ACCOUNTS-REGISTER-10",))
def let_names_in_capitals_be_passwords(request: Request, server: GoodServer) -> Answer:
    """The username in capitals may be the password."""
    is_loud = str(request.members.get("username")).upper() == request.members.get("password")
    return server.send(request.with_text("password", lambda text: text + is_loud * "x"))


@breaks("change_password", violates=("ACCOUNTS-REGISTER-10",))
def look_for_names_in_first_passwords_only(request: Request, server: GoodServer) -> Answer:
    """A new password may be the username or the e-mail address."""
    answer = server.send(request)
    codes = [one["code"] for one in answer.members.get("errors", [])]
    if "password_is_name" not in codes:
        return answer
    return server.send(request.with_text("new_password", lambda text: text + "x"))


@breaks("register_user", "update_me", violates=("ACCOUNTS-REGISTER-11",))
def cut_profiles(request: Request, server: GoodServer) -> Answer:
    """What is too long of a profile loses its end."""
    cut = request.with_text("display_name", lambda text: text[:50])
    return server.send(cut.with_text("bio", lambda text: text[:500]))


@breaks("register_user", "update_me", violates=("ACCOUNTS-REGISTER-11",))
def count_bytes_of_names(request: Request, server: GoodServer) -> Answer:
    """A name to show may have 50 bytes."""
    return server.send(
        request.with_text(
            "display_name",
            lambda text: text if len(text.encode("utf-8", "replace")) <= 50 else 51 * "x",
        )
    )


@breaks("register_user", violates=("ACCOUNTS-REGISTER-12",))
def make_up_missing_usernames(request: Request, server: GoodServer) -> Answer:
    """Who names no username gets one."""
    if not request.members or "username" in request.members:
        return server.send(request)
    return server.send(request.with_members(username=f"x{token_hex(6)}"))


@breaks("register_user", violates=("ACCOUNTS-REGISTER-12",))
def tell_only_the_first_fault(request: Request, server: GoodServer) -> Answer:
    """Of several faults of a registration only the first is told."""
    answer = server.send(request)
    errors = answer.members.get("errors")
    return answer.with_members(errors=errors[:1]) if errors else answer


@breaks("register_user", violates=("ACCOUNTS-REGISTER-13",))
def keep_usernames_of_refused_registrations(request: Request, server: GoodServer) -> Answer:
    """A registration that was refused for its e-mail address keeps the username."""
    answer = server.send(request)
    if answer.members.get("code") == "email_taken":
        server.send(request.with_members(email=f"{token_hex(6)}@example.com"))
    return answer


@breaks("register_user", violates=("ACCOUNTS-REGISTER-13",))
def keep_email_addresses_of_refused_registrations(request: Request, server: GoodServer) -> Answer:
    """A registration that was refused for its username keeps the e-mail address."""
    answer = server.send(request)
    if answer.members.get("code") == "username_taken":
        server.send(request.with_members(username=f"x{token_hex(6)}"))
    return answer
