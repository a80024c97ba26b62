"""Mutants of chapter 5 that concern the HTTP server in front: heads, and what is said."""

import re
from dataclasses import replace
from http import HTTPStatus

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request, make_refusal
from conformance_tests.mutants.mutant import breaks

TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")


# ---- What a head may be ----


@breaks(violates=("HARDENING-SERVER-07",))
def join_folded_lines(request: Request, server: GoodServer) -> Answer:
    """A header line may be folded."""
    text = b"".join(request.lines)
    lines = re.sub(rb"\r\n[ \t]+", b" ", text).splitlines(keepends=True)
    return server.send(replace(request, lines=tuple(lines)))


@breaks(violates=("HARDENING-SERVER-07",))
def trim_names(request: Request, server: GoodServer) -> Answer:
    """White space in front of the colon of a header is passed over."""
    first, *rest = request.lines
    lines = (re.sub(rb"^([^:\s]+)[ \t]+:", rb"\1:", line) for line in rest)
    return server.send(replace(request, lines=(first, *lines)))


@breaks(violates=("HARDENING-SERVER-07",))
def pass_over_lines_without_colon(request: Request, server: GoodServer) -> Answer:
    """A header line without a colon is passed over."""
    first, *rest = request.lines
    kept = [line for line in rest if b":" in line or line == b"\r\n"]
    return server.send(replace(request, lines=(first, *kept)))


@breaks(violates=("HARDENING-SERVER-07",))
def pass_over_lines_without_name(request: Request, server: GoodServer) -> Answer:
    """A header line without a name is passed over."""
    kept = [line for line in request.lines if not line.startswith(b":")]
    return server.send(replace(request, lines=tuple(kept)))


@breaks(violates=("HARDENING-SERVER-08",))
def pass_over_names_that_are_no_tokens(request: Request, server: GoodServer) -> Answer:
    """A header with a name of other characters is passed over."""
    first, *rest, end = request.lines
    kept = [line for line in rest if TOKEN.fullmatch(line.partition(b":")[0])]
    return server.send(replace(request, lines=(first, *kept, end)))


@breaks(violates=("HARDENING-SERVER-08",))
def pass_over_controls(request: Request, server: GoodServer) -> Answer:
    """Control characters in the value of a header are passed over."""
    first, *rest = request.lines
    lines = (CONTROLS.sub(b"", line) for line in rest)
    return server.send(replace(request, lines=(first, *lines)))


@breaks(violates=("HARDENING-SERVER-08",))
def end_lines_at_carriage_returns(request: Request, server: GoodServer) -> Answer:
    """A carriage return alone ends a header, and another one follows."""
    first, *rest = request.lines
    lines = (re.sub(rb"\r(?!\n)", b"\r\nX-", line) for line in rest)
    return server.send(replace(request, lines=(first, *lines)))


@breaks(violates=("HARDENING-SERVER-09",))
def split_first_lines_as_python_does(request: Request, server: GoodServer) -> Answer:
    """Every white space parts method, target and version, as Python's split() does."""
    first, *rest = request.lines
    return server.send(replace(request, lines=(b" ".join(first.split()) + b"\r\n", *rest)))


@breaks(violates=("HARDENING-SERVER-09",))
def cut_targets_at_a_nul(request: Request, server: GoodServer) -> Answer:
    """A target ends at NUL, as a text of C does."""
    path = request.target.partition("\0")[0]
    return server.send(request.with_target(request.method, path))


@breaks(violates=("HARDENING-SERVER-09",))
def let_targets_have_spaces(request: Request, server: GoodServer) -> Answer:
    """Spaces may stand in a target."""
    target = request.target.replace(" ", "%20")
    return server.send(request.with_target(request.method, target))


@breaks(violates=("HARDENING-SERVER-09",))
def take_every_method(request: Request, server: GoodServer) -> Answer:
    """Whatever stands in front of the first space is a method."""
    is_method = TOKEN.fullmatch(request.method.encode("latin-1"))
    return server.send(request if is_method else request.with_target("TRACE", request.target))


@breaks(violates=("HARDENING-SERVER-09",))
def take_every_protocol(request: Request, server: GoodServer) -> Answer:
    """Whatever stands behind the last space is a version of HTTP."""
    first, *rest = request.lines
    return server.send(
        replace(request, lines=(re.sub(rb"[A-Za-z]+/1\.1\r\n", b"HTTP/1.1\r\n", first), *rest))
    )


@breaks(violates=("HARDENING-SERVER-10",))
def do_without_a_host(request: Request, server: GoodServer) -> Answer:
    """A request without Host is answered as if it named the server's own."""
    host = request.header("Host") or "localhost"
    return server.send(request.with_header("Host", host))


