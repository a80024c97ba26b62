"""Mutants of chapter 5 whose log says too little, too much, or what a client wants."""

import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from conformance_tests.mutants.messages import Request
from conformance_tests.mutants.mutant import breaks_log

Line = dict[str, Any]


@breaks_log(violates=("HARDENING-LOG-01",))
def log_nothing(text: str, request: Request) -> str:
    """Nothing is logged."""
    return ""


@breaks_log(violates=("HARDENING-LOG-01",))
def log_everything_twice(text: str, request: Request) -> str:
    """Each request has two lines."""
    return text + text


@breaks_log(violates=("HARDENING-LOG-01",))
def log_no_json(text: str, request: Request) -> str:
    """A line is made of words."""
    return _change_lines(text, lambda line: " ".join(f'"{value}"' for value in line.values()))


@breaks_log(violates=("HARDENING-LOG-01",))
def log_no_refusals(text: str, request: Request) -> str:
    """A request that is refused has no line."""
    return _change_lines(text, lambda line: None if line["status"] >= 400 else line)


@breaks_log(violates=("HARDENING-LOG-01",))
def log_no_operation(text: str, request: Request) -> str:
    """A request that meets no operation has no line."""
    return _change_lines(text, lambda line: line if line["operation"] else None)


@breaks_log(violates=("HARDENING-LOG-01",))
def log_no_head(text: str, request: Request) -> str:
    """HEAD meets no operation."""
    is_head = request.method == "HEAD"
    return _change_lines(text, lambda line: {**line, "operation": None} if is_head else line)


@breaks_log(violates=("HARDENING-LOG-01",))
def log_paths_without_operation(text: str, request: Request) -> str:
    """Where a request meets no operation, its line has the path."""
    return _change_lines(
        text, lambda line: {**line, "operation": line["operation"] or request.path}
    )


@breaks_log(violates=("HARDENING-LOG-01",))
def log_operations_of_refusals_without_name(text: str, request: Request) -> str:
    """A request that is refused for its form has met no operation."""
    return _change_lines(
        text, lambda line: {**line, "operation": None} if line["status"] == 415 else line
    )


@breaks_log(violates=("HARDENING-LOG-01",))
def log_every_status_as_200(text: str, request: Request) -> str:
    """Every line says that all went well."""
    return _change_lines(text, lambda line: {**line, "status": 200})


@breaks_log(violates=("HARDENING-LOG-01",))
def log_ids_of_its_own(text: str, request: Request) -> str:
    """The id of a request in the log is not the one of the answer."""
    return _change_lines(text, lambda line: {**line, "request_id": secrets.token_hex(8)})


@breaks_log(violates=("HARDENING-LOG-01",))
def log_no_time(text: str, request: Request) -> str:
    """A line does not say when."""
    return _change_lines(text, lambda line: {name: line[name] for name in line if name != "time"})


@breaks_log(violates=("HARDENING-LOG-01",))
def log_times_without_zone(text: str, request: Request) -> str:
    """A line does not say whose time its time is."""
    return _change_lines(text, lambda line: {**line, "time": line["time"].removesuffix("Z")})


@breaks_log(violates=("HARDENING-LOG-01",))
def log_no_duration(text: str, request: Request) -> str:
    """A line does not say how long it took."""
    return _change_lines(text, lambda line: {**line, "duration_ms": 0})


@breaks_log(violates=("HARDENING-LOG-01",))
def log_no_user(text: str, request: Request) -> str:
    """A line does not say who it was."""
    return _change_lines(text, lambda line: {**line, "user_id": None})


@breaks_log(violates=("HARDENING-LOG-01",))
def log_somebody_for_nobody(text: str, request: Request) -> str:
    """Who has no token is called somebody in the log."""
    return _change_lines(text, lambda line: {**line, "user_id": line["user_id"] or "somebody"})


@breaks_log(violates=("HARDENING-LOG-01",))
def log_more_than_is_told(text: str, request: Request) -> str:
    """A line has a member that nobody knows."""
    return _change_lines(text, lambda line: {**line, "method": request.method})


def _change_lines(text: str, change: Callable[[Line], Line | str | None]) -> str:
    return "".join(_change_line(line, change) for line in text.splitlines(keepends=True))


def _change_line(text: str, change: Callable[[Line], Line | str | None]) -> str:
    if not text.startswith("{"):
        return text
    changed = change(json.loads(text))
    if changed is None:
        return ""
    return (changed if isinstance(changed, str) else json.dumps(changed)) + "\n"


@breaks_log(violates=("HARDENING-LOG-02",))
def log_queries(text: str, request: Request) -> str:
    """The log has the query of each request."""
    return f"{text}asked: {request.target!r}\n"


@breaks_log(violates=("HARDENING-LOG-02",))
def log_queries_of_nothing(text: str, request: Request) -> str:
    """The log has the query of a request that meets no operation."""
    return f"{text}asked: {request.target!r}\n" if request.path == "/nothing" else text


