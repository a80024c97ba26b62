"""No operation asks the database more often for a longer page."""

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.database import now
from fastapi_impl.posts.models import Post, Tag
from fastapi_impl.users.models import User

from .conftest import statements

pytestmark = pytest.mark.anyio

AUTHENTICATION = 1
TAGS = [f"tag-{number}" for number in range(10)]


async def write_post(client: AsyncClient) -> str:
    """Write a post with ten tags, and return its path."""
    post = {"title": "Old", "body": "…", "tags": TAGS}
    answer = await client.post("/posts", json=post)
    return "/posts/" + str(answer.json()["id"])


async def add_posts(session: AsyncSession, count: int) -> None:
    """Store posts by the first user, each with ten tags."""
    author = (await session.scalars(select(User))).one()
    tags = [Tag(name=name) for name in TAGS]
    moment = now()
    for _ in range(count):
        post = Post(author=author, tags=tags, version=1, created_at=moment, updated_at=moment)
        post.set_text("Old", "…")
        post.set_status("published", moment)
        session.add(post)
    await session.commit()


async def add_users(session: AsyncSession, count: int) -> None:
    """Store users who cannot log in."""
    moment = now()
    for number in range(count):
        name = f"user_{number}"
        user = User(username=name, bio="", role="user", created_at=moment, updated_at=moment)
        user.is_active = True
        user.set_display_name("")
        session.add(user)
    await session.commit()


async def test_list_posts_takes_two(
    app: FastAPI, client: AsyncClient, session: AsyncSession
) -> None:
    await add_posts(session, 100)
    for limit in (1, 100):
        with statements(app) as seen:
            page = (await client.get(f"/posts?limit={limit}")).json()
        assert len(page["items"]) == limit
        assert len(seen) == AUTHENTICATION + 2


async def test_list_users_takes_one(
    app: FastAPI, client: AsyncClient, session: AsyncSession
) -> None:
    await add_users(session, 99)
    for limit in (1, 100):
        with statements(app) as seen:
            page = (await client.get(f"/users?limit={limit}")).json()
        assert len(page["items"]) == limit
        assert len(seen) == AUTHENTICATION + 1


async def test_get_post_takes_two(app: FastAPI, client: AsyncClient) -> None:
    path = await write_post(client)
    with statements(app) as seen:
        assert (await client.get(path)).status_code == 200
    assert len(seen) == AUTHENTICATION + 2


async def test_create_post_takes_five(app: FastAPI, client: AsyncClient) -> None:
    with statements(app) as seen:
        await write_post(client)
    assert len(seen) == AUTHENTICATION + 5


async def test_update_post_takes_seven(app: FastAPI, client: AsyncClient) -> None:
    path = await write_post(client)
    with statements(app) as seen:
        changes = {"title": "Changed", "tags": ["another"]}
        assert (await client.patch(path, json=changes)).status_code == 200
    assert len(seen) == AUTHENTICATION + 7


async def test_update_post_with_the_same_content_writes_nothing(
    app: FastAPI, client: AsyncClient
) -> None:
    path = await write_post(client)
    with statements(app) as seen:
        same = {"title": "Old", "tags": list(reversed(TAGS)), "status": "published"}
        assert (await client.patch(path, json=same)).status_code == 200
    assert not [statement for statement in seen if not statement.startswith("SELECT")]
