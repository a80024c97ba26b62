"""The paths: the API's and its reference's, with converters for what may stand in them."""

from uuid import UUID

from django.urls import path, register_converter

from . import reference, text
from .api import api


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


register_converter(UsernameConverter, "username")
register_converter(ResourceIdConverter, "resource_id")

urlpatterns = [path("docs", reference.show_reference), path("", api.urls)]
handler404 = "django_impl.errors.tell_unknown_path"
handler500 = "django_impl.errors.tell_defect"
