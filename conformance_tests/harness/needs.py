"""What requests need: the earlier exchanges that gave them a token, an id, a cursor or a tag."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import quote

from .answers import Answer

ME = "/api/v1/me"
CHANGES = ("POST", "PUT", "PATCH", "DELETE")
# The kinds of variables for members of an answer.
KINDS = {"access_token": "TOKEN", "refresh_token": "REFRESH", "next_cursor": "CURSOR"}
READ = {*KINDS, "id", "username", "email"}
CONDITIONS = ("if-match", "if-none-match")

# Values stand between other characters: in a path, and in a header or a body.
WORDS = (
    re.compile(rb"[\w.~%-]{8,}", re.ASCII),
    re.compile(rb"[\w.~+/=-]{8,}", re.ASCII),
    # Begun at the first character of a word only: else a long one takes the square of its length.
    re.compile(rb"(?<![\w.+-])[\w.+-]++@[\w.-]+", re.ASCII),
)
TAG = re.compile(rb'(?:W/)?("[^"]*")')
# The random digits in what a test makes up: `alice_0123456789ab`, `t0123456789ab`.
INVENTED = re.compile(rb"(?<=[._tx])[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Gift:
    """A value that an answer gave: the kind of its variable, if it needs one, and how to read it.

    A `form` is another one of the same value, as in capitals.
    """

    position: int
    kind: str = ""
    command: str = ""
    form: str = ""
    # What an entity tag belongs to.
    thing: str = ""


Place = tuple[int, int, Gift]


class Needs:
    """Knows of each exchange which earlier ones its request rests on."""

    def __init__(self, answers: Sequence[Answer], admin_email: str | None) -> None:
        self._answers = answers
        self._gifts: dict[bytes, list[Gift]] = defaultdict(list)
        self._used: dict[int, set[Gift]] = {}
        for position, answer in enumerate(answers):
            for value, gift in _list_gifts(position, answer, admin_email):
                self._gifts[value].append(gift)

    def list_gifts(self, position: int) -> set[Gift]:
        """Return what a request has of earlier answers."""
        if position not in self._used:
            self._used[position] = {gift for _, _, gift in self._list_places(position)}
        return self._used[position]

    def find_all(self, text: bytes, position: int) -> Iterator[Place]:
        """Yield where a text of one request has what an earlier answer gave."""
        for words in WORDS:
            for word in words.finditer(text):
                gift = self._find_latest(word[0], position)
                if gift:
                    yield word.start(), word.end(), gift

    def find_tags(self, text: bytes, position: int) -> Iterator[Place]:
        """Yield where a condition has an entity tag that was told of the same thing."""
        path = cut_query(self._answers[position]).lower()
        # A weak tag is one, or is made of a strong one.
        groups = ((tag, group) for tag in TAG.finditer(text) for group in (0, 1))
        for tag, group in groups:
            gift = self._find_latest(tag[group], position, thing=path)
            if gift:
                yield *tag.span(group), gift

    def close(self, positions: Iterable[int]) -> set[int]:
        """Return these exchanges with all that they rest on."""
        closed: set[int] = set()
        open_ends = set(positions)
        while open_ends:
            closed |= open_ends
            open_ends = {one for end in open_ends for one in self._list_direct(end)} - closed
        return closed

    def _find_latest(self, value: bytes, position: int, thing: str = "") -> Gift | None:
        known = (one for one in reversed(self._gifts.get(value, ())) if one.position < position)
        return next((one for one in known if one.thing.endswith(thing)), None)

    def _list_direct(self, position: int) -> set[int]:
        return {gift.position for gift in self.list_gifts(position)}

    def _list_places(self, position: int) -> Iterator[Place]:
        answer = self._answers[position]
        for text in list_texts(answer):
            yield from self.find_all(text, position)
        for name, value in answer.sent_headers.raw:
            if is_condition(name):
                yield from self.find_tags(value, position)


def list_texts(answer: Answer) -> Iterator[bytes]:
    """Yield all texts of a request."""
    if answer.sent_raw:
        yield answer.sent_raw
        return
    yield answer.path.encode()
    yield from (value for _, value in answer.sent_headers.raw)
    yield answer.sent_content


def is_condition(name: bytes) -> bool:
    """Tell whether a header has entity tags."""
    return name.decode("latin-1").lower() in CONDITIONS


def cut_query(answer: Answer) -> str:
    """Return the path of a request alone."""
    return answer.path.partition("?")[0]


def _list_gifts(
    position: int, answer: Answer, admin_email: str | None
) -> Iterator[tuple[bytes, Gift]]:
    if answer.status not in (200, 201):
        return
    told = _read(answer.content) if _may_give(answer) else {}
    yield from _list_names(position, answer, told, admin_email)
    kinds = KINDS if answer.status == 200 else {**KINDS, "id": _name_kind(answer)}
    for name in told.keys() & kinds.keys():
        yield from _list_forms(told[name], Gift(position, kinds[name], f"member {name}"))
    if "ETag" in answer.headers:
        # Of what is new the address is told, and else it is the one that was asked.
        thing = answer.headers.get("Location", cut_query(answer)).lower()
        yield _encode(answer.headers["ETag"]), Gift(position, "ETAG", "etag", thing=thing)


def _list_names(
    position: int, answer: Answer, told: Mapping[str, str], admin_email: str | None
) -> Iterator[tuple[bytes, Gift]]:
    name, email = told.get("username", ""), told.get("email", "")
    if answer.status == 201 and name:
        yield _encode(name), Gift(position)
    elif email and email == admin_email:
        yield _encode(name), Gift(position, "ADMIN", "member username")
    if email and _encode(email) in answer.sent_content:
        yield _encode(email), Gift(position)


def _list_forms(value: str, gift: Gift) -> Iterator[tuple[bytes, Gift]]:
    encoded = quote(value, safe="", errors="surrogatepass")
    forms = {value.upper(): "upper", encoded: "encode", value: ""}
    for text, form in forms.items():
        yield _encode(text), replace(gift, form=form)


def _may_give(answer: Answer) -> bool:
    return answer.method in CHANGES or answer.path == ME or b'"next_cursor"' in answer.content


@cache
def _read(content: bytes) -> Mapping[str, str]:
    # The answers are the same for every failure, and are read once.
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    members = told.items() if isinstance(told, dict) else ()
    return {name: one for name, one in members if name in READ and isinstance(one, str)}


def _name_kind(answer: Answer) -> str:
    collection = cut_query(answer).rpartition("/")[2].removesuffix("s")
    return re.sub("[^A-Z]", "", collection.upper()) or "ID"


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
