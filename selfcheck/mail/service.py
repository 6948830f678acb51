"""Put messages into the outbox, within the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy import select

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.db import db
from selfcheck.mail.limits import SUBJECT_LENGTH
from selfcheck.mail.models import Message


def put(recipients: Iterable[User], *, key: str, subject: str, body: str, path: str) -> int:
    """Write to each of these users who is active; returns to how many.

    Whoever has a message with this ``key`` gets no second one. ``path`` is the page that the
    message is about, within the application.
    """
    users = {user.id: user for user in recipients if user.is_active}
    told = set(
        db.session.scalars(
            select(Message.recipient_id).where(Message.key == key, Message.recipient_id.in_(users))
        )
    )
    now = clock.now()
    new = [
        Message(
            id=uuid4(),
            recipient_id=user.id,
            key=key,
            email=user.email,
            subject=subject[:SUBJECT_LENGTH],
            body=body,
            path=path,
            created_at=now,
            next_attempt_at=now,
        )
        for user in users.values()
        if user.id not in told
    ]
    db.session.add_all(new)
    db.session.flush()
    return len(new)
