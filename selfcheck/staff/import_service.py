"""Plan and apply an import of a roster.

A roster of the whole city has 10,000 rows: all is read as plain columns and written in bulk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, insert, or_, select, true, update

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import Base, db
from selfcheck.lists import ReadList
from selfcheck.organisation.models import Unit
from selfcheck.staff.importing import (
    NUMBER,
    UNIT,
    AssignmentRecord,
    KnownPerson,
    PersonRecord,
    StaffPlan,
    StaffRow,
    Surroundings,
    plan_import,
)
from selfcheck.staff.kinds import Touched
from selfcheck.staff.models import (
    FILENAME_LENGTH,
    Assignment,
    Person,
    StaffImport,
    StaffImportChange,
)
from selfcheck.staff.reach_service import select_person_ids
from selfcheck.staff.service import name_key

# Values in one IN: as many as rows that a page takes, so that a preview asks once for all of
# them. SQLite takes 32,766, PostgreSQL 65,535.
CHUNK = 20_000
WRITTEN_AT_ONCE = 5_000  # people
IN_BULK = {"synchronize_session": False}  # nothing of it is loaded, or it is forgotten at the end
PERSON_COLUMNS = (Person.number, Person.last_name, Person.first_name)
# Written as tables: for 10,000 rows, what the session does with objects takes most of the time.
PERSON = Base.metadata.tables[Person.__tablename__]
ASSIGNMENT = Base.metadata.tables[Assignment.__tablename__]
CHANGE = Base.metadata.tables[StaffImportChange.__tablename__]
ASSIGNMENT_COLUMNS = (
    Assignment.person_id,
    Assignment.unit_id,
    Assignment.is_manager,
    Assignment.has_citizen_contact,
    Assignment.does_media_work,
    Assignment.first_day,
    Assignment.last_day,
)

T = TypeVar("T")
Values = dict[str, Any]


def make_plan(
    read: ReadList, *, within: Select[int] | None, on: date, lock: bool = False
) -> StaffPlan:
    """Compare a list with the database as it is for somebody on a day; nothing is changed.

    ``within`` is the query of the units that the importer may write, None stands for the whole
    city. With ``lock`` nobody else can change the people concerned until the plan is applied.
    """
    rows = [*read.rows, *read.faulty_rows]
    numbers = sorted({row[NUMBER] for row in rows if NUMBER.header in row.values})
    if lock:
        queries = [select(Person.id).where(Person.number.in_(part)) for part in in_chunks(numbers)]
        lock_people(person_id for query in queries for person_id in db.session.scalars(query))
    is_own = true() if within is None else Unit.id.in_(within)
    units = db.session.execute(select(Unit.id, Unit.number, Unit.closed_on, is_own)).all()
    unit_numbers = {unit_id: number for unit_id, number, *_ in units}
    own_ids = {unit_id for unit_id, _, _, own in units if own}
    named = {row[UNIT] for row in rows if UNIT.header in row.values}
    there = Surroundings(
        people=_find_known(numbers, unit_numbers, within, on),
        units=frozenset(unit_numbers.values()),
        closed=frozenset(number for _, number, closed_on, _ in units if closed_on is not None),
        within=None if within is None else frozenset(unit_numbers[one] for one in own_ids),
        present=_find_present([one for one in own_ids if unit_numbers[one] in named], on),
    )
    return plan_import(read, there)


def fingerprint(plan: StaffPlan) -> str:
    """Return a short text that is the same for two plans that would do the same."""
    done = (plan.new, plan.changed, plan.moved, plan.ended)
    return hashlib.sha256(repr(done).encode()).hexdigest()


def describe_plan(plan: StaffPlan) -> str:
    """Return the counts of a plan in one line."""
    return (
        f"neu {len(plan.new)}, geändert {len(plan.changed)}, Wechsel {len(plan.moved)}, "
        f"unverändert {len(plan.unchanged)}, fehlt in der Datei {len(plan.missing)}"
    )


def apply_plan(
    plan: StaffPlan,
    *,
    filename: str,
    actor_id: int | None,
    progress: Callable[[int, int], None] | None = None,
) -> StaffImport | None:
    """Make the roster what the list says, and keep how to take it back; None: nothing to change.

    The plan must be without errors, and made with ``lock`` in the same transaction. ``progress``
    is told now and then how many of how many people are written.
    """
    if plan.errors:
        raise ValueError("A plan with errors is never applied.")
    if not plan.changes_something:
        return None
    one = StaffImport(
        id=uuid4(),
        filename=filename[:FILENAME_LENGTH],
        applied_at=clock.now(),
        applied_by_id=actor_id,
        summary=describe_plan(plan),
    )
    db.session.add(one)
    audit.record(
        Action.STAFF_IMPORTED, actor_id=actor_id, subject=filename, details=describe_plan(plan)
    )
    db.session.flush()
    _write_all(one, list(plan.touched.values()), progress)
    db.session.expire_all()  # the writes went past what the session has loaded
    return one


def in_chunks(values: Sequence[T], size: int | None = None) -> Iterator[Sequence[T]]:
    """Cut values into parts; without a size, so that every database takes one in an IN."""
    step = size or CHUNK  # looked up now: tests make it small
    for start in range(0, len(values), step):
        yield values[start : start + step]


def lock_people(person_ids: Iterable[int]) -> None:
    """Let nobody else change these people before the transaction ends.

    In the order of their ids: two imports may wait for each other, but never both at once.
    """
    for part in in_chunks(sorted(person_ids)):
        query = select(Person.id).where(Person.id.in_(part)).order_by(Person.id).with_for_update()
        db.session.execute(query).all()


def raise_revisions(person_ids: Collection[int]) -> None:
    """Let forms that show one of at most a chunk of people be recognised as outdated."""
    query = update(Person).where(Person.id.in_(person_ids)).values(revision=Person.revision + 1)
    db.session.execute(query, execution_options=IN_BULK)


def find_assignments(person_ids: Collection[int]) -> dict[int, Values]:
    """Return all assignments of at most a chunk of people, by their ids."""
    query = select(Assignment.id, *ASSIGNMENT_COLUMNS).where(Assignment.person_id.in_(person_ids))
    keys = [column.key for column in ASSIGNMENT_COLUMNS]
    return {
        assignment_id: dict(zip(keys, values, strict=True))
        for assignment_id, *values in db.session.execute(query)
    }


def find_people(is_meant: ColumnElement[bool]) -> tuple[dict[int, Values], dict[int, Values]]:
    """Return people with their numbers and names, and all their assignments, both by their ids."""
    query = (
        select(Person.id, *PERSON_COLUMNS, Assignment.id, *ASSIGNMENT_COLUMNS)
        .outerjoin(Assignment)
        .where(is_meant)
    )
    names = [column.key for column in PERSON_COLUMNS]
    keys = [column.key for column in ASSIGNMENT_COLUMNS]
    people: dict[int, Values] = {}
    assignments: dict[int, Values] = {}
    for person_id, *values in db.session.execute(query):
        people[person_id] = dict(zip(names, values, strict=False))
        assignment_id, *rest = values[len(names) :]
        if assignment_id is not None:
            assignments[assignment_id] = dict(zip(keys, rest, strict=True))
    return people, assignments


def as_state(values: Values) -> Values:
    """Return values as they are kept for taking an import back: days as ISO 8601 writes them."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _find_known(
    numbers: Sequence[str], unit_numbers: Mapping[int, str], within: Select[int] | None, on: date
) -> dict[str, KnownPerson]:
    known: dict[str, KnownPerson] = {}
    # Asked by itself: joined with the numbers, PostgreSQL may compare each with each.
    own = None if within is None else set(db.session.scalars(select_person_ids(within, on)))
    for part in in_chunks(numbers):
        found, assigned = find_people(Person.number.in_(part))
        people = {person_id: PersonRecord(**values) for person_id, values in found.items()}
        assignments: dict[int, dict[date, AssignmentRecord]] = {key: {} for key in people}
        for values in assigned.values():
            person_id, unit = values.pop("person_id"), unit_numbers[values.pop("unit_id")]
            one = AssignmentRecord(number=people[person_id].number, unit=unit, **values)
            assignments[person_id][one.first_day] = one
        for person_id, record in people.items():
            known[record.number] = KnownPerson(
                record=record,
                assignments=assignments[person_id],
                is_within_reach=own is None or person_id in own,
            )
    return known


