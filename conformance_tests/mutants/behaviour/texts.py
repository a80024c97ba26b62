"""Mutants of chapter 5 about text: what may not stand in it, how long it is, what becomes of it."""

import re
from collections.abc import Callable
from html import escape
from typing import Any
from unicodedata import category, normalize

from conformance_tests.data.samples import WITH_BODY
from conformance_tests.mutants.good_server import GoodServer
from conformance_tests.mutants.messages import Answer, Request
from conformance_tests.mutants.mutant import breaks

CONTROLS = r"[\x00-\x08\x0b-\x1f]"
SURROGATES = r"[\ud800-\udfff]"
UNFIT = f"{CONTROLS}|{SURROGATES}"
STORING = ("create_post", "update_post", "update_me", "create_comment", "update_comment")
Change = Callable[[str], str]


@breaks(*WITH_BODY, violates=("HARDENING-TEXT-01",))
def pass_over_unfit_characters(request: Request, server: GoodServer) -> Answer:
    """Characters that no text may hold are left out of it."""
    return server.send(_change_texts(request, lambda text: re.sub(UNFIT, "", text)))


@breaks(*WITH_BODY, violates=("HARDENING-TEXT-01",))
def take_every_control_but_nul(request: Request, server: GoodServer) -> Answer:
    """Of the controls only NUL is refused."""
    return server.send(_change_texts(request, lambda text: re.sub(r"[\x01-\x1f]", " ", text)))


@breaks(*WITH_BODY, violates=("HARDENING-TEXT-01",))
def replace_lone_surrogates(request: Request, server: GoodServer) -> Answer:
    """A lone surrogate becomes the replacement character."""
    return server.send(_change_texts(request, lambda text: re.sub(SURROGATES, "\ufffd", text)))


@breaks(*WITH_BODY, violates=("HARDENING-TEXT-01",))
def look_at_no_text_below_the_top(request: Request, server: GoodServer) -> Answer:
    """What may not stand in a text may stand in one inside an array."""
    told = request.members
    arrays = {name: told[name] for name in told if isinstance(told[name], list)}
    fit = {name: _change(arrays[name], lambda text: re.sub(UNFIT, "", text)) for name in arrays}
    return server.send(request.with_members(**fit) if fit != arrays else request)


@breaks(*WITH_BODY, violates=("HARDENING-TEXT-01",))
def look_at_no_name(request: Request, server: GoodServer) -> Answer:
    """What may not stand in a text may stand in a name."""
    told = request.members
    fit = {re.sub(UNFIT, "", name): value for name, value in told.items()}
    return server.send(request.with_body(fit) if fit.keys() != told.keys() else request)


@breaks(*WITH_BODY, violates=("HARDENING-TEXT-01",))
def point_at_unfit_names(request: Request, server: GoodServer) -> Answer:
    """A name that is unfit is told at itself, not at the object that holds it."""
    answer = server.send(request)
    faults = answer.members.get("errors", [])
    told = [{**one, "pointer": "#/it"} if one.get("pointer") == "#" else one for one in faults]
    return answer.with_members(errors=told) if told != faults else answer


@breaks(*WITH_BODY, violates=("HARDENING-TEXT-02",))
def tell_other_faults_beside_unfit_text(request: Request, server: GoodServer) -> Answer:
    """Faults of text are told together with those of the shape."""
    answer, others = _send_both(request, server)
    faults = [*answer.members.get("errors", []), *others.members.get("errors", [])]
    return answer.with_members(errors=faults) if answer != others and faults else answer


@breaks(*WITH_BODY, violates=("HARDENING-TEXT-02",))
def tell_unfit_text_last(request: Request, server: GoodServer) -> Answer:
    """Faults of text are told where the shape is right."""
    answer, others = _send_both(request, server)
    return others if others.status == 422 else answer


def _send_both(request: Request, server: GoodServer) -> tuple[Answer, Answer]:
    fit = _change_texts(request, lambda text: re.sub(UNFIT, "", text))
    answer = server.send(request)
    return answer, answer if fit is request else server.send(fit)


@breaks(*STORING, violates=("HARDENING-TEXT-03",))
def trim_texts(request: Request, server: GoodServer) -> Answer:
    """White space around a text is cut off."""
    return server.send(_change_texts(request, str.strip))


