"""Mutants of chapter 5: request ids, security headers and hosts."""

import re
from http import HTTPStatus

from conformance_tests.harness.deployment import FOREIGN_HOST
from conformance_tests.mutants.errands import ask
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

OWN_HOST = "localhost"
HOST_NAME = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?")


# ---- Request ids ----


@breaks(violates=("HARDENING-REQUESTID-01",))
def make_every_request_id_anew(request: Request, server: GoodServer) -> Answer:
    """What a client sends as X-Request-ID is passed over."""
    return server.send(request.without_header("X-Request-ID"))


@breaks(violates=("HARDENING-REQUESTID-01",))
def write_request_ids_small(request: Request, server: GoodServer) -> Answer:
    """An X-Request-ID comes back in small letters."""
    answer = server.send(request)
    return answer.with_header("X-Request-ID", answer.header("X-Request-ID").lower())


@breaks(violates=("HARDENING-REQUESTID-01",))
def cut_request_ids(request: Request, server: GoodServer) -> Answer:
    """Only 63 characters of an X-Request-ID come back."""
    answer = server.send(request)
    return answer.with_header("X-Request-ID", answer.header("X-Request-ID")[:63])


@breaks(violates=("HARDENING-REQUESTID-01",))
def name_refusals_anew(request: Request, server: GoodServer) -> Answer:
    """A refusal has another X-Request-ID than the request."""
    answer = server.send(request)
    return server.send(request.without_header("X-Request-ID")) if answer.status > 400 else answer


@breaks(violates=("HARDENING-REQUESTID-02",))
def repeat_every_request_id(request: Request, server: GoodServer) -> Answer:
    """Whatever a client sends as X-Request-ID comes back."""
    answer, told = server.send(request), request.header("X-Request-ID")
    return answer.with_header("X-Request-ID", told) if told else answer


@breaks(violates=("HARDENING-REQUESTID-02",))
def repeat_long_request_ids(request: Request, server: GoodServer) -> Answer:
    """An X-Request-ID may have 128 characters."""
    answer, told = server.send(request), request.header("X-Request-ID")
    is_taken = re.fullmatch(r"[A-Za-z0-9._-]{1,128}", told)
    return answer.with_header("X-Request-ID", told) if is_taken else answer


@breaks(violates=("HARDENING-REQUESTID-02",))
def give_one_request_id_to_all(request: Request, server: GoodServer) -> Answer:
    """Every request without an X-Request-ID is given the same one."""
    answer = server.send(request)
    told = request.header("X-Request-ID")
    return answer if told else answer.with_header("X-Request-ID", "00000000")


@breaks(violates=("HARDENING-REQUESTID-02",))
def refuse_bad_request_ids(request: Request, server: GoodServer) -> Answer:
    """A request with an X-Request-ID of another form is refused."""
    answer, told = server.send(request), request.header("X-Request-ID")
    is_good = answer.header("X-Request-ID") == told or not told
    return answer if is_good else ask(request, server, "GET", "/livez?surprise=1")


@breaks(violates=("HARDENING-REQUESTID-02",))
def repeat_both_request_ids(request: Request, server: GoodServer) -> Answer:
    """Where two X-Request-ID are sent, both come back."""
    answer = server.send(request)
    told = [line for line in request.lines if line.lower().startswith(b"x-request-id:")]
    return answer.with_lines(*told) if len(told) > 1 else answer


# ---- Security headers ----


@breaks(violates=("HARDENING-HEADERS-01",))
def let_browsers_guess_the_type_of_refusals(request: Request, server: GoodServer) -> Answer:
    """A refusal has no X-Content-Type-Options."""
    answer = server.send(request)
    return answer.without_header("X-Content-Type-Options") if answer.status >= 400 else answer


@breaks(violates=("HARDENING-HEADERS-01",))
def forget_the_referrer_policy_of_options(request: Request, server: GoodServer) -> Answer:
    """An answer without a body has no Referrer-Policy."""
    answer = server.send(request)
    return answer if answer.body else answer.without_header("Referrer-Policy")


@breaks(violates=("HARDENING-HEADERS-01",))
def tell_referrers_to_the_same_origin(request: Request, server: GoodServer) -> Answer:
    """Referrer-Policy has the value that a framework gives by itself."""
    return server.send(request).with_header("Referrer-Policy", "same-origin")


@breaks(violates=("HARDENING-HEADERS-01",))
def loosen_the_content_policy(request: Request, server: GoodServer) -> Answer:
    """Content-Security-Policy allows scripts of the API itself."""
    answer = server.send(request)
    policy = answer.header("Content-Security-Policy") + "; script-src 'self'"
    return answer.with_header("Content-Security-Policy", policy)


@breaks(violates=("HARDENING-HEADERS-01",))
def forget_the_content_policy_of_unknown_paths(request: Request, server: GoodServer) -> Answer:
    """An unknown path is answered without Content-Security-Policy."""
    answer = server.send(request)
    is_known = server.find_operation(request) or answer.status != HTTPStatus.NOT_FOUND
    return answer if is_known else answer.without_header("Content-Security-Policy")


