"""Targets made ready: migrated, with an admin, served twice (once without its database)."""

import os
import re
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from .databases import Databases, open_databases
from .exits import NoServer
from .servers import Place, Program, Programs, open_programs, start_server
from .targets import Implementation, Target, fill

# Settings of the API and of its servers that a person may have set for something else.
SETTINGS = re.compile(
    "DATABASE_URL|JWT_.*|(ACCESS|REFRESH)_TOKEN_SECONDS|LOGIN_.*|TRUSTED_PROXIES|ARGON2_.*"
    "|CORS_ORIGINS|ALLOWED_HOSTS|SQLITE_SYNCHRONOUS|LOG_LEVEL|ADMIN_PASSWORD"
    "|GRANIAN_.*|GUNICORN_CMD_ARGS|UVICORN_.*|WEB_CONCURRENCY|FORWARDED_ALLOW_IPS"
    "|DJANGO_SETTINGS_MODULE|FLASK_.*"
)
# Slow on purpose in production; what the suite tests does not depend on it.
FAST = {"ARGON2_TIME_COST": "1", "ARGON2_MEMORY_KIB": "8", "SQLITE_SYNCHRONOUS": "NORMAL"}
# Without these nobody is kept out, and nobody let in: there would be nothing to see.
ALLOWED_ORIGIN = "https://app.example"
STRICT = {"ALLOWED_HOSTS": "127.0.0.1,localhost", "CORS_ORIGINS": ALLOWED_ORIGIN}
FOREIGN_HOST = "elsewhere.example"


def make_environment() -> dict[str, str]:
    """Return an environment with the suite's settings of the API instead of a person's own."""
    kept = {name: value for name, value in os.environ.items() if not SETTINGS.fullmatch(name)}
    return {**kept, **FAST, **STRICT}


Ready = tuple[Target, list[Program]]


@dataclass(frozen=True)
class Admin:
    """The first admin of one target."""

    username: str
    email: str
    password: str


@dataclass(frozen=True)
class Plan:
    """What is the same for every target of one run."""

    profile: str
    folder: Path
    databases: Databases
    programs: Programs
    workers: int = 1
    jwt_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    environment: Mapping[str, str] = field(default_factory=make_environment)


@contextmanager
def open_plan(profile: str, database: str, workers: int = 1) -> Iterator[Plan]:
    """Yield a plan with a folder and databases of its own; all that was made ends with it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="conformance-")))
        # Servers of the API stop before those of their databases.
        database_programs = stack.enter_context(open_programs())
        databases = stack.enter_context(open_databases(database, folder, database_programs))
        programs = stack.enter_context(open_programs())
        yield Plan(profile, folder, databases, programs, workers)


@dataclass
class Deployment:
    """The targets that run, and why others do not."""

    targets: dict[str, Target] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    programs: dict[str, list[Program]] = field(default_factory=dict)
    # Where several answer for one target: how many requests each of them got.
    answered: Counter[str] = field(default_factory=Counter)

    def find_dead(self) -> dict[str, str]:
        """Return the targets whose server ended by itself, with the tails of their logs."""
        return {
            name: str(program.failed(f"ended with exit code {program.process.returncode}."))
            for name, programs in self.programs.items()
            for program in programs
            if not program.is_alive
        }

    def explain(self, name: str, what: str) -> str:
        """Return what became of a server, with the tail of its log if this run started it."""
        programs = self.programs.get(name)
        return str(programs[0].failed(what)) if programs else f"{name}: the server {what}"


def deploy(implementations: Iterable[Implementation], plan: Plan) -> Deployment:
    """Make every implementation ready, all at the same time. One that fails stops no other."""
    deployment = Deployment()
    with ThreadPoolExecutor(max_workers=16) as pool:
        tasks = {one.name: pool.submit(_deploy_one, one, plan) for one in implementations}
        try:
            for name, task in tasks.items():
                _collect(deployment, name, task)
        except BaseException:
            # Else leaving the pool would wait for servers that nobody needs any more.
            plan.programs.stop()
            raise
    return deployment


def _collect(deployment: Deployment, name: str, task: Future[Ready]) -> None:
    try:
        target, programs = task.result()
    except NoServer as failure:
        deployment.failures[name] = str(failure)
    else:
        deployment.targets[name] = target
        deployment.programs[name] = programs


def _deploy_one(one: Implementation, plan: Plan) -> Ready:
    url = plan.databases.make(one.name)
    place = make_place(one, plan, url, one.name)
    name, password = "conformance_admin", secrets.token_urlsafe(24)
    email = f"{name}@example.com"
    with ThreadPoolExecutor(max_workers=3) as steps:
        outage = steps.submit(serve, one, plan, make_outage_place(one, plan))
        migrate(one, plan, place)
        admin = steps.submit(create_admin, one, plan, place, Admin(name, email, password))
        real = steps.submit(serve, one, plan, place)
    admin.result()
    (program, base_url), (outage_program, outage_url) = real.result(), outage.result()
    target = Target(
        one.name,
        base_url,
        outage_url,
        email,
        password,
        plan.jwt_secret,
        logs=(str(program.log),),
        allowed_origin=ALLOWED_ORIGIN,
        foreign_host=FOREIGN_HOST,
    )
    return target, [program, outage_program]


def migrate(one: Implementation, plan: Plan, place: Place) -> None:
    """Make the tables with the implementation's own command."""
    plan.programs.run(f"{one.name}: migrate", fill(one.migrate), place)


def create_admin(one: Implementation, plan: Plan, place: Place, admin: Admin) -> None:
    """Make the first admin with the implementation's own command."""
    command = fill(one.create_admin, username=admin.username, email=admin.email)
    environment = {**place.environment, "ADMIN_PASSWORD": admin.password}
    knowing = replace(place, environment=environment)
    plan.programs.run(f"{one.name}: create_admin", command, knowing)


def serve(one: Implementation, plan: Plan, place: Place) -> tuple[Program, str]:
    """Start one server and return it with its URL."""
    command = fill(one.serve[plan.profile], workers=str(plan.workers))
    return start_server(plan.programs, f"{one.name}: the server", command, place)


def make_place(one: Implementation, plan: Plan, url: str, log: str) -> Place:
    """Return where the programs of one target run."""
    settings = {"DATABASE_URL": url, "JWT_SECRET": plan.jwt_secret, "PYTHONUNBUFFERED": "1"}
    environment = {**plan.environment, **settings}
    return Place(one.working_directory, environment, plan.folder / f"{log}.log")


def make_outage_place(one: Implementation, plan: Plan) -> Place:
    """Return where a server runs that has no database, and no origin or host named to it."""
    place = make_place(one, plan, plan.databases.outage_url, f"{one.name}.outage")
    kept = {name: value for name, value in place.environment.items() if name not in STRICT}
    return replace(place, environment=kept)
