"""The city's units (Organisationseinheiten)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.db import Base, enum_column
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.limits import NAME_LENGTH, NUMBER_LENGTH, SHORT_NAME_LENGTH


class Unit(Base):
    """An Organisationseinheit: an office, a department, a section …"""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("parent_id <> id", name="not_its_own_parent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(NUMBER_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    short_name: Mapped[str] = mapped_column(String(SHORT_NAME_LENGTH), default="")
    kind: Mapped[UnitKind] = mapped_column(enum_column(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    # Whether the Haupt- und Personalamt asks this unit for an evaluation of its own.
    is_reporting: Mapped[bool] = mapped_column(default=False)
    # The last day on which the unit existed; empty as long as it does.
    closed_on: Mapped[date | None]

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id", back_populates="children")
    children: Mapped[list[Unit]] = relationship(back_populates="parent")

    @property
    def label(self) -> str:
        """Number and name, as people refer to the unit."""
        return f"{self.number} {self.name}"
