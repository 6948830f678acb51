"""Feed the table from the database: two queries, however many people there are.

The people come in one pass, each with the posting that covers the reference date and all
trainings, and are let go once they are counted: a million of them fit where ten do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Row, Select, select

from selfcheck.db import db
from selfcheck.evaluation.table import (
    CompletedTraining,
    Member,
    OfficeUnit,
    Posting,
    Table,
    TrainingFacts,
    make_table,
)
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Assignment
from selfcheck.training.kinds import Area, Outcome
from selfcheck.training.mandate import Mandate, group_of
from selfcheck.training.models import Evidence, RecognitionQuestion, TrainingRecord

AT_ONCE = 5_000  # rows that PostgreSQL sends together

MemberRow = Row[
    int,
    int,
    bool,
    bool,
    bool,
    date,
    date | None,
    int | None,
    Area | None,
    date | None,
    int | None,
    bool,
    int | None,
    Outcome | None,
]


def count_table(mandate: Mandate, on: date) -> Table:
    """Return the city's table on a day; raises BrokenTableError."""
    return make_table(list_tree(), stream_members(on), mandate, on)


def list_tree() -> list[OfficeUnit]:
    """Return all units of the city, as the table needs them."""
    query = select(
        Unit.id, Unit.number, Unit.name, Unit.parent_id, Unit.is_reporting, Unit.closed_on
    )
    return [OfficeUnit(*row) for row in db.session.execute(query)]


def stream_members(on: date, unit_ids: Collection[int] | None = None) -> Iterator[Member]:
    """Yield the people who are assigned to these units on a day; None: to any of the city."""
    query = _select_members(on)
    if unit_ids is not None:
        query = query.where(Assignment.unit_id.in_(unit_ids))
    rows = db.session.execute(query, execution_options={"yield_per": AT_ONCE})
    for person_id, of_person in groupby(rows, key=itemgetter(0)):
        yield _member(person_id, of_person)


def _select_members(
    on: date,
) -> Select[
    int,
    int,
    bool,
    bool,
    bool,
    date,
    date | None,
    int | None,
    Area | None,
    date | None,
    int | None,
    bool,
    int | None,
    Outcome | None,
]:
    has_evidence = select(Evidence.id).where(Evidence.record_id == TrainingRecord.id).exists()
    return (
        select(
            Assignment.person_id,
            Assignment.unit_id,
            Assignment.is_manager,
            Assignment.has_citizen_contact,
            Assignment.does_media_work,
            Assignment.first_day,
            Assignment.last_day,
            TrainingRecord.id,
            TrainingRecord.area,
            TrainingRecord.last_day,
            TrainingRecord.duration_minutes,
            has_evidence,
            TrainingRecord.question_id,
            RecognitionQuestion.outcome,
        )
        .outerjoin(
            TrainingRecord,
            (TrainingRecord.person_id == Assignment.person_id)
            & TrainingRecord.withdrawn_at.is_(None),
        )
        .outerjoin(RecognitionQuestion, RecognitionQuestion.id == TrainingRecord.question_id)
        .where(
            Assignment.first_day <= on,
            Assignment.last_day.is_(None) | (Assignment.last_day >= on),
        )
        .order_by(Assignment.person_id)
    )


def _member(person_id: int, rows: Iterable[MemberRow]) -> Member:
    trainings = []
    for row in rows:
        (
            _,
            unit_id,
            manager,
            contact,
            media,
            first_day,
            last_day,
            record_id,
            area,
            completed_on,
            minutes,
            proved,
            question_id,
            outcome,
        ) = row
        if record_id is None or completed_on is None or minutes is None:
            continue
        rejected = outcome is Outcome.REJECTED
        awaits = question_id is not None and outcome is None
        facts = TrainingFacts(area, completed_on, minutes, proved, rejected, awaits)
        trainings.append(CompletedTraining(record_id, facts))
    group = group_of(is_manager=manager, has_citizen_contact=contact, does_media_work=media)
    return Member(person_id, (Posting(unit_id, group, first_day, last_day),), trainings)