@breaks("create_post", violates=("HARDENING-SERVER-11",))
def take_trailers_for_headers(request: Request, server: GoodServer) -> Answer:
    """What follows the last chunk counts as if it stood in the head."""
    trailer = request.body.rpartition(b"0\r\n")[2].decode("latin-1")
    for name, value in re.findall(r"([\w-]+): (.+)\r\n", trailer):
        request = request.with_header(name, value)
    return server.send(request)


# ---- How much a head may hold ----


@breaks(violates=("HARDENING-SERVER-12",))
def refuse_long_targets(request: Request, server: GoodServer) -> Answer:
    """A target of more than 4,094 octets is refused."""
    if len(request.target) > 4_094:
        return make_refusal(HTTPStatus.REQUEST_URI_TOO_LONG)
    return server.send(request)


@breaks(violates=("HARDENING-SERVER-13",))
def refuse_long_fields(request: Request, server: GoodServer) -> Answer:
    """A header of more than 4,096 octets is refused."""
    if max(map(len, request.lines[1:])) > 4_096:
        return make_refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    return server.send(request)


@breaks(violates=("HARDENING-SERVER-13",))
def refuse_many_fields(request: Request, server: GoodServer) -> Answer:
    """A head of more than fifty headers is refused."""
    if len(request.lines) > 50:
        return make_refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    return server.send(request)


@breaks(violates=("HARDENING-SERVER-14",))
def read_targets_of_any_length(request: Request, server: GoodServer) -> Answer:
    """A target may be as long as it likes."""
    return server.send(request.with_target(request.method, request.target[:8_000]))


@breaks(violates=("HARDENING-SERVER-14",))
def read_fields_of_any_length(request: Request, server: GoodServer) -> Answer:
    """A header may be as long as it likes."""
    kept = [line for line in request.lines[1:] if len(line) < 8_000]
    return server.send(replace(request, lines=(request.lines[0], *kept)))


@breaks(violates=("HARDENING-SERVER-14",))
def read_any_number_of_fields(request: Request, server: GoodServer) -> Answer:
    """There may be as many headers as somebody likes."""
    *lines, end = request.lines
    return server.send(replace(request, lines=(*lines[:60], end)))


# ---- What is said ----


@breaks("create_post", violates=("HARDENING-SERVER-15",))
def refuse_who_waits_to_be_asked(request: Request, server: GoodServer) -> Answer:
    """Who expects to be asked for the body is refused."""
    if request.waits_to_be_asked:
        return make_refusal(HTTPStatus.EXPECTATION_FAILED)
    return server.send(request)


@breaks("create_post", violates=("HARDENING-SERVER-15",))
def answer_without_asking(request: Request, server: GoodServer) -> Answer:
    """Who expects to be asked for the body is answered as if there were none."""
    if request.waits_to_be_asked:
        request = request.without_header("Expect").with_content(b"")
    return server.send(request)


@breaks("create_post", violates=("HARDENING-SERVER-15",))
def ask_and_say_no_more(request: Request, server: GoodServer) -> Answer:
    """Who expects to be asked for the body is asked, and never answered."""
    if request.waits_to_be_asked:
        server.send(request)
        raise ConnectionError("nothing more is said")
    return server.send(request)


@breaks(violates=("HARDENING-SERVER-16",))
def leave_out_the_date(request: Request, server: GoodServer) -> Answer:
    """A refusal has no Date."""
    answer = server.send(request)
    return answer.without_header("Date") if answer.status >= 400 else answer


@breaks(violates=("HARDENING-SERVER-16",))
def tell_the_date_in_another_form(request: Request, server: GoodServer) -> Answer:
    """The Date is written as times are in JSON."""
    return server.send(request).with_header("Date", "2025-01-01T00:00:00Z")


@breaks(violates=("HARDENING-SERVER-17",))
def tell_the_version_of_the_server(request: Request, server: GoodServer) -> Answer:
    """Server tells the program in front and its version."""
    return server.send(request).with_header("Server", "granian/2.1.0")


@breaks(violates=("HARDENING-SERVER-17",))
def tell_the_version_of_the_language(request: Request, server: GoodServer) -> Answer:
    """X-Powered-By tells which Python runs."""
    return server.send(request).with_header("X-Powered-By", "Python/3.13.1")


@breaks(violates=("HARDENING-SERVER-17",))
def tell_the_version_of_the_server_in_refusals(request: Request, server: GoodServer) -> Answer:
    """A request that cannot be read is refused with the name and version of the server."""
    answer = server.send(request)
    if answer.status != 400:
        return answer
    return answer.with_content(b"<hr><center>granian/2.1.0</center>")
