"""What Django is told of this app."""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    """Posts and their tags."""

    name = "django_impl.posts"
