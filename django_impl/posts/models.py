"""Posts, their tags, and who likes them."""

from datetime import datetime

from django.conf import settings
from django.db import models

from .. import text
from ..fields import NameField, TimestampField, new_id
from .queries import LikeQuerySet, PostQuerySet, TagQuerySet


class Tag(models.Model):
    """A tag, whichever posts have it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = NameField(max_length=30)

    # Counted by the query that lists tags, and only there.
    posts_count: int

    objects = TagQuerySet.as_manager()

    class Meta:
        """The table."""

        db_table = "tags"
        constraints = [models.UniqueConstraint(fields=["name"], name="tags_name_key")]


class Post(models.Model):
    """A post. Its id tells its place in time; its version counts its changes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, db_index=False)
    title = models.CharField(max_length=200)
    body = models.TextField()
    status = models.CharField(max_length=10)
    search_text = models.TextField()
    version = models.IntegerField()
    created_at = TimestampField()
    updated_at = TimestampField()
    published_at = TimestampField(null=True)
    tags = models.ManyToManyField(Tag, through="PostTag")

    # Filled by the queries, so that nothing is fetched post by post.
    tag_list: list[Tag]
    # Counted by the queries that list posts, and only there.
    likes_count: int
    comments_count: int

    objects = PostQuerySet.as_manager()

    class Meta:
        """The table."""

        db_table = "posts"
        indexes = [
            models.Index(fields=["author", "status", "id"], name="posts_author_status_idx"),
            models.Index(fields=["status", "id"], name="posts_status_idx"),
        ]

    def set_text(self, title: str, body: str) -> None:
        """Set title and body, and the text in which a search looks."""
        self.title = title
        self.body = body
        self.search_text = text.searchable(title, body)

    def set_status(self, status: str, moment: datetime) -> None:
        """Set the status; a post has a time of publication just while it is published."""
        if status != self.status:
            self.status = status
            self.published_at = moment if status == "published" else None


class PostTag(models.Model):
    """That a post has a tag."""

    pk = models.CompositePrimaryKey("post_id", "tag_id")
    post = models.ForeignKey(Post, models.DO_NOTHING, db_index=False)
    tag = models.ForeignKey(Tag, models.DO_NOTHING, db_index=False)

    class Meta:
        """The table."""

        db_table = "post_tags"
        indexes = [models.Index(fields=["tag", "post"], name="post_tags_tag_id_idx")]


class Like(models.Model):
    """That a user likes a post."""

    pk = models.CompositePrimaryKey("post_id", "user_id")
    post = models.ForeignKey(Post, models.DO_NOTHING, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, db_index=False)

    objects = LikeQuerySet.as_manager()

    class Meta:
        """The table."""

        db_table = "likes"
        indexes = [models.Index(fields=["user"], name="likes_user_id_idx")]
