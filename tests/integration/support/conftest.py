"""An office and the commissioner, who write to one another."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import UUID

import pytest
import time_machine
from client import Client, text_of
from factories import World, make_check
from flask import Flask
from integration.training.conftest import Office
from sqlalchemy import select
from werkzeug.test import TestResponse

from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.mail.models import Message
from selfcheck.support.models import SupportMessage, SupportRequest

NOW = "2026-11-24T10:00:00+01:00"


class Support:
    """What the people of the small city write to one another."""

    def __init__(self, app: Flask, world: World, client_of: Callable[[str], Client]) -> None:
        self.app, self.world, self._client_of = app, world, client_of
        self._browsers: dict[str, Client] = {}

    def browser(self, login: str) -> Client:
        if login not in self._browsers:
            self._browsers[login] = self._client_of(login)
        return self._browsers[login]

    def ask(
        self, text: str = "Wie finden wir Dolmetscher*innen?", by: str = "head33", unit: str = "33"
    ) -> TestResponse:
        sent = {"unit": self.world.unit_ids[unit], "text": text}
        return self.browser(by).send("/unterstuetzung/neu", sent)

    def asked(self, text: str = "Wie finden wir Dolmetscher*innen?", **who: str) -> str:
        """Ask; returns the address of the request."""
        response = self.ask(text, **who)
        assert response.status_code == 302, text_of(response)
        return str(response.location)

    def shown(self, url: str, by: str) -> dict[str, Any]:
        """Return what the form of a request sends, if nothing is typed."""
        fields = Office.fields(self.browser(by).get(url)).to_dict()
        return {name: value for name, value in fields.items() if name != "text"}

    def write(
        self, url: str, text: str, by: str = "head33", action: str = "send", **sent: Any
    ) -> TestResponse:
        """Open a request and write into it, or send what an older page has shown."""
        shown = sent or self.shown(url, by)
        return self.browser(by).send(url, shown | {"text": text, "action": action})

    def words(self, url: str, by: str = "head33") -> str:
        return unescape(text_of(self.browser(by).get(url)))

    def texts(self) -> list[tuple[str, bool]]:
        """Return all messages: the text, and whether it is an answer."""
        with self.app.app_context():
            found = db.session.scalars(select(SupportMessage).order_by(SupportMessage.id))
            return [(one.text, one.is_answer) for one in found]

    def requests(self) -> list[SupportRequest]:
        with self.app.app_context():
            found = list(db.session.scalars(select(SupportRequest).order_by(SupportRequest.id)))
            db.session.expunge_all()
            return found

    def told(self) -> list[tuple[str, str]]:
        """Return who was written to, and the subject, oldest first."""
        with self.app.app_context():
            query = select(Message).where(Message.key.startswith("support-"))
            found = db.session.scalars(query.order_by(Message.created_at, Message.email))
            return [(one.email.split("@")[0], one.subject) for one in found]

    def bodies(self) -> str:
        with self.app.app_context():
            return " ".join(one.subject + one.body for one in db.session.scalars(select(Message)))

    def audited(self) -> list[tuple[str, str, str]]:
        with self.app.app_context():
            query = select(AuditEvent).where(AuditEvent.action.startswith("support-"))
            found = db.session.scalars(query.order_by(AuditEvent.id))
            return [(one.action, one.subject, one.details) for one in found]

    def check(self, **changes: Any) -> UUID:
        with self.app.app_context():
            return make_check(self.world, **changes)

    def listed(self, query: str = "", by: str = "commissioner") -> list[tuple[str, str]]:
        """Return the units of the list and the words of their state."""
        page = self.browser(by).get(f"/unterstuetzung{query}").text
        if "<tbody" not in page:
            return []
        rows = re.findall(r"<tr.*?</tr>", page.split("<tbody", 1)[1], flags=re.DOTALL)
        found = []
        for row in rows:
            unit = re.search(r'/unterstuetzung/\d+">([^<]+)<', row)
            state = re.search(r"wartet auf Antwort|beantwortet|abgeschlossen", row)
            assert unit
            assert state
            found.append((unescape(unit[1]).split()[0], state[0]))
        return found


@pytest.fixture
def clock():
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def support(app: Flask, world: World, client_of: Callable[[str], Client], clock: Any) -> Support:
    return Support(app, world, client_of)
