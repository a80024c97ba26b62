"""The rules of accounts, and the transactions that hold them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from .. import auth, errors, passwords, strict_json, text
from ..auth import Caller
from ..pagination import Slice, fetch_page
from ..posts.models import Post
from ..shapes import PageQuery
from ..sign_ins import throttle
from ..sign_ins.models import SignIn
from .models import Follow, IdempotencyKey, User
from .queries import UserQuerySet
from .schemas import MeChanges, NewUser, PasswordChange, UserChanges, UserQuery


def register_user(*, new_user: NewUser) -> User:
    """Return the new user. Raises UsernameTaken, EmailTaken or InvalidRequest."""
    return _add_user(new_user, role="user")


def create_admin(*, new_user: NewUser) -> User:
    """Return the new admin. Raises as `register_user` does."""
    return _add_user(new_user, role="admin")


def get_me(*, caller: Caller) -> User:
    """Return the caller's account. Raises InvalidToken."""
    user = User.objects.find_user(caller.username)
    if user is None:
        raise errors.InvalidToken
    return user


def update_me(*, caller: Caller, changes: MeChanges, client_address: str) -> User:
    """Return the caller's account, changed.

    A current password is verified whenever it is sent, and has to be sent with an e-mail.
    Raises InvalidToken, InvalidRequest, TooManyAttempts or EmailTaken.
    """
    given = changes.model_fields_set
    if "email" in given and "current_password" not in given:
        raise errors.InvalidRequest(strict_json.body_fault(("current_password",), "required"))
    if "current_password" in given:
        verified = _verify_password(caller, changes.current_password, client_address)
        write = _verified_write(caller, verified, client_address)
    else:
        write = _write(caller)
    try:
        with write as user:
            _apply(user, changes)
    except IntegrityError:  # the e-mail address is all that is unique here
        raise errors.EmailTaken from None
    return user


def change_password(*, caller: Caller, change: PasswordChange, client_address: str) -> None:
    """Set another password and end every sign-in.

    Raises InvalidToken, InvalidRequest or TooManyAttempts.
    """
    account = get_me(caller=caller)
    _refuse_name(change.new_password, "new_password", (account.username, account.email or ""))
    verified = _verify_password(caller, change.current_password, client_address)
    new_hash = passwords.hash_password(change.new_password)
    with _verified_write(caller, verified, client_address) as user:
        user.password = new_hash
        user.updated_at = timezone.now()
        user.save()
        SignIn.objects.end_sign_ins_of(user.id, user.updated_at)


@transaction.atomic
def delete_me(*, caller: Caller) -> None:
    """Delete all that is the caller's, but for the name that nobody gets again.

    Raises InvalidToken, then LastAdmin.
    """
    users = User.objects.lock_with_admins(caller.username)
    user = _lock_caller(caller)
    _refuse_last(users, user)
    Post.objects.delete_posts_of(user.id)
    Follow.objects.delete_follows_of(user.id)
    IdempotencyKey.objects.delete_idempotency_keys_of(user.id)
    SignIn.objects.delete_sign_ins_of(user.id)
    user.erase(timezone.now())
    user.save()


def get_user(*, username: str) -> User:
    """Return a user with their counts. Raises NotFound."""
    user = User.objects.find_profile(username)
    if user is None:
        raise errors.NotFound
    return user


def list_users(*, query: UserQuery) -> Slice[User]:
    """Return a page of users by name. Raises InvalidRequest for a wrong cursor."""
    return fetch_page(
        User.objects.matching(search=query.q),
        key="username",
        sort="username",
        query=query,
        question=("list_users",),
    )


def update_user(*, caller: Caller, username: str, changes: UserChanges) -> User:
    """Return a user whose role or activity an admin changed.

    Raises NotFound, InvalidToken, Forbidden or LastAdmin, in this order.
    """
    if caller.role != "admin":
        get_user(username=username)
        raise errors.Forbidden
    return _administer(caller, username, changes.model_dump(exclude_unset=True))


@transaction.atomic
def follow_user(*, caller: Caller, username: str) -> None:
    """Make the caller follow a user.

    Raises InvalidRequest for oneself, InvalidToken or NotFound, in this order.
    """
    if username == caller.username:
        raise errors.InvalidRequest(strict_json.query_fault("username", "cannot_follow_self"))
    auth.hold_caller(caller)
    user = _hold_user(username)
    Follow.objects.add_follow(follower_id=caller.user_id, followed_id=user.id)


@transaction.atomic
def unfollow_user(*, caller: Caller, username: str) -> None:
    """Make the caller follow a user no longer. Raises NotFound."""
    user = _hold_user(username)
    Follow.objects.remove_follow(follower_id=caller.user_id, followed_id=user.id)


def list_followers(*, username: str, query: PageQuery) -> Slice[User]:
    """Return a page of those who follow a user. Raises InvalidRequest, then NotFound."""
    return _fetch_people("list_followers", User.objects.followers_of(username), username, query)


