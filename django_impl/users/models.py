"""Users, and what they keep: whom they follow, and the names of their requests.

A deleted user leaves an empty row, so that nobody gets the name again.
"""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from .. import text
from ..fields import NameField, PasswordHashField, TimestampField, new_id
from .queries import FollowQuerySet, IdempotencyKeyQuerySet, UserQuerySet


class User(AbstractBaseUser):
    """An account, or what is left of one: then `deleted_at` is set."""

    id = models.UUIDField(primary_key=True, default=new_id)
    username = NameField(max_length=30)
    email = models.CharField(max_length=254, null=True)
    email_folded = models.CharField(max_length=254, null=True)
    password = PasswordHashField(null=True, db_column="password_hash")
    display_name = models.CharField(max_length=50)
    bio = models.CharField(max_length=500)
    search_text = models.TextField()
    role = models.CharField(max_length=10)
    is_active = models.BooleanField()
    created_at = TimestampField()
    updated_at = TimestampField()
    deleted_at = TimestampField(null=True)
    following = models.ManyToManyField(
        "self",
        through="Follow",
        through_fields=("follower", "followed"),
        related_name="followers",
        symmetrical=False,
    )
    last_login = None

    # Counted by the queries that show users, and only there.
    posts_count: int
    followers_count: int
    following_count: int

    USERNAME_FIELD = "username"

    objects = UserQuerySet.as_manager()

    class Meta:
        """The table; its names are fixed, because three migration histories arrive at it."""

        db_table = "users"
        constraints = [
            models.UniqueConstraint(fields=["username"], name="users_username_key"),
            models.UniqueConstraint(fields=["email_folded"], name="users_email_folded_key"),
        ]

    def set_email(self, email: str | None) -> None:
        """Set the e-mail address, and the form in which it is unique."""
        self.email = email
        self.email_folded = None if email is None else text.fold(email)

    def set_display_name(self, display_name: str) -> None:
        """Set the displayed name, and the text in which a search looks."""
        self.display_name = display_name
        self.search_text = text.searchable(self.username, display_name)

    def erase(self, moment: datetime) -> None:
        """Leave nothing of the account but its name, which stays taken."""
        self.set_email(None)
        self.password = None
        self.display_name = self.bio = self.search_text = ""
        self.role = "user"
        self.is_active = False
        self.updated_at = self.deleted_at = moment


class Follow(models.Model):
    """That one user follows another."""

    pk = models.CompositePrimaryKey("follower_id", "followed_id")
    follower = models.ForeignKey(User, models.DO_NOTHING, db_index=False, related_name="+")
    followed = models.ForeignKey(User, models.DO_NOTHING, db_index=False, related_name="+")

    objects = FollowQuerySet.as_manager()

    class Meta:
        """The table."""

        db_table = "follows"
        indexes = [models.Index(fields=["followed", "follower"], name="follows_followed_id_idx")]


class IdempotencyKey(models.Model):
    """A user's name for a request, and what that request made."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, models.DO_NOTHING, db_index=False)
    operation = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    made_id = models.UUIDField()
    made_at = TimestampField()

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        """The table."""

        db_table = "idempotency_keys"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "operation", "key"], name="idempotency_keys_user_id_key"
            )
        ]
