"""What is not held against an answer: the one place where a failure is let go.

Every check of Schemathesis is made on every answer. Two ask for more than the contract promises.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

Case = schemathesis.Case[Any]
# Whatever fits the document is accepted, says this check. But no document can say what these
# codes and parameters are about.
ACCEPTANCE = "positive_data_acceptance"
EXCUSED: Mapping[str, str] = {
    "cannot_follow_self": "the path names the caller",
    "cursor": "only the API itself can make one",
    "idempotency_key_reused": "the key came with another body before",
    "password_is_name": "the new password is the username or the e-mail address",
    "precondition_failed": "the entity tag is not the present one",
    "precondition_required": "an If-Match that the document calls optional is missing (RFC 6585)",
    "wrong_password": "the current password is not right",
}


# What a POST has made is there, says this one. But a POST that comes again with its
# Idempotency-Key answers as the first time, also where all is deleted since (HTTP-KEY-02).
AVAILABILITY = "ensure_resource_availability"
MADE: Counter[str] = Counter()


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: Case, response: schemathesis.Response
) -> None:
    """Count how often each thing was said to be made."""
    MADE.update(response.headers.get("location") or [])


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext,
    failure: Failure,
    case: Case,
    response: schemathesis.Response,
) -> bool:
    """Keep a failure, unless one of the reasons above explains it."""
    if ACCEPTANCE in failure.checks:
        return not is_excused(response.content)
    return AVAILABILITY not in failure.checks or not was_made_again(case.formatted_path)


def is_excused(content: bytes) -> bool:
    """Tell whether a refusal has no other reasons than those above."""
    try:
        problem = json.loads(content)
        faults = problem.get("errors", [problem])
        return all({fault["code"], fault.get("parameter")} & EXCUSED.keys() for fault in faults)
    except (AttributeError, LookupError, TypeError, ValueError):
        return False  # not a problem at all, which other checks will tell


def was_made_again(path: str) -> bool:
    """Tell whether a path is that of something, or of a part of it, that was made twice or more."""
    return any(path.startswith(place) for place, times in MADE.items() if times > 1)
