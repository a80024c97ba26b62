"""Probes: requests from data/probes.yaml, sent as they stand there, and what came of them."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .answers import Answer
from .contract import load_yaml
from .oracle import PROBLEM
from .people import Person
from .raw import Wire

PROBES_PATH = Path(__file__).resolve().parents[1] / "data" / "probes.yaml"
IT = "«it»"
HOLE = re.compile("«([^»]+)»")
REPEATED = re.compile("(.+)×([0-9]+)", re.DOTALL)
LENGTHS = ("content-length", "transfer-encoding")


@dataclass(frozen=True)
class Probe:
    """One request, and what may be answered. Only where nothing is ruled it is more than one."""

    group: str
    rule: str
    name: str
    ruled_by: tuple[str, ...]
    send: str
    headers: tuple[str, ...]
    body: str | None
    encoding: str
    answers: tuple[str, ...]
    defined_by: str | None


class Prober:
    """Sends probes for somebody who is signed in. What they name is made when it is needed."""

    def __init__(self, wire: Wire, person: Person) -> None:
        self._wire = wire
        self._person = person
        self._values: Mapping[str, Callable[[], str]] = {
            "host": lambda: wire.authority,
            "token": lambda: person.access_token,
            "username": lambda: person.username,
            "USERNAME": lambda: person.username.upper(),
            "email": lambda: person.email,
            "EMAIL": lambda: person.email.upper(),
            "post": lambda: self._post_id,
            "POST": lambda: self._post_id.upper(),
            "new post": lambda: str(person.has_post()["id"]),
            "word": lambda: f"word_{secrets.token_hex(8)}",
        }

    def ask(self, probe: Probe) -> Answer:
        """Send a probe. The answer is judged like every other where the contract rules it."""
        __tracebackhide__ = True
        data = self._compose(probe)
        return self._wire.send_unjudged(data) if probe.defined_by else self._wire.send(data)

    def ask_unjudged(self, probe: Probe) -> Answer:
        """Send a probe and return whatever comes back."""
        __tracebackhide__ = True
        return self._wire.send_unjudged(self._compose(probe))

    @cached_property
    def _post_id(self) -> str:
        return str(self._person.has_post()["id"])

    def _compose(self, probe: Probe) -> bytes:
        method, _, target = self._fill(probe.send).partition(" ")
        headers = [self._fill(line) for line in probe.headers]
        body = self._fill(probe.body or "").encode(probe.encoding)
        names = {line.partition(":")[0].lower() for line in headers}
        if probe.body is not None and names.isdisjoint(LENGTHS):
            headers.append(f"Content-Length: {len(body)}")
        return self._wire.compose(method, target, *headers, body=body)

    def _fill(self, text: str) -> str:
        return HOLE.sub(lambda found: self._find(found[1]), text)

    def _find(self, name: str) -> str:
        repeated = REPEATED.fullmatch(name)
        return repeated[1] * int(repeated[2]) if repeated else self._values[name]()


def load_probes(path: Path = PROBES_PATH) -> list[Probe]:
    """Read all probes, in the order of the file."""
    groups = load_yaml(path).items()
    return [probe for group, rules in groups for rule in rules for probe in _read(group, rule)]


def describe(answer: Answer) -> str:
    """Return an answer in the words of the file: its status, its code, and its faults."""
    if answer.media_type != PROBLEM or not answer.content:
        return str(answer.status)
    status, code = answer.problem
    faults = dict.fromkeys(f"{place} {fault}" for place, fault in answer.faults)
    return ", ".join([f"{status} {code}", *faults])


def _read(group: str, rule: Mapping[str, Any]) -> Iterator[Probe]:
    for name, told in rule["probes"].items():
        case = {"it": told} if isinstance(told, str) else told
        members = {**rule, **case}
        it = members.get("it", "")
        headers = (*rule.get("headers", ()), *case.get("headers", ()))
        body = members.get("octets", members.get("body"))
        yield Probe(
            group=group,
            rule=rule["rule"],
            name=name,
            ruled_by=tuple(rule["ruled_by"]),
            send=members["send"].replace(IT, it),
            headers=tuple(line.replace(IT, it) for line in headers),
            body=None if body is None else body.replace(IT, it),
            encoding="latin-1" if "octets" in members else "utf-8",
            answers=tuple(members.get("allowed") or [members["answer"]]),
            defined_by=members.get("defined_by"),
        )
