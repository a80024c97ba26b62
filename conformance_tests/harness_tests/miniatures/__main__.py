"""Serves one miniature: `python -m conformance_tests.harness_tests.miniatures WAY PORT`."""

import sys

from .chapter_0 import know_chapter_0
from .odd import (
    announce_too_much,
    die,
    drip,
    fall_silent,
    say_500,
    say_ok,
    show_page,
    stay_silent,
)
from .serving import serve

WAYS = {
    one.__name__: one
    for one in (
        announce_too_much,
        die,
        drip,
        fall_silent,
        know_chapter_0,
        say_500,
        say_ok,
        show_page,
        stay_silent,
    )
}

if __name__ == "__main__":
    way, port = sys.argv[1:]
    serve(WAYS[way], int(port))
