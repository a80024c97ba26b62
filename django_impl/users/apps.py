"""What Django is told of this app."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Accounts."""

    name = "django_impl.users"
