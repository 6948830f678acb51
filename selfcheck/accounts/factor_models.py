"""The second factor of a local account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from selfcheck.db import Base


class SecondFactor(Base):
    """What an authenticator app shares with the application; in force once it was confirmed.

    The secret is stored encrypted, with a key derived from the application's own. ``last_step`` is
    the last time step whose code was taken: no code is taken twice.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(300))
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code that lets the user in once without the app. Only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        Index("uq_recovery_code_user_id_code_hash", "user_id", "code_hash", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
