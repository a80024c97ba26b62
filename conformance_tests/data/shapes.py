"""Answers that are expected, made from what was answered elsewhere."""

from collections.abc import Mapping
from typing import Any


def summarize(
    post: Mapping[str, Any], *, likes_count: int = 0, comments_count: int = 0
) -> dict[str, Any]:
    """Return a post as lists show it: without its body, with what others did to it."""
    told = {name: value for name, value in post.items() if name != "body"}
    return {**told, "likes_count": likes_count, "comments_count": comments_count}
