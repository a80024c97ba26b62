"""Runs the command on implementations of a test's own: `driver.py ROOT ARGUMENTS…`."""

import sys
from pathlib import Path
from unittest import mock

from conformance_tests.harness import command, options, servers, targets

if __name__ == "__main__":
    root, *arguments = sys.argv[1:]
    found = targets.find_implementations(Path(root))
    with (
        mock.patch.object(servers, "START_SECONDS", 3.0),
        # The tests of a trial lie in folders of its own.
        mock.patch.object(options, "TESTS", Path("/")),
        mock.patch.object(command, "find_implementations", return_value=found),
    ):
        sys.exit(command.main(arguments))
