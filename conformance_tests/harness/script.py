"""The requests of a test that failed, and what they need, as a script that runs as printed."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

import httpx

from .answers import Answer
from .changes import find_changes
from .curl import Step, write_steps
from .needs import INVENTED, Gift, Needs, Place, is_condition, list_texts
from .shell import Hole, Text

OWN_REQUESTS = 60
OTHER_CHANGES = 30
PASSWORD = re.compile(rb'"password":\s*"((?:[^"\\]|\\.)*)"')
FORGED = re.compile(rb"Bearer [\w-]{10,}\.[\w-]{10,}\.[\w-]*", re.ASCII)

LAST_ONLY = "Of the {} requests of the test only the last one is here, with what it needs."
OTHERS_LEFT_OUT = "Left out: {} earlier requests or more that changed what is asked for."
ELSEWHERE = "What was answered with 503 was sent to another server, one without its database."
BY_THE_TEST = "A token that the test made by itself is as it was: it fits its own server only."

# What has the same variable wherever it stands.
Fixed = tuple[re.Pattern[bytes], Hole]


def write_script(
    answers: Sequence[Answer], start: int, *, admin_email: str | None, base_url: str = ""
) -> str:
    """Return a script for the answers from `start` on, or an empty text where there are none."""
    if start >= len(answers):
        return ""
    needs = Needs(answers, admin_email)
    positions, notes = _choose(answers, needs, range(start, len(answers)))
    fixed = list(_list_fixed(answers, admin_email, base_url))
    steps = list(_Translation(answers, positions, needs, fixed).translate())
    if any(_has_forged_token(step) for step in steps):
        notes.append(BY_THE_TEST)
    return write_steps(steps, base_url=base_url, notes=notes)


def _choose(answers: Sequence[Answer], needs: Needs, own: range) -> tuple[list[int], list[str]]:
    notes = []
    if len(own) > OWN_REQUESTS:
        notes.append(LAST_ONLY.format(len(own)))
        own = own[-1:]
    others = find_changes(answers, needs, own, OTHER_CHANGES)
    if len(others) > OTHER_CHANGES:
        notes.append(OTHERS_LEFT_OUT.format(len(others)))
        others = set()
    positions = sorted(needs.close(own) | others)
    if any(answers[one].status == 503 for one in positions):
        notes.append(ELSEWHERE)
    return positions, notes


class _Translation:
    """Turns requests that were sent into steps, with variables for what another run has anew."""

    def __init__(
        self,
        answers: Sequence[Answer],
        positions: Sequence[int],
        needs: Needs,
        fixed: Sequence[Fixed],
    ) -> None:
        self._answers = answers
        self._positions = positions
        self._needs = needs
        self._fixed = fixed
        self._people = self._number_people()
        self._names = self._name_gifts()

    def translate(self) -> Iterator[Step]:
        """Yield a step for each request."""
        for number, position in enumerate(self._positions, start=1):
            answer = self._answers[position]
            yield Step(
                f"{number}. Answered {answer.status or 'with nothing'}",
                answer.method,
                self._cut(answer.path.encode(), position),
                tuple(self._list_headers(position)),
                self._cut(answer.sent_content, position) if _has_content(answer) else None,
                self._cut(answer.sent_raw, position) if answer.sent_raw else None,
                tuple(self._list_kept(position)),
            )

    def _number_people(self) -> dict[bytes, bytes]:
        # As many digits as there were: limits of lengths hold as they did.
        texts = (text for one in self._positions for text in list_texts(self._answers[one]))
        found = (name[0].lower() for text in texts for name in INVENTED.finditer(text))
        return {one: b"%02d" % n for n, one in enumerate(dict.fromkeys(found), start=1)}

    def _name_gifts(self) -> dict[Gift, str]:
        used = {gift for one in self._positions for gift in self._needs.list_gifts(one)}
        plain = {replace(gift, form="") for gift in used if gift.kind}
        counts: Counter[str] = Counter()
        names: dict[Gift, str] = {}
        for gift in sorted(plain, key=attrgetter("position", "kind")):
            counts[gift.kind] += 1
            names[gift] = f"{gift.kind}_{counts[gift.kind]}"
        formed = {gift: names[replace(gift, form="")] for gift in used if gift.form}
        return names | {gift: f"{name}_{gift.form.upper()}" for gift, name in formed.items()}

    def _list_kept(self, position: int) -> Iterator[tuple[str, str]]:
        for gift, name in self._names.items():
            if gift.position == position:
                plain = self._names[replace(gift, form="")]
                yield name, f'{gift.form} "${plain}"' if gift.form else gift.command

    def _list_headers(self, position: int) -> Iterator[tuple[str, Text]]:
        for name, value in self._answers[position].sent_headers.raw:
            if self._is_told(name, value, position):
                tags = self._needs.find_tags(value, position) if is_condition(name) else ()
                yield name.decode("latin-1"), self._cut(value, position, tags)

    def _is_told(self, name: bytes, value: bytes, position: int) -> bool:
        match name.lower():
            case b"content-length" | b"connection":
                return False
            case b"host":
                return self._cut(value, position) != (Hole("HOST"),)
            case b"accept-encoding":
                return value != b"identity"
        return True

    def _cut(self, text: bytes, position: int, places: Iterable[Place] = ()) -> Text:
        found = [*places, *self._needs.find_all(text, position)]
        parts = [
            *((begin, end, self._name(gift)) for begin, end, gift in found if gift.kind),
            *((*name.span(), self._mark(name[0])) for name in INVENTED.finditer(text)),
            *((*it.span(1), (hole,)) for form, hole in self._fixed for it in form.finditer(text)),
        ]
        return _insert(text, parts)

    def _name(self, gift: Gift) -> Text:
        return (Hole(self._names[gift]),)

    def _mark(self, digits: bytes) -> Text:
        return Hole("MARK"), self._people[digits.lower()]


def _insert(text: bytes, parts: Iterable[tuple[int, int, Text]]) -> Text:
    pieces: list[bytes | Hole] = []
    at = 0
    # Of two that overlap the first one counts, and the longer one where both begin.
    for begin, end, part in sorted(parts, key=lambda part: (part[0], -part[1])):
        if begin >= at:
            pieces += [text[at:begin], *part]
            at = end
    return tuple(piece for piece in [*pieces, text[at:]] if piece)


def _has_content(answer: Answer) -> bool:
    # A length of 0 is told by who sends an empty body, and not by who sends none.
    told = answer.sent_headers
    return bool(answer.sent_content) or "Content-Length" in told or "Transfer-Encoding" in told


def _has_forged_token(step: Step) -> bool:
    values = (value for name, value in step.headers if name.lower() == "authorization")
    return any(all(isinstance(one, bytes) and FORGED.match(one) for one in it) for it in values)


def _list_fixed(
    answers: Sequence[Answer], admin_email: str | None, base_url: str
) -> Iterator[Fixed]:
    for host in _list_hosts(answers, base_url):
        yield re.compile(rb"(?<![\w.-])(" + re.escape(host) + rb")(?![\w.:-])"), Hole("HOST")
    if admin_email:
        email = json.dumps(admin_email)[1:-1].encode()
        yield _compile_value(email), Hole("ADMIN_EMAIL")
        sent = (answer.sent_content for answer in answers if b'"password"' in answer.sent_content)
        for password in {one for body in sent if email in body for one in PASSWORD.findall(body)}:
            yield _compile_value(password), Hole("ADMIN_PASSWORD")


def _compile_value(text: bytes) -> re.Pattern[bytes]:
    # A value of JSON: the name of a member may be the same word.
    return re.compile(rb':\s*"(' + re.escape(text) + rb')"')


def _list_hosts(answers: Sequence[Answer], base_url: str) -> set[bytes]:
    if not base_url:
        told = Counter(answer.sent_headers.get("Host", "") for answer in answers)
        return {host.encode("latin-1") for host, _ in told.most_common(1) if host}
    url = httpx.URL(base_url)
    return {url.netloc, f"{url.host}:{url.port or 80}".encode()}
