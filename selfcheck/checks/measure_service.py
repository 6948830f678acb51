"""Keep the measures of units: list, add, change, delete.

Every function that takes the user reaches only the units that this user heads or that lie below:
a foreign measure does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import reaches, select_unit_ids
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.inputs import REVIEW
from selfcheck.checks.measure_inputs import MeasureFilter, MeasureInput
from selfcheck.checks.measure_models import Measure
from selfcheck.checks.measures import (
    OPEN_STATES,
    MeasureLine,
    MeasureState,
    Timing,
    is_open,
    last_due_day,
    timing_of,
    urgency,
)
from selfcheck.checks.models import Answer, SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.states import CheckState
from selfcheck.db import db, german_sort_key
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.organisation.models import Unit

OUTDATED = (
    "Jemand anderes hat diese Maßnahme inzwischen geändert. Es wurde nichts gespeichert; Ihre "
    "Eingaben stehen noch hier. Öffnen Sie die Maßnahme neu, um den jetzigen Stand zu sehen."
)
COLUMNS = ("massnahme", "einheit", "aussage", "verantwortlich", "termin", "stand")
PLACE_OF_STATE = {state: place for place, state in enumerate(MeasureState)}
FIELDS = {
    "wording": "Wortlaut",
    "statement_id": "Aussage",
    "responsible": "verantwortlich",
    "due_on": "Termin",
    "state": "Stand",
}


def list_measures(user: User, chosen: MeasureFilter, *, today: date) -> list[Measure]:
    """Return the measures of the user's units that the filter lets through, in no order."""
    return list(db.session.scalars(select(Measure).where(*_conditions(user, chosen, today))))


def count_measures(user: User, chosen: MeasureFilter, *, today: date) -> int:
    """Return how many measures the filter lets through."""
    query = select(func.count(Measure.id)).where(*_conditions(user, chosen, today))
    return db.session.scalar(query) or 0


def select_measure_count(user: User, timing: Timing, *, today: date) -> Select[Any]:
    """Return the query of how many measures of the user's units are overdue, or due soon."""
    chosen = MeasureFilter(timing=timing)
    return select(func.count(Measure.id)).where(*_conditions(user, chosen, today))


def select_first_day(user: User, timing: Timing, *, today: date) -> Select[Any]:
    """Return the query of the earliest day among the same measures."""
    chosen = MeasureFilter(timing=timing)
    return select(func.min(Measure.due_on)).where(*_conditions(user, chosen, today))


def get_measure(user: User, measure_id: int, *, lock: bool = False) -> Measure:
    """Return a measure of the user's units; raises NotFoundError."""
    query = select(Measure).where(Measure.id == measure_id, *_reachable(user))
    if lock:
        query = query.with_for_update(of=Measure).execution_options(populate_existing=True)
    measure = db.session.scalar(query)
    if measure is None:
        raise NotFoundError("Diese Maßnahme gibt es nicht, oder sie gehört zu einem anderen Amt.")
    return measure


def describe_measures(
    measures: Iterable[Measure], questionnaires: Mapping[str, Questionnaire], *, today: date
) -> list[MeasureLine]:
    """Return measures as pages show them: overdue ones first, then by day, ended ones last."""
    numbers = {
        (version, statement.id): statement.number
        for version, questionnaire in questionnaires.items()
        for statement in questionnaire.statements
    }
    lines = (
        MeasureLine(
            id=one.id,
            revision=one.revision,
            unit_id=one.unit_id,
            unit=one.unit.label,
            wording=one.wording,
            statement_id=one.statement_id,
            statement_number=numbers.get((one.questionnaire_version, one.statement_id or "")),
            responsible=one.responsible,
            due_on=one.due_on,
            state=one.state,
            timing=timing_of(one.state, one.due_on, today=today),
            questionnaire_version=one.questionnaire_version,
            begun_on=clock.day_of(one.created_at),
        )
        for one in measures
    )
    return sorted(lines, key=urgency)


