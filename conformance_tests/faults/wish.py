"""The command line of `nox -s faults`."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from conformance_tests.harness.exits import WrongArguments
from conformance_tests.harness.options import DATABASES
from conformance_tests.harness.targets import PROFILES, Implementation, find_implementations

from .catalogue import FAULTS, Fault

HELP = """\
Break what runs and look at what is lost: every fault on every implementation, one after
another, on both databases. NAME chooses implementations, or faults:
"""
ROUNDS = 10
SEEDS = 1_000_000


@dataclass(frozen=True)
class Wish:
    """What a person asked for."""

    implementations: Sequence[Implementation]
    faults: Sequence[Fault]
    databases: Sequence[str]
    server: str
    rounds: int
    seed: int
    results: Path


def read_wish(arguments: Sequence[str]) -> Wish:
    """Return what was asked for. Raises WrongArguments with a sentence that says what to do."""
    implementations = find_implementations()
    known = _make_parser().parse_args([word for word in arguments if word != "--"])
    _check_names(known.names, [*implementations, *FAULTS])
    if known.rounds < 1:
        raise WrongArguments("--rounds wants a number from 1 on.")
    names = [name for name in implementations if name in known.names]
    faults = [name for name in FAULTS if name in known.names]
    databases = [known.database] if known.database else DATABASES
    chosen = [FAULTS[name] for name in faults or FAULTS]
    if not any(set(fault.databases) & set(databases) for fault in chosen):
        raise WrongArguments(f"On {known.database} there is no such fault: leave --database out.")
    return Wish(
        implementations=[implementations[name] for name in names or implementations],
        faults=chosen,
        databases=databases,
        server=known.server,
        rounds=known.rounds,
        seed=known.seed,
        results=known.results,
    )


def _make_parser() -> argparse.ArgumentParser:
    faults = "\n".join(f"  {fault.name.ljust(14)}{fault.sentence}" for fault in FAULTS.values())
    parser = argparse.ArgumentParser(
        prog="nox -s faults --",
        description=HELP + "\n" + faults,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="an implementation or a fault")
    add("--database", choices=DATABASES, help="one kind only (default: both)")
    add("--server", choices=PROFILES, default=PROFILES[0], help="who serves (default: uniform)")
    add("--rounds", type=int, default=ROUNDS, metavar="N", help="how often `kill` kills")
    seed = SystemRandom().randrange(SEEDS)
    add("--seed", type=int, default=seed, metavar="N", help="of an earlier run, for its moments")
    add("--results", type=Path, default=Path("results"), metavar="DIR", help="for the reports")
    return parser


def _check_names(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise WrongArguments(f"There is no {name!r}; there are: {', '.join(known)}.")
