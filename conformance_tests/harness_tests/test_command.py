"""The command as a person meets it: exit codes, words, and nothing left behind."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import psutil
import pytest

from .conftest import GOOD, LITTLE_SUITE, Start, Write

Run = Callable[..., tuple[int, str]]
SCHEMA = Path(__file__).parents[1] / "harness" / "conformance.schema.json"
DYING = ["{python}", "-c", "import sys; [print('line', n) for n in range(99)]; sys.exit(7)"]
SILENT = ["{python}", "-c", "import time; time.sleep(60)"]


def read_results(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "results" / "conformance.json").read_text())
    jsonschema_rs.validate(json.loads(SCHEMA.read_text()), told)
    return told


def find_processes(word: str) -> list[psutil.Process]:
    return [one for one in psutil.process_iter(["cmdline"]) if word in str(one.info["cmdline"])]


def test_a_target_that_fits_ends_with_0(
    write_implementation: Write, run_command: Run, tmp_path: Path
) -> None:
    write_implementation("good", GOOD)
    code, output = run_command("good", LITTLE_SUITE, "-k", "live")
    assert code == 0, output
    assert "good: partial (1 tests passed, 0 failed)" in output
    [target] = read_results(tmp_path)["targets"]
    assert target["requirements"] == {"SYSTEM-LIVE-01": "pass"}
    assert "test_live[good]" in (tmp_path / "results" / "junit.xml").read_text()


def test_failures_end_with_1_and_say_what_and_how_to_repeat(
    write_implementation: Write, run_command: Run
) -> None:
    write_implementation("good", GOOD)
    code, output = run_command(LITTLE_SUITE)
    assert code == 1, output
    assert "BLOCKED on good: ACCOUNTS-LOGIN-01" in output
    assert "again: nox -s conformance -- good -k test_somebody" in output
    assert "Traceback" not in output
    assert max(len(line) for line in output.splitlines()) <= 100


def test_servers_that_do_not_start_end_with_3_and_others_are_judged(
    write_implementation: Write, run_command: Run
) -> None:
    for name, serve in {"dying": DYING, "silent": SILENT, "good": GOOD}.items():
        write_implementation(name, serve)
    code, output = run_command(LITTLE_SUITE, "-k", "live")
    assert code == 3, output
    assert "dying: the server ended with exit code 7 before it answered." in output
    shown = [line for line in output.splitlines() if line.startswith("    line ")]
    assert shown == [f"    line {number}" for number in range(69, 99)]
    assert "silent: the server did not answer within 3 seconds." in output
    assert "good: partial (1 tests passed, 0 failed)" in output
    assert "dying: not run" in output
    assert "Traceback" not in output


def test_a_server_that_dies_later_ends_with_3_too(
    write_implementation: Write, run_command: Run
) -> None:
    write_implementation("fragile", [*GOOD, "1"])
    code, output = run_command(LITTLE_SUITE, "-k", "live")
    assert code == 3, output
    assert "fragile: the server ended with exit code 5." in output


def test_an_option_nobody_knows_ends_with_2_before_a_server_starts(
    write_implementation: Write, run_command: Run
) -> None:
    write_implementation("good", GOOD)
    code, output = run_command("--frobnicate")
    assert code == 2
    assert output.splitlines() == [
        "pytest does not understand: unrecognized arguments: --frobnicate",
        "exit code 2: wrong arguments",
    ]


def test_a_test_file_that_cannot_be_read_ends_with_4(
    write_implementation: Write, run_command: Run, tmp_path: Path
) -> None:
    write_implementation("good", GOOD)
    write_implementation("better", GOOD)
    broken = tmp_path / "test_broken.py"
    broken.write_text("def test_it(api: None) -> None: assert (")
    code, output = run_command(str(broken))
    assert code == 4, output
    assert "its tests could not be collected" in output
    assert "test_broken.py" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_survives_an_interruption(
    write_implementation: Write, start_command: Start, tmp_path: Path, number: signal.Signals
) -> None:
    marker = f"marker-{tmp_path.name}-{number}"
    write_implementation("good", [*GOOD, marker])
    with start_command(LITTLE_SUITE, "-k", "live") as process:
        wait_until(lambda: bool(find_processes(marker)))
        os.killpg(process.pid, number)
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert output.splitlines()[-2:] == [
        "Interrupted; everything that was started is stopped.",
        "exit code 130: interrupted",
    ]
    assert find_processes(marker) == []


def test_two_runs_at_once_do_not_meet(write_implementation: Write, start_command: Start) -> None:
    write_implementation("good", GOOD)
    runs = [start_command(LITTLE_SUITE, "-k", "live") for _ in range(2)]
    outputs = [finish(process) for process in runs]
    assert [process.returncode for process in runs] == [0, 0], outputs


def finish(process: subprocess.Popen[str]) -> str:
    with process:
        return process.communicate(timeout=60)[0]


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
