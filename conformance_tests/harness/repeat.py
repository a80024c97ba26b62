"""The command that repeats a test in the way that it was run."""

import shlex

from .options import DATABASES, INSTALLED_NAME, Options
from .targets import IS_INSTALLED, PROFILES


def write_command(options: Options, name: str) -> str:
    """Return the command for one target, to which a test is to be added."""
    return f"{_name_command(options)} {' '.join(_list_words(options, name))}"


def _name_command(options: Options) -> str:
    if IS_INSTALLED:
        return f"{INSTALLED_NAME} --interop" if options.interop else INSTALLED_NAME
    return f"nox -s {'interop' if options.interop else 'conformance'} --"


def _list_words(options: Options, name: str) -> list[str]:
    # What is secret is left for the reader to fill in.
    told = {
        "--base-url": options.base_url,
        "--admin": options.admin and "EMAIL:PASSWORD",
        "--jwt-secret": options.jwt_secret and "SECRET",
        "--database": options.database if options.database != DATABASES[0] else None,
        "--server": options.server if options.server != PROFILES[0] else None,
        "--workers": str(options.workers) if options.workers > 1 else None,
    }
    chosen = [f"{option} {shlex.quote(value)}" for option, value in told.items() if value]
    if options.interop:
        return [*options.names, *chosen]
    return chosen if options.base_url else [name, *chosen]
