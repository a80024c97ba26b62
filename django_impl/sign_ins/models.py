"""Sign-ins, their refresh tokens, and the log-ins that were tried."""

from django.conf import settings
from django.db import models

from ..fields import TimestampField, new_id
from .queries import LoginAttemptQuerySet, RefreshTokenQuerySet, SignInQuerySet


class SignIn(models.Model):
    """One log-in and all that it was refreshed into, until it ends."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, db_index=False)
    created_at = TimestampField()
    expires_at = TimestampField()
    ended_at = TimestampField(null=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        """The table."""

        db_table = "sign_ins"
        indexes = [models.Index(fields=["user"], name="sign_ins_user_id_idx")]


class RefreshToken(models.Model):
    """A refresh token, known by its digest alone. A used one is kept, to tell a replay."""

    id = models.UUIDField(primary_key=True, default=new_id)
    sign_in = models.ForeignKey(SignIn, models.DO_NOTHING, db_index=False)
    token_hash = models.CharField(max_length=64)
    created_at = TimestampField()
    used_at = TimestampField(null=True)

    objects = RefreshTokenQuerySet.as_manager()

    class Meta:
        """The table."""

        db_table = "refresh_tokens"
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="refresh_tokens_token_hash_key")
        ]
        indexes = [models.Index(fields=["sign_in"], name="refresh_tokens_sign_in_id_idx")]


class LoginAttempt(models.Model):
    """How often one pair of e-mail and client address failed in its window."""

    id = models.UUIDField(primary_key=True, default=new_id)
    digest = models.CharField(max_length=64)
    failures = models.IntegerField()
    window_ends_at = TimestampField()

    objects = LoginAttemptQuerySet.as_manager()

    class Meta:
        """The table."""

        db_table = "login_attempts"
        constraints = [models.UniqueConstraint(fields=["digest"], name="login_attempts_digest_key")]
