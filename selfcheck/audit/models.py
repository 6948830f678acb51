"""The audit trail: append-only, by triggers of the database (migration 0002)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.db import Base


class AuditEvent(Base):
    """Who did what, when. ``details`` is a German sentence or empty; it names no staff."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_at_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    # Plain text, so that rows of a later version never break the page of an older one.
    action: Mapped[str] = mapped_column(String(40), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    subject: Mapped[str] = mapped_column(String(400), default="")
    details: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(String(64), default="")

    # Named as text: this feature lies below the accounts and does not import them.
    actor: Mapped[Any] = relationship("User", lazy="joined", viewonly=True)
