"""What Django is told of this app."""

from django.apps import AppConfig


class SignInsConfig(AppConfig):
    """Signing in, and staying so."""

    name = "django_impl.sign_ins"
