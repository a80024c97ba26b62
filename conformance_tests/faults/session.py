"""The whole session: a database, an implementation and a fault at a time."""

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from subprocess import TimeoutExpired

import psycopg

from conformance_tests.harness.databases import OwnPostgreSQL
from conformance_tests.harness.deployment import Plan
from conformance_tests.harness.exits import NoServer
from conformance_tests.harness.results import keep_logs
from conformance_tests.harness.targets import Implementation

from .catalogue import Fault
from .report import Row
from .subject import Subject, open_bench
from .trial import Finding, Trial
from .wish import Wish

# How it shows that a server or a database is not as it should be.
BROKEN = (
    AssertionError,
    LookupError,
    NoServer,
    OSError,
    TimeoutExpired,
    psycopg.Error,
    sqlite3.Error,
)


def try_all(wish: Wish) -> Iterator[Row]:
    """Try every fault that was asked for, and yield what came of each."""
    for database in wish.databases:
        with open_bench(wish.server, database) as (plan, postgresql):
            try:
                for one in wish.implementations:
                    yield from _try_on(one, wish, database, plan, postgresql)
            finally:
                plan.programs.stop()
                keep_logs(plan.folder, wish.results)


def _try_on(
    one: Implementation, wish: Wish, database: str, plan: Plan, postgresql: OwnPostgreSQL | None
) -> Iterator[Row]:
    waiting = [fault for fault in wish.faults if database in fault.databases]
    try:
        subject = Subject(one, plan, postgresql)
        while waiting:
            fault = waiting.pop(0)
            # Of its own for each trial: so one alone has the moments that it had among all.
            chance = Random(f"{wish.seed} {fault.name} {one.name} {database}")  # noqa: S311
            began = time.monotonic()
            finding = _attempt(fault, Trial(subject, wish.rounds, chance))
            yield Row(fault.name, database, one.name, finding, time.monotonic() - began)
            if waiting and not finding.holds:
                # What one fault left behind must not be laid at the next one's door.
                subject.restart()
        subject.kill()
    except BROKEN as broken:
        # There is nobody left to do them to. What was seen before, and others, stay as they are.
        told = _tell(broken)
        finding = replace(told, seen=f"not tried: {told.seen}")
        for fault in waiting:
            yield Row(fault.name, database, one.name, finding, 0.0)
            # The end of a log is told once.
            finding = replace(finding, details=())


def _attempt(fault: Fault, trial: Trial) -> Finding:
    try:
        return fault.attempt(trial)
    except BROKEN as broken:
        return _tell(broken)


def _tell(broken: Exception) -> Finding:
    first, *rest = str(broken).splitlines() or [""]
    return Finding(False, f"{type(broken).__name__}: {first}", rest)
