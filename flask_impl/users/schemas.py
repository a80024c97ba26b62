"""What accounts take and give."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from .. import text
from ..shapes import Input, Page, PageQuery, Representation, Search, TextOnly, Timestamp, absent
from .models import User


def _username(user: User) -> str:
    return user.username


Username = Annotated[str, Field(pattern=f"^{text.USERNAME}$")]
Email = Annotated[str, Field(max_length=254, pattern=f"^{text.EMAIL}$")]
Password = Annotated[str, Field(min_length=8, max_length=128)]
# The old password is compared, not judged.
CurrentPassword = Annotated[str, Field(min_length=1, max_length=128)]
DisplayName = Annotated[str, Field(max_length=50)]
Bio = Annotated[str, Field(max_length=500)]
Role = Annotated[Literal["user", "admin"], TextOnly]
# Posts and comments show no more of a user than the name.
Author = Annotated[str, BeforeValidator(_username)]


class NewUser(Input):
    username: Username
    email: Email
    password: Password
    display_name: DisplayName = ""
    bio: Bio = ""


class MeChanges(Input):
    display_name: DisplayName = absent()
    bio: Bio = absent()
    email: Email = absent()
    current_password: CurrentPassword = absent()


class PasswordChange(Input):
    current_password: CurrentPassword
    new_password: Password


class UserChanges(Input):
    role: Role = absent()
    is_active: bool = absent()


class UserQuery(PageQuery):
    q: Search | None = None


class UserOut(Representation):
    """A user as everybody sees them."""

    username: str
    display_name: str
    bio: str
    role: Role
    created_at: Timestamp
    posts_count: int
    followers_count: int
    following_count: int


class Me(Representation):
    """A user as they see themselves, and as an admin sees them."""

    username: str
    email: str
    display_name: str
    bio: str
    role: Role
    is_active: bool
    created_at: Timestamp
    updated_at: Timestamp


UserPage = Page[UserOut]
