"""Comments."""

from django.conf import settings
from django.db import migrations, models

from django_impl import fields


class Migration(migrations.Migration):
    """The table of comments."""

    initial = True
    dependencies = [("users", "0001_initial"), ("posts", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.UUIDField(default=fields.new_id, primary_key=True, serialize=False)),
                (
                    "post",
                    models.ForeignKey("posts.post", on_delete=models.DO_NOTHING, db_index=False),
                ),
                (
                    "author",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_index=False
                    ),
                ),
                ("body", models.TextField()),
                ("version", models.IntegerField()),
                ("created_at", fields.TimestampField()),
                ("updated_at", fields.TimestampField()),
            ],
            options={
                "db_table": "comments",
                "indexes": [
                    models.Index(fields=["post", "id"], name="comments_post_id_idx"),
                    models.Index(fields=["author"], name="comments_author_id_idx"),
                ],
            },
        ),
    ]
