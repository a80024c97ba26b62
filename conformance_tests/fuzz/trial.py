"""One run of Schemathesis against one server."""

import sys
from pathlib import Path

from conformance_tests.harness.contract import CONTRACT_PATH
from conformance_tests.harness.deployment import Plan
from conformance_tests.harness.exits import Stop
from conformance_tests.harness.servers import HOST, Place
from conformance_tests.harness.targets import REPOSITORY

from .evidence import Finding, Reports, read_finding
from .wish import Wish

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
# What it writes for others, and how it calls the format.
FORMATS = {"json": "json", "ndjson": "ndjson", "xml": "junit"}
# Its exit codes for a run that came to its end.
ENDED = (0, 1)


def try_server(base_url: str, hooks: str, wish: Wish, plan: Plan, reports: Reports) -> Finding:
    """Let Schemathesis call a server until nothing is left to try, and return what it found."""
    command = [sys.executable, "-m", "schemathesis.cli", f"--config-file={CONFIGURATION}"]
    command += ["run", str(CONTRACT_PATH), f"--url={base_url}", "--checks=all", "--no-color"]
    command += [f"--seed={wish.seed}", f"--max-examples={wish.examples}", "--continue-on-failure"]
    command += [f"--report={','.join(FORMATS.values())}"]
    for ending, form in FORMATS.items():
        command += [f"--report-{form}-path={reports.locate(ending)}"]
    place = Place(plan.folder, _make_environment(hooks, plan), reports.locate("log"))
    program = plan.programs.start("Schemathesis", command, place)
    if program.process.wait() not in ENDED:
        raise Stop(str(program.failed("did not come to its end.")))
    return read_finding(reports)


def _make_environment(hooks: str, plan: Plan) -> dict[str, str]:
    ours = {"PYTHONPATH": str(REPOSITORY), "SCHEMATHESIS_HOOKS": hooks, "no_proxy": HOST}
    return {**plan.environment, **ours}
