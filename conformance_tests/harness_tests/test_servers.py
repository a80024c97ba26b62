"""What a run starts, it stops, whatever else happens at that moment."""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conformance_tests.harness import servers
from conformance_tests.harness.deployment import make_environment
from conformance_tests.harness.servers import Place, Programs, ServerFailed

from .conftest import wait_until

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
FOREIGN = {
    "DJANGO_SETTINGS_MODULE",
    "FLASK_DEBUG",
    "FORWARDED_ALLOW_IPS",
    "GRANIAN_PORT",
    "GUNICORN_CMD_ARGS",
    "JWT_SECRET",
    "UVICORN_ROOT_PATH",
    "WEB_CONCURRENCY",
}
STUBBORN = """\
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


def test_what_a_person_set_for_other_servers_does_not_reach_those_of_a_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in (*FOREIGN, "OF_NO_CONCERN"):
        monkeypatch.setenv(name, "1")
    environment = make_environment()
    assert environment["OF_NO_CONCERN"] == "1"
    assert not environment.keys() & FOREIGN


def test_a_server_stops_though_a_command_ends_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "STOP_SECONDS", 0.3)
    programs, place = Programs(), Place(tmp_path, {}, tmp_path / "log")
    with ThreadPoolExecutor() as pool:
        command = pool.submit(programs.run, "command", SLEEP, place)
        wait_until(command.running)
        server = programs.start("server", [sys.executable, "-c", STUBBORN], place)
        wait_until(lambda: "deaf" in place.log.read_text())
        programs.stop()
        with pytest.raises(ServerFailed, match=r"^command ended with exit code -15\."):
            command.result()
    assert server.process.returncode == -signal.SIGKILL
