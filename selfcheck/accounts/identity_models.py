"""Who a user is at the city's identity provider."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from selfcheck.db import Base


class ExternalIdentity(Base):
    """The subject under which an identity provider knows a user, one for each provider."""

    __tablename__ = "external_identity"
    __table_args__ = (
        Index("uq_external_identity_user_id_issuer", "user_id", "issuer", unique=True),
    )

    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    linked_at: Mapped[datetime]
