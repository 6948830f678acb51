"""Read the submitted self-checks of a unit, and how all units stand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import joinedload

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.checks.history import PastCheck, is_same_scale
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.position import (
    Distribution,
    LastTotal,
    find_distribution,
    first_counted_day,
    last_counted_day,
)
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.service import result_of
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.errors import NotFoundError
from selfcheck.organisation.models import Unit

MOST_SHOWN = 24
_NEWEST_FIRST = (SelfCheck.checked_on.desc(), SelfCheck.submitted_at.desc(), SelfCheck.id)


def get_unit(user: User, unit_id: int) -> Unit:
    """Return a unit that the user heads or that lies below; raises NotFoundError."""
    unit = db.session.scalar(select(Unit).where(Unit.id == unit_id, _is_reached(user)))
    if unit is None:
        raise NotFoundError(
            "Diese Organisationseinheit gibt es nicht, oder sie gehört zu einem anderen Amt."
        )
    return unit


def list_history(
    unit: Unit, questionnaires: Mapping[str, Questionnaire], *, limit: int = MOST_SHOWN
) -> list[PastCheck]:
    """Return the newest submitted checks of a unit, at most so many, oldest first; one query."""
    newest = select(SelfCheck.id).where(*_submitted(unit)).order_by(*_NEWEST_FIRST).limit(limit)
    # A LIMIT within the same query would count answers.
    found = _load(SelfCheck.id.in_(newest))
    return [_past(check, questionnaires) for check in reversed(found)]


def get_pair(
    unit: Unit, check_ids: Collection[UUID], questionnaires: Mapping[str, Questionnaire]
) -> tuple[PastCheck, PastCheck]:
    """Return two submitted checks of a unit, the older one first; raises NotFoundError."""
    found = _load(SelfCheck.id.in_(check_ids), *_submitted(unit))
    if len(found) != 2:
        raise NotFoundError("Diese Selbstchecks gibt es nicht, oder sie sind nicht ausgewertet.")
    newer, older = (_past(check, questionnaires) for check in found)
    return older, newer


def count_positions(
    user: User, questionnaires: Mapping[str, Questionnaire], scale: Questionnaire, *, today: date
) -> Distribution | None:
    """Return how all units stand on a scale; None if that would tell too much. One query."""
    counted_on = last_counted_day(today)
    versions = [key for key, one in questionnaires.items() if is_same_scale(one, scale)]
    place = func.row_number().over(partition_by=SelfCheck.unit_id, order_by=_NEWEST_FIRST)
    last = (
        select(SelfCheck.unit_id, SelfCheck.total_points.label("total"), place.label("place"))
        .where(
            SelfCheck.state == CheckState.SUBMITTED,
            SelfCheck.questionnaire_version.in_(versions),
            SelfCheck.checked_on.between(first_counted_day(counted_on), counted_on),
            # One that is dated back still counts only from the next month on.
            SelfCheck.submitted_at < _beginning_of(counted_on + timedelta(days=1)),
        )
        .subquery()
    )
    # One that closes in this month still counts: else its leaving would tell its total.
    is_open = or_(Unit.closed_on.is_(None), Unit.closed_on > counted_on)
    query = (
        select(last.c.total, _is_reached(user))
        .join(Unit, Unit.id == last.c.unit_id)
        .where(last.c.place == 1, is_open)
    )
    totals = [LastTotal(total, bool(is_known)) for total, is_known in db.session.execute(query)]
    return find_distribution(scale, totals, counted_on=counted_on)


def _submitted(unit: Unit) -> tuple[ColumnElement[bool], ...]:
    return SelfCheck.unit_id == unit.id, SelfCheck.state == CheckState.SUBMITTED


def _load(*conditions: ColumnElement[bool]) -> list[SelfCheck]:
    query = select(SelfCheck).where(*conditions).options(joinedload(SelfCheck.answers))
    return list(db.session.scalars(query.order_by(*_NEWEST_FIRST)).unique())


def _past(check: SelfCheck, questionnaires: Mapping[str, Questionnaire]) -> PastCheck:
    questionnaire = questionnaires[check.questionnaire_version]
    assert check.submitted_at  # noqa: S101 - only submitted ones are loaded
    result = result_of(check, questionnaire)
    submitted_on = clock.day_of(check.submitted_at)
    return PastCheck(check.id, check.checked_on, submitted_on, questionnaire, result)


def _is_reached(user: User) -> ColumnElement[bool]:
    within = select_unit_ids(user, Permission.USE_CHECKS)
    return true() if within is None else Unit.id.in_(within)


def _beginning_of(day: date) -> datetime:
    """Return the first moment of a day in the city."""
    return datetime.combine(day, time.min, tzinfo=clock.city_time_zone())
