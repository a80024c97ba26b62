"""Mutants of chapter 5 that concern the HTTP server in front: where a message ends."""

import re
from dataclasses import replace
from io import BufferedReader, BytesIO

from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request, read_request
from conformance_tests.mutants.mutant import breaks

LARGEST_BODY = 1024 * 1024


@breaks(violates=("HARDENING-SIZE-05",))
def lose_what_is_behind_a_refusal(request: Request, server: GoodServer) -> Answer:
    """What was sent behind a refused request is lost, and the connection closes in silence."""
    answer = server.send(request)
    if answer.status < 400:
        return answer
    request.stream.read1()
    request.stream.write(answer.to_bytes())
    request.stream.flush()
    raise ConnectionError("closed")


@breaks(violates=("HARDENING-SIZE-05",))
def take_refused_bodies_for_requests(request: Request, server: GoodServer) -> Answer:
    """The body of a refused request is not read, and so taken for the next request."""
    answer = server.send(request)
    return _answer_content(answer, request.body, server) if answer.status >= 400 else answer


@breaks(violates=("HARDENING-SIZE-05",))
def take_ends_of_bodies_for_requests(request: Request, server: GoodServer) -> Answer:
    """A body is read as far as the limit, and what stands behind it is taken for a request."""
    answer = server.send(request)
    return _answer_content(answer, request.body[LARGEST_BODY:], server)


def _answer_content(answer: Answer, content: bytes, server: GoodServer) -> Answer:
    if b"\r\n\r\n" not in content:
        return answer
    following = read_request(BufferedReader(BytesIO(content)))
    return _join(answer, server.send(following)) if following else answer


def _join(answer: Answer, following: Answer) -> Answer:
    return replace(answer, body=answer.body + following.to_bytes())


# ---- Where a message ends ----


@breaks("create_post", violates=("HARDENING-SERVER-01",))
def go_on_after_two_lengths(request: Request, server: GoodServer) -> Answer:
    """Of two lengths the chunks count, and the connection goes on."""
    answer = server.send(request)
    both = request.header("Content-Length") and request.header("Transfer-Encoding")
    return _go_on(answer, request, server) if both else answer


@breaks("create_post", violates=("HARDENING-SERVER-01",))
def believe_the_content_length(request: Request, server: GoodServer) -> Answer:
    """Of two lengths Content-Length counts, and what is behind it is another request."""
    if not (request.header("Content-Length") and request.header("Transfer-Encoding")):
        return server.send(request)
    length = int(request.header("Content-Length"))
    answer = server.send(request.with_content(request.body[:length]))
    return _answer_content(answer, request.body[length:], server)


@breaks("create_post", violates=("HARDENING-SERVER-01",))
def go_on_after_chunks_in_http_1_0(request: Request, server: GoodServer) -> Answer:
    """A request in HTTP/1.0 may be in chunks, and others may follow it."""
    answer = server.send(request)
    is_old = request.lines[0].endswith(b"HTTP/1.0\r\n")
    return _go_on(answer, request, server) if is_old else answer


@breaks(
    violates=(
        "HARDENING-SERVER-02",
        "HARDENING-SERVER-03",
        "HARDENING-SERVER-04",
        "HARDENING-SERVER-07",
        "HARDENING-SERVER-08",
        "HARDENING-SERVER-09",
    )
)
def go_on_after_every_refusal(request: Request, server: GoodServer) -> Answer:
    """What cannot be read is refused, and what follows is answered as if nothing had been."""
    answer = server.send(request)
    return _go_on(answer, request, server) if answer.status == 400 else answer


def _go_on(answer: Answer, request: Request, server: GoodServer) -> Answer:
    following = read_request(request.stream)
    return _join(answer, server.send(following)) if following else answer


@breaks("create_post", violates=("HARDENING-SERVER-02",))
def read_lengths_as_python_does(request: Request, server: GoodServer) -> Answer:
    """A Content-Length may have a sign and underscores, as Python's int() reads it."""
    length = request.header("Content-Length")
    if length.isdecimal() or not re.fullmatch(r"\+?[0-9_]+", length):
        return server.send(request)
    return server.send(request.with_content(request.stream.read(int(length))))


@breaks("create_post", violates=("HARDENING-SERVER-02",))
def read_hexadecimal_lengths(request: Request, server: GoodServer) -> Answer:
    """A Content-Length may be hexadecimal, with 0x in front."""
    length = request.header("Content-Length")
    if not length.startswith("0x"):
        return server.send(request)
    return server.send(request.with_content(request.stream.read(int(length, 16))))


@breaks("create_post", violates=("HARDENING-SERVER-02",))
def pass_over_an_empty_length(request: Request, server: GoodServer) -> Answer:
    """A Content-Length that says nothing is none."""
    if request.header("Content-Length"):
        return server.send(request)
    return server.send(request.without_header("Content-Length"))


