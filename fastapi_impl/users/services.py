"""The rules of accounts, and the transactions that hold them."""

from collections.abc import Sequence

from sqlalchemy import Select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from .. import auth, database, errors, passwords, strict_json, text
from ..auth import Caller
from ..pagination import Slice, fetch_page
from ..posts import queries as post_queries
from ..shapes import PageQuery
from ..sign_ins import queries as sign_in_queries
from ..sign_ins import throttle
from . import queries
from .models import User
from .schemas import MeChanges, NewUser, PasswordChange, UserChanges, UserQuery


async def register_user(session: AsyncSession, *, new_user: NewUser) -> User:
    """Return the new user. Raises UsernameTaken, EmailTaken or InvalidRequest."""
    return await _add_user(session, new_user, role="user")


async def create_admin(session: AsyncSession, *, new_user: NewUser) -> User:
    """Return the new admin. Raises as `register_user` does."""
    return await _add_user(session, new_user, role="admin")


async def get_me(session: AsyncSession, *, caller: Caller) -> User:
    """Return the caller's account. Raises InvalidToken."""
    user = await queries.find_user(session, caller.username)
    if user is None:
        raise errors.InvalidToken
    return user


async def update_me(
    session: AsyncSession, *, caller: Caller, changes: MeChanges, client_address: str
) -> User:
    """Return the caller's account, changed.

    A current password is verified whenever it is sent, and has to be sent with an e-mail.
    Raises InvalidToken, InvalidRequest, TooManyAttempts or EmailTaken.
    """
    given = changes.model_fields_set
    if "email" in given and "current_password" not in given:
        raise errors.InvalidRequest(strict_json.body_fault(("current_password",), "required"))
    if "current_password" in given:
        verified = await _verify_password(session, caller, changes.current_password, client_address)
        user = await _begin_verified_write(session, caller, verified, client_address)
    else:
        user = await _begin_write(session, caller)
    if "display_name" in given:
        user.set_display_name(changes.display_name)
    if "bio" in given:
        user.bio = changes.bio
    if "email" in given:
        user.set_email(changes.email)
    _touch_if_changed(session, user)
    try:
        await session.commit()
    except IntegrityError:  # the e-mail address is all that is unique here
        raise errors.EmailTaken from None
    return user


async def change_password(
    session: AsyncSession, *, caller: Caller, change: PasswordChange, client_address: str
) -> None:
    """Set another password and end every sign-in.

    Raises InvalidToken, InvalidRequest or TooManyAttempts.
    """
    account = await get_me(session, caller=caller)
    _refuse_name(change.new_password, "new_password", (account.username, account.email or ""))
    verified = await _verify_password(session, caller, change.current_password, client_address)
    new_hash = await passwords.hash_password(change.new_password)
    user = await _begin_verified_write(session, caller, verified, client_address)
    user.password_hash = new_hash
    user.updated_at = database.now()
    await sign_in_queries.end_sign_ins_of(session, user.id, user.updated_at)
    await session.commit()


async def delete_me(session: AsyncSession, *, caller: Caller) -> None:
    """Delete all that is the caller's, but for the name that nobody gets again.

    Raises InvalidToken, then LastAdmin.
    """
    await database.begin_write(session)
    users = await queries.lock_with_admins(session, caller.username)
    user = await _lock_caller(session, caller)
    _refuse_last(users, user)
    await post_queries.delete_posts_of(session, user.id)
    await queries.delete_follows_of(session, user.id)
    await queries.delete_idempotency_keys_of(session, user.id)
    await sign_in_queries.delete_sign_ins_of(session, user.id)
    user.erase(database.now())
    await session.commit()


async def get_user(session: AsyncSession, *, username: str) -> User:
    """Return a user with their counts. Raises NotFound."""
    user = await queries.find_profile(session, username)
    if user is None:
        raise errors.NotFound
    return user


async def list_users(session: AsyncSession, *, query: UserQuery) -> Slice:
    """Return a page of users by name. Raises InvalidRequest for a wrong cursor."""
    return await fetch_page(
        session,
        queries.select_users(search=query.q),
        key=User.username,
        sort="username",
        query=query,
        question=("list_users",),
    )


async def update_user(
    session: AsyncSession, *, caller: Caller, username: str, changes: UserChanges
) -> User:
    """Return a user whose role or activity an admin changed.

    Raises NotFound, InvalidToken, Forbidden or LastAdmin, in this order.
    """
    if caller.role != "admin":
        await get_user(session, username=username)
        raise errors.Forbidden
    await database.begin_write(session)
    users = await queries.lock_with_admins(session, username)
    user = next((one for one in users if one.username == username), None)
    if user is None:
        raise errors.NotFound
    if (await _identify_again(session, caller)).role != "admin":
        raise errors.Forbidden
    given = changes.model_dump(exclude_unset=True)
    if given.get("role") == "user" or given.get("is_active") is False:
        _refuse_last(users, user)
    user.role = given.get("role", user.role)
    user.is_active = given.get("is_active", user.is_active)
    _touch_if_changed(session, user)
    if not user.is_active:
        await sign_in_queries.end_sign_ins_of(session, user.id, database.now())
    await session.commit()
    return user


