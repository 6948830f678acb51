"""Figures for the first page."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.measure_service import select_first_day, select_measure_count
from selfcheck.checks.measures import Timing
from selfcheck.db import db
from selfcheck.mail.service import (
    select_given_up_count,
    select_unread_count,
    select_unsent_count,
)
from selfcheck.organisation.models import Unit
from selfcheck.support import service as support
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.overview_service import list_standings
from selfcheck.training.recognition_service import QuestionState, select_question_count
from selfcheck.training.standing import Progress, count_progress
from selfcheck.training.waiting_service import select_waiting_count


@dataclass(frozen=True)
class SystemState:
    """What an administrator wants to know at a glance."""

    database: str
    users: int
    users_deactivated: int
    units: int
    last_unit_import_at: datetime | None
    mails_waiting: int
    mails_given_up: int


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What waits for the user, and the state of the system; None: not this user's business."""

    unread_messages: int
    waiting: int | None = None
    open_questions: int | None = None
    # Requests for support: that wait for the user's answer, and that the user's units got.
    support_waiting: int | None = None
    support_answered: int | None = None
    # Measures of the user's units that are overdue, and those that are due soon; the earliest day.
    measures_overdue: int | None = None
    overdue_since: date | None = None
    measures_due: int | None = None
    next_due_on: date | None = None
    system: SystemState | None = None


SYSTEM_COUNTS = frozenset(one.name for one in fields(SystemState)) - {"database"}


@dataclass(frozen=True)
class StaffDuties:
    """What the mandate still asks of the user's people."""

    progress: Progress
    days_left: int  # 0 on the last day, less when it is over


def count_all(user: User, *, day: date) -> Counts:
    """Return all counts that the user's roles ask for, in one query."""
    queries: dict[str, Select[Any]] = {"unread_messages": select_unread_count(user)}
    if user.may(Permission.MANAGE_STAFF):
        queries["waiting"] = select_waiting_count(user)
    if user.may(Permission.DECIDE_RECOGNITION):
        queries["open_questions"] = select_question_count(user, QuestionState.OPEN, day=day)
    if user.may(Permission.ANSWER_SUPPORT_REQUESTS):
        queries["support_waiting"] = support.select_waiting_count()
    if user.may(Permission.USE_CHECKS):
        queries["support_answered"] = support.select_answered_count(user)
        queries["measures_overdue"] = select_measure_count(user, Timing.OVERDUE, today=day)
        queries["overdue_since"] = select_first_day(user, Timing.OVERDUE, today=day)
        queries["measures_due"] = select_measure_count(user, Timing.DUE, today=day)
        queries["next_due_on"] = select_first_day(user, Timing.DUE, today=day)
    sees_system = user.may(Permission.MANAGE_USERS)
    if sees_system:
        queries |= _select_system_state()
    columns = [query.scalar_subquery().label(name) for name, query in queries.items()]
    found = db.session.execute(select(*columns)).one()._asdict()
    system = {name: found.pop(name) for name in queries if name in SYSTEM_COUNTS}
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[db.engine.dialect.name]
    return Counts(
        **found,
        system=SystemState(database=database, **system) if sees_system else None,
    )


def find_duties(user: User, *, day: date) -> StaffDuties:
    """Return the figures of the mandate for the user's people on a day."""
    standings = list_standings(user, CURRENT_MANDATE, day=day)
    return StaffDuties(
        progress=count_progress(standings), days_left=(CURRENT_MANDATE.last_day - day).days
    )


def _select_system_state() -> dict[str, Select[Any]]:
    """Return the queries behind the fields of SystemState."""
    imported = AuditEvent.action == Action.UNITS_IMPORTED.value
    return {
        "users": select(func.count(User.id)).where(User.is_active),
        "users_deactivated": select(func.count(User.id)).where(~User.is_active),
        "units": select(func.count(Unit.id)).where(Unit.closed_on.is_(None)),
        "last_unit_import_at": select(func.max(AuditEvent.at)).where(imported),
        "mails_waiting": select_unsent_count(),
        "mails_given_up": select_given_up_count(),
    }
