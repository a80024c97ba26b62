"""What of an answer can be compared: random values by names, everything else as it is."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from conformance_tests.harness.answers import Answer
from conformance_tests.one_system.comparison import look

# Entries of implementation_defined.yaml of which a sight says nothing …
EVENED = {"JSON-TEXT", "MEDIA-CHARSET", "PROBLEM-DETAIL", "FAULTS-ORDER", "HEADERS-UNNAMED"}
# … and those that are about requests of which no sequence has any.
UNSENT = {
    "FAULTS-OF-ONE-VALUE",
    "BODY-TOO-LARGE",
    "PATH-VALUE-METHOD",
    "PATH-ENCODED-SLASH",
    "TARGET-FRAGMENT",
    "TARGET-BYTES",
    "METHOD-UNKNOWN",
    "SERVER-REFUSAL",
    "BODY-UNWANTED",
    "OUTAGE-ORDER",
    "AUTHORIZATION-BYTES",
    "HEADER-UNDERSCORE",
    "TYPE-TWICE",
    "ENTITY-TAG-FORM",
    "OPENAPI-WORDS",
    "REFERENCE-FILES",
    "HOST-FORMS",
    "ORIGIN-FORMS",
    "PREFLIGHT-EXTRAS",
}
ID = re.compile(r"\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b")
TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
LINK = re.compile(r"<([^>]*)>(.*)")
OPAQUE = {"access_token": "token", "refresh_token": "token", "next_cursor": "cursor"}
UNSAID = "…"

Sight = Mapping[str, str]


class Names:
    """Names for random values, by the order in which one implementation showed them."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._counts: Counter[str] = Counter()

    def name(self, kind: str, value: str) -> str:
        """Return the same name for the same value, and a new one for a new value."""
        if (kind, value) not in self._names:
            self._counts[kind] += 1
            self._names[kind, value] = f"{kind}#{self._counts[kind]}"
        return self._names[kind, value]

    def even(self, text: str) -> str:
        """Return a text with names in place of the ids and times in it."""
        named = ID.sub(lambda found: self.name("id", found[0].lower()), text)
        return TIME.sub(lambda found: self.name("time", found[0]), named)


def see(answer: Answer, names: Names) -> Sight:
    """Return what of an answer has to be the same at every implementation."""
    if not answer.status:
        return {"status": "no answer"}
    headers = {**dict(look(answer).headers), **dict(_name_headers(answer, names))}
    told = {f"header {name}": value for name, value in sorted(headers.items())}
    return {"status": str(answer.status), **told, **_see_body(answer, names)}


def _name_headers(answer: Answer, names: Names) -> Iterator[tuple[str, str]]:
    location, link = answer.headers.get("Location"), answer.headers.get("Link")
    if "ETag" in answer.headers:
        # The same tag of another thing is another tag.
        thing = ID.findall(location or answer.path.partition("?")[0])[:1]
        yield "etag", names.name("tag", f"{thing} {answer.headers['ETag']}")
    if location is not None:
        yield "location", names.even(location)
    if link is not None:
        yield "link", _name_link(link, answer.path, names)


def _name_link(link: str, path: str, names: Names) -> str:
    found = LINK.fullmatch(link)
    if not found:
        return link
    # A relative reference has many forms (RFC 3986 §4.2): where it leads is compared.
    target = urlsplit(urljoin(path, found[1]))
    pairs = sorted(parse_qsl(target.query, keep_blank_values=True))
    query = [(name, names.name("cursor", it) if name == "cursor" else it) for name, it in pairs]
    return f"{names.even(target.path)} {query}{found[2]}"


def _see_body(answer: Answer, names: Names) -> Sight:
    if not answer.content:
        return {}
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {"body": repr(answer.content)}
    return {f"body {place}": told for place, told in _flatten(_quieten(body), "#", names)}


def _quieten(body: Any) -> Any:
    """Return a body without the words and the order that a problem may choose."""
    if not isinstance(body, dict) or "code" not in body:
        return body
    quiet = {**body, "detail": UNSAID}
    if isinstance(body.get("errors"), list):
        faults = [{**fault, "detail": UNSAID} for fault in body["errors"]]
        quiet["errors"] = sorted(faults, key=lambda fault: json.dumps(fault, sort_keys=True))
    return quiet


def _flatten(value: Any, place: str, names: Names, member: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name in sorted(value):
            yield from _flatten(value[name], f"{place}/{name}", names, name)
    elif isinstance(value, list) and value:
        for position, item in enumerate(value):
            yield from _flatten(item, f"{place}/{position}", names)
    elif isinstance(value, str) and member in OPAQUE:
        yield place, names.name(OPAQUE[member], value)
    else:
        yield place, names.even(json.dumps(value, ensure_ascii=False))
