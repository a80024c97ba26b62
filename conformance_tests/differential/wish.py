"""The command line of `nox -s differential`."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom

from conformance_tests.harness.exits import WrongArguments
from conformance_tests.harness.options import DATABASES
from conformance_tests.harness.targets import Implementation, find_implementations

HELP = """\
Send random sequences of calls to all implementations at once and compare the answers. What
differs is printed as the shortest script that shows it."""
SEQUENCES = 2_000
SEEDS = 1_000_000
FEWEST = 2


@dataclass(frozen=True)
class Wish:
    """What a person asked for."""

    implementations: Sequence[Implementation]
    sequences: int
    seed: int
    database: str


def read_wish(arguments: Sequence[str]) -> Wish:
    """Return what was asked for. Raises WrongArguments with a sentence that says what to do."""
    found = find_implementations()
    known = _make_parser().parse_args([word for word in arguments if word != "--"])
    for name in known.names:
        if name not in found:
            raise WrongArguments(f"There is no {name!r}; there are: {', '.join(found)}.")
    chosen = [one for name, one in found.items() if not known.names or name in known.names]
    if len(chosen) < FEWEST:
        raise WrongArguments("One alone differs from nobody: name two implementations or more.")
    if known.sequences < 1:
        raise WrongArguments("--sequences wants a number from 1 on.")
    return Wish(chosen, known.sequences, known.seed, known.database)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nox -s differential --", description=HELP)
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="an implementation (default: all)")
    add("--sequences", type=int, default=SEQUENCES, metavar="N", help="how many (default: 2000)")
    seed = SystemRandom().randrange(SEEDS)
    add("--seed", type=int, default=seed, metavar="N", help="of an earlier run, to repeat it")
    add("--database", choices=DATABASES, default=DATABASES[0], help="what they keep it in")
    return parser
