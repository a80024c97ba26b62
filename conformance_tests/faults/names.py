"""Fifty at once want one username: one gets it, and everybody else is told that it is taken."""

from functools import partial

from conformance_tests.harness.together import count, send_together

from .trial import Finding, Trial, tell_statuses

CROWD = 50
EXPECTED = {(201, "None"): 1, (409, "username_taken"): CROWD - 1}


def try_names(trial: Trial) -> Finding:
    """Register the same username under fifty addresses."""
    api, people = trial.subject.api, trial.subject.people
    crowd = [people.invent() for _ in range(CROWD)]
    told = [{"username": crowd[0].username, **person.credentials} for person in crowd]
    counted = count(send_together([partial(api.register_user, json=body) for body in told]))
    return Finding(counted == EXPECTED, tell_statuses(counted))
