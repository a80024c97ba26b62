"""The paths: the API's and its reference's."""

from django.urls import path, register_converter

from . import reference
from .api import api
from .converters import ResourceIdConverter, UsernameConverter

register_converter(UsernameConverter, "username")
register_converter(ResourceIdConverter, "resource_id")

urlpatterns = [path("docs", reference.show_reference), path("", api.urls)]
handler404 = "django_impl.errors.tell_unknown_path"
handler500 = "django_impl.errors.tell_defect"
