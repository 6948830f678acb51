"""Uploaded lists that are previewed, not yet applied."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from selfcheck.db import Base

FILENAME_LENGTH = 255


class Upload(Base):
    """A list that one user sent for one purpose. It is gone once applied, or after a day."""

    __tablename__ = "upload"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
    filename: Mapped[str] = mapped_column(String(FILENAME_LENGTH))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    # A ZIP of certificates that was sent with the list.
    attachment: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
