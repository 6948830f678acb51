"""Feed the table from the database: two queries, however many people there are.

For the city's table the database puts together people who are equal in all that the table asks,
so that the cost and the memory grow with the kinds of people and not with their number. Which
trainings count it does not know: it is told by the rules, who are asked once for each kind of
training (table.py, mandate.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby, pairwise, product
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from selfcheck.db import db
from selfcheck.evaluation.table import (
    DAY,
    REMEMBERED,
    CompletedTraining,
    Crowd,
    Member,
    OfficeUnit,
    Posting,
    Recognition,
    Table,
    TrainingFacts,
    count_crowds,
    list_turning_days,
)
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Assignment
from selfcheck.training.kinds import Area, Outcome
from selfcheck.training.mandate import Group, Mandate, group_of
from selfcheck.training.models import Evidence, RecognitionQuestion, TrainingRecord

AT_ONCE = 5_000  # rows that the database hands over together

Columns = tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]
# All that something can be as far as the rules care, each with the condition under which it is;
# exactly one of them holds.
Trait = Sequence[tuple[Any, SQLColumnExpression[bool]]]

HAS_EVIDENCE = select(Evidence.id).where(Evidence.record_id == TrainingRecord.id).exists()
IS_REJECTED = func.coalesce(RecognitionQuestion.outcome == Outcome.REJECTED, false())
GROUPS = (*Group, None)
MARKS = (Assignment.is_manager, Assignment.has_citizen_contact, Assignment.does_media_work)
POSTING: Columns = (
    Assignment.person_id,
    Assignment.unit_id,
    *MARKS,
    Assignment.first_day,
    Assignment.last_day,
)
TRAINING: Columns = (
    TrainingRecord.id,
    TrainingRecord.area,
    TrainingRecord.last_day,
    TrainingRecord.duration_minutes,
    HAS_EVIDENCE,
    TrainingRecord.question_id,
    RecognitionQuestion.outcome,
)


def count_table(mandate: Mandate, on: date) -> Table:
    """Return the city's table on a day; raises BrokenTableError."""
    # Asked for first, so that no unit in which they are is missing in the tree.
    crowds = stream_crowds(mandate, on)
    return count_crowds(list_tree(), crowds, mandate, on)


def list_tree() -> list[OfficeUnit]:
    """Return all units of the city, as the table needs them."""
    query = select(
        Unit.id, Unit.number, Unit.name, Unit.parent_id, Unit.is_reporting, Unit.closed_on
    )
    return [OfficeUnit(*row) for row in db.session.execute(query)]


def stream_crowds(mandate: Mandate, on: date) -> Iterator[Crowd]:
    """Ask for everybody who is assigned to a unit on a day, with the trainings that count.

    People outside the target group come without trainings.
    """
    kinds = _find_counting_kinds(mandate, on)
    facts = [TrainingFacts(*values) for values in _list_values(kinds)]

    @lru_cache(maxsize=REMEMBERED)
    def read_trainings(numbers: str | None) -> tuple[TrainingFacts, ...]:
        return tuple(facts[int(number)] for number in numbers.split(",")) if numbers else ()

    group, trained = _group(), _select_trained(kinds).subquery()
    is_asked = (trained.c.person_id == Assignment.person_id) & (group != GROUPS.index(None))
    query = (
        select(func.count(), Assignment.unit_id, group.label("group"), trained.c.trainings)
        .outerjoin(trained, is_asked)
        .where(_covers(on))
        .group_by(Assignment.unit_id, "group", trained.c.trainings)
    )
    # Past the session, which would look for objects in each row.
    rows = db.session.connection().execute(query, execution_options={"yield_per": AT_ONCE})
    return (
        Crowd(size, unit_id, GROUPS[place], read_trainings(numbers))
        for part in rows.partitions()
        for size, unit_id, place, numbers in part
    )


def stream_members(on: date, unit_ids: Collection[int] | None = None) -> Iterator[Member]:
    """Yield the people who are assigned to these units on a day; None: to any of the city."""
    query = _select_members(on)
    if unit_ids is not None:
        query = query.where(Assignment.unit_id.in_(unit_ids))
    rows = db.session.execute(query, execution_options={"yield_per": AT_ONCE})
    for person_id, of_person in groupby(rows, key=itemgetter(0)):
        yield _member(person_id, of_person)


