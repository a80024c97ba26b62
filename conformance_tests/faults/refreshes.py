"""Twenty at once use one refresh token: one may, and then the whole sign-in is over."""

from functools import partial
from typing import Any

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.together import count, send_together

from .trial import Finding, Trial, tell_statuses

CROWD = 20
EXPECTED = {(200, "None"): 1, (401, "invalid_refresh_token"): CROWD - 1}


def try_refreshes(trial: Trial) -> Finding:
    """Refresh with one token from everywhere, then try the old tokens and the winner's."""
    api, person = trial.subject.api, trial.subject.people.register()
    answers = send_together(CROWD * [partial(_refresh, api, person.tokens)])
    counted = count(answers)
    pairs = [person.tokens, *(answer.json for answer in answers if answer.status == 200)]
    alive = any(_lives(api, pair) for pair in pairs)
    told = "the sign-in lives" if alive else "the sign-in is dead"
    return Finding(counted == EXPECTED and not alive, f"{tell_statuses(counted)}; {told}")


def _refresh(api: Api, pair: dict[str, Any]) -> Answer:
    return api.refresh_tokens(json={"refresh_token": pair["refresh_token"]})


def _lives(api: Api, pair: dict[str, Any]) -> bool:
    answers = (_refresh(api, pair), api.get_me(token=pair["access_token"]))
    return any(answer.status != 401 for answer in answers)
