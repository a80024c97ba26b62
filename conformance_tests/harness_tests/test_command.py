"""The command as a person meets it: exit codes, words, and nothing left behind."""

import json
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import psutil
import pytest

from conformance_tests.harness.command import end_well
from conformance_tests.harness.exits import Exit

from .conftest import GOOD, LITTLE_SUITE, Start, Write, wait_until

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
    assert "BLOCKED on good by ACCOUNTS-REGISTER-01: 1 test\n  ACCOUNTS-LOGIN-01\n" in output
    assert "Traceback" not in output
    assert max(len(line) for line in output.splitlines()) <= 100


def test_the_command_that_repeats_a_test_runs_that_test_in_the_same_way(
    write_implementation: Write, run_command: Run
) -> None:
    write_implementation("good", GOOD)
    _, output = run_command(LITTLE_SUITE, "-k", "here", "--server", "idiomatic")
    again = output.partition("again: ")[2].partition("\n\n")[0]
    command = shlex.split(again.replace("\\\n", ""))
    assert command[:6] == ["nox", "-s", "conformance", "--", "good", "--server"]
    code, repeated = run_command(*command[4:])
    assert code == 1, repeated
    assert repeated.count("FAILED on good") == 1
    assert "good: not conformant (0 tests passed, 1 failed)" in repeated


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
    told = "fragile: not judged to the end: the server ended with exit code 5 (0 tests passed,"
    assert told in output


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


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        ((), {"PYTHONOPTIMIZE": "1"}, "Python was told to leave assertions out"),
        (("--requirement=NOPE-01",), {}, "There is no requirement NOPE-01."),
        (("good", "good_impl/"), {}, "good_impl/ is no test; to judge that implementation say"),
    ],
)
def test_what_cannot_be_done_is_said_before_a_server_starts(
    write_implementation: Write,
    run_command: Run,
    arguments: tuple[str, ...],
    settings: dict[str, str],
    sentence: str,
) -> None:
    write_implementation("good", GOOD)
    code, output = run_command(*arguments, **settings)
    assert code == 2
    assert output.startswith(sentence)
    assert len(output.splitlines()) == 2


def test_tests_that_judge_nothing_end_with_2(
    write_implementation: Write, run_command: Run, tmp_path: Path
) -> None:
    write_implementation("good", GOOD)
    other = tmp_path / "test_other.py"
    other.write_text("def test_it() -> None: assert True")
    code, output = run_command(str(other))
    assert code == 2, output
    assert "Nothing was judged" in output


def test_what_a_person_set_for_pytest_does_not_choose_the_tests(
    write_implementation: Write, run_command: Run
) -> None:
    write_implementation("good", GOOD)
    settings = {"PYTEST_ADDOPTS": "-k nothing", "PYTEST_PLUGINS": "there_is_none"}
    code, output = run_command(LITTLE_SUITE, "-k", "live", **settings)
    assert code == 0, output
    assert "good: partial (1 tests passed, 0 failed)" in output


def test_a_terminal_that_knows_few_characters_ends_no_run(
    write_implementation: Write, run_command: Run
) -> None:
    write_implementation("good", GOOD)
    code, output = run_command(
        LITTLE_SUITE, "-k", "live", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert code == 0, output
    assert r"operation \xd7 status pairs observed: good 1" in output


def test_a_reader_that_leaves_ends_no_run(
    write_implementation: Write, start_command: Start, tmp_path: Path
) -> None:
    write_implementation("good", GOOD)
    with start_command(LITTLE_SUITE, "-k", "live") as process:
        assert process.stdout
        process.stdout.close()
        assert process.wait(timeout=60) == 0
    assert read_results(tmp_path)["targets"][0]["counts"]["passed"] == 1


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


@pytest.mark.parametrize(
    "numbers", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT, signal.SIGTERM]]
)
def test_nothing_survives_an_interruption(
    write_implementation: Write,
    start_command: Start,
    tmp_path: Path,
    numbers: list[signal.Signals],
) -> None:
    marker = f"marker-{tmp_path.name}"
    write_implementation("good", [*GOOD, marker])
    with start_command(LITTLE_SUITE, "-k", "live") as process:
        wait_until(lambda: bool(find_processes(marker)))
        for number in numbers:
            os.killpg(process.pid, number)
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 130, output
    assert output.splitlines()[-2:] == [
        "Interrupted; everything that was started is stopped.",
        "exit code 130: interrupted",
    ]
    assert find_processes(marker) == []


