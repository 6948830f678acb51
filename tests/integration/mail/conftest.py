"""An outbox, and a mail server beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from console import Outcome, Run
from factories import World
from flask import Flask
from integration.commands.conftest import run, run_at
from postbox import Postbox, free_port, serving
from sqlalchemy import select, update

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.db import db
from selfcheck.mail import service
from selfcheck.mail.models import Message

__all__ = ["run", "run_at"]


@dataclass(frozen=True)
class Outbox:
    """The messages in the database, and the command that sends them."""

    app: Flask
    world: World
    send: Callable[..., Outcome]

    def put(self, *logins: str, **changes: str) -> int:
        """Put a message to these people into the outbox; return to how many."""
        text = {"key": "x", "subject": "Neues", "body": "Es gibt etwas.", "path": "/auswertung"}
        with self.app.app_context():
            users = [db.session.get_one(User, self.world.user_ids[login]) for login in logins]
            count = service.put(users, **{**text, **changes})
            db.session.commit()
        return count

    def read(self, **values: object) -> list[Message]:
        """Return the messages with these values, by recipient and subject."""
        with self.app.app_context():
            query = select(Message).filter_by(**values)
            messages = list(
                db.session.scalars(query.order_by(Message.recipient_id, Message.subject))
            )
            db.session.expunge_all()
            return messages

    def change(self, **values: object) -> None:
        """Change all messages."""
        with self.app.app_context():
            db.session.execute(update(Message).values(**values))
            db.session.commit()

    def make_due(self) -> None:
        """Let the time pass until what was put off is tried again."""
        with self.app.app_context():
            waits = Message.next_attempt_at.is_not(None)
            db.session.execute(update(Message).where(waits).values(next_attempt_at=clock.now()))
            db.session.commit()

    def deactivate(self, login: str) -> None:
        """Deactivate somebody's account."""
        with self.app.app_context():
            db.session.get_one(User, self.world.user_ids[login]).is_active = False
            db.session.commit()


@pytest.fixture
def postbox() -> Postbox:
    """A mail server that is not there yet."""
    return Postbox(free_port())


@pytest.fixture
def served(postbox: Postbox) -> Iterator[Postbox]:
    """A mail server that answers."""
    with serving(postbox):
        yield postbox


@pytest.fixture
def outbox(app: Flask, world: World, run: Run, postbox: Postbox) -> Outbox:
    """An outbox that is sent to the mail server."""

    def send(**settings: str) -> Outcome:
        return run("mail", "send", settings=postbox.settings | settings)

    return Outbox(app, world, send)
