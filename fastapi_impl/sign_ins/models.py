"""Sign-ins, their refresh tokens, and the log-ins that were tried."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, new_id


class SignIn(Base):
    """One log-in and all that it was refreshed into, until it ends."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("sign_ins_user_id_idx", "user_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", deferrable=True, initially="DEFERRED")
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RefreshToken(Base):
    """A refresh token, known by its digest alone. A used one is kept, to tell a replay."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        UniqueConstraint("token_hash", name="refresh_tokens_token_hash_key"),
        Index("refresh_tokens_sign_in_id_idx", "sign_in_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sign_in_id: Mapped[UUID] = mapped_column(
        ForeignKey("sign_ins.id", deferrable=True, initially="DEFERRED")
    )
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginAttempt(Base):
    """How often one pair of e-mail and client address failed in its window."""

    __tablename__ = "login_attempts"
    __table_args__ = (UniqueConstraint("digest", name="login_attempts_digest_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64))
    failures: Mapped[int]
    window_ends_at: Mapped[datetime]
