"""Take messages out of the outbox, so that each is sent once, also by two runs at the same time.

A run claims a message by putting off its next attempt, and commits; then it talks to the server;
then it commits what came of it. Nobody waits for the database while a server takes its time. A
run that dies leaves its message to the next one after ``CLAIM``: it is sent a second time only if
the server had taken it and the run died before its second commit, or if the server took it and
could not say so. Both mails then have the same Message-ID, by which receivers drop the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.db import db
from selfcheck.mail.answers import MAX_AGE, Answer, Verdict, next_attempt
from selfcheck.mail.letter import Draft, one_line
from selfcheck.mail.limits import ERROR_LENGTH
from selfcheck.mail.models import Message

# Longer than the slowest server can take over one mail.
CLAIM = timedelta(minutes=15)
TOO_OLD = f"Seit {MAX_AGE.days} Tagen nicht zustellbar; der Versand ist aufgegeben."
DEACTIVATED = "Das Konto ist deaktiviert."


@dataclass(frozen=True)
class Claimed:
    """A message that this run, and no other, hands over."""

    draft: Draft
    due_at: datetime


def give_up_what_is_pointless() -> int:
    """Stop sending what is old, or for somebody whose account was deactivated; returns how many."""
    count = 0
    waiting = Message.next_attempt_at.is_not(None)
    inactive = select(User.id).where(~User.is_active)
    for condition, reason in (
        (Message.created_at < clock.now() - MAX_AGE, TOO_OLD),
        (Message.recipient_id.in_(inactive), DEACTIVATED),
    ):
        given_up = db.session.execute(
            update(Message)
            .where(waiting, condition)
            .values(next_attempt_at=None, last_error=reason)
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        )
        count += len(given_up.all())
    return count


def claim_due(at: datetime) -> Claimed | None:
    """Return the message that has waited longest of those due at a moment; None: no more.

    Commit before it is handed over.
    """
    message = db.session.scalar(
        select(Message)
        .where(Message.next_attempt_at <= at)
        .order_by(Message.next_attempt_at, Message.id)
        .limit(1)
        .with_for_update(of=Message, skip_locked=True)
    )
    if message is None or message.next_attempt_at is None:
        return None
    claimed = Claimed(
        Draft(
            id=message.id,
            recipient=message.email,
            subject=message.subject,
            body=message.body,
            path=message.path,
            created_at=message.created_at,
        ),
        due_at=message.next_attempt_at,
    )
    message.next_attempt_at = clock.now() + CLAIM
    db.session.flush()
    return claimed


def note_answer(claimed: Claimed, answer: Answer) -> None:
    """Keep what came of handing a message over."""
    message = _get(claimed.draft.id)
    if answer.verdict is Verdict.UNASKED:
        message.next_attempt_at = claimed.due_at
        return
    message.attempts += 1
    message.last_error = one_line(answer.reason, length=ERROR_LENGTH)
    message.next_attempt_at = None
    if answer.verdict is Verdict.TAKEN:
        message.sent_at = clock.now()
    if answer.verdict is Verdict.LATER:
        message.next_attempt_at = next_attempt(message.attempts, clock.now())
    db.session.flush()


def _get(message_id: UUID) -> Message:
    return db.session.get_one(Message, message_id)
