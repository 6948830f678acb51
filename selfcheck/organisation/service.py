"""Find units in their tree, and change them one at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db, german_sort_key
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.limits import NAME_LENGTH, SHORT_NAME_LENGTH
from selfcheck.organisation.models import Unit
from selfcheck.organisation.numbering import natural_key


def find_unit_by_number(number: str) -> Unit | None:
    """Return the unit with this number."""
    return db.session.scalar(select(Unit).where(Unit.number == number.strip()))


def get_unit(unit_id: int) -> Unit:
    """Return a unit; raises NotFoundError."""
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFoundError("Diese Organisationseinheit gibt es nicht.")
    return unit


def list_units(
    *,
    within: Select[int] | Collection[int] | None = None,
    text: str = "",
    kind: UnitKind | None = None,
    with_closed: bool = True,
) -> list[Unit]:
    """Return units in the order of their numbers; ``within`` narrows them to these ids."""
    query = select(Unit)
    if within is not None:
        query = query.where(Unit.id.in_(within))
    if kind is not None:
        query = query.where(Unit.kind == kind)
    if not with_closed:
        query = query.where(Unit.closed_on.is_(None))
    # Compared here, because SQLite takes Ä and ä for different letters.
    key = german_sort_key(text)
    found = [
        unit
        for unit in db.session.scalars(query)
        if key in german_sort_key(f"{unit.label} {unit.short_name}")
    ]
    return sorted(found, key=lambda unit: natural_key(unit.number))


def list_children(unit: Unit) -> list[Unit]:
    """Return the units directly below one, in the order of their numbers."""
    children = db.session.scalars(select(Unit).where(Unit.parent_id == unit.id))
    return sorted(children, key=lambda child: natural_key(child.number))


def label_parents(units: Collection[Unit]) -> dict[int, str]:
    """Return number and name of the unit above, by the ids of the units that have one."""
    parents = {unit.id: unit.parent_id for unit in units if unit.parent_id is not None}
    found = db.session.scalars(select(Unit).where(Unit.id.in_(set(parents.values()))))
    labels = {parent.id: parent.label for parent in found}
    return {unit_id: labels[parent_id] for unit_id, parent_id in parents.items()}


def list_ids_at_or_below(unit_ids: Collection[int]) -> set[int]:
    """Return the ids of these units and of everything below them, in one query."""
    return set(db.session.scalars(select_ids_at_or_below(unit_ids)))


def select_ids_at_or_below(unit_ids: Collection[int]) -> Select[int]:
    """Return the query of these units and of everything below them."""
    return _select_ids_at_or_below(frozenset(unit_ids))


# Every page asks this several times for its user; to build the query takes longer than to run it.
@lru_cache(maxsize=500)
def _select_ids_at_or_below(unit_ids: frozenset[int]) -> Select[int]:
    # Without a name of its own: one query may hold several of them.
    below = select(Unit.id).where(Unit.id.in_(sorted(unit_ids))).cte(recursive=True)
    child = aliased(Unit)
    below = below.union(select(child.id).where(child.parent_id == below.c.id))
    return select(below.c.id)


def list_path(unit: Unit) -> list[Unit]:
    """Return the units from the top of the tree down to this one, in one query."""
    above = select(Unit.id, Unit.parent_id).where(Unit.id == unit.id).cte("above", recursive=True)
    parent = aliased(Unit)
    above = above.union(select(parent.id, parent.parent_id).where(parent.id == above.c.parent_id))
    found = db.session.scalars(select(Unit).join(above, above.c.id == Unit.id))
    by_id = {one.id: one for one in found}
    path = [unit]
    while path[0].parent_id is not None:
        path.insert(0, by_id[path[0].parent_id])
    return path


def lock_units() -> list[Unit]:
    """Return all units as they are now; nobody else changes them before the transaction ends.

    Two moves at once could close a circle that neither sees: they wait for each other.
    """
    db.session.execute(select(Unit.id).order_by(Unit.id).with_for_update())
    # Asked again, because what was added during the wait is not among the rows that were locked.
    return list(db.session.scalars(select(Unit).execution_options(populate_existing=True)))


def change_unit(
    unit: Unit,
    *,
    name: str,
    short_name: str,
    kind: UnitKind,
    is_reporting: bool,
    actor_id: int | None,
) -> bool:
    """Rename a unit or change what it is; returns whether anything was different."""
    name, short_name = name.strip(), short_name.strip()
    check_names(name, short_name)
    after = (name, short_name, kind, is_reporting)
    before = (unit.name, unit.short_name, unit.kind, unit.is_reporting)
    if before == after:
        return False
    unit.name, unit.short_name, unit.kind, unit.is_reporting = after
    details = f"vorher: {before[0]}, {before[1] or 'ohne Kürzel'}, {before[2].value}, " + (
        "berichtspflichtig" if before[3] else "nicht berichtspflichtig"
    )
    audit.record(Action.UNIT_CHANGED, actor_id=actor_id, subject=unit.label, details=details)
    return True


def move_unit(unit: Unit, *, parent: Unit | None, actor_id: int | None) -> bool:
    """Hang a unit below another one; returns whether it was elsewhere before.

    Raises InvalidError if the unit would stand below itself, or below a closed one.
    """
    lock_units()
    if parent is not None and parent.id in list_ids_at_or_below([unit.id]):
        raise InvalidError(
            f"{unit.label} kann nicht unter {parent.label} stehen: "
            "Die Einheit stünde damit unter sich selbst.",
            field="parent",
        )
    if parent is not None and parent.closed_on is not None:
        raise InvalidError(f"{parent.label} ist geschlossen.", field="parent")
    if unit.parent_id == (parent.id if parent else None):
        return False
    before = unit.parent.label if unit.parent else "oberste Ebene"
    unit.parent = parent
    after = parent.label if parent else "oberste Ebene"
    audit.record(
        Action.UNIT_MOVED,
        actor_id=actor_id,
        subject=unit.label,
        details=f"von {before} nach {after}",
    )
    return True


def close_unit(unit: Unit, *, last_day: date, actor_id: int | None) -> None:
    """Close a unit: it keeps its history, but nothing new is recorded for it.

    Raises ConflictError while units below it are open.
    """
    lock_units()
    if unit.closed_on is not None:
        raise ConflictError(f"{unit.label} ist schon geschlossen.")
    open_children = [child.label for child in unit.children if child.closed_on is None]
    if open_children:
        raise ConflictError(
            f"{unit.label} kann noch nicht geschlossen werden. Bitte verschieben oder schließen "
            f"Sie zuerst: {', '.join(open_children)}."
        )
    unit.closed_on = last_day
    audit.record(
        Action.UNIT_CLOSED,
        actor_id=actor_id,
        subject=unit.label,
        details=f"letzter Tag {last_day:%d.%m.%Y}",
    )


def reopen_unit(unit: Unit, *, actor_id: int | None) -> None:
    """Take the closing of a unit back; raises ConflictError below a closed one."""
    lock_units()
    if unit.closed_on is None:
        return
    if unit.parent is not None and unit.parent.closed_on is not None:
        raise ConflictError(
            f"{unit.label} kann nicht geöffnet werden, solange {unit.parent.label} geschlossen ist."
        )
    unit.closed_on = None
    audit.record(Action.UNIT_REOPENED, actor_id=actor_id, subject=unit.label)


def check_names(name: str, short_name: str) -> None:
    """Raise InvalidError, naming the field, if a name is missing or too long."""
    if not name:
        raise InvalidError("Bitte geben Sie eine Bezeichnung an.", field="name")
    if len(name) > NAME_LENGTH:
        raise InvalidError(
            f"Die Bezeichnung ist zu lang; möglich sind {NAME_LENGTH} Zeichen.", field="name"
        )
    if len(short_name) > SHORT_NAME_LENGTH:
        raise InvalidError(
            f"Das Kürzel ist zu lang; möglich sind {SHORT_NAME_LENGTH} Zeichen.",
            field="short_name",
        )