@breaks(violates=("HARDENING-HEADERS-01",))
def say_nosniff_twice(request: Request, server: GoodServer) -> Answer:
    """X-Content-Type-Options is there twice, once from the application and once from a proxy."""
    return server.send(request).with_lines(b"X-Content-Type-Options: nosniff\r\n")


@breaks(violates=("HARDENING-HEADERS-01",))
def give_the_reference_the_policy_of_answers(request: Request, server: GoodServer) -> Answer:
    """The reference may load nothing, like every other answer, and so is an empty page."""
    policy = ask(request, server, "GET", "/livez").header("Content-Security-Policy")
    answer = server.send(request)
    is_page = request.path == "/docs"
    return answer.with_header("Content-Security-Policy", policy) if is_page else answer


@breaks(violates=("HARDENING-HEADERS-01",))
def let_browsers_guess_the_type_of_the_reference(request: Request, server: GoodServer) -> Answer:
    """The reference has no X-Content-Type-Options."""
    answer = server.send(request)
    is_page = request.path == "/docs"
    return answer.without_header("X-Content-Type-Options") if is_page else answer


@breaks("log_in", violates=("HARDENING-HEADERS-02",))
def keep_a_session_of_who_signs_in(request: Request, server: GoodServer) -> Answer:
    """Who signs in gets a cookie too."""
    return server.send(request).with_header("Set-Cookie", "session=abc; HttpOnly; Secure")


@breaks(violates=("HARDENING-HEADERS-02",))
def set_a_cookie_against_forgery(request: Request, server: GoodServer) -> Answer:
    """Every answer to a reader sets a cookie against forged requests."""
    answer = server.send(request)
    is_reading = request.method == "GET"
    return answer.with_header("Set-Cookie", "csrftoken=abc") if is_reading else answer


# ---- Hosts ----


@breaks(violates=("HARDENING-HOST-01",))
def answer_for_every_host(request: Request, server: GoodServer) -> Answer:
    """A request for another host is answered like all others."""
    is_host = HOST_NAME.fullmatch(request.header("Host"))
    return server.send(request.with_header("Host", OWN_HOST) if is_host else request)


@breaks(violates=("HARDENING-HOST-01",))
def answer_health_checks_for_every_host(request: Request, server: GoodServer) -> Answer:
    """A health check is answered for every host."""
    is_check = request.path in ("/livez", "/readyz")
    return _answer_for_every_host(request, server) if is_check else server.send(request)


@breaks(violates=("HARDENING-HOST-01",))
def answer_options_for_every_host(request: Request, server: GoodServer) -> Answer:
    """OPTIONS is answered for every host."""
    is_options = request.method == "OPTIONS"
    return _answer_for_every_host(request, server) if is_options else server.send(request)


@breaks(violates=("HARDENING-HOST-01",))
def look_for_the_path_before_the_host(request: Request, server: GoodServer) -> Answer:
    """An unknown path is 404 whatever the host."""
    answer = _answer_for_every_host(request, server)
    return answer if answer.status == HTTPStatus.NOT_FOUND else server.send(request)


@breaks(violates=("HARDENING-HOST-01",))
def look_at_the_token_before_the_host(request: Request, server: GoodServer) -> Answer:
    """Who has no token is told so whatever the host."""
    answer = _answer_for_every_host(request, server)
    return answer if answer.status == HTTPStatus.UNAUTHORIZED else server.send(request)


def _answer_for_every_host(request: Request, server: GoodServer) -> Answer:
    return server.send(request.with_header("Host", OWN_HOST))


@breaks(violates=("HARDENING-HOST-01",))
def let_every_subdomain_in(request: Request, server: GoodServer) -> Answer:
    """A host that ends like an allowed one is one."""
    is_like = request.header("Host").endswith(f".{OWN_HOST}")
    return _answer_for_every_host(request, server) if is_like else server.send(request)


@breaks(violates=("HARDENING-HOST-01",))
def let_hosts_in_by_their_beginning(request: Request, server: GoodServer) -> Answer:
    """A host that begins like an allowed one is one."""
    is_like = request.header("Host").startswith(f"{OWN_HOST}.")
    return _answer_for_every_host(request, server) if is_like else server.send(request)


@breaks(violates=("HARDENING-HOST-01",))
def refuse_hosts_in_plain_text(request: Request, server: GoodServer) -> Answer:
    """A request for another host is refused in plain text."""
    answer = server.send(request)
    if answer.members.get("code") != "unknown_host":
        return answer
    return answer.with_content(b"Invalid host header").with_header("Content-Type", "text/plain")


