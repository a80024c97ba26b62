"""Mutants of chapter 5: cross-origin requests."""

import re
from http import HTTPStatus

from conformance_tests.harness.deployment import ALLOWED_ORIGIN, FOREIGN_HOST
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

NAME_OF_ORIGIN = ALLOWED_ORIGIN.partition("://")[2]
ALLOWING = "Access-Control-Allow-"


@breaks(violates=("HARDENING-CORS-01",))
def forget_origins_in_refusals(request: Request, server: GoodServer) -> Answer:
    """A refusal does not say that the origin may read it."""
    answer = server.send(request)
    return _without_origins(answer) if answer.status >= 400 else answer


@breaks(violates=("HARDENING-CORS-01",))
def forget_origins_of_unknown_hosts(request: Request, server: GoodServer) -> Answer:
    """The refusal of a host does not say that the origin may read it."""
    answer = server.send(request)
    is_other = request.header("Host") == FOREIGN_HOST
    return _without_origins(answer) if is_other else answer


@breaks(violates=("HARDENING-CORS-01",))
def forget_origins_where_nothing_is_shown(request: Request, server: GoodServer) -> Answer:
    """HEAD does not say that the origin may read the headers."""
    answer = server.send(request)
    return _without_origins(answer) if request.method == "HEAD" else answer


def _without_origins(answer: Answer) -> Answer:
    for name in ("Allow-Origin", "Expose-Headers"):
        answer = answer.without_header(f"Access-Control-{name}")
    return answer


@breaks(violates=("HARDENING-CORS-01",))
def expose_all_but_links(request: Request, server: GoodServer) -> Answer:
    """Pages of an allowed origin cannot see Link."""
    answer = server.send(request)
    exposed = answer.header("Access-Control-Expose-Headers")
    fewer = re.sub(r"(?i)\blink\b,? ?", "", exposed)
    return answer.with_header("Access-Control-Expose-Headers", fewer) if exposed else answer


@breaks(violates=("HARDENING-CORS-02",))
def let_every_origin_in(request: Request, server: GoodServer) -> Answer:
    """Whatever origin is sent is let in."""
    return _let_in(request, server) if request.header("Origin") else server.send(request)


@breaks(violates=("HARDENING-CORS-02",))
def let_the_null_origin_in(request: Request, server: GoodServer) -> Answer:
    """Pages from files and sandboxes are let in."""
    is_null = request.header("Origin") == "null"
    return _let_in(request, server) if is_null else server.send(request)


@breaks(violates=("HARDENING-CORS-02",))
def let_origins_in_by_their_beginning(request: Request, server: GoodServer) -> Answer:
    """An origin that begins like an allowed one is let in."""
    is_like = request.header("Origin").startswith(ALLOWED_ORIGIN)
    return _let_in(request, server) if is_like else server.send(request)


@breaks(violates=("HARDENING-CORS-02",))
def let_origins_in_by_their_end(request: Request, server: GoodServer) -> Answer:
    """An origin whose host ends like an allowed one is let in."""
    origin = request.header("Origin")
    is_like = origin.startswith("https://") and origin.endswith(NAME_OF_ORIGIN)
    return _let_in(request, server) if is_like else server.send(request)


@breaks(violates=("HARDENING-CORS-02",))
def let_origins_in_without_tls(request: Request, server: GoodServer) -> Answer:
    """An origin is let in by http where it is allowed by https."""
    is_like = request.header("Origin") == f"http://{NAME_OF_ORIGIN}"
    return _let_in(request, server) if is_like else server.send(request)


@breaks(violates=("HARDENING-CORS-02",))
def let_origins_in_by_a_pattern(request: Request, server: GoodServer) -> Answer:
    """An allowed origin is a pattern, in which a dot is any character."""
    is_like = re.fullmatch(ALLOWED_ORIGIN, request.header("Origin"))
    return _let_in(request, server) if is_like else server.send(request)


@breaks(violates=("HARDENING-CORS-02",))
def let_an_origin_in_where_none_is_named(request: Request, server: GoodServer) -> Answer:
    """Without CORS_ORIGINS an origin is let in that somebody thought of."""
    answer = server.send(request)
    is_thought_of = request.header("Origin") == ALLOWED_ORIGIN
    return answer.with_header(f"{ALLOWING}Origin", ALLOWED_ORIGIN) if is_thought_of else answer


@breaks(violates=("HARDENING-CORS-02",))
def tell_everybody_which_origin_is_let_in(request: Request, server: GoodServer) -> Answer:
    """Who sends no origin is told which one is allowed."""
    if request.header("Origin"):
        return server.send(request)
    return server.send(request.with_header("Origin", ALLOWED_ORIGIN))


def _let_in(request: Request, server: GoodServer) -> Answer:
    answer = server.send(request.with_header("Origin", ALLOWED_ORIGIN))
    return answer.with_header(f"{ALLOWING}Origin", request.header("Origin"))


@breaks(violates=("HARDENING-CORS-03",))
def let_everybody_in_by_an_asterisk(request: Request, server: GoodServer) -> Answer:
    """Where an origin is let in, all are, by `*`."""
    answer = server.send(request)
    is_in = answer.header(f"{ALLOWING}Origin")
    return answer.with_header(f"{ALLOWING}Origin", "*") if is_in else answer


