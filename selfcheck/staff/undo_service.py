"""Take an import of a roster back, as long as nobody has worked on with what it made."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, select, update

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import Base, db
from selfcheck.errors import ConflictError, NotFoundError
from selfcheck.staff.import_service import (
    IN_BULK,
    Values,
    as_state,
    find_people,
    in_chunks,
    lock_people,
    raise_revisions,
)
from selfcheck.staff.kinds import Touched
from selfcheck.staff.models import Assignment, Person, StaffImport, StaffImportChange
from selfcheck.staff.periods import SINCE_ALWAYS
from selfcheck.staff.reach_service import select_person_ids
from selfcheck.staff.service import name_key

LISTED_IMPORTS = 20
NAMED_OBSTACLES = 10
NOT_YOURS = "Diesen Import gibt es nicht, oder Sie haben ihn nicht vorgenommen."
TAKEN_BACK = "Dieser Import ist schon zurückgenommen."


@dataclass
class _Changes:
    """What an import touched, by id: the state before (None: the import made it) and after."""

    people: dict[int, tuple[Values | None, Values]] = field(default_factory=dict)
    assignments: dict[int, tuple[Values | None, Values]] = field(default_factory=dict)

    @property
    def made_people(self) -> list[int]:
        return [one for one, (before, _) in self.people.items() if before is None]

    @property
    def made_assignments(self) -> list[int]:
        return [one for one, (before, _) in self.assignments.items() if before is None]

    def label(self, person_id: int) -> str:
        """Return a person as the list named them, whatever has become of them since."""
        after = self.people[person_id][1]
        return f"{after['last_name']}, {after['first_name']} ({after['number']})"


@dataclass
class _Present:
    """The people of an import who are still there, and all their assignments, by id."""

    people: dict[int, Values] = field(default_factory=dict)
    assignments: dict[int, Values] = field(default_factory=dict)


def list_imports(actor_id: int | None) -> list[StaffImport]:
    """Return the latest imports of a user, newest first; None: of everybody."""
    query = select(StaffImport).order_by(StaffImport.applied_at.desc(), StaffImport.id)
    if actor_id is not None:
        query = query.where(StaffImport.applied_by_id == actor_id)
    return list(db.session.scalars(query.limit(LISTED_IMPORTS)))


def get_import(import_id: UUID, actor_id: int | None) -> StaffImport:
    """Return an import of a user, None: of anybody; raises NotFoundError for all others."""
    one = db.session.get(StaffImport, import_id)
    if one is None or actor_id not in (None, one.applied_by_id):
        raise NotFoundError(NOT_YOURS)
    return one


def find_obstacles(one: StaffImport, *, within: Select[int] | None, on: date) -> list[str]:
    """Return what stands in the way of taking an import back, a sentence for each.

    ``within`` are the units for which the user is responsible on a day; None: the whole city.
    """
    if one.taken_back_at is not None:
        return [TAKEN_BACK]
    changes = _load_changes(one.id)
    now = _load_present(changes)
    if foreign := _count_out_of_reach(now, within, on):
        return [_describe_foreign(foreign)]
    return list(_find_obstacles(changes, now))


def take_back(
    one: StaffImport, *, within: Select[int] | None, on: date, actor_id: int | None
) -> None:
    """Restore what was there before an import; raises ConflictError naming what is in the way."""
    db.session.execute(
        select(StaffImport.id).where(StaffImport.id == one.id).with_for_update()
    ).all()
    db.session.refresh(one, ["taken_back_at"])
    if one.taken_back_at is not None:
        raise ConflictError(TAKEN_BACK)
    changes = _load_changes(one.id)
    lock_people(changes.people)
    now = _load_present(changes)
    if foreign := _count_out_of_reach(now, within, on):
        raise ConflictError(_describe_foreign(foreign))
    if obstacles := list(_find_obstacles(changes, now)):
        rest = len(obstacles) - NAMED_OBSTACLES
        named = [*obstacles[:NAMED_OBSTACLES], *[f"… und {rest} weitere"] * (rest > 0)]
        title = "Der Import lässt sich nicht mehr zurücknehmen:"
        raise ConflictError("\n".join([title, *named]))
    _restore_assignments(changes)
    _restore_people(changes)
    one.taken_back_at, one.taken_back_by_id = clock.now(), actor_id
    audit.record(
        Action.STAFF_IMPORT_TAKEN_BACK,
        actor_id=actor_id,
        subject=one.filename,
        details=one.summary,
    )
    db.session.flush()
    db.session.expire_all()  # the writes went past what the session has loaded


def _load_changes(import_id: UUID) -> _Changes:
    change = StaffImportChange
    query = select(change.touched, change.object_id, change.before, change.after)
    changes = _Changes()
    for touched, object_id, before, after in db.session.execute(
        query.where(change.import_id == import_id).order_by(change.position)
    ):
        kind = changes.people if touched == Touched.PERSON else changes.assignments
        kind[object_id] = (before, after)
    return changes


def _load_present(changes: _Changes) -> _Present:
    now = _Present()
    for part in in_chunks(list(changes.people)):
        people, assignments = find_people(Person.id.in_(part))
        now.people |= people
        now.assignments |= {key: as_state(one) for key, one in assignments.items()}
    return now


def _count_out_of_reach(now: _Present, within: Select[int] | None, on: date) -> int:
    """Return how many of the people are no longer the user's; of those nothing more is said."""
    if within is None:
        return 0
    visible = set(db.session.scalars(select_person_ids(within, on)))
    return sum(one not in visible for one in now.people)


