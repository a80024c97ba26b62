"""What may stand in a path: usernames and ids.

Starlette gives converters, which it calls convertors, and leaves to you what a username is. Its
own for UUIDs does without hyphens. FastAPI's path parameters would refuse too late: by 422.
"""

from uuid import UUID

from starlette.convertors import Convertor

from . import text


class UsernameConverter(Convertor[str]):
    """A username in a path. Whatever else stands there leads nowhere: 404."""

    regex = text.USERNAME

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class ResourceIdConverter(Convertor[UUID]):
    """A UUID in a path, in either case (RFC 9562 §4)."""

    regex = text.RESOURCE_ID

    def convert(self, value: str) -> UUID:
        return UUID(value)

    def to_string(self, value: UUID) -> str:
        return str(value)