@breaks(violates=("HARDENING-CORS-03",))
def allow_credentials(request: Request, server: GoodServer) -> Answer:
    """Pages of an allowed origin may send credentials."""
    answer = server.send(request)
    is_in = answer.header(f"{ALLOWING}Origin") and request.method != "OPTIONS"
    return answer.with_header(f"{ALLOWING}Credentials", "true") if is_in else answer


@breaks(violates=("HARDENING-CORS-03",))
def allow_credentials_in_preflights(request: Request, server: GoodServer) -> Answer:
    """A preflight says that credentials may be sent."""
    answer = server.send(request)
    is_in = answer.header(f"{ALLOWING}Methods")
    return answer.with_header(f"{ALLOWING}Credentials", "true") if is_in else answer


@breaks(violates=("HARDENING-CORS-04",))
def answer_preflights_with_200(request: Request, server: GoodServer) -> Answer:
    """A preflight is answered with 200, before any route is looked for."""
    answer = server.send(request)
    if not answer.header(f"{ALLOWING}Methods"):
        return answer
    return answer.with_status(HTTPStatus.OK, "OK").with_header("Content-Length", "0")


@breaks(violates=("HARDENING-CORS-04",))
def answer_preflights_of_unknown_paths(request: Request, server: GoodServer) -> Answer:
    """A preflight for an unknown path is answered as if there were one."""
    answer = server.send(request)
    is_unknown = answer.status == HTTPStatus.NOT_FOUND and request.method == "OPTIONS"
    return server.send(request.with_target("OPTIONS", "/livez")) if is_unknown else answer


@breaks(violates=("HARDENING-CORS-04",))
def answer_preflights_without_allow(request: Request, server: GoodServer) -> Answer:
    """A preflight is answered without Allow."""
    answer = server.send(request)
    is_preflight = answer.header(f"{ALLOWING}Methods")
    return answer.without_header("Allow") if is_preflight else answer


@breaks(violates=("HARDENING-CORS-04",))
def allow_origins_no_patch(request: Request, server: GoodServer) -> Answer:
    """A preflight does not allow PATCH."""
    return _change_preflight(request, server, "Methods", "PATCH,? ?")


@breaks(violates=("HARDENING-CORS-04",))
def allow_origins_no_if_match(request: Request, server: GoodServer) -> Answer:
    """A preflight does not allow If-Match."""
    return _change_preflight(request, server, "Headers", r"\bIf-Match\b,? ?")


def _change_preflight(request: Request, server: GoodServer, name: str, part: str) -> Answer:
    answer = server.send(request)
    told = answer.header(ALLOWING + name)
    fewer = re.sub(f"(?i){part}", "", told).rstrip(", ")
    return answer.with_header(ALLOWING + name, fewer) if told else answer


@breaks(violates=("HARDENING-CORS-04",))
def take_every_request_for_a_preflight(request: Request, server: GoodServer) -> Answer:
    """Whoever asks for a method, by whatever method, is told which are allowed."""
    answer = server.send(request)
    asks = request.header("Access-Control-Request-Method")
    return answer.with_header(f"{ALLOWING}Methods", "GET, POST") if asks else answer


@breaks(violates=("HARDENING-CORS-04",))
def keep_preflights_for_a_day(request: Request, server: GoodServer) -> Answer:
    """A preflight is good for 86,400 seconds."""
    answer = server.send(request)
    is_preflight = answer.header(f"{ALLOWING}Methods")
    return answer.with_header("Access-Control-Max-Age", "86400") if is_preflight else answer


@breaks(violates=("HARDENING-CORS-05",))
def vary_by_origin_where_there_is_one(request: Request, server: GoodServer) -> Answer:
    """Vary names Origin only where the request has one."""
    answer = server.send(request)
    return answer if request.header("Origin") else _without_origin_in_vary(answer)


@breaks(violates=("HARDENING-CORS-05",))
def vary_by_origin_where_it_is_let_in(request: Request, server: GoodServer) -> Answer:
    """Vary names Origin only where it is an allowed one."""
    answer = server.send(request)
    is_in = answer.header(f"{ALLOWING}Origin")
    return answer if is_in else _without_origin_in_vary(answer)


@breaks(violates=("HARDENING-CORS-05",))
def vary_by_origin_unless_refused(request: Request, server: GoodServer) -> Answer:
    """The Vary of a refusal does not name Origin."""
    answer = server.send(request)
    return _without_origin_in_vary(answer) if answer.status >= 400 else answer


def _without_origin_in_vary(answer: Answer) -> Answer:
    others = [one for one in answer.header("Vary").split(", ") if one.lower() != "origin"]
    bare = answer.without_header("Vary")
    return bare.with_header("Vary", ", ".join(others)) if any(others) else bare


@breaks(violates=("HARDENING-CORS-05",))
def vary_by_origin_alone(request: Request, server: GoodServer) -> Answer:
    """Where an origin is sent that is not let in, Vary names nothing else."""
    answer = server.send(request)
    is_out = request.header("Origin") and not answer.header(f"{ALLOWING}Origin")
    return answer.with_header("Vary", "Origin") if is_out else answer
