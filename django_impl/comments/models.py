"""Comments on posts."""

from django.conf import settings
from django.db import models

from ..fields import TimestampField, new_id
from ..posts.models import Post
from .queries import CommentQuerySet


class Comment(models.Model):
    """A comment. Its id tells its place in time; its version counts its changes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    post = models.ForeignKey(Post, models.DO_NOTHING, db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, db_index=False)
    body = models.TextField()
    version = models.IntegerField()
    created_at = TimestampField()
    updated_at = TimestampField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        """The table."""

        db_table = "comments"
        indexes = [
            models.Index(fields=["post", "id"], name="comments_post_id_idx"),
            models.Index(fields=["author"], name="comments_author_id_idx"),
        ]
