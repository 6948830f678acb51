"""Rounds of self-checks, and the units that are called."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.models import User
from selfcheck.db import Base
from selfcheck.organisation.models import Unit
from selfcheck.rounds.limits import TITLE_LENGTH


class Round(Base):
    """The commissioner calls units to a self-check (Runde)."""

    __tablename__ = "check_round"
    __table_args__ = (CheckConstraint("begins_on <= deadline", name="begins_before_its_deadline"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    # Checks made from this day on count for the round.
    begins_on: Mapped[date]
    deadline: Mapped[date]
    called_at: Mapped[datetime]
    called_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    called_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class RoundUnit(Base):
    """A unit that is called to a round."""

    __tablename__ = "check_round_unit"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("check_round.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    reminded_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
