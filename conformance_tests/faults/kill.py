"""SIGKILL in the middle of writing: what was acknowledged is there, and nothing is half there."""

import time
from collections.abc import Iterator, Sequence

from conformance_tests.harness.people import Person

from .evidence import find_damaged_posts, find_lost, repeat_unanswered
from .load import Load, keep_writing, sign_in_writers
from .rows import find_damage
from .subject import Subject
from .trial import Finding, Trial

SHORTEST, LONGEST = 0.1, 0.7


def try_kill(trial: Trial) -> Finding:
    """Kill the server in every round and start it again; then look for all that it promised."""
    subject = trial.subject
    writers = sign_in_writers(subject.people)
    loads: list[Load] = []
    damage: list[str] = []
    for _ in range(trial.rounds):
        load = _write_and_kill(subject, writers, trial.random.uniform(SHORTEST, LONGEST))
        loads.append(load)
        damage += _find_damage(subject, load)
    acknowledged = [answer for load in loads for answer in load.acknowledged]
    lost = find_lost(subject.api, acknowledged)
    damage += find_damaged_posts(subject.api, writers)
    seen = f"lost {len(lost)} of {len(acknowledged)} writes in {trial.rounds} kills"
    seen += f", {len(damage)} damaged"
    return Finding(bool(acknowledged) and not lost and not damage, seen, [*lost, *damage])


def _write_and_kill(subject: Subject, writers: Sequence[Person], seconds: float) -> Load:
    with keep_writing(subject.api, writers) as load:
        time.sleep(seconds)
        load.expect_silence()
        subject.kill()
    return load


def _find_damage(subject: Subject, load: Load) -> Iterator[str]:
    yield from load.troubles
    yield from (f"refused: {note.answer!r}" for note in load.refused)
    # Before the next server starts: it might mend what it finds.
    yield from find_damage(subject.database_url)
    subject.restart()
    yield from repeat_unanswered(subject.api, load.unanswered)
