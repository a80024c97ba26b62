"""What Django is told of this app."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    """Comments on posts."""

    name = "django_impl.comments"