def _select_trained(kinds: Sequence[Trait]) -> Select[int, str]:
    """Return the query of people with the numbers of the kinds of their trainings."""
    numbers = func.aggregate_strings(cast(_number(kinds), String), ",")
    is_of_a_kind = [or_(false(), *(condition for _, condition in trait)) for trait in kinds]
    return (
        select(TrainingRecord.person_id, numbers.label("trainings"))
        .outerjoin(RecognitionQuestion, RecognitionQuestion.id == TrainingRecord.question_id)
        .where(TrainingRecord.withdrawn_at.is_(None), *is_of_a_kind)
        .group_by(TrainingRecord.person_id)
    )


def _find_counting_kinds(mandate: Mandate, on: date) -> Sequence[Trait]:
    """Return what trainings that count can be; what no such training is, is left out."""
    traits = _list_traits(mandate, on)
    recognition = Recognition(mandate, on)
    kinds = (TrainingFacts(*values) for values in _list_values(traits))
    counting = [facts for facts in kinds if recognition.counts(facts)]
    found = [{facts[place] for facts in counting} for place in range(len(traits))]
    return [
        [(value, condition) for value, condition in trait if value in values]
        for trait, values in zip(traits, found, strict=True)
    ]


def _list_traits(mandate: Mandate, on: date) -> Sequence[Trait]:
    """Return all that the rules ask of a training, in the order of ``TrainingFacts``."""
    days = list_turning_days(mandate, on)
    last_day, minutes = TrainingRecord.last_day, TrainingRecord.duration_minutes
    least = mandate.minimum_minutes
    return [
        [(None, TrainingRecord.area.is_(None))]
        + [(one, TrainingRecord.area == one) for one in Area],
        [
            (days[0] - DAY, last_day < days[0]),
            *((start, and_(last_day >= start, last_day < end)) for start, end in pairwise(days)),
            (days[-1], last_day >= days[-1]),
        ],
        [(least - 1, minutes < least), (least, minutes >= least)],
        [(False, ~HAS_EVIDENCE), (True, HAS_EVIDENCE)],
        [(False, ~IS_REJECTED), (True, IS_REJECTED)],
    ]


def _group() -> ColumnElement[int]:
    """Return the place in ``GROUPS`` of an assignment's group."""
    marks: list[Trait] = [[(False, ~mark), (True, mark)] for mark in MARKS]
    groups = [
        group_of(is_manager=manager, has_citizen_contact=contact, does_media_work=media)
        for manager, contact, media in _list_values(marks)
    ]
    number, outside = _number(marks), GROUPS.index(None)
    numbers_of = {
        place: [number for number, one in enumerate(groups) if one is group]
        for place, group in enumerate(GROUPS[:outside])
    }
    return case(
        *((number.in_(numbers), place) for place, numbers in numbers_of.items()), else_=outside
    )


def _list_values(traits: Sequence[Trait]) -> Iterable[tuple[Any, ...]]:
    """Return every combination of what traits can be."""
    return product(*([value for value, _ in trait] for trait in traits))


def _number(traits: Sequence[Trait]) -> ColumnElement[int]:
    """Return which of these combinations holds, counted from 0."""
    number: ColumnElement[int] = literal_column("0")
    for trait in traits:
        if len(trait) > 1:
            conditions = [condition for _, condition in trait[:-1]]
            places = ((condition, place) for place, condition in enumerate(conditions))
            digit = case(*places, else_=len(conditions))
            number = number * len(trait) + digit
    return number


def _covers(on: date) -> ColumnElement[bool]:
    return (Assignment.first_day <= on) & (
        Assignment.last_day.is_(None) | (Assignment.last_day >= on)
    )


def _select_members(on: date) -> Select[Any]:
    """Return the query of postings on a day, each with one training a row, or none."""
    is_theirs = TrainingRecord.person_id == Assignment.person_id
    return (
        select(*POSTING, *TRAINING)
        .outerjoin(TrainingRecord, is_theirs & TrainingRecord.withdrawn_at.is_(None))
        .outerjoin(RecognitionQuestion, RecognitionQuestion.id == TrainingRecord.question_id)
        .where(_covers(on))
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