def _find_present(unit_ids: Collection[int], on: date) -> list[PersonRecord]:
    query = (
        select(*PERSON_COLUMNS)
        .join(Assignment)
        .where(
            Assignment.unit_id.in_(unit_ids),
            Assignment.first_day <= on,
            or_(Assignment.last_day.is_(None), Assignment.last_day >= on),
        )
        .order_by(Person.sort_key, Person.id)
    )
    return [PersonRecord(**row._asdict()) for row in db.session.execute(query)]


def _write_all(
    one: StaffImport,
    touched: Sequence[Sequence[StaffRow]],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Write all rows, by person, and keep what has changed with the import."""
    positions = count(1)
    done = 0
    for part in in_chunks(touched, WRITTEN_AT_ONCE):
        changes = _write(part)
        for change in changes:
            change |= {"import_id": one.id, "position": next(positions)}
        db.session.execute(insert(CHANGE), changes)
        done += len(part)
        if progress is not None:
            progress(done, len(touched))


def _write(part: Sequence[Sequence[StaffRow]]) -> list[Values]:
    """Write a chunk of people, each with all rows; return what has changed.

    All assignments of these people are returned, so that later ones are recognised.
    """
    people = [rows[0] for rows in part]
    known_ids = _find_ids([row.person.number for row in people if row.person_before is not None])
    before = find_assignments(known_ids.values())
    raise_revisions(known_ids.values())
    _write_people(people, known_ids)
    person_ids = _find_ids([row.person.number for row in people])
    _write_assignments([row for rows in part for row in rows], person_ids, before)
    changes: list[Values] = [
        {
            "touched": Touched.PERSON,
            "object_id": person_ids[row.person.number],
            "before": _person_state(row.person_before) if row.person_before else None,
            "after": _person_state(row.person),
        }
        for row in people
    ]
    changes += [
        {
            "touched": Touched.ASSIGNMENT,
            "object_id": assignment_id,
            "before": as_state(before[assignment_id]) if assignment_id in before else None,
            "after": as_state(values),
        }
        for assignment_id, values in find_assignments(person_ids.values()).items()
    ]
    return changes


def _find_ids(numbers: Collection[str]) -> dict[str, int]:
    query = select(Person.number, Person.id).where(Person.number.in_(numbers))
    return dict(db.session.execute(query).all())


def _write_people(rows: Sequence[StaffRow], known_ids: Mapping[str, int]) -> None:
    """Write people, one row for each."""
    renamed = [
        {"id": known_ids[row.person.number], **_person_values(row.person)}
        for row in rows
        if row.person_before not in (None, row.person)
    ]
    new = [
        _person_values(row.person) | {"revision": 1} for row in rows if row.person_before is None
    ]
    if renamed:
        db.session.execute(update(Person), renamed)
    if new:
        db.session.execute(insert(PERSON), new)


def _write_assignments(
    rows: Sequence[StaffRow], person_ids: Mapping[str, int], before: Mapping[int, Values]
) -> None:
    unit_ids = dict(db.session.execute(select(Unit.number, Unit.id)).all())
    ids = {(one["person_id"], one["first_day"]): one_id for one_id, one in before.items()}
    new: list[Values] = []
    changed: list[Values] = []
    for row in rows:
        values = _assignment_values(row.assignment, person_ids, unit_ids)
        if row.before is None:
            new.append(values)
        elif row.before != row.assignment:
            changed.append({"id": ids[values["person_id"], values["first_day"]], **values})
    if changed:
        db.session.execute(update(Assignment), changed)
    if new:
        db.session.execute(insert(ASSIGNMENT), new)


def _person_values(person: PersonRecord) -> Values:
    key = name_key(person.last_name, person.first_name)
    return {**_person_state(person), "sort_key": key}


def _person_state(person: PersonRecord) -> Values:
    return {column.key: getattr(person, column.key) for column in PERSON_COLUMNS}


def _assignment_values(
    record: AssignmentRecord, person_ids: Mapping[str, int], unit_ids: Mapping[str, int]
) -> Values:
    ids = {"person_id": person_ids[record.number], "unit_id": unit_ids[record.unit]}
    names = [column.key for column in ASSIGNMENT_COLUMNS if column.key not in ids]
    return {**ids, **{name: getattr(record, name) for name in names}}
