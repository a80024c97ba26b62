"""`python -m conformance_tests`: judge every implementation, or those named."""

import sys

from conformance_tests.harness.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
