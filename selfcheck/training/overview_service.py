"""How do a user's people stand towards the mandate? Read in a fixed number of queries.

Column tuples instead of objects: with 10,000 people the page must stay quick, and every figure
on it comes from the one rule in ``mandate.judge``. Two queries, because PostgreSQL took seconds
for a single one while its statistics were old.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import Select, select

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.db import db, german_sort_key
from selfcheck.organisation.service import select_ids_at_or_below
from selfcheck.staff.models import Assignment, Person
from selfcheck.staff.reach_service import (
    has_later_assignment,
    is_responsible,
    responsible_assignment,
    select_visible_ids,
)
from selfcheck.training.kinds import Area, Outcome
from selfcheck.training.mandate import Mandate, Training, group_of, judge
from selfcheck.training.models import Evidence, RecognitionQuestion, TrainingRecord
from selfcheck.training.standing import Presence, Standing, presence_on

MAX_WORDS = 10
# As the queries below ask for them; one that is loaded anyway is taken apart in the same way.
PersonRow = tuple[int, str, str, str, str, int, bool, bool, bool, date, date | None, bool]
TrainingRow = tuple[int, str, Area | None, date, int, bool, int | None, Outcome | None]

Values = TypeVarTuple("Values")


def list_standings(
    user: User,
    mandate: Mandate,
    *,
    day: date,
    text: str = "",
    unit_id: int | None = None,
    below_id: int | None = None,
) -> list[Standing]:
    """Return the people within the user's reach on a day, by name, each with the verdict.

    ``text`` narrows them to names or numbers that contain it, ``unit_id`` to one unit, ``below_id``
    to one and all below it.
    """
    people = _select_people(user, day)
    if unit_id is not None:
        people = people.where(Assignment.unit_id == unit_id)
    if below_id is not None:
        people = people.where(Assignment.unit_id.in_(select_ids_at_or_below([below_id])))
    if not text.isprintable():
        return []
    for word in text.split()[:MAX_WORDS]:
        people = people.where(
            Person.sort_key.contains(german_sort_key(word), autoescape=True)
            | Person.number.contains(word, autoescape=True)
        )
    trainings = _load_trainings(user, day)
    rows = _rows(people.order_by(Person.sort_key, Person.id))
    return [_standing(row, trainings.get(row[0], ()), mandate, day) for row in rows]


def standing_of(
    person: Person, records: Sequence[TrainingRecord], mandate: Mandate, *, day: date
) -> Standing:
    """Return the standing of a person that is loaded anyway, with all records."""
    one = responsible_assignment(person, day)
    row = (
        person.id,
        person.number,
        person.last_name,
        person.first_name,
        person.sort_key,
        one.unit_id,
        one.is_manager,
        one.has_citizen_contact,
        one.does_media_work,
        one.first_day,
        one.last_day,
        any(other.first_day > day for other in person.assignments),
    )
    return _standing(
        row, [training_of(record) for record in records if record.is_valid], mandate, day
    )


def training_of(record: TrainingRecord) -> Training:
    """Return what the rules need to know of a record that is loaded anyway."""
    question = record.question
    return _training(
        (
            record.id,
            record.title,
            record.area,
            record.last_day,
            record.duration_minutes,
            bool(record.evidence),
            record.question_id,
            question.outcome if question else None,
        )
    )


def _select_people(
    user: User, day: date
) -> Select[int, str, str, str, str, int, bool, bool, bool, date, date | None, bool]:
    query = (
        select(
            Person.id,
            Person.number,
            Person.last_name,
            Person.first_name,
            Person.sort_key,
            Assignment.unit_id,
            Assignment.is_manager,
            Assignment.has_citizen_contact,
            Assignment.does_media_work,
            Assignment.first_day,
            Assignment.last_day,
            has_later_assignment(day),
        )
        .join(Assignment, Assignment.person_id == Person.id)
        .where(is_responsible(day))
    )
    within = select_unit_ids(user, Permission.VIEW_STAFF)
    return query if within is None else query.where(Assignment.unit_id.in_(within))


def _load_trainings(user: User, day: date) -> Mapping[int, list[Training]]:
    """Return the valid trainings of the people within the user's reach, by person."""
    visible = select_visible_ids(user, Permission.VIEW_STAFF, day)
    query = _select_trainings().where(TrainingRecord.person_id.in_(visible))
    found: dict[int, list[Training]] = defaultdict(list)
    for row in _rows(query):
        found[row[0]].append(_training(row[1:]))
    return found


def _select_trainings() -> Select[
    int, int, str, Area | None, date, int, bool, int | None, Outcome | None
]:
    has_evidence = select(Evidence.id).where(Evidence.record_id == TrainingRecord.id).exists()
    return (
        select(
            TrainingRecord.person_id,
            TrainingRecord.id,
            TrainingRecord.title,
            TrainingRecord.area,
            TrainingRecord.last_day,
            TrainingRecord.duration_minutes,
            has_evidence,
            TrainingRecord.question_id,
            RecognitionQuestion.outcome,
        )
        .outerjoin(RecognitionQuestion, RecognitionQuestion.id == TrainingRecord.question_id)
        .where(TrainingRecord.withdrawn_at.is_(None))
    )


def _standing(
    row: PersonRow, trainings: Sequence[Training], mandate: Mandate, day: date
) -> Standing:
    person_id, number, last_name, first_name, sort_key, unit_id = row[:6]
    manager, contact, media, first_day, last_day, comes_back = row[6:]
    presence = presence_on(first_day, last_day, day, comes_back=comes_back)
    group = group_of(is_manager=manager, has_citizen_contact=contact, does_media_work=media)
    verdict = judge(group if presence is Presence.HERE else None, trainings, mandate, day)
    return Standing(
        person_id,
        number,
        last_name,
        first_name,
        sort_key,
        unit_id,
        group=group,
        presence=presence,
        verdict=verdict,
    )


def _training(row: TrainingRow) -> Training:
    record_id, title, area, last_day, minutes, is_proved, question_id, outcome = row
    return Training(
        record_id,
        title,
        area,
        last_day,
        minutes,
        has_evidence=is_proved,
        is_rejected=outcome is Outcome.REJECTED,
        awaits_decision=question_id is not None and outcome is None,
    )


def _rows(query: Select[*Values]) -> Iterator[tuple[*Values]]:
    """Return the rows past the session, which would look for objects in each of them."""
    for part in db.session.connection().execute(query).partitions(1_000):
        yield from part