def _describe_foreign(count: int) -> str:
    who = "1 Person gehört" if count == 1 else f"{count} Personen gehören"
    return f"{who} nicht mehr zu Ihren Einheiten; der Import lässt sich nicht zurücknehmen."


def _find_obstacles(changes: _Changes, now: _Present) -> Iterator[str]:
    people, assignments = now.people, now.assignments
    for person_id, (_, after) in changes.people.items():
        if person_id not in people:
            yield f"{changes.label(person_id)}: Die Person gibt es nicht mehr."
        elif people[person_id] != after:
            yield f"{changes.label(person_id)}: Personalnummer oder Name wurde inzwischen geändert."
    for assignment_id, (_, after) in changes.assignments.items():
        if assignments.get(assignment_id) != after:
            start = date.fromisoformat(after["first_day"])
            since = "" if start == SINCE_ALWAYS else f" ab {start:%d.%m.%Y}"
            is_gone = assignment_id not in assignments
            told = "gibt es nicht mehr" if is_gone else "wurde inzwischen geändert"
            yield f"{changes.label(after['person_id'])}: Die Zuordnung{since} {told}."
    further = [one for key, one in assignments.items() if key not in changes.assignments]
    for person_id in dict.fromkeys(one["person_id"] for one in further):
        yield f"{changes.label(person_id)}: Die Person hat inzwischen eine weitere Zuordnung."
    for person_id in _find_referred(changes.made_people):
        yield (
            f"{changes.label(person_id)}: Zu der Person ist inzwischen etwas eingetragen, z. B. "
            "eine Schulung."
        )


def _find_referred(person_ids: list[int]) -> list[int]:
    """Return the people to whom anything refers but their assignments.

    Higher features refer to people, and are not known here: the foreign keys say which.
    """
    referring: list[ColumnElement[int]] = [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is Person.__table__.c.id and table is not Assignment.__table__
    ]
    found: set[int] = set()
    for column in referring:
        for part in in_chunks(person_ids):
            found |= set(db.session.scalars(select(column).where(column.in_(part)).distinct()))
    return [one for one in person_ids if one in found]


def _restore_assignments(changes: _Changes) -> None:
    for part in in_chunks(changes.made_assignments):
        query = delete(Assignment).where(Assignment.id.in_(part))
        db.session.execute(query, execution_options=IN_BULK)
    restored = [
        {"id": assignment_id, **before, **_days(before)}
        for assignment_id, (before, after) in changes.assignments.items()
        if before not in (None, after)
    ]
    for rows in in_chunks(restored):
        db.session.execute(update(Assignment), rows)


def _restore_people(changes: _Changes) -> None:
    for part in in_chunks(changes.made_people):
        db.session.execute(delete(Person).where(Person.id.in_(part)), execution_options=IN_BULK)
    restored = [
        {"id": person_id, **before, "sort_key": name_key(before["last_name"], before["first_name"])}
        for person_id, (before, after) in changes.people.items()
        if before is not None and before != after
    ]
    for rows in in_chunks(restored):
        db.session.execute(update(Person), rows)
    kept: Collection[int] = changes.people.keys() - set(changes.made_people)
    for part in in_chunks(sorted(kept)):
        raise_revisions(part)


def _days(state: Values) -> Values:
    """Return the days of a kept state as days."""
    return {
        name: date.fromisoformat(state[name]) if state[name] else None
        for name in ("first_day", "last_day")
    }