def test_a_library_may_fail_when_it_is_interrupted() -> None:
    def run() -> Exit:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise TypeError("no line where it was interrupted") from None
        return Exit.CONFORMANT

    assert end_well(run) == Exit.INTERRUPTED


@pytest.mark.parametrize("is_told", [True, False])
def test_an_interruption_is_one_whoever_raised_it(*, is_told: bool) -> None:
    def run() -> Exit:
        if is_told:
            signal.raise_signal(signal.SIGTERM)
        raise KeyboardInterrupt

    assert end_well(run) == Exit.INTERRUPTED


def test_a_session_that_crashes_ends_with_4(capsys: pytest.CaptureFixture[str]) -> None:
    def run() -> Exit:
        raise ZeroDivisionError("nobody thought of it")

    assert end_well(run) == Exit.SUITE_FAILED
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-2:] == [
        "ZeroDivisionError: nobody thought of it",
        "The suite itself failed; please report the lines above.",
    ]


def test_an_interruption_does_not_wait_for_tests(
    write_implementation: Write, start_command: Start, tmp_path: Path
) -> None:
    write_implementation("good", GOOD)
    write_implementation("better", GOOD)
    slow = tmp_path / "test_slow.py"
    slow.write_text(
        "import pathlib, time\n"
        "def test_slow():\n"
        "    pathlib.Path(__file__).with_name('begun').touch()\n"
        "    time.sleep(30)\n"
    )
    with start_command(str(slow)) as process:
        wait_until((tmp_path / "begun").exists)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130
    assert time.monotonic() - began < 4


def test_what_pytest_says_is_shown_where_it_fails_before_the_tests(
    write_implementation: Write, run_command: Run
) -> None:
    write_implementation("good", GOOD)
    code, output = run_command("good", LITTLE_SUITE, "--log-file=/dev/null/log")
    assert code == 4, output
    assert "The suite itself failed; the end of what pytest said:" in output
    assert "FileExistsError: [Errno 17] File exists: '/dev/null'" in output


def test_two_runs_at_once_do_not_meet(write_implementation: Write, start_command: Start) -> None:
    write_implementation("good", GOOD)
    runs = [start_command(LITTLE_SUITE, "-k", "live") for _ in range(2)]
    outputs = [finish(process) for process in runs]
    assert [process.returncode for process in runs] == [0, 0], outputs


def finish(process: subprocess.Popen[str]) -> str:
    with process:
        return process.communicate(timeout=60)[0]


def test_together_each_request_is_answered_by_the_next(
    write_implementation: Write, run_command: Run, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        write_implementation(name, GOOD)
    code, output = run_command("--interop", LITTLE_SUITE, "-k", "live or nobody")
    [told] = re.findall(r"requests answered: one (\d+), two (\d+)", output)
    assert 0 < int(told[1]) <= int(told[0]) <= int(told[1]) + 1
    assert [target["name"] for target in read_results(tmp_path)["targets"]] == ["interop"]
    assert code == 1, output


def test_together_one_that_does_not_start_prevents_all(
    write_implementation: Write, run_command: Run
) -> None:
    write_implementation("good", GOOD)
    write_implementation("dying", DYING)
    code, output = run_command("--interop", LITTLE_SUITE)
    assert code == 3, output
    assert "dying: the server ended with exit code 7" in output


def test_an_answer_of_another_form_is_shown(write_implementation: Write, run_command: Run) -> None:
    write_implementation("good", GOOD)
    code, output = run_command(LITTLE_SUITE, "-k", "form")
    assert code == 1, output
    assert "KeyError: 'form'\n    in the answer <GET /livez -> 200 {" in output
