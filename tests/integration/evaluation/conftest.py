"""An office with people and trainings, and a request of the Haupt- und Personalamt to all."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from client import text_of
from factories import make_user
from integration.training.conftest import Office, clock, office
from sqlalchemy import select
from werkzeug.test import TestResponse

from selfcheck.accounts.permissions import Role
from selfcheck.db import db
from selfcheck.evaluation.models import Delivery, EvaluationRequest, Part
from selfcheck.mail.models import Message
from selfcheck.organisation.models import Unit

__all__ = ["clock", "office"]

ASKED = {
    "title": "Auswertung 2026",
    "reference_date": "2026-12-31",
    "deadline": "2026-12-15",
    "text": "Bitte bis Mitte Dezember.",
    "scope": "all",
}


class Evaluation:
    """What the people of the small city do with a request; nothing is asked for yet."""

    def __init__(self, office: Office) -> None:
        self.office, self.app, self.world = office, office.app, office.world
        with self.app.app_context():
            unit = db.session.get_one(Unit, self.world.unit_ids["33"])
            self.world.user_ids["deputy33"] = make_user("deputy33", Role.UNIT_HEAD, unit).id
            db.session.commit()

    def ask(self, **changes: Any) -> TestResponse:
        """Let the Haupt- und Personalamt open a request."""
        return self.office.browser("hr").send("/anforderungen/neu", ASKED | changes)

    def opened(self, **changes: Any) -> int:
        """Open a request; returns its id."""
        response = self.ask(**changes)
        assert response.status_code == 302, text_of(response)
        with self.app.app_context():
            return db.session.scalars(select(EvaluationRequest.id)).all()[-1]

    def part_id(self, number: str = "33") -> int:
        """Return the id of a unit's part of the newest request."""
        unit_id = self.world.unit_ids[number]
        with self.app.app_context():
            query = select(Part.id).where(Part.unit_id == unit_id).order_by(Part.id.desc())
            return db.session.scalars(query).first()

    def url(self, rest: str = "", number: str = "33") -> str:
        return f"/auswertung/{self.part_id(number)}{rest}"

    def hr_url(self, rest: str = "", number: str = "33") -> str:
        part = self.part(number)
        return f"/anforderungen/{part.request_id}/einheiten/{part.id}{rest}"

    def part(self, number: str = "33") -> Part:
        """Return a unit's part as it is stored."""
        with self.app.app_context():
            part = db.session.get_one(Part, self.part_id(number))
            db.session.expunge_all()
            return part

    def deliveries(self, number: str = "33") -> list[Delivery]:
        """Return what a unit has delivered, as it is stored."""
        with self.app.app_context():
            query = select(Delivery).where(Delivery.part_id == self.part_id(number))
            found = list(db.session.scalars(query.order_by(Delivery.number)))
            db.session.expunge_all()
            return found

    def mark_ready(self, number: str = "33", by: str = "officer33", **typed: str) -> TestResponse:
        """Let the officer open the page, and mark it ready."""
        return self.office.fill_in(self.url("", number), by=by, action="ready", **typed)

    def release(self, number: str = "33", by: str = "head33", **typed: str) -> TestResponse:
        """Let the head open the page, and release it."""
        return self.office.fill_in(self.url("/freigeben", number), by=by, **typed)

    def deliver(self, number: str = "33") -> None:
        """Let officer and head do their steps."""
        officer, head = {"33": ("officer33", "head33"), "50": ("officer50", "head50")}[number]
        for response in (self.mark_ready(number, officer), self.release(number, head)):
            assert response.status_code == 302, text_of(response)

    def return_it(self, reason: str = "Bitte prüfen Sie die Führungskräfte.") -> TestResponse:
        return self.office.fill_in(self.hr_url("/zurueckgeben"), by="hr", reason=reason)

    def words(self, url: str, by: str = "officer33") -> str:
        return text_of(self.office.browser(by).get(url))

    def messages(self, event: str) -> list[tuple[str, str, str]]:
        """Return login, subject and text of the messages about something, oldest first."""
        with self.app.app_context():
            query = select(Message).where(Message.key.contains(event))
            found = db.session.scalars(query.order_by(Message.created_at, Message.email))
            return [(one.email.split("@")[0], one.subject, one.body) for one in found]


@pytest.fixture
def evaluation(office: Office) -> Evaluation:
    return Evaluation(office)


def requests(evaluation: Evaluation) -> list[EvaluationRequest]:
    with evaluation.app.app_context():
        found = list(db.session.scalars(select(EvaluationRequest)))
        db.session.expunge_all()
        return found


def wall(evaluation: Evaluation, query: str = "") -> dict[str, list[str]]:
    """Return the cells of the wall by the unit's number."""
    request_id = requests(evaluation)[-1].id
    page = evaluation.office.browser("hr").get(f"/anforderungen/{request_id}{query}").text
    if "<tbody" not in page:
        return {}
    rows = re.findall(r"<tr.*?</tr>", page.split("<tbody", 1)[1], flags=re.DOTALL)
    found = {}
    for row in rows:
        cells = re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.DOTALL)
        words = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(one))) for one in cells]
        unit, *rest = (word.strip() for word in words)
        found[unit.split()[0]] = rest
    return found


END = date(2026, 12, 31)
