"""Trials: mutants dealt out to processes, each of which runs the tests that should notice."""

import multiprocessing
import queue
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue
from typing import TypeAlias

from conformance_tests.harness.deployment import deploy, open_plan
from conformance_tests.harness.exits import NoServer, Stop, WrongArguments
from conformance_tests.harness.targets import Target, find_implementations

from .mutant import Mutant
from .session import GOOD, Trial, work

# Processes that try mutants at the same time.
AT_ONCE = 2
ANSWER_SECONDS = 120.0

Findings: TypeAlias = "Queue[Trial]"


@contextmanager
def start_good_servers() -> Iterator[list[Target]]:
    """Yield one implementation, whichever is found first, served once for each process.

    Each has a database of its own: there is no last admin where two runs make admins.
    """
    implementations = list(find_implementations().values())[:1]
    if not implementations:
        raise WrongArguments("There is no implementation here: no *_impl/implementation.toml.")
    copies = [
        replace(one, name=f"{one.name}{n}") for one in implementations for n in range(AT_ONCE)
    ]
    with open_plan("uniform", "sqlite") as plan:
        deployment = deploy(copies, plan)
        for failure in deployment.failures.values():
            raise NoServer(failure)
        yield list(deployment.targets.values())


def try_mutants(
    mutants: Sequence[Mutant], targets: Sequence[Target], follow: Callable[[Trial], None]
) -> dict[str, Trial]:
    """Try mutants, and the good server without any; `follow` is told of each that is over."""
    wanted = sorted({one for mutant in mutants for one in mutant.violates})
    work_list = [(GOOD, wanted), *((one.name, list(one.violates)) for one in mutants)]
    trials: dict[str, Trial] = {}
    with _start_workers(targets, wanted, work_list) as (workers, done):
        while len(trials) < len(work_list):
            trial = _wait(workers, done)
            trials[trial.mutant] = trial
            follow(trial)
    return trials


@contextmanager
def _start_workers(
    targets: Sequence[Target], wanted: Sequence[str], work_list: Sequence[tuple[str, Sequence[str]]]
) -> Iterator[tuple[list[SpawnProcess], Findings]]:
    context = multiprocessing.get_context("spawn")
    todo, done = context.Queue(), context.Queue()
    for task in [*work_list, *[None] * len(targets)]:
        todo.put(task)
    workers = [
        context.Process(target=work, args=(target, wanted, todo, done), daemon=True)
        for target in targets
    ]
    try:
        for worker in workers:
            worker.start()
        yield workers, done
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
        # Nobody is left to read what was still to be tried.
        todo.cancel_join_thread()


def _wait(workers: Sequence[SpawnProcess], done: Findings) -> Trial:
    until = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < until:
        with suppress(queue.Empty):
            return done.get(timeout=1.0)
        if any(worker.exitcode for worker in workers):
            raise Stop("A process that tries mutants ended before all of them were tried.")
    raise Stop(f"No trial has ended for {ANSWER_SECONDS:.0f} s: a test waits for ever.")
