"""What comments take and give."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from ..shapes import Input, Page, PageQuery, Representation, Timestamp, absent
from ..users.schemas import Author

Body = Annotated[str, Field(min_length=1, max_length=5_000)]


class NewComment(Input):
    body: Body


class CommentChanges(Input):
    body: Body = absent()


class CommentQuery(PageQuery):
    sort: Literal["-created_at", "created_at"] = "-created_at"


class CommentOut(Representation):
    """A comment: its own columns only, so that its entity tag is honest."""

    id: UUID
    post_id: UUID
    author: Author
    body: str
    created_at: Timestamp
    updated_at: Timestamp


CommentPage = Page[CommentOut]
