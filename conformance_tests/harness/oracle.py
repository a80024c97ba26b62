"""What holds for every answer of every test: the contract, and what it says beside operations."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import unquote

from .answers import Answer
from .contract import Contract, Operation, ResponseRule
from .leaks import Secrets, find_insides
from .observations import Observations

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
PROBLEM = "application/problem+json"
CHARSET = re.compile(r"[^;]+(?:;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE)
SHOWN_FAULTS = 8


class Oracle:
    """Judges answers, and notes which documented ones were seen."""

    def __init__(
        self, contract: Contract, secrets: Secrets, observations: Observations, target: str
    ) -> None:
        self._contract = contract
        self._secrets = secrets
        self.observations = observations
        self._target = target

    def judge(self, answer: Answer) -> None:
        """Raise AssertionError with every rule that the answer breaks."""
        __tracebackhide__ = True
        operation = self._find(answer.method, answer.path)
        faults = list(self._find_faults(answer, operation))
        if faults:
            raise AssertionError(_describe(answer, operation, faults))
        if operation and answer.method == operation.method:
            rule = operation.responses[answer.status]
            self.observations.add(
                self._target, operation.operation_id, answer.status, rule.required_headers
            )

    def _find(self, method: str, path: str) -> Operation | None:
        bare = path.partition("?")[0]
        return self._contract.find(method, bare) or self._contract.find(method, unquote(bare))

    def _find_faults(self, answer: Answer, operation: Operation | None) -> Iterator[str]:
        rule = self._find_rule(answer, operation)
        if isinstance(rule, str):
            yield rule
        else:
            yield from _compare(answer, rule)
        yield from self._check_allow(answer)
        yield from _check_request_id(answer)
        text = answer.content.decode("utf-8", "replace")
        yield from self._secrets.find_in(text)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            yield from find_insides(text)

    def _find_rule(self, answer: Answer, operation: Operation | None) -> ResponseRule | str:
        if operation:
            rules, expected = operation.responses, sorted(operation.responses)
        else:
            rules, expected = self._contract.without_operation, self._expect_statuses(answer)
        if answer.status in expected:
            return rules[answer.status]
        told = ", ".join(str(status) for status in expected)
        return f"its status is not documented (documented: {told})"

    def _expect_statuses(self, answer: Answer) -> list[int]:
        known = self._find_methods(answer.path)
        if not known:
            return [404]
        wrong = 204 if answer.method == "OPTIONS" else 405
        # A path value outside its pattern is no such path, whatever the method.
        is_fixed = all("{" not in operation.path for operation in known.values())
        return [wrong] if is_fixed else [wrong, 404]

    def _find_methods(self, path: str) -> dict[str, Operation]:
        found = {method: self._find(method, path) for method in METHODS}
        return {method: operation for method, operation in found.items() if operation}

    def _check_allow(self, answer: Answer) -> Iterator[str]:
        if "Allow" not in answer.headers:
            return
        known = set(self._find_methods(answer.path))
        expected = known | {"OPTIONS"} | ({"HEAD"} if "GET" in known else set())
        if answer.allow != expected:
            yield f"its Allow names {sorted(answer.allow)} (expected: {sorted(expected)})"


def _compare(answer: Answer, rule: ResponseRule) -> Iterator[str]:
    yield from rule.check_headers(answer.headers)
    if answer.method == "HEAD" or rule.media_type is None:
        yield from _check_absent_body(answer, rule)
    else:
        yield from _check_media_type(answer, rule.media_type)
        yield from _check_length(answer)
        yield from _check_body(answer, rule)


def _check_absent_body(answer: Answer, rule: ResponseRule) -> Iterator[str]:
    if answer.content:
        yield "it should have no body"
    if rule.media_type:
        yield from _check_media_type(answer, rule.media_type)
        return
    for name in ("Content-Type", "Content-Length", "Transfer-Encoding"):
        if name in answer.headers:
            yield f"it has no body and yet a {name} (RFC 9110 §8.6, RFC 9112 §6.1)"


def _check_body(answer: Answer, rule: ResponseRule) -> Iterator[str]:
    try:
        body = json.loads(answer.content.decode("utf-8"))
    except (ValueError, RecursionError):
        yield "its body is not JSON in UTF-8"
        return
    yield from rule.check(body)
    if rule.media_type == PROBLEM and isinstance(body, dict):
        yield from _check_problem_members(answer, body)


def _check_media_type(answer: Answer, media_type: str) -> Iterator[str]:
    told = answer.headers.get("Content-Type")
    if told is None:
        yield f"it has no Content-Type (expected: {media_type})"
    elif answer.media_type != media_type or not CHARSET.fullmatch(told):
        yield f"its Content-Type is {told[:60]!r} (expected: {media_type})"
    if "Content-Encoding" in answer.headers:
        yield "it has a Content-Encoding that nobody asked for"


def _check_length(answer: Answer) -> Iterator[str]:
    told = answer.headers.get_list("Content-Length")
    if told != [str(len(answer.content))]:
        said = ", ".join(told) or "missing"
        yield f"its Content-Length is {said} and its body has {len(answer.content)} bytes"


def _check_problem_members(answer: Answer, body: dict[str, object]) -> Iterator[str]:
    if body.get("status") != answer.status:
        yield f"its body says status {body.get('status')!r} (RFC 9457 §3.1.3)"
    if body.get("type") != f"/problems/{body.get('code')}":
        yield f"its type {body.get('type')!r} does not fit its code {body.get('code')!r}"


def _check_request_id(answer: Answer) -> Iterator[str]:
    sent = answer.sent_headers.get("X-Request-ID", "")
    if REQUEST_ID.fullmatch(sent) and answer.headers.get("X-Request-ID") != sent:
        yield "its X-Request-ID is not the one that was sent"


def _describe(answer: Answer, operation: Operation | None, faults: list[str]) -> str:
    who = operation.operation_id if operation else "no operation"
    body = answer.content[:200].decode("utf-8", "replace").replace("\n", " ")
    lines = [f"{answer.method} {answer.path[:120]} answered {answer.status} ({who}):"]
    lines += [f"- {fault}" for fault in faults[:SHOWN_FAULTS]]
    if len(faults) > SHOWN_FAULTS:
        lines.append(f"- and {len(faults) - SHOWN_FAULTS} more")
    return "\n".join([*lines, f"body: {body}" if body else "body: none"])
