"""Accounts."""

from django.db import migrations, models

from django_impl import fields


class Migration(migrations.Migration):
    """The table of users."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.UUIDField(default=fields.new_id, primary_key=True, serialize=False)),
                ("username", fields.NameField(max_length=30)),
                ("email", models.CharField(max_length=254, null=True)),
                ("email_folded", models.CharField(max_length=254, null=True)),
                ("password", fields.PasswordHashField(db_column="password_hash", null=True)),
                ("display_name", models.CharField(max_length=50)),
                ("bio", models.CharField(max_length=500)),
                ("search_text", models.TextField()),
                ("role", models.CharField(max_length=10)),
                ("is_active", models.BooleanField()),
                ("created_at", fields.TimestampField()),
                ("updated_at", fields.TimestampField()),
                ("deleted_at", fields.TimestampField(null=True)),
            ],
            options={
                "db_table": "users",
                "constraints": [
                    models.UniqueConstraint(fields=["username"], name="users_username_key"),
                    models.UniqueConstraint(fields=["email_folded"], name="users_email_folded_key"),
                ],
            },
        ),
    ]
