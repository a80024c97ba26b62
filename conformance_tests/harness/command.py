"""`python -m conformance_tests`: from the command line to the exit code."""

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console

from .client import is_reachable
from .controller import Controller
from .deployment import Deployment, deploy, open_plan
from .exits import Exit, NoServer, Stop, WrongArguments
from .interop import deploy_together
from .known_failures import load_known, make_list
from .options import Options, read_options
from .plugin import get_register
from .progress import choose_progress
from .report import Beginning, Report
from .results import keep_logs
from .run import run_tests
from .screen import Screen, write_in_any_encoding
from .targets import Implementation, Target, find_implementations

# What a person has set for another pytest: it would change which tests there are.
NOT_OURS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


def main(arguments: Sequence[str]) -> int:
    """Run the suite and return the exit code, which is told in words too."""
    code = end_well(lambda: _run(arguments, Screen()))
    if code != Exit.CONFORMANT:
        print(f"exit code {code.value}: {code.meaning}", file=sys.stderr)
    return code


def _run(arguments: Sequence[str], console: Console) -> Exit:
    _prepare_python()
    implementations = find_implementations()
    chapters = [chapter.number for chapter in get_register().chapters]
    options = read_options(
        arguments,
        implementations=list(implementations),
        chapters=chapters,
        requirements=list(get_register().by_id),
    )
    prepare_results(options.results)
    # What is wrong with the list is said before a server starts.
    if options.updates_known:
        make_list(options.known_failures)
    load_known(options.known_failures)
    if options.base_url:
        return _judge_given(options, options.base_url, console)
    chosen = [implementations[name] for name in options.names]
    if not chosen:
        raise WrongArguments(
            "There is no implementation here: no *_impl/implementation.toml. A server that runs"
            " already is judged with --base-url URL."
        )
    return _judge_own(options, chosen, console)


def _prepare_python() -> None:
    if not __debug__:
        raise WrongArguments(
            "Python was told to leave assertions out, and the tests are made of them:"
            " unset PYTHONOPTIMIZE, and do without -O."
        )
    for name in NOT_OURS:
        os.environ.pop(name, None)


def prepare_results(folder: Path) -> None:
    """Make the folder of the reports. Raises WrongArguments where that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise WrongArguments(
            f"Reports cannot be written to {folder} ({error.strerror}): use --results DIR."
        ) from None


def _judge_given(options: Options, base_url: str, console: Console) -> Exit:
    if not is_reachable(base_url):
        raise NoServer(
            f"Nobody answers at {base_url}: start that server first, or correct --base-url."
        )
    email, password = options.admin or (None, None)
    [name] = options.targets
    target = Target(name, base_url, None, email, password, options.jwt_secret)
    return _judge(options, console, lambda: Deployment(targets={name: target}))


def _judge_own(options: Options, chosen: list[Implementation], console: Console) -> Exit:
    with open_plan(options.server, options.database, options.workers) as plan, ExitStack() as stack:
        try:
            if options.interop:
                return _judge(options, console, lambda: deploy_together(chosen, plan, stack))
            return _judge(options, console, lambda: deploy(chosen, plan), chosen)
        finally:
            plan.programs.stop()
            keep_logs(plan.folder, options.results)


def _judge(
    options: Options,
    console: Console,
    start: Callable[[], Deployment],
    implementations: Sequence[Implementation] = (),
) -> Exit:
    beginning = Beginning()
    progress = choose_progress(console, options.targets)
    controller = Controller(options.targets, start, progress, options.chapter)
    run_tests(options, controller)
    by_name = {one.name: one for one in implementations}
    report = Report(options, controller, beginning, by_name)
    report.write()
    report.show(console)
    return report.exit_code


def end_well(run: Callable[[], Exit]) -> Exit:
    """Run a session to its end, or to the sentence that says why not, and return its code."""
    write_in_any_encoding()
    with stop_on_signals() as told:
        try:
            return run()
        except Stop as stop:
            print(stop, file=sys.stderr)
            return stop.code
        except (KeyboardInterrupt, Exception) as error:
            # A library that is interrupted anywhere may end with an error of its own.
            if told or isinstance(error, KeyboardInterrupt):
                print("Interrupted; everything that was started is stopped.", file=sys.stderr)
                return Exit.INTERRUPTED
            traceback.print_exc()
            print("The suite itself failed; please report the lines above.", file=sys.stderr)
            return Exit.SUITE_FAILED


@contextmanager
def stop_on_signals() -> Iterator[list[int]]:
    """Turn the first signal to end into KeyboardInterrupt, and ignore the next.

    Yields the list of the signals that were told: empty, or the first one.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    told: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        # Once is enough: a second signal must not break the stopping of servers. It finds this
        # function still, since one that is on its way is no longer kept off by SIG_IGN.
        if not told:
            told.append(number)
            raise KeyboardInterrupt

    before = {one: signal.signal(one, interrupt) for one in numbers}
    try:
        yield told
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
