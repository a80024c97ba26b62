"""Posts and tags."""

from django.conf import settings
from django.db import migrations, models

from django_impl import fields


class Migration(migrations.Migration):
    """The tables of posts."""

    initial = True
    dependencies = [("users", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.UUIDField(default=fields.new_id, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=30)),
            ],
            options={
                "db_table": "tags",
                "constraints": [models.UniqueConstraint(fields=["name"], name="tags_name_key")],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.UUIDField(default=fields.new_id, primary_key=True, serialize=False)),
                (
                    "author",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_index=False
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("status", models.CharField(max_length=10)),
                ("search_text", models.TextField()),
                ("version", models.IntegerField()),
                ("created_at", fields.TimestampField()),
                ("updated_at", fields.TimestampField()),
                ("published_at", fields.TimestampField(null=True)),
            ],
            options={
                "db_table": "posts",
                "indexes": [
                    models.Index(fields=["author", "id"], name="posts_author_id_idx"),
                    models.Index(fields=["status", "id"], name="posts_status_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostTag",
            fields=[
                ("pk", models.CompositePrimaryKey("post_id", "tag_id", serialize=False)),
                (
                    "post",
                    models.ForeignKey("posts.post", on_delete=models.DO_NOTHING, db_index=False),
                ),
                (
                    "tag",
                    models.ForeignKey("posts.tag", on_delete=models.DO_NOTHING, db_index=False),
                ),
            ],
            options={
                "db_table": "post_tags",
                "indexes": [models.Index(fields=["tag", "post"], name="post_tags_tag_id_idx")],
            },
        ),
        migrations.AddField(
            model_name="post",
            name="tags",
            field=models.ManyToManyField("posts.tag", through="posts.PostTag"),
        ),
    ]
