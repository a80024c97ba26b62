"""Followers, and the names of repeated requests."""

from django.conf import settings
from django.db import migrations, models

from django_impl import fields


class Migration(migrations.Migration):
    """The tables of what users keep."""

    dependencies = [("users", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("follower_id", "followed_id", serialize=False),
                ),
                (
                    "follower",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        on_delete=models.DO_NOTHING,
                        db_index=False,
                        related_name="+",
                    ),
                ),
                (
                    "followed",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        on_delete=models.DO_NOTHING,
                        db_index=False,
                        related_name="+",
                    ),
                ),
            ],
            options={
                "db_table": "follows",
                "indexes": [
                    models.Index(fields=["followed", "follower"], name="follows_followed_id_idx")
                ],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="following",
            field=models.ManyToManyField(
                settings.AUTH_USER_MODEL,
                through="users.Follow",
                through_fields=("follower", "followed"),
                related_name="followers",
            ),
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.UUIDField(default=fields.new_id, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_index=False
                    ),
                ),
                ("operation", models.CharField(max_length=30)),
                ("key", models.CharField(max_length=64)),
                ("request_hash", models.CharField(max_length=64)),
                ("made_id", models.UUIDField()),
                ("made_at", fields.TimestampField()),
            ],
            options={
                "db_table": "idempotency_keys",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["user", "operation", "key"], name="idempotency_keys_user_id_key"
                    )
                ],
            },
        ),
    ]
