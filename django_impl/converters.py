"""What may stand in a path: usernames and ids.

Django gives converters, and leaves to you what a username is. Its own for UUIDs knows no capital
letters.
"""

from uuid import UUID

from . import text


class UsernameConverter:
    """A username in a path. Whatever else stands there leads nowhere: 404."""

    regex = text.USERNAME

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ResourceIdConverter:
    """A UUID in a path, in either case (RFC 9562 §4)."""

    regex = text.RESOURCE_ID

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID) -> str:
        return str(value)
