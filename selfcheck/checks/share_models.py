"""Which self-checks are shared with the commissioner, and how much of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.models import User
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.sharing import LEVEL_LABELS, ShareLevel
from selfcheck.db import Base, enum_column


class Share(Base):
    """What a unit shares of a submitted check; without a row, nothing."""

    __tablename__ = "self_check_share"

    check_id: Mapped[UUID] = mapped_column(
        ForeignKey("self_check.id", ondelete="CASCADE"), primary_key=True
    )
    level: Mapped[ShareLevel] = mapped_column(enum_column(ShareLevel))
    shared_at: Mapped[datetime]
    shared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # The unit's measures as the preview showed them: what is seen does not grow by itself.
    measures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    check: Mapped[SelfCheck] = relationship(lazy="joined", innerjoin=True)
    shared_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def label(self) -> str:
        """How much is shared, in words."""
        return LEVEL_LABELS[self.level]
