"""Measures of a unit, and what a later self-check says about them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.models import User
from selfcheck.checks.limits import MEASURE_LENGTH, RESPONSIBLE_LENGTH
from selfcheck.checks.measures import MeasureState, Outcome
from selfcheck.db import Base, enum_column
from selfcheck.organisation.models import Unit


class Measure(Base):
    """Something that a unit means to do (Maßnahme): what, for which statement, who, until when."""

    __tablename__ = "measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    wording: Mapped[str] = mapped_column(String(MEASURE_LENGTH))
    # The statement that it serves, in this version of the questionnaire; None: none in particular.
    questionnaire_version: Mapped[str] = mapped_column(String(40))
    statement_id: Mapped[str | None] = mapped_column(String(60))
    responsible: Mapped[str] = mapped_column(String(RESPONSIBLE_LENGTH), default="")
    due_on: Mapped[date | None]
    state: Mapped[MeasureState] = mapped_column(
        enum_column(MeasureState), default=MeasureState.PLANNED
    )
    # The day on which it ended, by whoever said so; None as long as it is open.
    closed_on: Mapped[date | None]
    # The submitted check whose texts announced it, and the follow-up in which they stand.
    announced_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("self_check.id"), index=True)
    announced_under: Mapped[str] = mapped_column(String(60), default="")
    # The wording in which it was announced, whatever it was changed to; empty: added by hand.
    announced_as: Mapped[str] = mapped_column(String(MEASURE_LENGTH), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # Grows with every change: a form that was opened before is recognised as outdated.
    revision: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    changed_by: Mapped[User] = relationship(foreign_keys=changed_by_id, lazy="joined")


class MeasureReview(Base):
    """What a check says about a measure announced before: done, in part, not."""

    __tablename__ = "measure_review"

    check_id: Mapped[UUID] = mapped_column(
        ForeignKey("self_check.id", ondelete="CASCADE"), primary_key=True
    )
    measure_id: Mapped[int] = mapped_column(
        ForeignKey("measure.id", ondelete="CASCADE"), primary_key=True
    )
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))

    measure: Mapped[Measure] = relationship(lazy="joined", innerjoin=True)