def in_order(
    lines: list[MeasureLine], column: str, places_of_units: Mapping[int, int], *, descending: bool
) -> list[MeasureLine]:
    """Return the lines sorted by one of COLUMNS, or as they came; alike ones stay as they came.

    ``places_of_units`` are the units' places by number. What has no day, or serves no statement,
    stands last in ascending order.
    """
    keys: Mapping[str, Callable[[MeasureLine], Any]] = {
        "massnahme": lambda one: german_sort_key(one.wording),
        "einheit": lambda one: places_of_units.get(one.unit_id, 0),
        "aussage": lambda one: (one.statement_number is None, one.statement_number),
        "verantwortlich": lambda one: german_sort_key(one.responsible),
        "termin": lambda one: one.due_on or date.max,
        "stand": lambda one: PLACE_OF_STATE[one.state],
    }
    return sorted(lines, key=keys[column], reverse=descending) if column else lines


def add_measure(user: User, *, unit_id: int, entered: MeasureInput) -> Measure:
    """Add a measure to one of the user's units.

    Raises InvalidError, naming the field, for a foreign or closed unit, and for what stands among
    the unit's open measures already: a double click adds one.
    """
    # The other click of a double click waits here.
    query = (
        select(Unit).where(Unit.id == unit_id, Unit.closed_on.is_(None)).with_for_update(of=Unit)
    )
    unit = db.session.scalar(query)
    if unit is None or not reaches(user, Permission.USE_CHECKS, unit_id):
        raise InvalidError("Bitte wählen Sie eine Ihrer Organisationseinheiten.", field="unit")
    key = (entered.questionnaire_version, entered.statement_id, entered.wording.casefold())
    if key in open_wordings(unit_id):
        raise InvalidError(
            "Diese Maßnahme steht schon in der Liste der Organisationseinheit.", field="wording"
        )
    now = clock.now()
    measure = Measure(
        unit=unit,
        announced_under="",
        created_at=now,
        created_by_id=user.id,
        changed_at=now,
        changed_by_id=user.id,
        closed_on=None if is_open(entered.state) else clock.day_of(now),
        **_values_of(entered),
    )
    db.session.add(measure)
    db.session.flush()
    details = f"Stand: {measure.state.label}"
    audit.record(Action.MEASURE_ADDED, actor_id=user.id, subject=unit.label, details=details)
    return measure


def open_wordings(unit_id: int) -> set[tuple[str, str | None, str]]:
    """Return what a unit's open measures say: questionnaire, statement, and the wording's key."""
    query = select(Measure.questionnaire_version, Measure.statement_id, Measure.wording).where(
        Measure.unit_id == unit_id, Measure.state.in_(OPEN_STATES)
    )
    rows = db.session.execute(query)
    return {(version, statement_id, wording.casefold()) for version, statement_id, wording in rows}


def announced_wordings(unit_id: int) -> set[str]:
    """Return the keys of the wordings that would announce one of a unit's open measures again.

    A measure is known by its present wording and by the one in which it was announced, for
    whichever statement and in whichever questionnaire.
    """
    query = select(Measure.wording, Measure.announced_as).where(
        Measure.unit_id == unit_id, Measure.state.in_(OPEN_STATES)
    )
    rows = db.session.execute(query)
    return {wording.casefold() for row in rows for wording in row if wording}


def change_measure(
    user: User, measure: Measure, *, entered: MeasureInput, revision: int
) -> list[str]:
    """Change a measure, and return what is different now, in words; none: it was all the same.

    Raises ConflictError if somebody changed it after it was in this revision.
    """
    if revision != measure.revision:
        raise ConflictError(OUTDATED)
    values = _values_of(entered)
    changed = [name for name, value in values.items() if getattr(measure, name) != value]
    told = [_tell_change(name, entered) for name in FIELDS if name in changed]
    if not told:  # the version alone says nothing
        return []
    for name in changed:
        setattr(measure, name, values[name])
    touch(measure, user_id=user.id, closed_on=clock.today())
    db.session.flush()
    details = ", ".join(_tell_without_words(name, entered) for name in FIELDS if name in changed)
    subject = measure.unit.label
    audit.record(Action.MEASURE_CHANGED, actor_id=user.id, subject=subject, details=details)
    return told


