"""Calls with holes: requests that stand for one at every implementation.

`{POST_ANN}` in a call is the id that an earlier answer gave to Ann's post, another one at each
implementation; in a script it is a variable of the shell.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from conformance_tests.harness.plugin import get_contract

HOLE = re.compile(r"\{([A-Z_]+)\}")
ENCODED_HOLE = re.compile(r"%7B([A-Z_]+)%7D")

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Call:
    """One request. `keeps` names what is kept of a success: by hole, the member or header."""

    operation: str
    method: str
    target: str
    headers: Pairs = ()
    content: str | None = None
    keeps: Pairs = ()

    @property
    def holes(self) -> tuple[str, ...]:
        """What has to be known before this can be sent, in the order in which it is used."""
        texts = [self.target, *(value for _, value in self.headers), self.content or ""]
        return tuple(dict.fromkeys(name for text in texts for name in HOLE.findall(text)))

    def fill(self, values: Mapping[str, str]) -> "Call":
        """Return the call with values in place of holes; a hole without a value stays."""

        def enter(text: str) -> str:
            return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)

        return replace(
            self,
            target=enter(self.target),
            headers=tuple((name, enter(value)) for name, value in self.headers),
            content=None if self.content is None else enter(self.content),
        )

    def cast(self, me: str, you: str) -> "Call":
        """Return the call with people in its roles: `{POST_YOU}` becomes `{POST_BEN}`."""
        names = {name: _cast(name, me, you) for name in self.holes}
        cast = self.fill({name: f"{{{played}}}" for name, played in names.items()})
        return replace(cast, keeps=tuple((_cast(hole, me, you), it) for hole, it in self.keeps))


def make_call(
    operation_id: str,
    *,
    token: str = "",
    json_body: object = None,
    query: Mapping[str, str] | Pairs = (),
    keeps: Mapping[str, str] | None = None,
    **path_values: str,
) -> Call:
    """Return a plain call of an operation."""
    operation = get_contract().operations[operation_id]
    headers = [("Authorization", f"Bearer {token}")] if token else []
    content = None
    if json_body is not None:
        headers.append(("Content-Type", "application/json"))
        content = json.dumps(json_body)
    return Call(
        operation_id,
        operation.method,
        make_target(operation.path, path_values, query),
        tuple(headers),
        content,
        tuple((keeps or {}).items()),
    )


def make_target(
    path: str, path_values: Mapping[str, str], query: Mapping[str, Any] | Pairs = ()
) -> str:
    """Return a path template and a query as the target of a request, with its holes."""
    for name, value in path_values.items():
        path = path.replace(f"{{{name}}}", value)
    encoded = ENCODED_HOLE.sub(r"{\1}", urlencode(query))
    return f"{path}?{encoded}" if encoded else path


def _cast(hole: str, me: str, you: str) -> str:
    kind, separator, role = hole.rpartition("_")
    return kind + separator + {"ME": me, "YOU": you}.get(role, role)