@breaks("create_post", violates=("HARDENING-TEXT-03",))
def compose_characters(request: Request, server: GoodServer) -> Answer:
    """Texts are kept in Unicode's composed form."""
    return server.send(_change_texts(request, lambda text: normalize("NFC", text)))


@breaks("update_me", violates=("HARDENING-TEXT-03",))
def replace_compatibility_forms(request: Request, server: GoodServer) -> Answer:
    """Ligatures, fractions and wide letters become plain ones."""
    return server.send(_change_texts(request, lambda text: normalize("NFKC", text)))


@breaks("create_comment", violates=("HARDENING-TEXT-03",))
def write_markup_as_entities(request: Request, server: GoodServer) -> Answer:
    """Texts are kept as HTML."""
    return server.send(_change_texts(request, escape))


@breaks(*STORING, violates=("HARDENING-TEXT-03",))
def drop_what_takes_four_bytes(request: Request, server: GoodServer) -> Answer:
    """What takes four bytes in UTF-8 is lost."""
    return server.send(_change_texts(request, lambda text: re.sub("[^\0-\uffff]", "", text)))


@breaks(*STORING, violates=("HARDENING-TEXT-03",))
def drop_noncharacters(request: Request, server: GoodServer) -> Answer:
    """Noncharacters are lost."""
    return server.send(
        _change_texts(request, lambda text: re.sub("[\ufdd0\ufffe\uffff]", "", text))
    )


@breaks(*STORING, violates=("HARDENING-TEXT-03",))
def drop_controls_of_the_second_set(request: Request, server: GoodServer) -> Answer:
    """Delete and the controls behind it are lost."""
    return server.send(_change_texts(request, lambda text: re.sub("[\x7f-\x9f]", "", text)))


@breaks("create_post", violates=("HARDENING-TEXT-03",))
def drop_what_is_not_seen(request: Request, server: GoodServer) -> Answer:
    """Byte order marks, joiners and directions are lost."""

    def drop(text: str) -> str:
        return "".join(one for one in text if category(one) != "Cf")

    return server.send(_change_texts(request, drop))


@breaks(*STORING, violates=("HARDENING-TEXT-03",))
def write_line_ends_of_forms(request: Request, server: GoodServer) -> Answer:
    """A line end comes back as forms on the web send it."""
    answer = server.send(request)
    return answer.with_content(answer.body.replace(rb"\n", rb"\r\n"))


@breaks("update_comment", violates=("HARDENING-TEXT-03",))
def write_tabs_as_spaces(request: Request, server: GoodServer) -> Answer:
    """A tab becomes as many spaces as it takes."""
    return server.send(_change_texts(request, str.expandtabs))


@breaks(*STORING, violates=("HARDENING-TEXT-03",))
def read_escapes_again(request: Request, server: GoodServer) -> Answer:
    """What looks like an escape in a text is read as one."""
    return server.send(_change_texts(request, lambda text: text.replace(r"\n", "\n")))


@breaks("register_user", "log_in", "create_post", violates=("HARDENING-LENGTH-01",))
def cut_endless_texts(request: Request, server: GoodServer) -> Answer:
    """A text that is much too long is cut."""
    return server.send(
        _change_texts(request, lambda text: text[:30] if len(text) > 99_999 else text)
    )


@breaks("register_user", "log_in", "create_post", violates=("HARDENING-LENGTH-01",))
def fail_on_endless_texts(request: Request, server: GoodServer) -> Answer:
    """A text that is much too long is more than a pattern can bear."""
    answer = server.send(request)
    is_endless = answer.status == 422 and len(request.body) > 99_999
    return answer.with_refusal(500, "internal_error") if is_endless else answer


@breaks("create_post", violates=("HARDENING-LENGTH-02",))
def refuse_a_long_run_of_marks(request: Request, server: GoodServer) -> Answer:
    """A text of marks alone is no text."""
    answer = server.send(request)
    is_of_marks = "\u0316" * 99 in str(request.members.get("body"))
    return answer.with_refusal(422, "invalid_request") if is_of_marks else answer


def _change_texts(request: Request, change: Change) -> Request:
    told = request.members
    changed = _change(told, change)
    return request if changed == told else request.with_body(changed)


def _change(value: Any, change: Change) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_change(one, change) for one in value]
    if isinstance(value, dict):
        return {change(name): _change(one, change) for name, one in value.items()}
    return value
