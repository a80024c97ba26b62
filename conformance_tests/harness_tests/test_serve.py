"""One implementation served for a person: how that ends."""

import signal
import subprocess
import sys

import pytest

from conformance_tests.harness.targets import REPOSITORY

# Serves nothing, and says so to whoever reads.
PRETENCE = """\
import sys, time
from unittest import mock
from conformance_tests.harness import serve

def pretend(wish):
    print("advice", flush=True)
    time.sleep(60)

with mock.patch.multiple(serve, _read_wish=mock.DEFAULT, _serve=pretend):
    sys.exit(serve.main([]))
"""


@pytest.fixture
def serving() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PRETENCE],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_stops_without_a_word_where_nobody_reads_its_advice(
    serving: "subprocess.Popen[str]",
) -> None:
    assert serving.stdout
    serving.stdout.close()
    assert (serving.wait(20), read_rest(serving)) == (0, "")


def test_a_reader_that_leaves_later_changes_nothing(serving: "subprocess.Popen[str]") -> None:
    assert serving.stdout
    assert serving.stdout.readline() == "advice\n"
    serving.stdout.close()
    serving.send_signal(signal.SIGTERM)
    assert (serving.wait(20), read_rest(serving)) == (0, "Stopped.\n")


def read_rest(process: "subprocess.Popen[str]") -> str:
    assert process.stderr
    with process.stderr as rest:
        return rest.read()
