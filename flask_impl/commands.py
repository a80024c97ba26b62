"""Commands for the people who run the API."""

import click
from flask.cli import with_appcontext
from pydantic import ValidationError

from . import database, strict_json
from .errors import Problem
from .users import services
from .users.schemas import NewUser


@click.command("create-admin")
@click.argument("username")
@click.argument("email")
@click.password_option(envvar="ADMIN_PASSWORD", help="Asked for, or from ADMIN_PASSWORD.")
@with_appcontext
def create_admin(username: str, email: str, password: str) -> None:
    """Make an active admin, or refuse with the reason."""
    try:
        new_user = NewUser(username=username, email=email, password=password)
        services.create_admin(database.get_session(), new_user=new_user)
    except ValidationError as invalid:
        fault = strict_json.shape_faults(invalid.errors())[0]
        raise click.ClickException(f"{fault['pointer'][2:]}: {fault['detail']}") from None
    except Problem as refused:
        raise click.ClickException(refused.detail) from None
    click.echo(f"{username} is an admin.")
