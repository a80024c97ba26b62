"""What posts take and give."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from .. import text
from ..shapes import Input, Page, PageQuery, Representation, Search, TextOnly, Timestamp, absent
from ..users.schemas import Author, Username
from .models import Tag


def _not_blank(title: str) -> str:
    if title.isspace():
        raise PydanticCustomError("blank", "a character that is not a space is needed")
    return title


def _no_duplicates(tags: list[str]) -> list[str]:
    if len(set(tags)) < len(tags):
        raise PydanticCustomError("duplicate_item", "an item is there twice")
    return tags


def _names(tags: list[Tag]) -> list[str]:
    return sorted(tag.name for tag in tags)


Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_not_blank)]
Body = Annotated[str, Field(max_length=50_000)]
TagName = Annotated[str, Field(pattern=f"^{text.TAG}$")]
Tags = Annotated[list[TagName], Field(max_length=10), AfterValidator(_no_duplicates)]
Status = Annotated[Literal["draft", "published"], TextOnly]


class NewPost(Input):
    title: Title
    body: Body
    tags: Tags = []
    status: Status = "published"


class PostChanges(Input):
    title: Title = absent()
    body: Body = absent()
    tags: Tags = absent()
    status: Status = absent()


class PostQuery(PageQuery):
    author: Username | None = None
    tag: TagName | None = None
    status: Status = "published"
    q: Search | None = None
    sort: Literal["-created_at", "created_at"] = "-created_at"


class PostMembers(Representation):
    """What is told of a post, alone and in a page."""

    id: UUID
    title: str
    tags: Annotated[list[str], BeforeValidator(_names)]
    status: Status
    author: Author
    created_at: Timestamp
    updated_at: Timestamp
    published_at: Timestamp | None


class PostOut(PostMembers):
    """A post: its own columns only, so that its entity tag is honest."""

    body: str


class PostSummary(PostMembers):
    """A post in a page: without its body, but with what others did to it."""

    likes_count: int
    comments_count: int


class PostStats(Representation):
    """What others did to a post."""

    likes_count: int
    comments_count: int
    liked: bool | None


class TagUse(Representation):
    """A tag, and how many published posts have it."""

    name: str
    posts_count: int


PostPage = Page[PostSummary]
TagPage = Page[TagUse]