@breaks_log(violates=("HARDENING-LOG-02",))
def log_bodies(text: str, request: Request) -> str:
    """The log has the body of each request."""
    return f"{text}sent: {request.body!r}\n"


@breaks_log(violates=("HARDENING-LOG-02",))
def log_bodies_without_passwords(text: str, request: Request) -> str:
    """The log has the body of each request, save what looks like a secret."""
    told = {name: request.members[name] for name in request.members if "_" not in name}
    told.pop("password", None)
    return f"{text}sent: {told}\n"


@breaks_log(violates=("HARDENING-LOG-02",))
def log_passwords_that_are_wrong(text: str, request: Request) -> str:
    """The log has the password of a log-in that fails."""
    fails = '"log_in"' in text and "401" in text
    return f"{text}guessed: {request.members.get('password')!r}\n" if fails else text


@breaks_log(violates=("HARDENING-LOG-02",))
def log_passwords_of_new_users(text: str, request: Request) -> str:
    """The log has the password of whoever registers."""
    is_new = '"register_user"' in text
    return f"{text}new: {request.members.get('password')!r}\n" if is_new else text


@breaks_log(violates=("HARDENING-LOG-02",))
def log_access_tokens(text: str, request: Request) -> str:
    """The log has the access token of each request."""
    return f"{text}token: {request.token!r}\n"


@breaks_log(violates=("HARDENING-LOG-02",))
def log_access_tokens_that_are_bad(text: str, request: Request) -> str:
    """The log has each access token that is refused."""
    return f"{text}token: {request.token!r}\n" if "401" in text else text


@breaks_log(violates=("HARDENING-LOG-02",))
def log_refresh_tokens(text: str, request: Request) -> str:
    """The log has each refresh token that is used."""
    return f"{text}refreshed: {request.members.get('refresh_token')!r}\n"


@breaks_log(violates=("HARDENING-LOG-02",))
def log_cookies(text: str, request: Request) -> str:
    """The log has the cookies of each request."""
    return f"{text}cookies: {request.header('Cookie')!r}\n"


@breaks_log(violates=("HARDENING-LOG-03",))
def log_paths_decoded(text: str, request: Request) -> str:
    """The log has each path as it reads when it is decoded."""
    return f"{text}path: {unquote(request.path)}\n"


@breaks_log(violates=("HARDENING-LOG-03",))
def log_paths_on_one_line(text: str, request: Request) -> str:
    """The log has each path decoded, with its line ends escaped and other controls as they are."""
    path = unquote(request.path).replace("\r", r"\r").replace("\n", r"\n")
    return f"{text}path: {path}\n"


@breaks_log(violates=("HARDENING-LOG-03",))
def log_paths_with_controls_beyond_ascii(text: str, request: Request) -> str:
    """The log has each path in JSON, which escapes the controls of ASCII only."""
    return text + json.dumps({"path": unquote(request.path)}, ensure_ascii=False) + "\n"


@breaks_log(violates=("HARDENING-LOG-03",))
def log_queries_decoded(text: str, request: Request) -> str:
    """The log has each query as it reads when it is decoded."""
    return f"{text}query: {unquote(request.target.partition('?')[2])}\n"


@breaks_log(violates=("HARDENING-LOG-03",))
def log_browsers(text: str, request: Request) -> str:
    """The log has the name that each client gives itself."""
    return _log_header("User-Agent", text, request)


@breaks_log(violates=("HARDENING-LOG-03",))
def log_request_ids_as_they_come(text: str, request: Request) -> str:
    """The log has the id that each client gives its request."""
    return _log_header("X-Request-ID", text, request)


@breaks_log(violates=("HARDENING-LOG-03",))
def log_referers(text: str, request: Request) -> str:
    """The log has where each client says to come from."""
    return _log_header("Referer", text, request)


@breaks_log(violates=("HARDENING-LOG-03",))
def log_addresses_that_are_claimed(text: str, request: Request) -> str:
    """The log has the address that each client claims to have."""
    return _log_header("X-Forwarded-For", text, request)


@breaks_log(violates=("HARDENING-LOG-03",))
def log_credentials_as_they_come(text: str, request: Request) -> str:
    """The log has the credentials of each client."""
    return _log_header("Authorization", text, request)


def _log_header(name: str, text: str, request: Request) -> str:
    return f"{text}{name}: {request.header(name)}\n"


@breaks_log(violates=("HARDENING-LOG-03",))
def log_paths_within_json(text: str, request: Request) -> str:
    """The log has each path in a line of JSON, as it was sent."""
    path = unquote(request.path)
    return f'{text}{{"path": "{path}"}}\n'


@breaks_log(violates=("HARDENING-LOG-03",))
def log_names_within_json(text: str, request: Request) -> str:
    """The log has the name of each client in a line of JSON, as it was sent."""
    agent = request.header("User-Agent").replace("\x1b", "")
    return f'{text}{{"client": "{agent}"}}\n'
