"""Whose data may a user see? A person belongs to one unit on each day.

That is the unit of the assignment on that day; of somebody who left, the last one; of somebody
who is yet to come, the first one. So a person who moves is handed over: from the first day in
the new unit, the old one no longer sees the person.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased, joinedload

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.db import db
from selfcheck.errors import NotFoundError
from selfcheck.staff.models import Assignment, Person

NOT_VISIBLE = "Diese Person gibt es nicht, oder sie gehört zurzeit nicht zu Ihren Einheiten."


def is_responsible(day: date) -> ColumnElement[bool]:
    """Return the condition under which a row of ``Assignment`` is the one that counts on a day.

    It is the last that has begun or, where none has, the first. Said by what does not exist:
    PostgreSQL expects hardly any row of an equality with a subquery, and would join by comparing
    everybody with everybody.
    """
    other = aliased(Assignment)
    of_person = other.person_id == Assignment.person_id
    begun, later = Assignment.first_day <= day, other.first_day > Assignment.first_day
    is_last = begun & ~_exists(other, of_person, later, other.first_day <= day)
    is_first = ~begun & ~_exists(other, of_person, other.first_day < Assignment.first_day)
    return is_last | is_first


def has_later_assignment(day: date) -> ColumnElement[bool]:
    """Return the condition: the person of a row of ``Assignment`` has one that begins later."""
    other = aliased(Assignment)
    return _exists(other, other.person_id == Assignment.person_id, other.first_day > day)


def responsible_assignment(person: Person, day: date) -> Assignment:
    """Return the assignment that counts on a day, of a person that is loaded anyway."""
    begun = [one for one in person.assignments if one.first_day <= day]
    return begun[-1] if begun else person.assignments[0]


def select_person_ids(within: Select[int] | None, day: date) -> Select[int]:
    """Return the query of the people who belong to these units on a day; None: the whole city."""
    query = select(Assignment.person_id).where(is_responsible(day))
    return query if within is None else query.where(Assignment.unit_id.in_(within))


def select_visible_ids(user: User, permission: Permission, day: date) -> Select[int]:
    """Return the query of the people for whom the user holds a permission on a day."""
    return select_person_ids(select_unit_ids(user, permission), day)


def get_person(
    user: User, person_id: int, permission: Permission, *, day: date, lock: bool = False
) -> Person:
    """Return a person within the user's reach; raises NotFoundError for all others."""
    if lock:
        _lock([person_id])
    query = (
        select(Person)
        .where(Person.id == person_id, Person.id.in_(select_visible_ids(user, permission, day)))
        .options(joinedload(Person.assignments))
    )
    person = db.session.scalars(query).unique().one_or_none()
    if person is None:
        raise NotFoundError(NOT_VISIBLE)
    return person


def list_people(
    user: User,
    person_ids: Collection[int],
    permission: Permission,
    *,
    day: date,
    lock: bool = False,
) -> list[Person]:
    """Return people by name; raises NotFoundError if one of them is out of reach."""
    if lock:
        _lock(person_ids)
    query = select(Person).where(
        Person.id.in_(person_ids), Person.id.in_(select_visible_ids(user, permission, day))
    )
    people = list(db.session.scalars(query.order_by(Person.sort_key, Person.id)))
    if len(people) != len(set(person_ids)):
        raise NotFoundError(NOT_VISIBLE)
    return people


def list_people_by_number(
    user: User, numbers: Collection[str], permission: Permission, *, day: date
) -> list[Person]:
    """Return those people within the user's reach who have one of these numbers."""
    query = select(Person).where(
        Person.number.in_(numbers), Person.id.in_(select_visible_ids(user, permission, day))
    )
    return list(db.session.scalars(query.order_by(Person.sort_key, Person.id)))


def _lock(person_ids: Collection[int]) -> None:
    """Keep others from changing or moving these people before the transaction ends.

    Asked for first, and by id: whoever waited for somebody else's move then sees where it led.
    """
    query = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    db.session.execute(query.with_for_update())


def _exists(other: type[Assignment], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(other.id).where(*conditions).exists()
