"""One office's table, counted now, with the people behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.db import db
from selfcheck.errors import ConflictError
from selfcheck.evaluation.figures import BrokenTableError, Figures
from selfcheck.evaluation.office import Behind, CountedPerson, list_counted
from selfcheck.evaluation.table import Member, OfficeUnit, find_reporting_units, make_table
from selfcheck.evaluation.table_service import list_tree, stream_members
from selfcheck.staff.models import Person
from selfcheck.staff.reach_service import select_visible_ids
from selfcheck.training.mandate import Group, Mandate
from selfcheck.training.models import TrainingRecord

BROKEN = (
    "Die Auswertungstabelle widerspricht sich selbst und wird deshalb nicht gezeigt oder "
    "ausgegeben. Bitte melden Sie dies der Administration."
)


@dataclass(frozen=True, kw_only=True)
class OfficeCount:
    """An office's two rows on a day, and the people whom they count."""

    on: date
    rows: Mapping[Group, Figures]
    people: Sequence[CountedPerson]


@dataclass(frozen=True)
class NamedBehind:
    """What stands behind a figure, with the names that the user may see."""

    # By the people's names; a training, or None for the person as a whole.
    named: Sequence[tuple[Person, TrainingRecord | None, CountedPerson]]
    # People who are counted, but belong to other units today.
    hidden: int


def count_office(
    unit_id: int, mandate: Mandate, on: date, *, tree: Sequence[OfficeUnit] | None = None
) -> OfficeCount:
    """Return the table of a reporting unit on a day; two queries, or one if the tree is known."""
    tree = list_tree() if tree is None else tree
    members = _list_members(unit_id, tree, on)
    return OfficeCount(
        on=on,
        rows=_rows_of(unit_id, tree, members, mandate, on),
        people=list_counted(members, mandate, on),
    )


def name_behind(user: User, behind: Sequence[Behind], *, day: date) -> NamedBehind:
    """Return what stands behind a figure by name; people out of the user's reach are counted."""
    visible = select_visible_ids(user, Permission.VIEW_STAFF, day)
    wanted = {one.person.person_id for one in behind}
    people = {
        person.id: person
        for person in db.session.scalars(
            select(Person).where(Person.id.in_(wanted), Person.id.in_(visible))
        )
    }
    record_ids = [one.record_id for one in behind if one.person.person_id in people]
    records = {
        record.id: record
        for record in db.session.scalars(
            select(TrainingRecord).where(TrainingRecord.id.in_([i for i in record_ids if i]))
        )
    }
    named = [
        (people[one.person.person_id], records.get(one.record_id or 0), one.person)
        for one in behind
        if one.person.person_id in people
    ]
    named.sort(key=lambda one: (one[0].sort_key, one[0].id, one[1].first_day if one[1] else day))
    return NamedBehind(named, hidden=len(wanted - people.keys()))


def _list_members(unit_id: int, tree: Sequence[OfficeUnit], on: date) -> list[Member]:
    reporting = find_reporting_units(tree)
    ids = [below for below, office in reporting.items() if office == unit_id]
    return list(stream_members(on, ids))


def _rows_of(
    unit_id: int, tree: Sequence[OfficeUnit], members: Sequence[Member], mandate: Mandate, on: date
) -> Mapping[Group, Figures]:
    """Return the office's rows; zeros for one that was closed, or reports no longer."""
    try:
        table = make_table(tree, members, mandate, on)
    except BrokenTableError as error:
        raise ConflictError(f"{BROKEN} ({error})") from error
    found = (office.rows for office in table.offices if office.unit.id == unit_id)
    return next(found, {group: Figures() for group in Group})


def list_path_ids(unit_id: int, tree: Sequence[OfficeUnit]) -> list[int]:
    """Return the ids of a unit and of those above it, upwards."""
    parents = {unit.id: unit.parent_id for unit in tree}
    path: list[int] = []
    at: int | None = unit_id
    while at is not None:
        path.append(at)
        at = parents[at]
    return path
