"""All implementations over one database, and each request answered by the next of them."""

import secrets
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import cycle
from urllib.parse import urlsplit

from .deployment import (
    ALLOWED_ORIGIN,
    FOREIGN_HOST,
    Admin,
    Deployment,
    Plan,
    create_admin,
    make_outage_place,
    make_place,
    migrate,
    serve,
)
from .exits import NoServer
from .local_server import LocalServer, run_beside
from .servers import HOST, Place, Program
from .targets import Implementation, Target

NAME = "interop"
PIECE = 65_536

# The program and the URL of each implementation.
Served = Mapping[str, tuple[Program, str]]


def deploy_together(
    implementations: Sequence[Implementation], plan: Plan, stack: ExitStack
) -> Deployment:
    """Make one target of all implementations. The first makes the database and the admin."""
    deployment = Deployment()
    try:
        _deploy(implementations, plan, stack, deployment)
    except NoServer as failure:
        deployment.failures[NAME] = str(failure)
    return deployment


def _deploy(
    implementations: Sequence[Implementation],
    plan: Plan,
    stack: ExitStack,
    deployment: Deployment,
) -> None:
    url, admin = plan.databases.make(NAME), _invent_admin()
    _make_database(implementations[0], plan, url, admin)
    real = _serve_all(implementations, plan, lambda one: make_place(one, plan, url, one.name))
    away = _serve_all(implementations, plan, lambda one: make_outage_place(one, plan))
    base_url = stack.enter_context(run_beside(_Tunnel(real, deployment.answered)))
    outage_url = stack.enter_context(run_beside(_Tunnel(away, Counter())))
    served = (*real.values(), *away.values())
    deployment.programs[NAME] = [program for program, _ in served]
    deployment.targets[NAME] = Target(
        NAME,
        base_url,
        outage_url,
        admin.email,
        admin.password,
        plan.jwt_secret,
        logs=tuple(str(program.log) for program, _ in real.values()),
        allowed_origin=ALLOWED_ORIGIN,
        foreign_host=FOREIGN_HOST,
        kept_connections=0,
    )


def _invent_admin() -> Admin:
    name = "conformance_admin"
    return Admin(name, f"{name}@example.com", secrets.token_urlsafe(24))


def _make_database(one: Implementation, plan: Plan, url: str, admin: Admin) -> None:
    place = make_place(one, plan, url, one.name)
    migrate(one, plan, place)
    create_admin(one, plan, place, admin)


def _serve_all(
    implementations: Sequence[Implementation], plan: Plan, place: Callable[[Implementation], Place]
) -> Served:
    def start(one: Implementation) -> tuple[Program, str]:
        return serve(one, plan, place(one))

    with ThreadPoolExecutor(max_workers=len(implementations)) as pool:
        started = pool.map(start, implementations)
        try:
            return {one.name: done for one, done in zip(implementations, started, strict=True)}
        except BaseException:
            # Else leaving the pool would wait for servers that nobody needs any more.
            plan.programs.stop()
            raise


class _Tunnel(LocalServer):
    """Gives each connection to the next server, and looks at no byte that passes."""

    def __init__(self, served: Served, answered: Counter[str]) -> None:
        super().__init__(_Connection)
        self._turns = cycle((name, urlsplit(url).port or 80) for name, (_, url) in served.items())
        self._answered = answered
        self._lock = threading.Lock()

    def take_turn(self) -> int:
        """Return the port of the next server."""
        with self._lock:
            name, port = next(self._turns)
            self._answered[name] += 1
        return port


class _Connection(socketserver.BaseRequestHandler):
    server: _Tunnel

    def handle(self) -> None:
        """Carry bytes both ways until both sides have ended."""
        with socket.create_connection((HOST, self.server.take_turn())) as upstream:
            back = threading.Thread(target=_carry, args=[upstream, self.request], daemon=True)
            back.start()
            _carry(self.request, upstream)
            back.join()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
