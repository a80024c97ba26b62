"""PostgreSQL crashes and comes back: honest refusals meanwhile, and then as if nothing had been."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from conformance_tests.harness.databases import OwnPostgreSQL
from conformance_tests.harness.together import send_together

from .evidence import find_damaged_posts, find_lost
from .load import Load, Note, keep_writing, sign_in_writers
from .rows import find_damage
from .subject import Subject
from .trial import Finding, Trial

BEFORE, MEANWHILE, AFTER = 0.5, 1.0, 0.5
LIMIT = 5.0
CROWD = 8


def try_outage(trial: Trial) -> Finding:
    """Crash PostgreSQL under load and start it again; then once more while nobody asks."""
    subject, postgresql = trial.subject, trial.subject.postgresql
    if postgresql is None:
        raise TypeError("An outage is for PostgreSQL.")
    writers = sign_in_writers(subject.people)
    with keep_writing(subject.api, writers) as load:
        time.sleep(BEFORE)
        with _crashed(postgresql):
            faults = list(_find_faults_meanwhile(subject))
        returned = time.monotonic()
        time.sleep(AFTER)
    faults += [*_find_faults(load, returned), *_find_faults_after_silence(subject, postgresql)]
    lost = find_lost(subject.api, load.acknowledged)
    faults += [*find_damaged_posts(subject.api, writers), *find_damage(subject.database_url)]
    slowest = max((note.seconds for note in load.refused), default=0.0)
    seen = f"lost {len(lost)} of {len(load.acknowledged)} writes, 503 within {slowest:.1f} s"
    return Finding(bool(load.refused) and not lost and not faults, seen, [*lost, *faults])


@contextmanager
def _crashed(postgresql: OwnPostgreSQL) -> Iterator[None]:
    postgresql.crash()
    try:
        yield
    finally:
        postgresql.start()


def _find_faults_meanwhile(subject: Subject) -> Iterator[str]:
    until = time.monotonic() + MEANWHILE
    while time.monotonic() < until:
        found = (subject.api.check_live().status, subject.api.check_ready().status)
        if found != (200, 503):
            yield f"/livez and /readyz said {found} without the database"
        time.sleep(0.1)


def _find_faults(load: Load, returned: float) -> Iterator[str]:
    yield from load.troubles
    for note in load.refused:
        if not _is_honest(note):
            yield f"{note.answer!r} after {note.seconds:.1f} s"
        if note.began > returned:
            yield f"{note.answer!r} though the database was back"
    if not any(note.began > returned for note in load.notes):
        yield "nobody was answered after the database was back"


def _is_honest(note: Note) -> bool:
    told = note.answer.headers.get("Retry-After", "")
    unavailable = note.answer.problem == (503, "database_unavailable")
    return unavailable and told.isdecimal() and note.seconds < LIMIT


def _find_faults_after_silence(subject: Subject, postgresql: OwnPostgreSQL) -> Sequence[str]:
    # Every connection that the server kept is dead now, and it has not heard of it.
    with _crashed(postgresql):
        pass
    answers = send_together(CROWD * [partial(subject.api.list_posts, query={"limit": 1})])
    return [f"{answer!r} after a silent restart" for answer in answers if answer.status != 200]
