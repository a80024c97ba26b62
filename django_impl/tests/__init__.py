"""The tests. The requests that they send are not logged, but where a test reads the log."""

import logging

logging.getLogger().setLevel(logging.WARNING)
