"""What may stand in a path: usernames and ids.

Werkzeug gives converters, and leaves to you what a username is. Its own for UUIDs would do; this
one has the pattern of text.py, as in the sisters.
"""

from uuid import UUID

from flask import Flask
from werkzeug.routing import BaseConverter

from . import text


class UsernameConverter(BaseConverter):
    """A username in a path. Whatever else stands there leads nowhere: 404."""

    regex = text.USERNAME


class ResourceIdConverter(BaseConverter):
    """A UUID in a path, in either case (RFC 9562 §4)."""

    regex = text.RESOURCE_ID

    def to_python(self, value: str) -> UUID:
        return UUID(value)


def init_app(app: Flask) -> None:
    """Make the converters known by name, before any route uses them."""
    app.url_map.converters["username"] = UsernameConverter
    app.url_map.converters["resource_id"] = ResourceIdConverter
