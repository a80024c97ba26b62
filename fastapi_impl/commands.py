"""Commands for the people who run the API: `python -m fastapi_impl.commands create-admin`.

FastAPI leaves their form to you; Python's own parser is enough.
"""

import asyncio
import os
from argparse import ArgumentParser
from getpass import getpass

from pydantic import ValidationError

from . import database, strict_json
from .errors import Problem
from .users import services
from .users.schemas import NewUser


def main(arguments: list[str] | None = None) -> None:
    """Run the command that the arguments name."""
    parser = ArgumentParser(prog="python -m fastapi_impl.commands")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("create-admin", help="make an active admin")
    command.add_argument("username")
    command.add_argument("email")
    given = parser.parse_args(arguments)
    password = os.environ.get("ADMIN_PASSWORD") or _ask_password()
    asyncio.run(create_admin(given.username, given.email, password))


async def create_admin(username: str, email: str, password: str) -> None:
    """Make an active admin, or refuse with the reason."""
    try:
        async with database.open_sessions() as sessions, sessions() as session:
            new_user = NewUser(username=username, email=email, password=password)
            await services.create_admin(session, new_user=new_user)
    except ValidationError as invalid:
        fault = strict_json.shape_faults(invalid.errors())[0]
        raise SystemExit(f"Error: {fault['pointer'][2:]}: {fault['detail']}") from None
    except Problem as refused:
        raise SystemExit(f"Error: {refused.detail}") from None
    print(f"{username} is an admin.")


def _ask_password() -> str:
    password = getpass("Password: ")
    if getpass("Repeat for confirmation: ") != password:
        raise SystemExit("Error: the two passwords differ.")
    return password


if __name__ == "__main__":
    main()