@breaks(violates=("HARDENING-HOST-01",))
def repeat_the_refused_host(request: Request, server: GoodServer) -> Answer:
    """The refusal of a host repeats it."""
    answer = server.send(request)
    if answer.members.get("code") != "unknown_host":
        return answer
    return answer.with_members(detail=f"Invalid HTTP_HOST header: {request.header('Host')!r}.")


@breaks(violates=("HARDENING-HOST-02",))
def mind_capitals_in_hosts(request: Request, server: GoodServer) -> Answer:
    """A host in capital letters is another one."""
    is_small = request.header("Host").islower() or ":" in request.header("Host")
    return server.send(request if is_small else request.with_header("Host", FOREIGN_HOST))


@breaks(violates=("HARDENING-HOST-02",))
def mind_ports_of_hosts(request: Request, server: GoodServer) -> Answer:
    """A host name with a port is another one."""
    has_port = request.header("Host").startswith(f"{OWN_HOST}:")
    return server.send(request.with_header("Host", FOREIGN_HOST) if has_port else request)


@breaks(violates=("HARDENING-HOST-02",))
def let_every_host_with_a_port_in(request: Request, server: GoodServer) -> Answer:
    """A host with a port is not looked up."""
    has_port = re.fullmatch(r"[a-z.]+:[0-9]+", request.header("Host"))
    return _answer_for_every_host(request, server) if has_port else server.send(request)


@breaks(violates=("HARDENING-HOST-03",))
def take_an_empty_host_for_ones_own(request: Request, server: GoodServer) -> Answer:
    """A Host that says nothing is the server's own."""
    has_host = request.header("Host")
    return server.send(request) if has_host else _answer_for_every_host(request, server)


@breaks(violates=("HARDENING-HOST-03",))
def look_up_the_first_host_of_a_list(request: Request, server: GoodServer) -> Answer:
    """Of a list in Host the first one counts."""
    first = request.header("Host").partition(",")[0]
    return server.send(request.with_header("Host", first) if first else request)


@breaks(violates=("HARDENING-HOST-03",))
def look_up_what_stands_before_an_at_sign(request: Request, server: GoodServer) -> Answer:
    """A Host ends at whatever cannot be in one."""
    begin = re.split("[@#]", request.header("Host"))[0]
    return server.send(request.with_header("Host", begin) if begin else request)


@breaks(violates=("HARDENING-HOST-03",))
def take_the_first_of_two_hosts(request: Request, server: GoodServer) -> Answer:
    """Of two headers Host the first one counts."""
    host = request.header("Host")
    return server.send(request.with_header("Host", host) if host else request)


@breaks(violates=("HARDENING-HOST-03",))
def take_whatever_for_a_host_where_all_are_known(request: Request, server: GoodServer) -> Answer:
    """Without ALLOWED_HOSTS nobody looks at what Host says."""
    answer = server.send(request)
    is_refused = request.method == "GET" and answer.status == 400
    return server.send(request.with_header("Host", FOREIGN_HOST)) if is_refused else answer


@breaks(violates=("HARDENING-HOST-04",))
def believe_x_forwarded_host(request: Request, server: GoodServer) -> Answer:
    """X-Forwarded-Host counts for the host of the request."""
    host = request.header("X-Forwarded-Host")
    return server.send(request.with_header("Host", host) if host else request)


@breaks(violates=("HARDENING-HOST-04",))
def obey_x_original_url(request: Request, server: GoodServer) -> Answer:
    """X-Original-URL counts for the path of the request."""
    target = request.header("X-Original-URL")
    return server.send(request.with_target(request.method, target) if target else request)


@breaks(violates=("HARDENING-HOST-04",))
def obey_x_rewrite_url(request: Request, server: GoodServer) -> Answer:
    """X-Rewrite-URL counts for the path of the request."""
    target = request.header("X-Rewrite-URL")
    return server.send(request.with_target(request.method, target) if target else request)


@breaks("register_user", violates=("HARDENING-HOST-04",))
def locate_by_the_forwarded_prefix(request: Request, server: GoodServer) -> Answer:
    """Location begins with X-Forwarded-Prefix."""
    answer = server.send(request)
    prefix = request.header("X-Forwarded-Prefix")
    return answer.with_header("Location", prefix + answer.header("Location"))


@breaks("register_user", "create_post", violates=("HARDENING-HOST-04",))
def locate_by_the_host(request: Request, server: GoodServer) -> Answer:
    """Location is absolute, with the host of the request."""
    answer = server.send(request)
    own = f"http://{request.header('Host')}"
    return answer.with_header("Location", own + answer.header("Location"))


@breaks("list_posts", "list_users", violates=("HARDENING-HOST-04",))
def link_by_the_forwarded_host(request: Request, server: GoodServer) -> Answer:
    """Link is absolute where X-Forwarded-Host tells a host."""
    answer, host = server.send(request), request.header("X-Forwarded-Host")
    if not (host and answer.header("Link")):
        return answer
    link = answer.header("Link").replace("<", f"<https://{host}{request.path}")
    return answer.with_header("Link", link)
