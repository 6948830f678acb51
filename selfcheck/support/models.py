"""Requests for support and the messages in them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.models import User
from selfcheck.checks.models import SelfCheck
from selfcheck.db import Base
from selfcheck.organisation.models import Unit


class SupportRequest(Base):
    """A unit asks the commissioner's office for support; its first message says for what."""

    __tablename__ = "support_request"
    __table_args__ = (
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)",
            name="closed_in_full",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    # The result from which it was asked; the commissioner sees of it only what is shared.
    check_id: Mapped[UUID | None] = mapped_column(ForeignKey("self_check.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    check: Mapped[SelfCheck | None] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id, lazy="joined")
    closed_by: Mapped[User | None] = relationship(foreign_keys=closed_by_id, lazy="joined")
    messages: Mapped[list[SupportMessage]] = relationship(order_by="SupportMessage.id")


class SupportMessage(Base):
    """One message of a request, by the unit or by the commissioner's office."""

    __tablename__ = "support_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"), index=True)
    at: Mapped[datetime]
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    is_answer: Mapped[bool]  # written by the commissioner's office
    text: Mapped[str] = mapped_column(Text)

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