@breaks("create_post", violates=("HARDENING-SERVER-02",))
def take_the_first_of_a_list_of_lengths(request: Request, server: GoodServer) -> Answer:
    """Of a list of lengths in one Content-Length the first one counts."""
    first, comma, _ = request.header("Content-Length").partition(",")
    if not comma:
        return server.send(request)
    return server.send(request.with_content(request.stream.read(int(first))))


@breaks("create_post", violates=("HARDENING-SERVER-02",))
def take_the_first_of_two_lengths(request: Request, server: GoodServer) -> Answer:
    """Of two headers Content-Length the first one counts."""
    length = request.header("Content-Length")
    return server.send(request.with_header("Content-Length", length) if length else request)


@breaks("create_post", violates=("HARDENING-SERVER-03",))
def take_every_coding_for_chunks(request: Request, server: GoodServer) -> Answer:
    """A Transfer-Encoding means chunks, whatever it says."""
    coding = request.header("Transfer-Encoding")
    return server.send(request.with_header("Transfer-Encoding", "chunked") if coding else request)


@breaks("create_post", violates=("HARDENING-SERVER-03",))
def trim_codings_as_python_does(request: Request, server: GoodServer) -> Answer:
    """Every white space around a Transfer-Encoding is passed over, as Python's strip() does."""
    # Without what is not ASCII, it is what `header` gives.
    is_chunked = request.header("Transfer-Encoding") == "chunked"
    return server.send(
        request.with_header("Transfer-Encoding", "chunked") if is_chunked else request
    )


@breaks("create_post", violates=("HARDENING-SERVER-03",))
def pass_over_an_empty_coding(request: Request, server: GoodServer) -> Answer:
    """A Transfer-Encoding that says nothing is none."""
    if request.header("Transfer-Encoding"):
        return server.send(request)
    return server.send(request.without_header("Transfer-Encoding"))


@breaks("create_post", violates=("HARDENING-SERVER-04",))
def read_sizes_as_python_does(request: Request, server: GoodServer) -> Answer:
    """The size of a chunk may have spaces, a sign and underscores, as Python's int() reads it."""
    if not re.fullmatch(rb"[ +]?[0-9][0-9_a-fx]*\r\n", request.body):
        return server.send(request)
    return server.send(request.with_content(request.stream.read(int(request.body, 16))))


@breaks("create_post", violates=("HARDENING-SERVER-04",))
def take_a_bad_size_for_the_end(request: Request, server: GoodServer) -> Answer:
    """A chunk whose size is no number is the last one."""
    if not re.fullmatch(rb"[^0-9]*\r\n", request.body):
        return server.send(request)
    return _go_on(server.send(request.with_content(b"")), request, server)


@breaks("create_post", violates=("HARDENING-SERVER-04",))
def pass_over_extensions(request: Request, server: GoodServer) -> Answer:
    """What stands behind the size of a chunk is passed over, whatever it is."""
    size, semicolon, extension = request.body.partition(b";")
    if not semicolon:
        return server.send(request)
    if not extension.endswith(b"\r\n"):
        request.stream.readline()
    return server.send(request.with_content(request.stream.read(int(size, 16))))


@breaks("create_post", violates=("HARDENING-SERVER-04",))
def cut_chunks_at_their_size(request: Request, server: GoodServer) -> Answer:
    """What a chunk has beyond its size is passed over."""
    size, _, data = request.body.partition(b"\r\n")
    if not (request.is_endless and size.isdigit()):
        return server.send(request)
    request.stream.readline()
    request.stream.readline()
    return _go_on(server.send(request.with_content(data[: int(size, 16)])), request, server)


@breaks("create_post", violates=("HARDENING-SERVER-05",))
def act_on_chunks_without_an_end(request: Request, server: GoodServer) -> Answer:
    """Where a chunked body breaks off, what came of it counts."""
    if not request.is_cut_short:
        return server.send(request)
    return server.send(replace(request, body=request.body + b"0\r\n\r\n", is_cut_short=False))


@breaks("check_live", violates=("HARDENING-SERVER-06",))
def answer_the_second_first(request: Request, server: GoodServer) -> Answer:
    """Of two requests sent together the second one is answered first."""
    answer = server.send(request)
    following = None if request.ends_connection else read_request(request.stream)
    return _join(server.send(following), answer) if following else answer


@breaks("check_live", violates=("HARDENING-SERVER-06",))
def answer_only_the_first(request: Request, server: GoodServer) -> Answer:
    """Of requests sent together the first one is answered, and the connection closes."""
    return server.send(request).with_header("Connection", "close")
