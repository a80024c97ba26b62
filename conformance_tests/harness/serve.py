"""`python -m conformance_tests.harness.serve NAME`: one implementation, served for a person."""

import argparse
import os
import secrets
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .command import stop_on_signals
from .deployment import Admin, Plan, create_admin, make_place, migrate, open_plan
from .exits import Exit, Stop, WrongArguments
from .options import DATABASES
from .screen import drop_unread, write_in_any_encoding
from .servers import HOST, Program, owns_port, wait_for_answer
from .targets import PROFILES, Implementation, fill, find_implementations

ADVICE = """\
{name} answers at {url}; its log is {log}
Stop it with Ctrl-C; its data goes with it. Read and try it in a browser:

  {url}/docs

From another terminal, call it:

  curl {url}/readyz
  curl {url}/api/v1/users -H 'Content-Type: application/json' \\
    -d '{{"username": "alice", "email": "alice@example.com",
         "password": "correct horse"}}'
  ACCESS_TOKEN=$(curl -s {url}/api/v1/auth/login \\
    -H 'Content-Type: application/json' \\
    -d '{{"email": "alice@example.com", "password": "correct horse"}}' \\
    | python3 -c 'import json,sys;print(json.load(sys.stdin)["access_token"])')
  curl {url}/api/v1/me -H "Authorization: Bearer $ACCESS_TOKEN"

Judge it:

  nox -s conformance -- --base-url {url} \\
    --admin {admin.email}:{admin.password} \\
    --jwt-secret {secret}
"""


@dataclass(frozen=True)
class Wish:
    """What a person asked for."""

    one: Implementation
    port: int
    database: str
    profile: str


def main(arguments: Sequence[str]) -> int:
    """Serve until Ctrl-C, and return the exit code."""
    write_in_any_encoding()
    try:
        with stop_on_signals():
            return _serve(_read_wish(arguments))
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        # Who reads the advice may have read enough and gone, like `head`.
        print("Stopped.", file=sys.stderr)
        return Exit.CONFORMANT
    except BrokenPipeError:
        drop_unread(sys.stdout)
        return Exit.CONFORMANT


def _read_wish(arguments: Sequence[str]) -> Wish:
    implementations = find_implementations()
    parser = argparse.ArgumentParser(prog="nox -s serve --", description=__doc__)
    parser.add_argument("name", choices=list(implementations))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--server", choices=PROFILES, default="uniform")
    known = parser.parse_args(arguments)
    _check_port(known.port)
    return Wish(implementations[known.name], known.port, known.database, known.server)


def _check_port(port: int) -> None:
    try:
        with socket.create_server((HOST, port)):
            return
    except (OSError, OverflowError):
        raise WrongArguments(f"Port {port} cannot be used: choose another with --port N.") from None


def _serve(wish: Wish) -> int:
    with open_plan(wish.profile, wish.database) as plan:
        return _follow(_start(wish, replace(plan, environment=os.environ)))


def _start(wish: Wish, plan: Plan) -> Program:
    one, admin = wish.one, Admin("first_admin", "admin@example.com", secrets.token_urlsafe(12))
    place = make_place(one, plan, plan.databases.make(one.name), one.name)
    migrate(one, plan, place)
    create_admin(one, plan, place, admin)
    command = fill(one.serve[plan.profile], port=str(wish.port), workers="1")
    program = plan.programs.start(f"{one.name}: the server", command, place)
    wait_for_answer(program, wish.port)
    if not owns_port(program, wish.port):
        raise program.failed(f"is not the one that answers on port {wish.port}.")
    told = {"name": one.name, "url": f"http://{HOST}:{wish.port}", "log": place.log}
    print(ADVICE.format(**told, admin=admin, secret=plan.jwt_secret), flush=True)
    return program


def _follow(program: Program) -> int:
    while program.is_alive:
        time.sleep(0.2)
    raise program.failed(f"ended with exit code {program.process.returncode}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
