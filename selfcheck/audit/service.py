"""Record and read the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import has_request_context, request
from sqlalchemy import ColumnElement, func, select

from selfcheck import clock
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db

SUBJECT_LENGTH = 400


def record(action: Action, *, actor_id: int | None, subject: str = "", details: str = "") -> None:
    """Add an event to the running transaction: it is stored with what it reports, or not at all."""
    db.session.add(
        AuditEvent(
            at=clock.now(),
            action=action.value,
            actor_id=actor_id,
            subject=subject[:SUBJECT_LENGTH],
            details=details,
            address=(request.remote_addr or "")[:64] if has_request_context() else "",
        )
    )


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """What the page of the audit trail is narrowed to; days are those of the city."""

    action: Action | None = None
    text: str = ""
    first_day: date | None = None
    last_day: date | None = None


def count_events(chosen: AuditFilter) -> int:
    """Return how many events the filter lets through."""
    return db.session.scalar(select(func.count(AuditEvent.id)).where(*_conditions(chosen))) or 0


def list_events(chosen: AuditFilter, *, limit: int, offset: int) -> list[AuditEvent]:
    """Return the events that the filter lets through, newest first, each with its actor."""
    query = (
        select(AuditEvent)
        .where(*_conditions(chosen))
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def _conditions(chosen: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.action is not None:
        conditions.append(AuditEvent.action == chosen.action.value)
    if chosen.text:
        actor = AuditEvent.actor.property.mapper.class_
        conditions.append(
            AuditEvent.subject.icontains(chosen.text, autoescape=True)
            | AuditEvent.details.icontains(chosen.text, autoescape=True)
            | AuditEvent.actor.has(actor.name.icontains(chosen.text, autoescape=True))
        )
    # The first and the last day of the calendar have no neighbour to be compared with.
    if chosen.first_day is not None and chosen.first_day > date.min:
        conditions.append(AuditEvent.at >= _start_of(chosen.first_day))
    if chosen.last_day is not None and chosen.last_day < date.max:
        conditions.append(AuditEvent.at < _start_of(chosen.last_day + timedelta(days=1)))
    return conditions


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.city_time_zone())
