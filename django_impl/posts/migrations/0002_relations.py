"""Likes, and tags sorted by code point."""

from django.conf import settings
from django.db import migrations, models

from django_impl import fields


class Migration(migrations.Migration):
    """The table of likes, and what listing and counting need."""

    dependencies = [("posts", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Like",
            fields=[
                ("pk", models.CompositePrimaryKey("post_id", "user_id", serialize=False)),
                (
                    "post",
                    models.ForeignKey("posts.post", on_delete=models.DO_NOTHING, db_index=False),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_index=False
                    ),
                ),
            ],
            options={
                "db_table": "likes",
                "indexes": [models.Index(fields=["user"], name="likes_user_id_idx")],
            },
        ),
        migrations.AlterField(model_name="tag", name="name", field=fields.NameField(max_length=30)),
        # Published posts of an author can now be counted in the index alone.
        migrations.RemoveIndex(model_name="post", name="posts_author_id_idx"),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["author", "status", "id"], name="posts_author_status_idx"),
        ),
    ]
