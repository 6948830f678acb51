"""Messages to users: put them into the outbox, and let them be read in the application."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.db import db
from selfcheck.errors import NotFoundError
from selfcheck.mail.letter import clean_text, one_line
from selfcheck.mail.limits import SUBJECT_LENGTH
from selfcheck.mail.models import Message


def put(recipients: Iterable[User], *, key: str, subject: str, body: str, path: str) -> int:
    """Write to each of these users who is active, within the caller's transaction.

    Returns to how many. Whoever has a message with this ``key`` gets no second one, also when
    two transactions write it at the same time. ``path`` is the page that the message is about,
    within the application; empty: none. A long subject is cut.
    """
    emails = {user.id: user.email for user in recipients if user.is_active}
    now = clock.now()
    rows = [
        {
            "id": uuid4(),
            "recipient_id": user_id,
            "key": key,
            "email": email,
            "subject": one_line(subject, length=SUBJECT_LENGTH),
            "body": clean_text(body),
            "path": path,
            "created_at": now,
            "next_attempt_at": now,
        }
        # Two transactions that write to the same people never wait for one another.
        for user_id, email in sorted(emails.items())
    ]
    if not rows:
        return 0
    db.session.flush()
    is_sqlite = db.engine.dialect.name == "sqlite"
    insert = sqlite.insert(Message) if is_sqlite else postgresql.insert(Message)
    written = insert.on_conflict_do_nothing(index_elements=["recipient_id", "key"])
    return len(db.session.scalars(written.returning(Message.id), rows).all())


def count_messages(user: User, *, only_unread: bool = False) -> int:
    """Return how many messages there are for the user."""
    query = _select_messages(user, only_unread=only_unread)
    return db.session.scalar(query.with_only_columns(func.count(Message.id))) or 0


def list_messages(
    user: User, *, only_unread: bool = False, limit: int, offset: int = 0
) -> list[Message]:
    """Return the user's messages, newest first."""
    query = _select_messages(user, only_unread=only_unread)
    query = query.order_by(Message.created_at.desc(), Message.id)
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def count_unread(user: User) -> int:
    """Return how many messages the user has not read; writes nothing that is pending."""
    with db.session.no_autoflush:
        return db.session.scalar(select_unread_count(user)) or 0


def select_unread_count(user: User) -> Select[int]:
    """Return the query of how many messages the user has not read."""
    query = _select_messages(user, only_unread=True)
    return query.with_only_columns(func.count(Message.id))


def get_message(user: User, message_id: UUID) -> Message:
    """Return one of the user's own messages; raises NotFoundError for all others."""
    query = _select_messages(user).where(Message.id == message_id)
    message = db.session.scalar(query)
    if message is None:
        raise NotFoundError("Diese Nachricht gibt es nicht, oder nicht für Ihr Konto.")
    return message


def mark_read(user_id: int, message_id: UUID | None = None) -> None:
    """Mark one of the user's messages as read, or all of them; the first time counts."""
    change = update(Message).where(Message.recipient_id == user_id, Message.read_at.is_(None))
    if message_id is not None:
        change = change.where(Message.id == message_id)
    db.session.execute(
        change.values(read_at=clock.now()).execution_options(synchronize_session=False)
    )


def select_unsent_count() -> Select[int]:
    """Return the query of how many messages wait to be sent."""
    return select(func.count(Message.id)).where(Message.next_attempt_at.is_not(None))


def select_given_up_count() -> Select[int]:
    """Return the query of how many messages will never be sent."""
    is_over = Message.next_attempt_at.is_(None) & Message.sent_at.is_(None)
    return select(func.count(Message.id)).where(is_over)


def count_unsent() -> int:
    """Return how many messages wait to be sent."""
    return db.session.scalar(select_unsent_count()) or 0


def _select_messages(user: User, *, only_unread: bool = False) -> Select[Message]:
    query = select(Message).where(Message.recipient_id == user.id)
    return query.where(Message.read_at.is_(None)) if only_unread else query
