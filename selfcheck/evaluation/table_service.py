"""Feed the table from the database: two queries, however many people there are.

The people come in one pass, each with the posting that covers the reference date and all
trainings, and are let go once they are counted: a million of them fit where ten do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute

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
from selfcheck.training.kinds import Outcome
from selfcheck.training.mandate import Mandate, group_of
from selfcheck.training.models import Evidence, RecognitionQuestion, TrainingRecord

AT_ONCE = 5_000  # rows that the database hands over together

POSTING: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...] = (
    Assignment.person_id,
    Assignment.unit_id,
    Assignment.is_manager,
    Assignment.has_citizen_contact,
    Assignment.does_media_work,
    Assignment.first_day,
    Assignment.last_day,
)
TRAINING: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...] = (
    TrainingRecord.id,
    TrainingRecord.area,
    TrainingRecord.last_day,
    TrainingRecord.duration_minutes,
    select(Evidence.id).where(Evidence.record_id == TrainingRecord.id).exists(),
    TrainingRecord.question_id,
    RecognitionQuestion.outcome,
)


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


def _select_members(on: date) -> Select[Any]:
    """Return the query of postings on a day, each with one training a row, or none."""
    is_theirs = TrainingRecord.person_id == Assignment.person_id
    return (
        select(*POSTING, *TRAINING)
        .outerjoin(TrainingRecord, is_theirs & TrainingRecord.withdrawn_at.is_(None))
        .outerjoin(RecognitionQuestion, RecognitionQuestion.id == TrainingRecord.question_id)
        .where(
            Assignment.first_day <= on,
            Assignment.last_day.is_(None) | (Assignment.last_day >= on),
        )
        .order_by(Assignment.person_id)
    )


def _member(person_id: int, rows: Iterable[Row[Any]]) -> Member:
    trainings = []
    for row in rows:
        record_id, area, completed_on, minutes, proved, question_id, outcome = row[len(POSTING) :]
        if record_id is None:
            continue
        rejected = outcome is Outcome.REJECTED
        awaits = question_id is not None and outcome is None
        facts = TrainingFacts(area, completed_on, minutes, proved, rejected, awaits)
        trainings.append(CompletedTraining(record_id, facts))
    _, unit_id, manager, contact, media, first_day, last_day = row[: len(POSTING)]
    group = group_of(is_manager=manager, has_citizen_contact=contact, does_media_work=media)
    return Member(person_id, (Posting(unit_id, group, first_day, last_day),), trainings)