def set_state(user: User, measure: Measure, *, state: MeasureState, revision: int) -> bool:
    """Say where a measure stands now; returns whether that is new. Raises ConflictError."""
    if measure.state is state:  # also the second one of a double click
        return False
    entered = MeasureInput(
        wording=measure.wording,
        questionnaire_version=measure.questionnaire_version,
        statement_id=measure.statement_id,
        responsible=measure.responsible,
        due_on=measure.due_on,
        state=state,
    )
    return bool(change_measure(user, measure, entered=entered, revision=revision))


def touch(measure: Measure, *, user_id: int, closed_on: date) -> None:
    """Note that somebody changed a measure; ``closed_on`` holds if that ended it."""
    measure.changed_at, measure.changed_by_id = clock.now(), user_id
    measure.revision += 1
    if is_open(measure.state):
        measure.closed_on = None
    elif measure.closed_on is None:
        measure.closed_on = closed_on


def delete_measure(user: User, measure: Measure) -> None:
    """Delete a measure, and what checks and drafts say about it; raises NotFoundError.

    The measure must not be locked: whoever submits a draft locks that first.
    """
    question_id = f"{REVIEW}{measure.id}"
    drafts = (
        select(SelfCheck.id)
        .join(Answer, Answer.check_id == SelfCheck.id)
        .where(SelfCheck.state == CheckState.DRAFT, Answer.question_id == question_id)
        .order_by(SelfCheck.id)
        .with_for_update(of=SelfCheck)
    )
    draft_ids = list(db.session.scalars(drafts))
    measure = get_measure(user, measure.id, lock=True)
    # The next measure may get the same id, and drafts say nothing about that one.
    said = Answer.check_id.in_(draft_ids), Answer.question_id == question_id
    db.session.execute(delete(Answer).where(*said))
    subject = measure.unit.label
    db.session.delete(measure)
    details = f"Stand: {measure.state.label}"
    audit.record(Action.MEASURE_DELETED, actor_id=user.id, subject=subject, details=details)


def _values_of(entered: MeasureInput) -> dict[str, Any]:
    return {
        "wording": entered.wording,
        "questionnaire_version": entered.questionnaire_version,
        "statement_id": entered.statement_id,
        "responsible": entered.responsible,
        "due_on": entered.due_on,
        "state": entered.state,
    }


def _tell_change(name: str, entered: MeasureInput) -> str:
    if name == "due_on":
        return f"Termin {entered.due_on:%d.%m.%Y}" if entered.due_on else "kein Termin"
    if name == "responsible":
        return f"verantwortlich: {entered.responsible or 'niemand'}"
    return _tell_without_words(name, entered)


def _tell_without_words(name: str, entered: MeasureInput) -> str:
    """Say what was changed; the audit trail holds no free text, and so no names."""
    return f"Stand: {entered.state.label}" if name == "state" else FIELDS[name]


def _reachable(user: User) -> list[ColumnElement[bool]]:
    unit_ids = select_unit_ids(user, Permission.USE_CHECKS)
    return [] if unit_ids is None else [Measure.unit_id.in_(unit_ids)]


def _conditions(user: User, chosen: MeasureFilter, today: date) -> list[ColumnElement[bool]]:
    conditions = _reachable(user)
    if chosen.unit_id is not None:
        conditions.append(Measure.unit_id == chosen.unit_id)
    if chosen.states:
        conditions.append(Measure.state.in_(chosen.states))
    if chosen.statement is not None:
        version, statement_id = chosen.statement
        conditions.append(Measure.questionnaire_version == version)
        conditions.append(Measure.statement_id == statement_id)
    if chosen.timing is not None:
        conditions.append(Measure.state.in_(OPEN_STATES))
        conditions.append(
            Measure.due_on < today
            if chosen.timing is Timing.OVERDUE
            else Measure.due_on.between(today, last_due_day(today))
        )
    return conditions
