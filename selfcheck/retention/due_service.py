"""What is due to be deleted now? One query for each kind; what is kept and why stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from selfcheck import clock
from selfcheck.accounts.models import LoginAttempt, LoginSession
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.checks.vote_models import TeamRound
from selfcheck.db import db
from selfcheck.evaluation.models import EvaluationRequest
from selfcheck.mail.models import Message
from selfcheck.retention.kinds import Kind
from selfcheck.retention.periods import LOGIN_ACTIONS, Periods, due_spans, make_periods
from selfcheck.staff.models import Assignment, Person, StaffImport
from selfcheck.support.models import SupportRequest
from selfcheck.training.mandates import MANDATES
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    RecognitionQuestion,
    TrainingRecord,
)
from selfcheck.uploads.models import Upload


@dataclass(frozen=True)
class At:
    """The moment for which is asked, the city's day then, and the periods."""

    now: datetime
    today: date
    periods: Periods

    def limit(self, kind: Kind) -> datetime:
        """Return the moment before which the period of a kind must have begun to be over."""
        return self.periods[kind].limit(self.now)


def at(now: datetime) -> At:
    """Return a moment with the periods that the city has set."""
    return At(now, clock.day_of(now), current_periods())


def current_periods() -> Periods:
    """Return the period of each kind, as the settings are."""
    config = current_app.extensions["selfcheck"]
    hours = -(-int(config.absolute_timeout.total_seconds()) // 3600)
    return make_periods(**vars(config.keep), session_hours=hours)


def select_due(kind: Kind, when: At) -> Select[Any]:
    """Return the query of the keys of all rows of a kind whose period is over."""
    return QUERIES[kind](when)


def count_due(when: At) -> dict[Kind, int]:
    """Return how much of each kind is due, in one query."""
    counts = [
        select(func.count()).select_from(select_due(kind, when).subquery()).scalar_subquery()
        for kind in Kind
    ]
    return dict(zip(Kind, db.session.execute(select(*counts)).one(), strict=True))


def last_day_kept(when: At) -> ColumnElement[date]:
    """Return, as SQL, the first last day at work that keeps a person.

    Whoever an open request for an evaluation counts is kept, however short the period.
    """
    limit = when.periods[Kind.PEOPLE].limit_day(when.today)
    first_open = (
        select(func.min(EvaluationRequest.reference_date))
        .where(EvaluationRequest.closed_at.is_(None), EvaluationRequest.reference_date < limit)
        .scalar_subquery()
    )
    return func.coalesce(first_open, limit, type_=Assignment.first_day.type)


def _people(when: At) -> Select[Any]:
    of_person = Assignment.person_id == Person.id
    stays = Assignment.last_day.is_(None) | (Assignment.last_day >= last_day_kept(when))
    return select(Person.id).where(
        select(Assignment.id).where(of_person).exists(),
        ~select(Assignment.id).where(of_person, stays).exists(),
    )


def _certificates(when: At) -> Select[Any]:
    """Select files that prove only trainings whose mandate is over for long enough."""
    limit = when.periods[Kind.CERTIFICATES].limit_day(when.today)
    spans = due_spans(limit, MANDATES.values())
    is_over = (
        or_(
            *(
                and_(TrainingRecord.last_day >= first, TrainingRecord.last_day <= last)
                for first, last in spans
            )
        )
        if spans
        else TrainingRecord.id.is_(None)
    )
    needed = (
        select(Evidence.id)
        .join(TrainingRecord, TrainingRecord.id == Evidence.record_id)
        .where(Evidence.certificate_id == Certificate.id, ~is_over)
    )
    asked = select(RecognitionQuestion.id).where(
        RecognitionQuestion.certificate_id == Certificate.id, RecognitionQuestion.outcome.is_(None)
    )
    return (
        select(Certificate.id)
        .join(CertificateContent, CertificateContent.certificate_id == Certificate.id)
        .where(
            Certificate.is_waiting.is_(False),
            Certificate.uploaded_at < when.limit(Kind.CERTIFICATES),
            ~needed.exists(),
            ~asked.exists(),
        )
    )


def _audit_events(when: At, kind: Kind) -> Select[Any]:
    is_login = or_(*(AuditEvent.action.startswith(begin) for begin in LOGIN_ACTIONS))
    wanted = is_login if kind is Kind.LOGINS else ~is_login
    return select(AuditEvent.id).where(wanted, AuditEvent.at < when.limit(kind))


def _read_messages(when: At) -> Select[Any]:
    # What is still to be sent stays, also if it was read in the application meanwhile.
    return select(Message.id).where(
        Message.read_at < when.limit(Kind.MESSAGES), Message.next_attempt_at.is_(None)
    )


QUERIES: Mapping[Kind, Callable[[At], Select[Any]]] = MappingProxyType(
    {
        Kind.PEOPLE: _people,
        Kind.CERTIFICATES: _certificates,
        Kind.WAITING: lambda when: select(Certificate.id).where(
            Certificate.is_waiting, Certificate.uploaded_at < when.limit(Kind.WAITING)
        ),
        Kind.IMPORTS: lambda when: select(StaffImport.id).where(
            StaffImport.applied_at < when.limit(Kind.IMPORTS)
        ),
        Kind.UPLOADS: lambda when: select(Upload.id).where(
            Upload.uploaded_at < when.limit(Kind.UPLOADS)
        ),
        Kind.MESSAGES: _read_messages,
        Kind.SUPPORT: lambda when: select(SupportRequest.id).where(
            SupportRequest.closed_at < when.limit(Kind.SUPPORT)
        ),
        Kind.VOTES: lambda when: select(TeamRound.check_id).where(
            TeamRound.opened_at <= when.limit(Kind.VOTES)
        ),
        Kind.ATTEMPTS: lambda when: select(LoginAttempt.id).where(
            LoginAttempt.at < when.limit(Kind.ATTEMPTS)
        ),
        Kind.SESSIONS: lambda when: select(LoginSession.id).where(
            LoginSession.started_at < when.limit(Kind.SESSIONS)
        ),
        Kind.LOGINS: lambda when: _audit_events(when, Kind.LOGINS),
        Kind.AUDIT: lambda when: _audit_events(when, Kind.AUDIT),
        Kind.DRAFTS: lambda when: select(SelfCheck.id).where(
            SelfCheck.state == CheckState.DRAFT, SelfCheck.changed_at < when.limit(Kind.DRAFTS)
        ),
    }
)