def list_following(*, username: str, query: PageQuery) -> Slice[User]:
    """Return a page of those whom a user follows. Raises InvalidRequest, then NotFound."""
    return _fetch_people("list_following", User.objects.followed_by(username), username, query)


@transaction.atomic
def _administer(caller: Caller, username: str, given: Mapping[str, Any]) -> User:
    users = User.objects.lock_with_admins(username)
    user = next((one for one in users if one.username == username), None)
    if user is None:
        raise errors.NotFound
    if _identify_again(caller).role != "admin":
        raise errors.Forbidden
    if given.get("role") == "user" or given.get("is_active") is False:
        _refuse_last(users, user)
    if _differs(user, given):
        user.role = given.get("role", user.role)
        user.is_active = given.get("is_active", user.is_active)
        user.updated_at = timezone.now()
        user.save()
    if not user.is_active:
        SignIn.objects.end_sign_ins_of(user.id, timezone.now())
    return user


def _add_user(new_user: NewUser, *, role: str) -> User:
    _refuse_name(new_user.password, "password", (new_user.username, new_user.email))
    user = _make_user(new_user, passwords.hash_password(new_user.password), role)
    try:
        with transaction.atomic():
            _refuse_taken(new_user)
            user.save()
    except IntegrityError:  # somebody else was faster
        _refuse_taken(new_user)
        raise
    return user


def _make_user(new_user: NewUser, password_hash: str, role: str) -> User:
    moment = timezone.now()
    user = User(
        username=new_user.username,
        password=password_hash,
        bio=new_user.bio,
        role=role,
        is_active=True,
        created_at=moment,
        updated_at=moment,
    )
    user.set_email(new_user.email)
    user.set_display_name(new_user.display_name)
    return user


def _fetch_people(
    operation: str, people: UserQuerySet, username: str, query: PageQuery
) -> Slice[User]:
    page = fetch_page(
        people,
        key="username",
        sort="username",
        query=query,
        question=(operation, username),
    )
    # Only now: a wrong cursor (422) comes before what is not there (404).
    if not User.objects.is_there(username):
        raise errors.NotFound
    return page


def _hold_user(username: str) -> User:
    user = User.objects.hold_user_by_name(username)
    if user is None:
        raise errors.NotFound
    return user


def _verify_password(caller: Caller, password: str, client_address: str) -> str | None:
    """Return the hash of the caller's password, if this is it.

    Raises InvalidToken, InvalidRequest for a wrong password, or TooManyAttempts after many.
    """
    account = get_me(caller=caller)
    throttle.count_attempt(email=account.email or "", client_address=client_address)
    # No transaction is open while a password is hashed.
    if not passwords.verify_password(account.password, password):
        fault = strict_json.body_fault(("current_password",), "wrong_password")
        raise errors.InvalidRequest(fault)
    verified: str | None = account.password
    return verified


@contextmanager
def _verified_write(
    caller: Caller, verified_hash: str | None, client_address: str
) -> Iterator[User]:
    with _write(caller) as user:
        if user.password != verified_hash:  # changed by another request just now
            raise errors.InvalidToken
        throttle.forgive_attempt(email=user.email or "", client_address=client_address)
        yield user


@contextmanager
def _write(caller: Caller) -> Iterator[User]:
    with transaction.atomic():
        yield _lock_caller(caller)


def _lock_caller(caller: Caller) -> User:
    user = User.objects.lock_user_by_name(caller.username)
    if user is None:
        raise errors.InvalidToken
    _identify_again(caller)
    return user


def _identify_again(caller: Caller) -> Caller:
    return auth.identify(user_id=caller.user_id, sign_in_id=caller.sign_in_id)


def _apply(user: User, changes: MeChanges) -> None:
    given = changes.model_dump(exclude_unset=True, exclude={"current_password"})
    if not _differs(user, given):
        return
    user.set_display_name(given.get("display_name", user.display_name))
    user.bio = given.get("bio", user.bio)
    user.set_email(given.get("email", user.email))
    user.updated_at = timezone.now()
    user.save()


def _differs(user: User, given: Mapping[str, object]) -> bool:
    return any(getattr(user, name) != value for name, value in given.items())


def _refuse_taken(new_user: NewUser) -> None:
    if User.objects.is_username_taken(new_user.username):
        raise errors.UsernameTaken
    if User.objects.is_email_taken(text.fold(new_user.email)):
        raise errors.EmailTaken


def _refuse_name(password: str, member: str, names: Sequence[str]) -> None:
    if text.fold(password) in map(text.fold, names):
        raise errors.InvalidRequest(strict_json.body_fault((member,), "password_is_name"))


def _refuse_last(users: Sequence[User], user: User) -> None:
    if [one.id for one in users if one.role == "admin" and one.is_active] == [user.id]:
        raise errors.LastAdmin
