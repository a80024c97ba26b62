"""`python -m conformance_tests.mutants [NAME …]`: which tests catch which break."""

import sys
from collections.abc import Sequence

from conformance_tests.harness.command import stop_on_signals
from conformance_tests.harness.exits import Exit, Stop, WrongArguments

from .breaks import BREAKS, Break
from .trials import Findings, start_good_server, try_breaks


def main(names: Sequence[str]) -> int:
    """Try the breaks named, or all of them, and tell which tests failed for it."""
    try:
        chosen = _choose(names)
        with stop_on_signals(), start_good_server() as target:
            findings = try_breaks(chosen, target)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    caught = [_tell(fault, findings[fault.name]) for fault in chosen]
    print(f"\n{sum(caught)} of {len(caught)} breaks caught")
    return Exit.CONFORMANT if all(caught) else Exit.NOT_CONFORMANT


def _choose(names: Sequence[str]) -> list[Break]:
    for name in names:
        if name not in BREAKS:
            raise WrongArguments(f"There is no break {name!r}; there are: {', '.join(BREAKS)}.")
    return [BREAKS[name] for name in names or BREAKS]


def _tell(fault: Break, findings: Findings) -> bool:
    print(f"\n{fault.name}: {fault.sentence}")
    for requirement in fault.violates:
        print(f"  {requirement}: {findings.requirements.get(requirement, 'no test')}")
    for test in findings.failed_tests:
        print(f"    {test}")
    return findings.see(fault)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