async def follow_user(session: AsyncSession, *, caller: Caller, username: str) -> None:
    """Make the caller follow a user.

    Raises InvalidRequest for oneself, InvalidToken or NotFound, in this order.
    """
    if username == caller.username:
        raise errors.InvalidRequest(strict_json.query_fault("username", "cannot_follow_self"))
    await database.begin_write(session)
    await auth.hold_caller(session, caller)
    user = await _hold_user(session, username)
    await queries.add_follow(session, follower_id=caller.user_id, followed_id=user.id)
    await session.commit()


async def unfollow_user(session: AsyncSession, *, caller: Caller, username: str) -> None:
    """Make the caller follow a user no longer. Raises NotFound."""
    await database.begin_write(session)
    user = await _hold_user(session, username)
    await queries.remove_follow(session, follower_id=caller.user_id, followed_id=user.id)
    await session.commit()


async def list_followers(session: AsyncSession, *, username: str, query: PageQuery) -> Slice:
    """Return a page of those who follow a user. Raises InvalidRequest, then NotFound."""
    followers = queries.select_followers(username)
    return await _fetch_people(session, "list_followers", followers, username, query)


async def list_following(session: AsyncSession, *, username: str, query: PageQuery) -> Slice:
    """Return a page of those whom a user follows. Raises InvalidRequest, then NotFound."""
    following = queries.select_following(username)
    return await _fetch_people(session, "list_following", following, username, query)


async def _add_user(session: AsyncSession, new_user: NewUser, *, role: str) -> User:
    _refuse_name(new_user.password, "password", (new_user.username, new_user.email))
    password_hash = await passwords.hash_password(new_user.password)
    await database.begin_write(session)
    await _refuse_taken(session, new_user)
    user = _make_user(new_user, password_hash, role)
    session.add(user)
    try:
        await session.commit()
    except IntegrityError:  # somebody else was faster
        await session.rollback()
        await _refuse_taken(session, new_user)
        raise
    return user


def _make_user(new_user: NewUser, password_hash: str, role: str) -> User:
    moment = database.now()
    user = User(
        username=new_user.username,
        password_hash=password_hash,
        bio=new_user.bio,
        role=role,
        is_active=True,
        created_at=moment,
        updated_at=moment,
    )
    user.set_email(new_user.email)
    user.set_display_name(new_user.display_name)
    return user


async def _fetch_people(
    session: AsyncSession, operation: str, people: Select[User], username: str, query: PageQuery
) -> Slice:
    page = await fetch_page(
        session,
        people,
        key=User.username,
        sort="username",
        query=query,
        question=(operation, username),
    )
    # Only now: a wrong cursor (422) comes before what is not there (404).
    if not await queries.is_there(session, username):
        raise errors.NotFound
    return page


async def _hold_user(session: AsyncSession, username: str) -> User:
    user = await queries.hold_user_by_name(session, username)
    if user is None:
        raise errors.NotFound
    return user


async def _verify_password(
    session: AsyncSession, caller: Caller, password: str, client_address: str
) -> str | None:
    """Return the hash of the caller's password, if this is it.

    Raises InvalidToken, InvalidRequest for a wrong password, or TooManyAttempts after many.
    """
    account = await get_me(session, caller=caller)
    email, password_hash = account.email or "", account.password_hash
    await throttle.count_attempt(session, email=email, client_address=client_address)
    await session.rollback()  # nothing is held open while a password is hashed
    if not await passwords.verify_password(password_hash, password):
        fault = strict_json.body_fault(("current_password",), "wrong_password")
        raise errors.InvalidRequest(fault)
    return password_hash


async def _begin_verified_write(
    session: AsyncSession, caller: Caller, verified_hash: str | None, client_address: str
) -> User:
    user = await _begin_write(session, caller)
    if user.password_hash != verified_hash:  # changed by another request just now
        raise errors.InvalidToken
    await throttle.forgive_attempt(session, email=user.email or "", client_address=client_address)
    return user


async def _begin_write(session: AsyncSession, caller: Caller) -> User:
    await database.begin_write(session)
    return await _lock_caller(session, caller)


async def _lock_caller(session: AsyncSession, caller: Caller) -> User:
    user = await queries.lock_user_by_name(session, caller.username)
    if user is None:
        raise errors.InvalidToken
    await _identify_again(session, caller)
    return user


async def _identify_again(session: AsyncSession, caller: Caller) -> Caller:
    return await auth.identify(session, user_id=caller.user_id, sign_in_id=caller.sign_in_id)


def _touch_if_changed(session: AsyncSession, user: User) -> None:
    if session.is_modified(user):
        user.updated_at = database.now()


async def _refuse_taken(session: AsyncSession, new_user: NewUser) -> None:
    if await queries.is_username_taken(session, new_user.username):
        raise errors.UsernameTaken
    if await queries.is_email_taken(session, text.fold(new_user.email)):
        raise errors.EmailTaken


def _refuse_name(password: str, member: str, names: Sequence[str]) -> None:
    if text.fold(password) in map(text.fold, names):
        raise errors.InvalidRequest(strict_json.body_fault((member,), "password_is_name"))


def _refuse_last(users: Sequence[User], user: User) -> None:
    if [one.id for one in users if one.role == "admin" and one.is_active] == [user.id]:
        raise errors.LastAdmin
