"""Requests for an evaluation, the offices that are asked, and what they delivered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.models import User
from selfcheck.db import Base, enum_column
from selfcheck.evaluation.limits import TITLE_LENGTH
from selfcheck.evaluation.states import PartState
from selfcheck.organisation.models import Unit


class EvaluationRequest(Base):
    """What the Haupt- und Personalamt asks of the offices (Anforderung)."""

    __tablename__ = "evaluation_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    # The key of a mandate in training.mandates.
    mandate_key: Mapped[str] = mapped_column(String(20))
    reference_date: Mapped[date]
    deadline: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # Set while nothing can be delivered any more.
    closed_at: Mapped[datetime | None]
    # When offices with provisional figures were asked to confirm them.
    confirmation_asked_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    opened_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    parts: Mapped[list[Part]] = relationship(back_populates="request")

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be delivered any more."""
        return self.closed_at is not None


class Part(Base):
    """A reporting unit's part of a request."""

    __tablename__ = "evaluation_part"
    __table_args__ = (
        CheckConstraint("(state = 'ready') = (ready_at IS NOT NULL)", name="ready_in_full"),
        Index("uq_evaluation_part_request_id_unit_id", "request_id", "unit_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("evaluation_request.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[PartState] = mapped_column(enum_column(PartState), default=PartState.OPEN)
    # When the unit was asked: at first, or once more.
    asked_at: Mapped[datetime]
    # Granted to this unit alone.
    own_deadline: Mapped[date | None]
    # The office's word to the Haupt- und Personalamt.
    comment: Mapped[str] = mapped_column(Text, default="")
    ready_at: Mapped[datetime | None]
    ready_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # The figures that were marked ready; see snapshot.write_figures.
    ready_figures: Mapped[str] = mapped_column(String(400), default="")
    # Grows with every change: an outdated form is recognised.
    revision: Mapped[int] = mapped_column(default=1)

    request: Mapped[EvaluationRequest] = relationship(
        back_populates="parts", lazy="joined", innerjoin=True
    )
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    ready_by: Mapped[User | None] = relationship(lazy="joined")
    deliveries: Mapped[list[Delivery]] = relationship(
        back_populates="part", order_by="Delivery.number"
    )

    @property
    def deadline(self) -> date:
        """Until when the unit delivers: its own deadline, unless that of all is later."""
        return max(self.own_deadline or self.request.deadline, self.request.deadline)


class Delivery(Base):
    """What an office handed over (Meldung): frozen, whatever becomes of the data.

    ``content`` is the canonical form over which ``sha256`` was taken; see snapshot.py.
    """

    __tablename__ = "evaluation_delivery"
    __table_args__ = (
        CheckConstraint(
            "(returned_at IS NULL) = (returned_by_id IS NULL)"
            " AND (returned_at IS NULL) = (return_reason = '')",
            name="returned_in_full",
        ),
        Index("uq_evaluation_delivery_part_id_number", "part_id", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("evaluation_part.id"))
    # 1, 2 … within the office's part: earlier ones stay as history.
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    released_at: Mapped[datetime]
    released_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # Released before the reference date had come.
    is_provisional: Mapped[bool]
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    return_reason: Mapped[str] = mapped_column(Text, default="")

    part: Mapped[Part] = relationship(back_populates="deliveries", lazy="joined", innerjoin=True)
    released_by: Mapped[User] = relationship(foreign_keys=released_by_id, lazy="joined")
    returned_by: Mapped[User | None] = relationship(foreign_keys=returned_by_id, lazy="joined")
