"""The whole session: each implementation, called by nobody in particular and by somebody."""

import time
from collections.abc import Iterator
from dataclasses import replace

from conformance_tests.harness.deployment import Deployment, Plan, deploy, open_plan
from conformance_tests.harness.exits import NoServer
from conformance_tests.harness.results import keep_logs, write_whole

from .evidence import Reports
from .report import Row
from .trial import try_server
from .wish import Wish

# Who is calling, and the module that tells Schemathesis.
CALLERS = {"nobody": f"{__package__}.excuses", "somebody": f"{__package__}.callers"}
# A token must not end while it is in use, however many examples are asked for.
PATIENT = {"ACCESS_TOKEN_SECONDS": "86400"}


def fuzz_all(wish: Wish) -> Iterator[Row]:
    """Fuzz every implementation that was asked for, and yield what came of each run."""
    with open_plan("uniform", wish.database) as opened:
        plan = replace(opened, environment={**opened.environment, **PATIENT})
        try:
            deployment = deploy(wish.implementations, plan)
            _check_alive(deployment)
            for name in deployment.targets:
                yield from _fuzz_one(name, deployment, wish, plan)
        finally:
            plan.programs.stop()
            keep_logs(plan.folder, wish.results)


def _fuzz_one(name: str, deployment: Deployment, wish: Wish, plan: Plan) -> Iterator[Row]:
    for caller, hooks in CALLERS.items():
        began = time.monotonic()
        reports = Reports(plan.folder, f"fuzz.{name}.{caller}")
        finding = try_server(deployment.targets[name].base_url, hooks, wish, plan, reports)
        _check_alive(deployment)
        write_whole(wish.results / f"{reports.name}.xml", reports.locate("xml").read_text("utf-8"))
        yield Row(name, caller, finding, time.monotonic() - began)


def _check_alive(deployment: Deployment) -> None:
    for failure in {**deployment.failures, **deployment.find_dead()}.values():
        raise NoServer(failure)
