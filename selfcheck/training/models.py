"""Training records (Schulungen), what proves them, and questions to the commissioner."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.models import User
from selfcheck.db import Base, enum_column
from selfcheck.documents import MediaType
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Person
from selfcheck.training.kinds import (
    Area,
    EvidenceKind,
    Format,
    LengthUnit,
    Origin,
    Outcome,
    RecordEvent,
)
from selfcheck.training.limits import PROVIDER_LENGTH, TITLE_LENGTH

FILENAME_LENGTH = 255
IS_VALID = text("withdrawn_at IS NULL")


class TrainingRecord(Base):
    """One person's training. Withdrawn records stay, for the history; they count nowhere."""

    __tablename__ = "training_record"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="ends_after_its_start"),
        CheckConstraint("duration_minutes > 0", name="lasts"),
        Index(
            "uq_training_record_person_id_title_key_first_day_last_day",
            "person_id",
            "title_key",
            "first_day",
            "last_day",
            unique=True,
            sqlite_where=IS_VALID,
            postgresql_where=IS_VALID,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    # The title without case and superfluous blanks: two spellings are one training. Without
    # case a letter can become three (ﬃ).
    title_key: Mapped[str] = mapped_column(String(3 * TITLE_LENGTH))
    provider: Mapped[str] = mapped_column(String(PROVIDER_LENGTH))
    # Empty: still to be clarified.
    area: Mapped[Area | None] = mapped_column(enum_column(Area))
    format: Mapped[Format] = mapped_column(enum_column(Format))
    origin: Mapped[Origin] = mapped_column(enum_column(Origin))
    first_day: Mapped[date]
    last_day: Mapped[date]
    duration_minutes: Mapped[int]
    # In what the length was entered; only for showing it the same way again.
    length_unit: Mapped[LengthUnit] = mapped_column(enum_column(LengthUnit))
    # The latest question to the commissioner about this record.
    question_id: Mapped[int | None] = mapped_column(
        ForeignKey("recognition_question.id"), index=True
    )
    # What the office had taken it for when it asked; comes back if the question is taken back.
    area_before_question: Mapped[Area | None] = mapped_column(
        enum_column(Area, "area_before_question_known")
    )
    recorded_at: Mapped[datetime]
    # Empty: by command.
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    # Grows with every change: an outdated form is recognised.
    revision: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship()
    recorded_by: Mapped[User | None] = relationship(lazy="joined")
    evidence: Mapped[list[Evidence]] = relationship(
        back_populates="record", order_by="Evidence.id", cascade="all, delete-orphan"
    )
    question: Mapped[RecognitionQuestion | None] = relationship(back_populates="records")
    events: Mapped[list[TrainingEvent]] = relationship(order_by="TrainingEvent.id")

    @property
    def is_valid(self) -> bool:
        """Whether the record was not withdrawn."""
        return self.withdrawn_at is None


class TrainingEvent(Base):
    """One step in the history of a record after it was entered: who, when, why, what changed."""

    __tablename__ = "training_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("training_record.id"), index=True)
    at: Mapped[datetime]
    # Empty: by command.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[RecordEvent] = mapped_column(enum_column(RecordEvent))
    reason: Mapped[str] = mapped_column(Text, default="")
    # (label, before, after), as people read them.
    changes: Mapped[list[list[str]]] = mapped_column(JSON, default=list)

    actor: Mapped[User | None] = relationship(lazy="joined")


class Certificate(Base):
    """A file that proves trainings. Without evidence that refers to it, it waits for its use.

    A waiting certificate is its uploader's alone.
    """

    __tablename__ = "certificate"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    filename: Mapped[str] = mapped_column(String(FILENAME_LENGTH))
    media_type: Mapped[MediaType] = mapped_column(enum_column(MediaType))
    size_bytes: Mapped[int]
    uploaded_at: Mapped[datetime]
    # Empty: by command.
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    is_waiting: Mapped[bool] = mapped_column(default=False)

    uploaded_by: Mapped[User | None] = relationship(lazy="joined")

    @property
    def is_emptied(self) -> bool:
        """Whether the file was deleted after its period, with its name; the proof still counts."""
        return not self.sha256


class CertificateContent(Base):
    """The bytes of a certificate, in a table of their own so that no list loads them."""

    __tablename__ = "certificate_content"

    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificate.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)


class WaitingText(Base):
    """What could be read in a waiting certificate; gone once it is assigned."""

    __tablename__ = "certificate_waiting_text"

    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificate.id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str] = mapped_column(Text)


class Evidence(Base):
    """What proves a record: a certificate, an original that was seen, or the central unit's word.

    One certificate may prove several records.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'certificate') = (certificate_id IS NOT NULL)"
            " AND (kind = 'seen') = (seen_on IS NOT NULL)",
            name="complete_for_its_kind",
        ),
        Index("uq_evidence_record_id_certificate_id", "record_id", "certificate_id", unique=True),
        Index(
            "uq_evidence_record_id_kind",
            "record_id",
            "kind",
            unique=True,
            sqlite_where=text("certificate_id IS NULL"),
            postgresql_where=text("certificate_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("training_record.id"))
    kind: Mapped[EvidenceKind] = mapped_column(enum_column(EvidenceKind))
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    seen_on: Mapped[date | None]
    added_at: Mapped[datetime]
    # Empty: by command.
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    record: Mapped[TrainingRecord] = relationship(back_populates="evidence")
    certificate: Mapped[Certificate | None] = relationship(lazy="joined")
    added_by: Mapped[User | None] = relationship(lazy="joined")


class RecognitionQuestion(Base):
    """A doubtful training, put to the commissioner without the person's name.

    It holds a copy of what the commissioner sees, so that a later correction of the record does
    not change what was decided on.
    """

    __tablename__ = "recognition_question"
    __table_args__ = (
        CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)"
            " AND (outcome IS NOT NULL AND outcome = 'recognised') = (area IS NOT NULL)",
            name="decided_in_full",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    provider: Mapped[str] = mapped_column(String(PROVIDER_LENGTH))
    format: Mapped[Format] = mapped_column(enum_column(Format))
    duration_minutes: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    # What the office had taken it for.
    proposed_area: Mapped[Area | None] = mapped_column(enum_column(Area, "proposed_area_known"))
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    area: Mapped[Area | None] = mapped_column(enum_column(Area))
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id, lazy="joined")
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id, lazy="joined")
    certificate: Mapped[Certificate | None] = relationship(lazy="joined")
    records: Mapped[list[TrainingRecord]] = relationship(back_populates="question")

    @property
    def is_open(self) -> bool:
        """Whether the commissioner has not decided yet."""
        return self.outcome is None
