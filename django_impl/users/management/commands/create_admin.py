"""The command that makes an admin; starting and migrating never do."""

import os
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import ValidationError

from django_impl import strict_json
from django_impl.errors import Problem
from django_impl.users import services
from django_impl.users.schemas import NewUser


class Command(BaseCommand):
    """Make an active admin, or refuse with the reason."""

    help = "Make an active admin. The password is asked for, or taken from ADMIN_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name and the address."""
        parser.add_argument("username")
        parser.add_argument("email")

    def handle(self, *, username: str, email: str, **_options: Any) -> None:
        """Make the admin."""
        password = os.environ.get("ADMIN_PASSWORD") or _ask_password()
        try:
            new_user = NewUser(username=username, email=email, password=password)
            services.create_admin(new_user=new_user)
        except ValidationError as invalid:
            fault = strict_json.shape_faults(invalid.errors())[0]
            raise CommandError(f"{fault['pointer'][2:]}: {fault['detail']}") from None
        except Problem as refused:
            raise CommandError(refused.detail) from None
        self.stdout.write(f"{username} is an admin.")


def _ask_password() -> str:
    password = getpass("Password: ")
    if getpass("Password, once more: ") != password:
        raise CommandError("The two passwords differ.")
    return password
