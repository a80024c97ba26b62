"""Processes that a run starts: each in its own group, with a log, and stopped at the end."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from .exits import NoServer

START_SECONDS = 30.0
COMMAND_SECONDS = 120.0
STOP_SECONDS = 5.0
TAIL_LINES = 30
HOST = "127.0.0.1"


class ServerFailed(NoServer):
    """A program of one implementation failed; the message ends with the tail of its log."""


@dataclass(frozen=True)
class Program:
    """A process group that this run started."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals

    @property
    def is_alive(self) -> bool:
        """Whether the program still runs."""
        return self.process.poll() is None

    def failed(self, what: str) -> ServerFailed:
        """Return the failure of this program, with the last lines it wrote."""
        return ServerFailed(f"{self.name} {what}\n{read_tail(self.log)}")


@dataclass(frozen=True)
class Place:
    """Where and with which environment a program runs, and where it writes."""

    folder: Path
    environment: Mapping[str, str]
    log: Path
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM


class Programs:
    """Everything that one run started. Threads may start programs until `stop` is called."""

    def __init__(self) -> None:
        self._started: list[Program] = []
        self._stopped = False
        self._lock = threading.Lock()

    def start(self, name: str, command: Sequence[str], place: Place) -> Program:
        """Start a program as the leader of its own process group."""
        with self._lock:
            if self._stopped:
                raise ServerFailed(f"{name} was not started: the run is over.")
            program = Program(name, _start(name, command, place), place.log, place.stop_signal)
            self._started.append(program)
        return program

    def run(self, name: str, command: Sequence[str], place: Place) -> None:
        """Run a program to its end. Raises ServerFailed unless it succeeds in time."""
        program = self.start(name, command, place)
        try:
            code = program.process.wait(COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            raise program.failed(f"took longer than {COMMAND_SECONDS:.0f} seconds.") from None
        finally:
            self.kill(program)
        if code != 0:
            raise program.failed(f"ended with exit code {code}.")

    def kill(self, program: Program) -> None:
        """Kill what is left of a program, with all the children it made, and forget it."""
        # Its number may be given to another process later, so it must leave the list.
        with self._lock:
            _signal_group(program, signal.SIGKILL)
            if program in self._started:
                self._started.remove(program)
        program.process.wait()

    def stop(self) -> None:
        """Stop every program, the newest first, with all the children they made."""
        with self._lock:
            self._stopped = True
            # The threads inside `run` take theirs out of the list meanwhile.
            started = list(self._started)
        for program in reversed(started):
            _signal_group(program, program.stop_signal)
        until = time.monotonic() + STOP_SECONDS
        for program in started:
            _wait_for_group(program, until)
            _signal_group(program, signal.SIGKILL)
            program.process.wait()


@contextmanager
def open_programs() -> Iterator[Programs]:
    """Yield a place for programs; they stop with it."""
    programs = Programs()
    try:
        yield programs
    finally:
        programs.stop()


def start_server(
    programs: Programs, name: str, command: Sequence[str], place: Place
) -> tuple[Program, str]:
    """Start a server and return it with its URL once it answers.

    `{port}` is filled in. Another run may take the port between our choice and the server's start;
    then somebody else answers there, and the server is started again on another port.
    """
    for _ in range(3):
        port = find_free_port()
        ported = [word.replace("{port}", str(port)) for word in command]
        program = programs.start(name, ported, place)
        wait_for_answer(program, port)
        if owns_port(program, port):
            return program, f"http://{HOST}:{port}"
        _signal_group(program, signal.SIGKILL)
    raise program.failed("never was the one that answered on its port.")


def find_free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_answer(program: Program, port: int) -> None:
    """Return when something answers /livez on the port. Raises ServerFailed where nothing does.

    Any answer will do: whether it is the right one is for the tests to say.
    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if _answers(port):
            return
        if not program.is_alive:
            code = program.process.returncode
            raise program.failed(f"ended with exit code {code} before it answered.")
        time.sleep(0.05)
    raise program.failed(f"did not answer within {START_SECONDS:.0f} seconds.")


def owns_port(program: Program, port: int) -> bool:
    """Tell whether the socket that listens on the port belongs to the program's group."""
    return any(_listens(member, port) for member in _members(program))


def measure_memory(program: Program) -> int:
    """Return how many bytes of memory the program and its children hold."""
    return sum(_measure_member(member) for member in _members(program))


def read_tail(log: Path) -> str:
    """Return the last lines of a log."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    lines = text.splitlines()[-TAIL_LINES:]
    return "\n".join(f"    {line}" for line in lines) if lines else "    (its log is empty)"


def _start(name: str, command: Sequence[str], place: Place) -> subprocess.Popen[bytes]:
    try:
        with place.log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=place.folder,
                env=dict(place.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=place.user,
            )
    except OSError as error:
        raise ServerFailed(f"{name} could not be started: {error}.") from None


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: %b\r\n\r\n" % HOST.encode())
            # One that is slow to say all of it is the client's to judge, which has a time limit.
            return bool(connection.recv(65_536))
    except OSError:
        return False


def _members(program: Program) -> list[psutil.Process]:
    try:
        leader = psutil.Process(program.process.pid)
        return [leader, *leader.children(recursive=True)]
    except psutil.Error:
        return []


def _measure_member(member: psutil.Process) -> int:
    try:
        held: int = member.memory_info().rss
    except psutil.Error:
        return 0
    return held


def _listens(member: psutil.Process, port: int) -> bool:
    try:
        connections = member.net_connections(kind="tcp")
    except psutil.Error:
        return False
    return any(
        one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port
        for one in connections
    )


def _signal_group(program: Program, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(program.process.pid, number)


def _wait_for_group(program: Program, until: float) -> None:
    while time.monotonic() < until:
        program.process.poll()
        try:
            os.killpg(program.process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.02)
