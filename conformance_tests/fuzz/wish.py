"""The command line of `nox -s fuzz`."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance_tests.harness.exits import WrongArguments
from conformance_tests.harness.options import DATABASES
from conformance_tests.harness.targets import Implementation, find_implementations

SEED = 1
EXAMPLES = 50


@dataclass(frozen=True)
class Wish:
    """What a person asked for."""

    implementations: Sequence[Implementation]
    database: str
    seed: int
    examples: int
    results: Path


def read_wish(arguments: Sequence[str]) -> Wish:
    """Return what was asked for. Raises WrongArguments with a sentence that says what to do."""
    implementations = find_implementations()
    known = _make_parser().parse_args([word for word in arguments if word != "--"])
    _check_names(known.names, list(implementations))
    if known.examples < 1:
        raise WrongArguments("--examples wants a number from 1 on.")
    names = [name for name in implementations if name in known.names]
    return Wish(
        implementations=[implementations[name] for name in names or implementations],
        database=known.database,
        seed=known.seed,
        examples=known.examples,
        results=known.results,
    )


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nox -s fuzz --",
        description="Let Schemathesis call every implementation, or those named, with requests"
        " that fit the contract and requests that do not, and check every answer.",
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="an implementation")
    add("--seed", type=int, default=SEED, metavar="N", help=f"what is sent (default: {SEED})")
    told = f"random requests for each operation, beside the others (default: {EXAMPLES})"
    add("--examples", type=int, default=EXAMPLES, metavar="N", help=told)
    add("--database", choices=DATABASES, default=DATABASES[0], help="where the data lives")
    add("--results", type=Path, default=Path("results"), metavar="DIR", help="for the reports")
    return parser


def _check_names(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise WrongArguments(f"There is no {name!r}; there are: {', '.join(known)}.")
