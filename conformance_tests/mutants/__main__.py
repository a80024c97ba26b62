"""`python -m conformance_tests.mutants [NAME …]`: which wrong things the suite notices."""

import argparse
import sys
import time
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from conformance_tests.harness.command import end_well, prepare_results
from conformance_tests.harness.exits import Exit, WrongArguments
from conformance_tests.harness.plugin import get_register
from conformance_tests.harness.results import write_json
from conformance_tests.harness.screen import Screen
from conformance_tests.harness.targets import REPOSITORY

from .catalogue import list_without_mutant, load_mutants
from .counter import Counter
from .mutant import Mutant
from .score import Score
from .trials import start_good_servers, try_mutants

HELP = """\
Break a good server in every way that is known, one at a time, and see whether the
tests that name the broken requirement notice."""


def main(arguments: Sequence[str]) -> int:
    """Try the mutants and print the score."""
    return end_well(lambda: _run(_read_options(arguments)))


def _read_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m conformance_tests.mutants", description=HELP)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="a mutant, a kind of them, or a requirement"
    )
    parser.add_argument("--results", type=Path, default=REPOSITORY / "results", metavar="DIR")
    return parser.parse_args([word for word in arguments if word != "--"])


def _run(options: argparse.Namespace) -> Exit:
    began = time.monotonic()
    chosen = _choose(options.names)
    prepare_results(options.results)
    console = Screen()
    with start_good_servers() as targets:
        counter = Counter(console, len(chosen) + 1)
        trials = try_mutants(chosen, targets, counter.follow)
        counter.end()
    without = [] if options.names else list_without_mutant()
    score = Score(chosen, trials, get_register(), without)
    for line in score.tell():
        console.print(line)
    path = options.results / "mutants.json"
    write_json(path, score.describe())
    console.print(f"\n{path}, {time.monotonic() - began:.1f} s in all")
    return Exit.CONFORMANT if score.is_good else Exit.NOT_CONFORMANT


def _choose(names: Sequence[str]) -> list[Mutant]:
    mutants = load_mutants().values()
    words = [word for one in mutants for word in (one.name, one.kind, *one.violates)]
    for name in names:
        if name not in words:
            near = get_close_matches(name, words, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise WrongArguments(f"No mutant, kind or requirement is called {name!r}.{hint}")
    return [one for one in mutants if not names or {one.name, one.kind, *one.violates} & set(names)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
