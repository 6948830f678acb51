"""Plan and apply an import of units."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.lists import ReadList
from selfcheck.organisation.importing import UnitPlan, UnitRecord, plan_import
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import lock_units


def make_plan(read: ReadList, *, lock: bool = False) -> UnitPlan:
    """Compare a list with the database; nothing is changed.

    With ``lock`` nobody else can change the units until the plan is applied.
    """
    units = lock_units() if lock else list(db.session.scalars(select(Unit)))
    numbers = {unit.id: unit.number for unit in units}
    known = {
        unit.number: UnitRecord(
            number=unit.number,
            name=unit.name,
            short_name=unit.short_name,
            kind=unit.kind,
            parent=numbers[unit.parent_id] if unit.parent_id else None,
            is_reporting=unit.is_reporting,
        )
        for unit in units
    }
    closed = frozenset(unit.number for unit in units if unit.closed_on is not None)
    return plan_import(read, known=known, closed=closed)


def fingerprint(plan: UnitPlan) -> str:
    """Return a short text that is the same for two plans that would do the same."""
    return hashlib.sha256(repr((plan.new, plan.changed, plan.moved)).encode()).hexdigest()


def apply_plan(plan: UnitPlan, *, filename: str, actor_id: int | None) -> None:
    """Make the units what the list says; the plan must be without errors."""
    if plan.errors:
        raise ValueError("A plan with errors is never applied.")
    if not plan.changes_something:
        return
    units = {unit.number: unit for unit in db.session.scalars(select(Unit))}
    for record in plan.new:
        units[record.number] = Unit(number=record.number)
    records = [*plan.new, *(change.after for change in [*plan.changed, *plan.moved])]
    for record in records:
        unit = units[record.number]
        unit.name, unit.short_name = record.name, record.short_name
        unit.kind, unit.is_reporting = record.kind, record.is_reporting
    db.session.add_all(units.values())
    db.session.flush()
    # By ids: two units that change places have no order in which objects could be stored.
    for record in records:
        units[record.number].parent_id = units[record.parent].id if record.parent else None
    db.session.flush()
    audit.record(
        Action.UNITS_IMPORTED, actor_id=actor_id, subject=filename, details=describe_plan(plan)
    )


def describe_plan(plan: UnitPlan) -> str:
    """Return the counts of a plan in one line."""
    return (
        f"neu {len(plan.new)}, geändert {len(plan.changed)}, verschoben {len(plan.moved)}, "
        f"unverändert {len(plan.unchanged)}, fehlt in der Datei {len(plan.missing)}"
    )
