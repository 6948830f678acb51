"""Figures for the administration's first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from selfcheck.accounts.models import User
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.organisation.models import Unit


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
