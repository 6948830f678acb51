"""Self-checks (Selbstchecks) with their answers, as drafts and submitted."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.models import User
from selfcheck.checks.states import CheckState
from selfcheck.db import Base, enum_column
from selfcheck.organisation.models import Unit


class SelfCheck(Base):
    """One questionnaire, filled in for one unit.

    The id is made when the empty form is shown, so that sending it twice makes one check.
    """

    __tablename__ = "self_check"
    __table_args__ = (
        CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)"
            " AND (state = 'submitted') = (submitted_by_id IS NOT NULL)"
            " AND (state = 'submitted') = (total_points IS NOT NULL)",
            name="submitted_in_full",
        ),
        Index("ix_self_check_unit_id_checked_on", "unit_id", "checked_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    # The day the answers speak of, as on the paper form („Datum“).
    checked_on: Mapped[date]
    questionnaire_version: Mapped[str] = mapped_column(String(40))
    state: Mapped[CheckState] = mapped_column(enum_column(CheckState), default=CheckState.DRAFT)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # The total that scoring.score found at submission; lists filter and sort by it.
    total_points: Mapped[int | None]

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    changed_by: Mapped[User] = relationship(foreign_keys=changed_by_id, lazy="joined")
    submitted_by: Mapped[User | None] = relationship(foreign_keys=submitted_by_id, lazy="joined")
    answers: Mapped[list[Answer]] = relationship(
        cascade="all, delete-orphan", order_by="Answer.question_id"
    )

    @property
    def is_draft(self) -> bool:
        """Whether the check can still be changed."""
        return self.state is CheckState.DRAFT


class Answer(Base):
    """What was answered to one statement (points) or one follow-up (text, ticked options).

    Drafts also keep here what they say about measures, and who changed unit and day: see inputs.
    """

    __tablename__ = "self_check_answer"
    __table_args__ = (CheckConstraint("points >= 0", name="points_not_negative"),)

    check_id: Mapped[UUID] = mapped_column(
        ForeignKey("self_check.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    points: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text, default="")
    option_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # The opened form that wrote it last: one form is never in conflict with itself.
    form_id: Mapped[str] = mapped_column(String(36), default="")

    changed_by: Mapped[User] = relationship()
