"""Mutants of chapter 5 about what a body says it is, how large it is, and where none belongs."""

import re
import zlib
from contextlib import suppress
from urllib.parse import urlencode

from conformance_tests.data.samples import CONTRACT, READING, WITH_BODY
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

JSON = "application/json"
TYPE, ENCODING = "Content-Type", "Content-Encoding"
LIMIT = CONTRACT.general_limit("body_bytes")
DELETING = [one.operation_id for one in CONTRACT.operations.values() if one.method == "DELETE"]


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-01",))
def take_every_media_type(request: Request, server: GoodServer) -> Answer:
    """A body is JSON, whatever type it is said to have."""
    return server.send(request.with_header(TYPE, JSON) if request.header(TYPE) else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-01",))
def take_a_body_without_a_type(request: Request, server: GoodServer) -> Answer:
    """A body that is not said to have a type is JSON."""
    has_none = request.body and not request.header(TYPE)
    return server.send(request.with_header(TYPE, JSON) if has_none else request)


@breaks("update_me", violates=("HARDENING-MEDIA-01",))
def take_no_body_for_json(request: Request, server: GoodServer) -> Answer:
    """Where nothing comes at all, nothing is changed."""
    has_none = not (request.body or request.header(TYPE))
    return server.send(request.with_header(TYPE, JSON).with_body({}) if has_none else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-01",))
def take_types_that_end_with_json(request: Request, server: GoodServer) -> Answer:
    """Every type that ends with json is JSON."""
    ends = request.header(TYPE).endswith("json")
    return server.send(request.with_header(TYPE, JSON) if ends else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-01",))
def take_types_that_begin_with_json(request: Request, server: GoodServer) -> Answer:
    """Every type that begins as that of JSON does is JSON."""
    begins = request.header(TYPE).startswith(JSON)
    return server.send(request.with_header(TYPE, JSON) if begins else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-01",))
def do_not_say_what_is_taken(request: Request, server: GoodServer) -> Answer:
    """A 415 has no Accept."""
    answer = server.send(request)
    return answer.without_header("Accept") if answer.status == 415 else answer


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-02",))
def know_one_spelling_of_json(request: Request, server: GoodServer) -> Answer:
    """The type of JSON has no parameters."""
    return server.send(_refuse_type(request) if ";" in request.header(TYPE) else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-02",))
def know_json_in_small_letters_only(request: Request, server: GoodServer) -> Answer:
    """The type of JSON has no capitals."""
    told = request.header(TYPE).partition(";")[0]
    return server.send(_refuse_type(request) if told != told.lower() else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-02",))
def know_no_parameter_but_the_charset(request: Request, server: GoodServer) -> Answer:
    """The type of JSON has no parameter beside its charset."""
    others = re.search("profile|version", request.header(TYPE))
    return server.send(_refuse_type(request) if others else request)


@breaks("update_me", violates=("HARDENING-MEDIA-02",))
def find_charsets_anywhere(request: Request, server: GoodServer) -> Answer:
    """What looks like a charset within another parameter is one."""
    is_within = re.search('"; *charset=utf-16"', request.header(TYPE))
    return server.send(_refuse_type(request) if is_within else request)


def _refuse_type(request: Request) -> Request:
    return request.with_header(TYPE, "text/plain")


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-03",))
def pass_over_charsets(request: Request, server: GoodServer) -> Answer:
    """A body is UTF-8, whatever charset it is said to have."""
    told = request.header(TYPE)
    has_charset = told.startswith(JSON) and "charset=" in told
    return server.send(request.with_header(TYPE, JSON) if has_charset else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-03",))
def take_charsets_that_begin_with_utf8(request: Request, server: GoodServer) -> Answer:
    """A charset is UTF-8 where it begins so."""
    begins = "charset=utf-8" in request.header(TYPE)
    return server.send(request.with_header(TYPE, JSON) if begins else request)


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-03",))
def pass_over_encodings(request: Request, server: GoodServer) -> Answer:
    """A body is not encoded, whatever is said of it."""
    return server.send(request.without_header(ENCODING))


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-03",))
def unpack_bodies(request: Request, server: GoodServer) -> Answer:
    """A body that was packed is unpacked."""
    if request.header(ENCODING) == "gzip":
        with suppress(zlib.error):
            plain = zlib.decompress(request.body, wbits=31)
            return server.send(request.without_header(ENCODING).with_content(plain))
    return server.send(request)


@breaks(*WITH_BODY, violates=("HARDENING-MEDIA-03",))
def refuse_identity(request: Request, server: GoodServer) -> Answer:
    """A body that is said to be sent as it is is refused."""
    answer = server.send(request)
    is_refused = answer.status < 300 and request.header(ENCODING)
    return answer.with_refusal(415, "unsupported_media_type") if is_refused else answer


@breaks(*WITH_BODY, violates=("HARDENING-SIZE-01",))
def refuse_the_largest_body(request: Request, server: GoodServer) -> Answer:
    """A body of exactly 1,048,576 bytes is too large."""
    is_largest = len(request.body) == LIMIT
    return server.send(request.with_content(request.body + b" ") if is_largest else request)


@breaks(*WITH_BODY, violates=("HARDENING-SIZE-01",))
def refuse_the_largest_chunked_body(request: Request, server: GoodServer) -> Answer:
    """A body in chunks is as large as its chunks are with their sizes."""
    body = _join_chunks(request) or b""
    is_larger = len(request.body) > LIMIT >= len(body)
    return server.send(request.with_content(body.ljust(LIMIT + 1)) if is_larger else request)


@breaks(*WITH_BODY, violates=("HARDENING-SIZE-02",))
def take_one_byte_more(request: Request, server: GoodServer) -> Answer:
    """A body of one byte more than 1,048,576 is read."""
    is_larger = len(request.body) == LIMIT + 1
    return server.send(_squeeze(request, request.body) if is_larger else request)


@breaks(*WITH_BODY, violates=("HARDENING-SIZE-02",))
def count_no_bytes(request: Request, server: GoodServer) -> Answer:
    """A body is as large as whoever sends it likes."""
    return server.send(_squeeze(request, request.body) if len(request.body) > LIMIT else request)


@breaks(*WITH_BODY, violates=("HARDENING-SIZE-03",))
def count_no_chunks(request: Request, server: GoodServer) -> Answer:
    """A body in chunks is as large as whoever sends it likes."""
    body = _join_chunks(request)
    return server.send(_squeeze(request, body) if body and len(body) > LIMIT else request)


def _squeeze(request: Request, body: bytes) -> Request:
    return request.with_content(b" ".join(body.split()))


@breaks(*WITH_BODY, violates=("HARDENING-SIZE-03",))
def cut_chunked_bodies(request: Request, server: GoodServer) -> Answer:
    """A body in chunks is read up to its limit, and the rest is left."""
    body = _join_chunks(request)
    return server.send(request if body is None else request.with_content(body[:LIMIT]))


@breaks("create_post", violates=("HARDENING-SIZE-04",))
def read_the_first_chunk_alone(request: Request, server: GoodServer) -> Answer:
    """Of a body in chunks the first one is read."""
    chunks = _list_chunks(request)
    return server.send(request.with_content(chunks[0]) if chunks else request)


@breaks("create_post", violates=("HARDENING-SIZE-04",))
def take_no_chunks(request: Request, server: GoodServer) -> Answer:
    """A body in chunks is no body."""
    return server.send(request if _join_chunks(request) is None else request.with_content(b""))


@breaks("create_post", violates=("HARDENING-SIZE-04",))
def decode_each_chunk_for_itself(request: Request, server: GoodServer) -> Answer:
    """A character that is spread over two chunks is lost."""
    chunks = _list_chunks(request)
    if not chunks:
        return server.send(request)
    decoded = [chunk.decode(errors="replace").encode() for chunk in chunks]
    return server.send(request.with_content(b"".join(decoded)))


def _join_chunks(request: Request) -> bytes | None:
    return b"".join(_list_chunks(request)) if request.header("Transfer-Encoding") else None


def _list_chunks(request: Request) -> list[bytes]:
    """Return the data of the chunks, none where they are not those of a chunked body."""
    chunks, rest = [], request.body if request.header("Transfer-Encoding") else b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if length == 0:
            break
        chunks.append(rest[:length])
        rest = rest[length + len(b"\r\n") :]
    return chunks


@breaks(*READING, violates=("HARDENING-BODY-01",))
def refuse_bodies_when_reading(request: Request, server: GoodServer) -> Answer:
    """Whoever sends a body with GET is refused."""
    answer = server.send(request)
    return answer.with_refusal(400, "malformed_json") if request.body else answer


@breaks(*READING, violates=("HARDENING-BODY-01",))
def read_every_body(request: Request, server: GoodServer) -> Answer:
    """A body has to be JSON, also where nobody reads it."""
    answer = server.send(request)
    is_none = request.header(TYPE) == JSON and not request.members
    return answer.with_refusal(400, "malformed_json") if is_none else answer


@breaks(*READING, violates=("HARDENING-BODY-01",))
def take_a_body_for_a_query(request: Request, server: GoodServer) -> Answer:
    """The members of a body that comes with GET are parameters."""
    query = urlencode(request.members)
    return server.send(request.with_target("GET", f"{request.path}?{query}") if query else request)


@breaks(*READING, violates=("HARDENING-BODY-01",))
def take_no_chunks_when_reading(request: Request, server: GoodServer) -> Answer:
    """Whoever sends chunks with GET is refused."""
    answer = server.send(request)
    has_chunks = request.header("Transfer-Encoding")
    return answer.with_refusal(400, "malformed_json") if has_chunks else answer


@breaks(*DELETING, violates=("HARDENING-BODY-01",))
def refuse_bodies_when_deleting(request: Request, server: GoodServer) -> Answer:
    """Whoever sends a body with DELETE is refused."""
    answer = server.send(request)
    return answer.with_refusal(400, "malformed_json") if request.body else answer
