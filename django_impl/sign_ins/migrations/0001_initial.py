"""Sign-ins, refresh tokens and the log-ins that were tried."""

from django.conf import settings
from django.db import migrations, models

from django_impl import fields


class Migration(migrations.Migration):
    """The tables of signing in."""

    initial = True
    dependencies = [("users", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.UUIDField(default=fields.new_id, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_index=False
                    ),
                ),
                ("created_at", fields.TimestampField()),
                ("expires_at", fields.TimestampField()),
                ("ended_at", fields.TimestampField(null=True)),
            ],
            options={
                "db_table": "sign_ins",
                "indexes": [models.Index(fields=["user"], name="sign_ins_user_id_idx")],
            },
        ),
        migrations.CreateModel(
            name="RefreshToken",
            fields=[
                ("id", models.UUIDField(default=fields.new_id, primary_key=True, serialize=False)),
                (
                    "sign_in",
                    models.ForeignKey(
                        "sign_ins.signin", on_delete=models.DO_NOTHING, db_index=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64)),
                ("created_at", fields.TimestampField()),
                ("used_at", fields.TimestampField(null=True)),
            ],
            options={
                "db_table": "refresh_tokens",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["token_hash"], name="refresh_tokens_token_hash_key"
                    )
                ],
                "indexes": [models.Index(fields=["sign_in"], name="refresh_tokens_sign_in_id_idx")],
            },
        ),
        migrations.CreateModel(
            name="LoginAttempt",
            fields=[
                ("id", models.UUIDField(default=fields.new_id, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("failures", models.IntegerField()),
                ("window_ends_at", fields.TimestampField()),
            ],
            options={
                "db_table": "login_attempts",
                "constraints": [
                    models.UniqueConstraint(fields=["digest"], name="login_attempts_digest_key")
                ],
            },
        ),
    ]
