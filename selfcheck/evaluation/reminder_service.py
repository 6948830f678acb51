"""Which mails are due today? Reminders of deadlines, and once a month what is open in an office."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import select

from selfcheck import clock
from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.permissions import Permission, Role
from selfcheck.accounts.scope import list_granted_units
from selfcheck.db import db
from selfcheck.evaluation import letter_service, wording
from selfcheck.evaluation.letter_service import occasion_of
from selfcheck.evaluation.models import EvaluationRequest, Part
from selfcheck.evaluation.request_service import list_parts_of
from selfcheck.evaluation.states import PartState
from selfcheck.mail import service as mail
from selfcheck.mail.models import Message
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.overview_service import list_standings
from selfcheck.training.standing import Progress, count_progress
from selfcheck.training.waiting_service import count_waiting

DAYS_BEFORE = (14, 3, 1)


def remind_of_deadlines(*, today: date) -> int:
    """Remind the offices that have not delivered; returns how many mails that makes.

    Each of the days before a deadline is told once, and once that it has passed. A day on which
    the command did not run is made up for on the next.
    """
    query = select(EvaluationRequest).where(EvaluationRequest.closed_at.is_(None))
    return sum(_remind_of(request, today) for request in db.session.scalars(query))


def tell_what_is_open(*, today: date) -> int:
    """Tell each training officer once a month what is open, in numbers; returns how many mails.

    Nobody gets a mail that says that nothing is open.
    """
    told = select(Message.recipient_id).where(Message.key == f"monthly-{today:%Y-%m}")
    query = (
        select(User)
        .join(Grant)
        .where(Grant.role == Role.TRAINING_OFFICER, User.is_active, User.id.not_in(told))
        .order_by(User.id)
        .distinct()
    )
    return sum(_tell_officer(user, today) for user in db.session.scalars(query))


def find_due_step(part: Part, today: date) -> str:
    """Return which reminder of an office is due: the days before its deadline, or „overdue“.

    Empty: none, as long as the deadline is far, or the offices were asked only after that day.
    """
    left = (part.deadline - today).days
    if left < 0:
        return "overdue"
    asked_on = clock.day_of(part.asked_at)
    due = [days for days in DAYS_BEFORE if left <= days]
    if not due or part.deadline - timedelta(days=min(due)) <= asked_on:
        return ""
    return str(min(due))


def _remind_of(request: EvaluationRequest, today: date) -> int:
    due: dict[str, list[Part]] = defaultdict(list)
    for part in list_parts_of(request):
        step = find_due_step(part, today)
        if step and part.state is not PartState.DELIVERED:
            due[f"due-{part.deadline.isoformat()}-{step}"].append(part)
    return sum(
        letter_service.tell_offices(
            parts,
            [wording.tell_reminder(occasion_of(part), today=today) for part in parts],
            event,
        )
        for event, parts in due.items()
    )


def _tell_officer(user: User, today: date) -> int:
    progress = count_progress(list_standings(user, CURRENT_MANDATE, day=today))
    lines = _list_open(progress, count_waiting(user))
    if not lines:
        return 0
    units = list_granted_units(user, Permission.VIEW_STAFF)
    letter = wording.tell_monthly(", ".join(unit.label for unit in units), lines)
    return mail.put(
        [user],
        key=f"monthly-{today:%Y-%m}",
        subject=letter.subject,
        body=letter.body,
        path="/",
    )


def _list_open(progress: Progress, waiting: int) -> list[str]:
    lines = [
        f"{group.group.value}: {group.open} von {group.people} ohne erfüllten Auftrag"
        for group in progress.groups
        if group.open
    ]
    lines += [f"davon {state.label}: {count}" for state, count in progress.blocking.items()]
    if waiting:
        lines.append(f"Zertifikate, die auf Zuordnung warten: {waiting}")
    return lines
