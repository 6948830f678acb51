"""What self-checks and measures have to do with each other.

A check announces measures when it is submitted. The next one asks what became of them, which is
kept with its draft and holds from its submission on. The caller has made sure that the check is
the user's, and holds its lock where something is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.history import PastCheck
from selfcheck.checks.measure_models import Measure, MeasureReview
from selfcheck.checks.measure_service import announced_wordings, describe_measures, touch
from selfcheck.checks.measures import (
    OPEN_STATES,
    STATE_AFTER,
    MeasureLine,
    MeasureState,
    Outcome,
    announce,
)
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.scoring import Answers
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.organisation.models import Unit


@dataclass(frozen=True, kw_only=True)
class MeasuresOfCheck:
    """The measures that a check announced, and what it says about earlier ones."""

    announced: list[MeasureLine]
    reviewed: list[tuple[MeasureLine, Outcome]]


def announce_measures(
    check: SelfCheck, questionnaire: Questionnaire, answers: Answers, *, user_id: int
) -> list[Measure]:
    """Add the measures that a check announces in its texts; ``apply_reviews`` comes first.

    What is among the unit's open measures in the same words, or was announced in them, is not
    added a second time.
    """
    measures = add_announced(check, questionnaire, answers, user_id=user_id)
    if measures:
        audit.record(
            Action.MEASURE_ADDED,
            actor_id=user_id,
            subject=check.unit.label,
            details=_named(check),
        )
    return measures


def add_announced(
    check: SelfCheck, questionnaire: Questionnaire, answers: Answers, *, user_id: int
) -> list[Measure]:
    """Do what announce_measures does, without a word in the audit trail."""
    announced = announce(questionnaire, answers, check.checked_on)
    if not announced:
        return []
    # Another check of the unit that is submitted at the same time waits here, and then sees what
    # this one announced. It may refer to the unit meanwhile (key_share), as both checks do.
    unit = select(Unit.id).where(Unit.id == check.unit_id)
    db.session.execute(unit.with_for_update(key_share=True))
    known = announced_wordings(check.unit_id)
    at = check.submitted_at or clock.now()
    measures = []
    for one in announced:
        key = one.wording.casefold()
        if key in known:
            continue
        known.add(key)
        measures.append(
            Measure(
                unit_id=check.unit_id,
                wording=one.wording,
                questionnaire_version=questionnaire.version,
                statement_id=one.statement_id,
                responsible="",
                due_on=one.due_on,
                state=MeasureState.PLANNED,
                announced_in_id=check.id,
                announced_under=one.follow_up_id,
                announced_as=one.wording,
                created_at=at,
                created_by_id=user_id,
                changed_at=at,
                changed_by_id=user_id,
            )
        )
    db.session.add_all(measures)
    db.session.flush()
    return measures


def list_proposals(unit_id: int, *, before: date) -> list[Measure]:
    """Return the measures that a check of that day asks about, in the order of their origin.

    Those are the open ones, and those that ended since the unit's last submitted check before
    that day without a check having said so. Measures that came later are none of its business.
    """
    origin = Measure.announced_in_id == SelfCheck.id
    query = (
        select(Measure)
        .outerjoin(SelfCheck, origin)
        .where(
            Measure.unit_id == unit_id,
            or_(SelfCheck.checked_on < before, _is_added_by_hand_until(before)),
            _is_open_or_ended_since(_select_last_day(unit_id, before=before)),
        )
        .order_by(Measure.created_at, Measure.id)
    )
    return list(db.session.scalars(query))


def list_measures_between(unit_id: int, older: PastCheck, newer: PastCheck) -> list[Measure]:
    """Return the measures that were at work from one check of a unit to another, in no order.

    They began before the newer one, which announced none of them itself, and did not end before
    the older one or with it; what became of them since makes no difference.
    """
    was_ended_by_older = (
        select(MeasureReview.measure_id)
        .where(
            MeasureReview.measure_id == Measure.id,
            MeasureReview.check_id == older.id,
            MeasureReview.outcome != Outcome.NOT,
        )
        .exists()
    )
    is_announced = and_(
        SelfCheck.checked_on <= newer.checked_on, Measure.announced_in_id != newer.id
    )
    query = (
        select(Measure)
        .outerjoin(SelfCheck, Measure.announced_in_id == SelfCheck.id)
        .where(
            Measure.unit_id == unit_id,
            or_(is_announced, _is_added_by_hand_until(newer.checked_on)),
            or_(
                Measure.closed_on.is_(None),
                Measure.closed_on > older.checked_on,
                and_(Measure.closed_on == older.checked_on, ~was_ended_by_older),
            ),
        )
    )
    return list(db.session.scalars(query))


def list_reviews(check: SelfCheck) -> dict[int, Outcome]:
    """Return what a check says about earlier measures of its unit, by their ids."""
    return {one.measure_id: one.outcome for one in _list_rows(check)}


def store_reviews(check: SelfCheck, outcomes: Mapping[int, Outcome | None]) -> bool:
    """Keep what a draft says about earlier measures; None takes it back, others stay.

    What is not a measure of the check's unit is left out. Returns whether anything is new.
    """
    ids = {measure_id for measure_id, outcome in outcomes.items() if outcome is not None}
    own_ids = {one.id for one in _lock_measures(check, ids)}
    rows = {one.measure_id: one for one in _list_rows(check)}
    is_new = False
    for measure_id, outcome in outcomes.items():
        row = rows.get(measure_id)
        if outcome is None and row is not None:
            db.session.delete(row)
            is_new = True
        elif outcome is None or measure_id not in own_ids:
            continue
        elif row is None:
            db.session.add(MeasureReview(check_id=check.id, measure_id=measure_id, outcome=outcome))
            is_new = True
        elif row.outcome is not outcome:
            row.outcome = outcome
            is_new = True
    db.session.flush()
    return is_new


def apply_reviews(check: SelfCheck, *, user_id: int) -> None:
    """Let the measures be what a check that is submitted now says about them.

    „Nicht“ leaves a measure as it is: whether to go on with it is decided among the measures.
    """
    if settle_reviews(check, user_id=user_id):
        audit.record(
            Action.MEASURE_CHANGED,
            actor_id=user_id,
            subject=check.unit.label,
            details=_named(check),
        )


def settle_reviews(check: SelfCheck, *, user_id: int) -> list[MeasureState]:
    """Do what apply_reviews does, without the audit trail; returns the states that are new."""
    changed = []
    outcomes = list_reviews(check)
    for measure in _lock_measures(check, outcomes):
        state = STATE_AFTER[outcomes[measure.id]]
        if state is None or measure.state is state:
            continue
        measure.state = state
        touch(measure, user_id=user_id, closed_on=check.checked_on)
        changed.append(state)
    db.session.flush()
    return changed


def find_measures_of_check(
    check: SelfCheck, questionnaires: Mapping[str, Questionnaire], *, today: date
) -> MeasuresOfCheck:
    """Return the measures that stand below a check's result, in one query."""
    is_review = and_(MeasureReview.measure_id == Measure.id, MeasureReview.check_id == check.id)
    query = (
        select(Measure, MeasureReview.outcome)
        .outerjoin(MeasureReview, is_review)
        .where(
            Measure.unit_id == check.unit_id,
            or_(Measure.announced_in_id == check.id, MeasureReview.check_id == check.id),
        )
    )
    found: dict[Measure, Outcome | None] = {row[0]: row[1] for row in db.session.execute(query)}
    outcomes = {one.id: outcome for one, outcome in found.items() if outcome is not None}
    announced = [one for one in found if one.announced_in_id == check.id]

    def lines_of(measures: Iterable[Measure]) -> list[MeasureLine]:
        return describe_measures(measures, questionnaires, today=today)

    return MeasuresOfCheck(
        announced=lines_of(announced),
        reviewed=[
            (line, outcomes[line.id])
            for line in lines_of(one for one in found if one.id in outcomes)
        ],
    )


