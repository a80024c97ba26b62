"""`python -m conformance_tests`, or `api-conformance` where it is installed: judge servers."""

import sys

from conformance_tests.harness.command import main


def run() -> int:
    """Run the command with the words that follow its name."""
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())
