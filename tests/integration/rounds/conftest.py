"""The commissioner calls rounds; the heads of the small city make their checks."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from uuid import UUID

import pytest
import time_machine
from client import Client, text_of
from factories import World, make_check
from flask import Flask
from integration.training.conftest import Office
from shares import share
from sqlalchemy import select
from werkzeug.test import TestResponse

from selfcheck.audit.models import AuditEvent
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.sharing import ShareLevel
from selfcheck.db import db
from selfcheck.mail.models import Message
from selfcheck.rounds.models import Round, RoundUnit

NOW = "2026-11-24T10:00:00+01:00"
CALLED = {
    "title": "Runde 2026",
    "text": "Bitte denken Sie daran.",
    "begins_on": "2026-11-01",
    "deadline": "2026-12-15",
    "scope": "reporting",
    "action": "call",
}


class Rounds:
    """What the people of the small city do about a round; none is called yet."""

    def __init__(
        self, app: Flask, world: World, client_of: Callable[[str], Client], clock: Any
    ) -> None:
        self.app, self.world, self.clock = app, world, clock
        self._client_of = client_of
        self._browsers: dict[str, Client] = {}

    def browser(self, login: str = "commissioner") -> Client:
        if login not in self._browsers:
            self._browsers[login] = self._client_of(login)
        return self._browsers[login]

    def move_to(self, moment: str) -> None:
        self.clock.move_to(moment)
        self._browsers.clear()

    def call(self, **changes: Any) -> TestResponse:
        return self.browser().send("/runden/neu", CALLED | changes)

    def called(self, *numbers: str, **changes: Any) -> int:
        """Call these units, or all that report; returns the round's id."""
        if numbers:
            ids = [self.world.unit_ids[number] for number in numbers]
            changes |= {"scope": "chosen", "unit_ids": ids}
        response = self.call(**changes)
        assert response.status_code == 302, text_of(response)
        return int(response.location.rsplit("/", 1)[1])

    def check(self, unit: str, submitted_on: date = date(2026, 11, 20), **changes: Any) -> UUID:
        """Let a unit have submitted a check."""
        with self.app.app_context():
            check_id = make_check(self.world, unit=unit, **({"checked_on": submitted_on} | changes))
            check = db.session.get_one(SelfCheck, check_id)
            if check.submitted_at is not None:
                moment = datetime.combine(submitted_on, datetime.min.time(), tzinfo=UTC)
                check.submitted_at = moment.replace(hour=12)
            db.session.commit()
            return check_id

    def share(self, check_id: UUID, level: ShareLevel) -> None:
        with self.app.app_context():
            share(check_id, level)

    def fields(self, url: str, by: str = "commissioner") -> dict[str, Any]:
        """Return what the form of a page sends, if nothing is changed."""
        return dict(Office.fields(self.browser(by).get(url)).lists())

    def words(self, url: str, by: str = "commissioner") -> str:
        return self.words_of(self.browser(by).get(url))

    @staticmethod
    def words_of(page: TestResponse) -> str:
        return unescape(text_of(page))

    def after(self, response: TestResponse) -> str:
        assert response.status_code == 302, text_of(response)
        return self.words(response.location)

    def wall(self, round_id: int, query: str = "") -> dict[str, str]:
        """Return the state by the unit's number, in the order of the page."""
        page = self.browser().get(f"/runden/{round_id}{query}").text
        if "<tbody" not in page:
            return {}
        found = {}
        for row in re.findall(r"<tr.*?</tr>", page.split("<tbody", 1)[1], flags=re.DOTALL):
            words = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))).strip()
            state = re.search(r"nach der Frist erledigt|erledigt|offen|überfällig", words)
            assert state, words
            found[words.split()[0]] = state[0]
        return found

    def stored(self, round_id: int) -> Round:
        with self.app.app_context():
            one = db.session.get_one(Round, round_id)
            db.session.expunge_all()
            return one

    def units(self, round_id: int) -> set[str]:
        numbers = {unit_id: number for number, unit_id in self.world.unit_ids.items()}
        with self.app.app_context():
            query = select(RoundUnit.unit_id).where(RoundUnit.round_id == round_id)
            return {numbers[unit_id] for unit_id in db.session.scalars(query)}

    def told(self, event: str = "") -> list[tuple[str, str, str, str]]:
        """Return login, subject, text and path of the mails about rounds, oldest first."""
        with self.app.app_context():
            query = select(Message).where(
                Message.key.startswith("round-"), Message.key.contains(event)
            )
            found = db.session.scalars(query.order_by(Message.created_at, Message.email))
            return [(one.email.split("@")[0], one.subject, one.body, one.path) for one in found]

    def audited(self) -> list[tuple[str, str]]:
        with self.app.app_context():
            query = select(AuditEvent).where(AuditEvent.action.startswith("round-"))
            found = db.session.scalars(query.order_by(AuditEvent.id))
            return [(one.action, one.details) for one in found]


@pytest.fixture
def clock():
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def rounds(app: Flask, world: World, client_of: Callable[[str], Client], clock: Any) -> Rounds:
    return Rounds(app, world, client_of, clock)
