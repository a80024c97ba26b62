"""No operation asks the database more often for a longer page."""

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.comments.models import Comment
from fastapi_impl.database import now
from fastapi_impl.posts.models import Post, Tag
from fastapi_impl.users.models import Follow, User

from .conftest import statements

pytestmark = pytest.mark.anyio

AUTHENTICATION = 1
MANY = 100
TAGS = [f"tag-{number}" for number in range(10)]
# Each list of more items than a page holds, and how many statements a page takes.
LISTS = {
    "/users": 1,
    "/posts": 2,
    "/feed": 2,
    "/tags": 1,
    "/users/alice/followers": 2,
    "/users/alice/following": 2,
}


async def write_post(client: AsyncClient) -> str:
    """Write a post with ten tags, and return its path."""
    post = {"title": "Old", "body": "…", "tags": TAGS}
    answer = await client.post("/posts", json=post)
    return "/posts/" + str(answer.json()["id"])


async def add_crowd(session: AsyncSession) -> None:
    """Store many users who follow alice and are followed by her; each wrote a post."""
    alice = (await session.scalars(select(User))).one()
    tags = [Tag(name=name) for name in TAGS[1:]]
    for number in range(MANY):
        user = make_user(f"user_{number}")
        session.add(user)
        await session.flush()
        session.add(Follow(follower_id=user.id, followed_id=alice.id))
        session.add(Follow(follower_id=alice.id, followed_id=user.id))
        session.add(make_post(user, [*tags, Tag(name=f"of-{number}")]))
    await session.commit()


async def add_comments(session: AsyncSession) -> str:
    """Store a post with many comments, and return its path."""
    alice, moment = (await session.scalars(select(User))).one(), now()
    post = make_post(alice, [])
    for _ in range(MANY):
        comment = Comment(post=post, author=alice, body="…", version=1)
        comment.created_at = comment.updated_at = moment
        session.add(comment)
    await session.commit()
    return f"/posts/{post.id}"


def make_user(name: str) -> User:
    """Return a user who cannot log in."""
    moment = now()
    user = User(username=name, bio="", role="user", created_at=moment, updated_at=moment)
    user.is_active = True
    user.set_display_name("")
    return user


def make_post(author: User, tags: list[Tag]) -> Post:
    """Return a published post."""
    moment = now()
    post = Post(author=author, tags=tags, version=1, created_at=moment, updated_at=moment)
    post.set_text("Old", "…")
    post.set_status("published", moment)
    return post


async def count_by_page_size(app: FastAPI, client: AsyncClient, path: str) -> list[int]:
    """Return how many statements a page of one item takes, and one of a hundred."""
    counts = []
    for limit in (1, MANY):
        with statements(app) as seen:
            page = (await client.get(f"{path}?limit={limit}")).json()
        assert len(page["items"]) == limit
        counts.append(len(seen) - AUTHENTICATION)
    return counts


async def test_lists_take_one_or_two(
    app: FastAPI, client: AsyncClient, session: AsyncSession
) -> None:
    await add_crowd(session)
    counts = {path: await count_by_page_size(app, client, path) for path in LISTS}
    assert counts == {path: [count, count] for path, count in LISTS.items()}


async def test_list_comments_takes_two(
    app: FastAPI, client: AsyncClient, session: AsyncSession
) -> None:
    path = await add_comments(session)
    assert await count_by_page_size(app, client, f"{path}/comments") == [2, 2]


async def test_reading_one_thing_takes_one_or_two(app: FastAPI, client: AsyncClient) -> None:
    post = await write_post(client)
    made = await client.post(f"{post}/comments", json={"body": "…"})
    comment = f"/comments/{made.json()['id']}"
    budgets = {post: 2, f"{post}/stats": 1, comment: 1, "/users/alice": 1}
    counts = {}
    for path in budgets:
        with statements(app) as seen:
            assert (await client.get(path)).status_code == 200
        counts[path] = len(seen) - AUTHENTICATION
    assert counts == budgets


async def test_create_post_takes_five(app: FastAPI, client: AsyncClient) -> None:
    with statements(app) as seen:
        await write_post(client)
    assert len(seen) == AUTHENTICATION + 5


async def test_an_idempotency_key_takes_two_more(app: FastAPI, client: AsyncClient) -> None:
    async def send() -> Response:
        post = {"title": "Old", "body": "…", "tags": TAGS}
        return await client.post("/posts", json=post, headers={"Idempotency-Key": "once"})

    with statements(app) as seen:
        first = await send()
    assert len(seen) == AUTHENTICATION + 2 + 5
    with statements(app) as seen:
        assert (await send()).json() == first.json()
    assert len(seen) == AUTHENTICATION + 2 + 1


async def test_update_post_takes_seven(app: FastAPI, client: AsyncClient) -> None:
    path = await write_post(client)
    with statements(app) as seen:
        changes = {"title": "Changed", "tags": ["another"]}
        changed = await client.patch(path, json=changes, headers={"If-Match": '"1"'})
        assert changed.status_code == 200
    assert len(seen) == AUTHENTICATION + 7


async def test_update_post_with_the_same_content_writes_nothing(
    app: FastAPI, client: AsyncClient
) -> None:
    path = await write_post(client)
    with statements(app) as seen:
        same = {"title": "Old", "tags": list(reversed(TAGS)), "status": "published"}
        unchanged = await client.patch(path, json=same, headers={"If-Match": "*"})
        assert unchanged.status_code == 200
    assert not [statement for statement in seen if not statement.startswith("SELECT")]


async def test_small_writes_take_at_most_three(
    app: FastAPI, client: AsyncClient, session: AsyncSession
) -> None:
    post = await write_post(client)
    session.add(make_user("bob"))
    await session.commit()
    for path in (f"{post}/like", "/users/bob/follow"):
        with statements(app) as seen:
            assert (await client.put(path)).status_code == 204
        assert len(seen) == AUTHENTICATION + 3
    with statements(app) as seen:
        made = await client.post(f"{post}/comments", json={"body": "Old"})
    assert len(seen) == AUTHENTICATION + 3
    comment, match = f"/comments/{made.json()['id']}", {"If-Match": '"1"'}
    with statements(app) as seen:
        changed = await client.patch(comment, json={"body": "New"}, headers=match)
        assert changed.status_code == 200
    assert len(seen) == AUTHENTICATION + 2
