"""What faults are done to: one implementation, over a database that outlives its servers."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory

from conformance_tests.harness.answers import Answer
from conformance_tests.harness.client import Api
from conformance_tests.harness.databases import (
    OwnPostgreSQL,
    PostgreSQLServer,
    SQLiteFiles,
    hold_closed_port,
    open_own_postgresql,
)
from conformance_tests.harness.deployment import (
    Plan,
    make_environment,
    make_place,
    migrate,
    serve,
)
from conformance_tests.harness.leaks import Secrets
from conformance_tests.harness.observations import Observations
from conformance_tests.harness.oracle import Oracle
from conformance_tests.harness.patience import Patience
from conformance_tests.harness.people import People
from conformance_tests.harness.plugin import get_contract
from conformance_tests.harness.raw import Wire
from conformance_tests.harness.servers import Program, open_programs
from conformance_tests.harness.targets import Implementation

# What is answered must be durable here, as it is by default; hashes may stay fast.
DURABLE = {"SQLITE_SYNCHRONOUS": "FULL"}


@contextmanager
def open_bench(profile: str, kind: str) -> Iterator[tuple[Plan, OwnPostgreSQL | None]]:
    """Yield a plan whose databases keep what they say, and the PostgreSQL server among them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="faults-")))
        # Servers of the API stop before those of their databases.
        database_programs = stack.enter_context(open_programs())
        postgresql = None
        databases: SQLiteFiles | PostgreSQLServer = SQLiteFiles(folder)
        if kind == "postgresql":
            # Where it does not stop in time, it is killed after all.
            stack.enter_context(suppress(TimeoutExpired))
            # One with its own defaults, and one that nobody else needs: it will be stopped.
            postgresql = stack.enter_context(open_own_postgresql(database_programs, ()))
            closed_port = stack.enter_context(hold_closed_port())
            databases = PostgreSQLServer(postgresql.url, closed_port)
        programs = stack.enter_context(open_programs())
        environment = {**make_environment(), **DURABLE}
        yield Plan(profile, folder, databases, programs, environment=environment), postgresql


class _Onlooker(Oracle):
    """Judges no answer: whether answers fit the contract is what `conformance` asks."""

    def judge(self, answer: Answer) -> None:
        return


class Subject:
    """One implementation on one database, served by one server after another."""

    program: Program
    api: Api
    people: People
    wire: Wire

    def __init__(self, one: Implementation, plan: Plan, postgresql: OwnPostgreSQL | None) -> None:
        self.name = one.name
        self.postgresql = postgresql
        self.database_url = plan.databases.make(one.name)
        self._one = one
        self._plan = plan
        kind = "postgresql" if postgresql else "sqlite"
        self._place = make_place(one, plan, self.database_url, f"faults.{kind}.{one.name}")
        migrate(one, plan, self._place)
        self.start()

    def start(self) -> None:
        """Serve the database by a new server."""
        self.program, base_url = serve(self._one, self._plan, self._place)
        known = Secrets()
        oracle = _Onlooker(get_contract(), known, Observations(), self.name)
        patience = Patience()
        self.api = Api(base_url, get_contract(), oracle, patience)
        self.people = People(self.api, known)
        self.wire = Wire(base_url, oracle, patience)

    def kill(self) -> None:
        """Kill the server and every process that it made."""
        self._plan.programs.kill(self.program)

    def restart(self) -> None:
        """Begin afresh, whatever became of the server before."""
        self.kill()
        self.api.close()
        self.start()
