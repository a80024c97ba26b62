"""Users. A deleted one leaves an empty row, so that nobody gets the name again."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from .. import text
from ..fields import PasswordHashField, TimestampField, UsernameField, new_id
from .queries import UserQuerySet


class User(AbstractBaseUser):
    """An account, or what is left of one: then `deleted_at` is set."""

    id = models.UUIDField(primary_key=True, default=new_id)
    username = UsernameField(max_length=30)
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
    last_login = None

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
