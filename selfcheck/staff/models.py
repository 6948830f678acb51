"""People (Personal) and their assignments to units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.models import User
from selfcheck.db import Base, enum_column
from selfcheck.organisation.models import Unit
from selfcheck.staff.kinds import Touched
from selfcheck.staff.limits import PERSON_NAME_LENGTH, PERSON_NUMBER_LENGTH
from selfcheck.staff.periods import covers

FILENAME_LENGTH = 255


class Person(Base):
    """Somebody who works, worked or will work for the city."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Text: leading zeros belong to it.
    number: Mapped[str] = mapped_column(String(PERSON_NUMBER_LENGTH), unique=True)
    last_name: Mapped[str] = mapped_column(String(PERSON_NAME_LENGTH))
    first_name: Mapped[str] = mapped_column(String(PERSON_NAME_LENGTH))
    sort_key: Mapped[str] = mapped_column(String(4 * PERSON_NAME_LENGTH), index=True)
    # Grows with every change of the person or an assignment: an outdated form is recognised.
    revision: Mapped[int] = mapped_column(default=1)

    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="person", order_by="Assignment.first_day", cascade="all, delete-orphan"
    )

    @property
    def name(self) -> str:
        """Last and first name, as lists sort them."""
        return f"{self.last_name}, {self.first_name}"

    def assignment_on(self, day: date) -> Assignment | None:
        """Return where the person works on a day."""
        return next((one for one in self.assignments if one.covers(day)), None)


class Assignment(Base):
    """Where a person works, in which capacity, from when to when; at most one on any day."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="ends_after_its_start"),
        Index("uq_assignment_person_id_first_day", "person_id", "first_day", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    is_manager: Mapped[bool] = mapped_column(default=False)
    has_citizen_contact: Mapped[bool] = mapped_column(default=False)
    does_media_work: Mapped[bool] = mapped_column(default=False)
    # periods.SINCE_ALWAYS where nobody knows or needs the day.
    first_day: Mapped[date]
    # Inclusive; empty as long as no end is known.
    last_day: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)

    def covers(self, day: date) -> bool:
        """Return whether the person works here on a day."""
        return covers(self.first_day, self.last_day, day)


class StaffImport(Base):
    """A roster that was applied, with all that is needed to take it back."""

    __tablename__ = "staff_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(FILENAME_LENGTH))
    applied_at: Mapped[datetime]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    summary: Mapped[str] = mapped_column(String(300))
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    taken_back_by: Mapped[User | None] = relationship(foreign_keys=taken_back_by_id, lazy="joined")
    changes: Mapped[list[StaffImportChange]] = relationship(order_by="StaffImportChange.position")


class StaffImportChange(Base):
    """One person or assignment as it was before and after an import."""

    __tablename__ = "staff_import_change"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("staff_import.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    touched: Mapped[Touched] = mapped_column(enum_column(Touched))
    object_id: Mapped[int]
    # Null: the import made it.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
