"""Figures for the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.overview_service import list_standings
from selfcheck.training.standing import Progress, count_progress
from selfcheck.training.waiting_service import count_waiting


@dataclass(frozen=True)
class SystemState:
    """What an administrator wants to know at a glance."""

    database: str
    users: int
    users_deactivated: int
    units: int
    last_unit_import_at: datetime | None


def count_system_state() -> SystemState:
    """Return the figures of the running system."""
    count, session = func.count, db.session
    return SystemState(
        database={"sqlite": "SQLite", "postgresql": "PostgreSQL"}[db.engine.dialect.name],
        users=session.scalar(select(count(User.id)).where(User.is_active)) or 0,
        users_deactivated=session.scalar(select(count(User.id)).where(~User.is_active)) or 0,
        units=session.scalar(select(count(Unit.id)).where(Unit.closed_on.is_(None))) or 0,
        last_unit_import_at=session.scalar(
            select(func.max(AuditEvent.at)).where(AuditEvent.action == Action.UNITS_IMPORTED.value)
        ),
    )


@dataclass(frozen=True)
class StaffDuties:
    """What the mandate still asks of the user's people, and of the user."""

    progress: Progress
    days_left: int  # 0 on the last day, less when it is over
    waiting: int


def find_duties(user: User, *, day: date) -> StaffDuties:
    """Return the figures of the mandate for the user's people on a day."""
    standings = list_standings(user, CURRENT_MANDATE, day=day)
    return StaffDuties(
        progress=count_progress(standings),
        days_left=(CURRENT_MANDATE.last_day - day).days,
        waiting=count_waiting(user) if user.may(Permission.MANAGE_STAFF) else 0,
    )
