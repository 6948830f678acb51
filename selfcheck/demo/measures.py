"""Measures of the demo city: announced in its checks, reviewed a year later, some overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from selfcheck.checks.measure_models import Measure
from selfcheck.checks.measure_review_service import (
    add_announced,
    list_proposals,
    settle_reviews,
    store_reviews,
)
from selfcheck.checks.measures import MeasureState, Outcome, is_open
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.service import answers_of
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.demo.checks import LAST_DAY, SEED

BY_HAND = (
    ("s2", "Sprachkarten für den Empfang drucken"),
    ("s6", "Kurs „Leicht verständliches Deutsch“ in die Jahresplanung aufnehmen"),
    ("s7", "Den Weg für Beschwerden in sechs Sprachen aushängen"),
)
FUNCTIONS = ("Abteilungsleitung", "Fortbildungsbeauftragte", "Sachgebiet {number}.1", "")
OUTCOMES = (Outcome.DONE, Outcome.DONE, Outcome.PARTLY, Outcome.NOT)
STATES = (
    MeasureState.PLANNED,
    MeasureState.PLANNED,
    MeasureState.STARTED,
    MeasureState.STARTED,
    MeasureState.DONE,
    MeasureState.DROPPED,
)
# Days from the last one of the demo city: overdue, due soon, and far ahead.
DUE_IN_DAYS = (-40, -9, 12, 25, 120)


def make_measures(questionnaire: Questionnaire) -> None:
    """Go through the checks in their order: review what came before, announce, and carry on."""
    random = Random(SEED)  # noqa: S311 - not for secrets
    query = select(SelfCheck).order_by(SelfCheck.unit_id, SelfCheck.checked_on)
    by_unit: dict[int, list[SelfCheck]] = {}
    for check in db.session.scalars(query):
        by_unit.setdefault(check.unit_id, []).append(check)
    for place, checks in enumerate(by_unit.values()):
        submitted = [check for check in checks if check.state is CheckState.SUBMITTED]
        announced: Sequence[Measure] = ()
        for check in submitted:
            _review(random, check)
            announced = add_announced(
                check, questionnaire, answers_of(check), user_id=check.created_by_id
            )
            for measure in announced:
                _assign(random, measure, submitted[-1].unit.number)
        _carry_on(random, announced)
        _add_by_hand(place, submitted[-1], questionnaire)
        for draft in checks:
            if draft.is_draft:  # begun, and not yet said of all
                proposals = list_proposals(draft.unit_id, before=draft.checked_on)
                store_reviews(draft, {one.id: Outcome.PARTLY for one in proposals[:1]})


def _review(random: Random, check: SelfCheck) -> None:
    proposals = list_proposals(check.unit_id, before=check.checked_on)
    store_reviews(check, {one.id: random.choice(OUTCOMES) for one in proposals})
    settle_reviews(check, user_id=check.created_by_id)
    for one in proposals:
        if one.closed_on is not None:
            one.changed_at = check.changed_at


def _assign(random: Random, measure: Measure, number: str) -> None:
    measure.responsible = random.choice(FUNCTIONS).format(number=number)
    if measure.due_on is None and random.random() < 0.5:
        measure.due_on = measure.created_at.date() + timedelta(days=random.randrange(60, 300))


def _carry_on(random: Random, measures: Sequence[Measure]) -> None:
    """Let what the last check announced be begun, ended, due."""
    for place, measure in enumerate(measures):
        measure.state = random.choice(STATES)
        if place % 2:
            measure.due_on = LAST_DAY + timedelta(days=random.choice(DUE_IN_DAYS))
        if is_open(measure.state):
            continue
        measure.closed_on = _day_after(measure.created_at.date(), days=20)
        measure.changed_at = datetime.combine(
            measure.closed_on, time(9, 30), tzinfo=measure.created_at.tzinfo
        )
        measure.revision = 2


def _add_by_hand(place: int, check: SelfCheck, questionnaire: Questionnaire) -> None:
    statement_id, wording = BY_HAND[place % len(BY_HAND)]
    at = check.changed_at + timedelta(days=1)
    db.session.add(
        Measure(
            unit_id=check.unit_id,
            wording=wording,
            questionnaire_version=questionnaire.version,
            statement_id=statement_id,
            responsible=FUNCTIONS[place % 2],
            due_on=LAST_DAY + timedelta(days=DUE_IN_DAYS[place % len(DUE_IN_DAYS)]),
            state=MeasureState.STARTED if place % 2 else MeasureState.PLANNED,
            announced_under="",
            created_at=at,
            created_by_id=check.created_by_id,
            changed_at=at,
            changed_by_id=check.created_by_id,
        )
    )
    db.session.flush()


def _day_after(day: date, *, days: int) -> date:
    return min(day + timedelta(days=days), LAST_DAY)
