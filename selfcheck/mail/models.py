"""Messages to users: they are read in the application, and sent as mails."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.limits import EMAIL_LENGTH
from selfcheck.accounts.models import User
from selfcheck.db import Base
from selfcheck.mail.limits import ERROR_LENGTH, KEY_LENGTH, PATH_LENGTH, SUBJECT_LENGTH


class Message(Base):
    """A message to one user; it holds numbers and units, never names of staff."""

    __tablename__ = "message"
    __table_args__ = (
        # Nobody is told the same thing twice.
        Index("uq_message_recipient_id_key", "recipient_id", "key", unique=True),
        Index(
            "ix_message_waiting",
            "next_attempt_at",
            sqlite_where=text("next_attempt_at IS NOT NULL"),
            postgresql_where=text("next_attempt_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # What the message is about; the same for all who are told of it.
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    # The recipient's address at the time.
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    body: Mapped[str] = mapped_column(Text)
    # The page that the message is about, within the application; empty: none.
    path: Mapped[str] = mapped_column(String(PATH_LENGTH))
    created_at: Mapped[datetime]
    # Empty as long as the recipient has not marked it as read in the application.
    read_at: Mapped[datetime | None]
    # Empty as long as no server has taken it.
    sent_at: Mapped[datetime | None]
    # When it is tried to be sent next; empty: it was sent, or given up.
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(ERROR_LENGTH), default="")

    recipient: Mapped[User] = relationship(lazy="joined", innerjoin=True)