def _named(check: SelfCheck) -> str:
    """Return how the audit trail calls a check; what it says is nothing for the trail."""
    return f"Selbstcheck vom {check.checked_on:%d.%m.%Y}"


def _list_rows(check: SelfCheck) -> list[MeasureReview]:
    """Return what a check says about measures of its unit; a draft's unit can be changed."""
    query = (
        select(MeasureReview)
        .join(Measure, Measure.id == MeasureReview.measure_id)
        .where(MeasureReview.check_id == check.id, Measure.unit_id == check.unit_id)
        .order_by(MeasureReview.measure_id)
    )
    return list(db.session.scalars(query))


def _lock_measures(check: SelfCheck, ids: Collection[int]) -> list[Measure]:
    """Return those of these measures that are of the check's unit, as they are now, locked."""
    if not ids:
        return []
    query = (
        select(Measure)
        .where(Measure.unit_id == check.unit_id, Measure.id.in_(ids))
        .order_by(Measure.id)
        .with_for_update(of=Measure)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def _select_last_day(unit_id: int, *, before: date | None) -> Select[Any]:
    """Return the query of the day of a unit's last submitted check (before a day)."""
    query = select(func.max(SelfCheck.checked_on)).where(
        SelfCheck.unit_id == unit_id, SelfCheck.state == CheckState.SUBMITTED
    )
    return query if before is None else query.where(SelfCheck.checked_on < before)


def _is_added_by_hand_until(day: date) -> ColumnElement[bool]:
    if day == date.max:
        return Measure.announced_in_id.is_(None)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.city_time_zone())
    return and_(Measure.announced_in_id.is_(None), Measure.created_at < end)


def _is_open_or_ended_since(last_day: Select[Any]) -> ColumnElement[bool]:
    """Return whether a measure is open, or was ended by hand since a day that may be none."""
    was_said = (
        select(MeasureReview.measure_id)
        .join(SelfCheck, SelfCheck.id == MeasureReview.check_id)
        .where(
            MeasureReview.measure_id == Measure.id,
            MeasureReview.outcome != Outcome.NOT,
            SelfCheck.state == CheckState.SUBMITTED,
        )
        .exists()
    )
    day = last_day.correlate(None).scalar_subquery()
    return or_(
        Measure.state.in_(OPEN_STATES),
        and_(or_(day.is_(None), Measure.closed_on >= day), ~was_said),
    )
