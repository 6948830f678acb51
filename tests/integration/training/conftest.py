"""People of two offices with their trainings, seen from browsers and from the database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
import time_machine
from client import Client, text_of
from factories import World, make_person, make_training, make_user
from flask import Flask
from sqlalchemy import func, inspect, select
from unit.documents.conftest import clamd
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.clock import today
from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Assignment, Person
from selfcheck.training.kinds import Area
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    RecognitionQuestion,
    TrainingEvent,
    TrainingRecord,
    WaitingText,
)
from selfcheck.training.overview_service import list_standings
from selfcheck.training.standing import State

__all__ = ["clamd"]  # the real scanner, also used by the tests of documents

NOW = "2026-11-24T10:00:00+01:00"
TABLES = (
    *(TrainingRecord, TrainingEvent, Evidence, RecognitionQuestion),
    *(Certificate, CertificateContent, WaitingText, AuditEvent),
)
PEOPLE = {
    "0071": ("33.1", {"last_name": "Quandt", "has_citizen_contact": True}),
    "0082": ("33", {"last_name": "Öztürk", "first_name": "Max", "is_manager": True}),
    "0093": ("33", {"last_name": "Groß", "first_name": "Änne", "does_media_work": True}),
    "5004": ("50", {"last_name": "Geheim", "first_name": "Gerda", "has_citizen_contact": True}),
}
TYPED = {
    "people": "",
    "numbers": "0071",
    "title": "Vielfalt im Amt",
    "provider": "VHS",
    "area": Area.INTERCULTURAL.value,
    "format": "Präsenzschulung",
    "origin": "extern",
    "first_day": "2024-03-14",
    "last_day": "",
    "amount": "8",
    "length_unit": "UE",
    "seen_on": "",
}


class _FieldReader(HTMLParser):
    """Collects what stands in the fields of a page, whichever form they belong to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: MultiDict[str, str] = MultiDict()
        self._textarea = self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "")
        if tag == "textarea":
            self._textarea, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in self.found or "selected" in given):
            self.found[self._select] = given["value"]
        is_sent = kind not in {"radio", "checkbox"} or "checked" in given
        if tag == "input" and is_sent and name != "csrf_token" and kind != "file":
            self.found.add(name, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = self._text.replace("\r\n", "\n")
            self.found[self._textarea] = text.removeprefix("\n")


class Office:
    """Erika Quandt (0071, unit 33.1), Max Öztürk (0082) and Änne Groß (0093, both unit 33).

    Gerda Geheim (5004) works in unit 50, which has an officer of its own.
    """

    def __init__(
        self, app: Flask, world: World, client_of: Callable[[str], Client], clock: Any
    ) -> None:
        self.app, self.world, self.clock = app, world, clock
        self._client_of = client_of
        self._browsers: dict[str, Client] = {}
        self.people: dict[str, int] = {}
        with app.app_context():
            other = db.session.get_one(Unit, world.unit_ids["50"])
            own = db.session.get_one(Unit, world.unit_ids["33"])
            for login, unit in (("officer50", other), ("colleague33", own)):
                world.user_ids[login] = make_user(login, Role.TRAINING_OFFICER, unit).id
            world.user_ids["deputy"] = make_user("deputy", Role.COMMISSIONER).id
            db.session.commit()
        for number, (unit, changes) in PEOPLE.items():
            self.put(number, unit, **changes)

    def browser(self, login: str = "officer33") -> Client:
        """Return the browser in which somebody is logged in."""
        if login not in self._browsers:
            self._browsers[login] = self._client_of(login)
        return self._browsers[login]

    def forget_browsers(self) -> None:
        """Let everybody log in anew, after so long a time that their sessions are over."""
        self._browsers.clear()

    def put(self, number: str, unit: str, **changes: Any) -> int:
        """Let somebody work in a unit."""
        with self.app.app_context():
            person = make_person(number, unit=self.world.unit_ids[unit], **changes)
            db.session.commit()
            self.people[number] = person.id
        return self.people[number]

    def move(self, number: str, unit: str, day: date) -> None:
        """Let somebody work in another unit from this day."""
        with self.app.app_context():
            person = db.session.get_one(Person, self.people[number])
            before = person.assignments[-1]
            before.last_day = day - timedelta(days=1)
            marks = {
                name: getattr(before, name)
                for name in ("is_manager", "has_citizen_contact", "does_media_work")
            }
            unit_id = self.world.unit_ids[unit]
            person.assignments.append(Assignment(unit_id=unit_id, first_day=day, **marks))
            db.session.commit()

    def train(self, number: str = "0071", **changes: Any) -> int:
        """Put a training into the register; returns the record's id."""
        with self.app.app_context():
            person = db.session.get_one(Person, self.people[number])
            record = make_training(person, **{"title": "Vielfalt im Amt", **changes})
            db.session.commit()
            return record.id

    def typed(self, **changes: str) -> dict[str, str]:
        """Return what is typed into the form for a new training."""
        return TYPED | changes

    def send(
        self,
        url: str,
        data: dict[str, Any] | None = None,
        *files: tuple[bytes, str],
        by: str = "officer33",
        **options: Any,
    ) -> TestResponse:
        """Send a form with files, each of them content and name."""
        sent = {**(data or {}), "files": [(BytesIO(content), name) for content, name in files]}
        response = self.browser(by).send(url, sent, content_type="multipart/form-data", **options)
        response.request.environ["wsgi.input"].close()  # the test client leaves a large one open
        return response

    def record(
        self, *files: tuple[bytes, str], by: str = "officer33", **typed: str
    ) -> TestResponse:
        """Fill in the form for a new training, and send it."""
        return self.send("/schulungen/neu", self.typed(**typed), *files, by=by)

    def send_list(
        self,
        content: bytes,
        archive: bytes | None = None,
        *,
        url: str = "/schulungen/import",
        by: str = "officer33",
    ) -> TestResponse:
        """Send a list of trainings, with the certificates that it names in a ZIP."""
        sent: dict[str, Any] = {"file": (BytesIO(content), "schulungen.csv"), "pasted": ""}
        if archive is not None:
            sent["files"] = (BytesIO(archive), "Nachweise.zip")
        response = self.browser(by).send(url, sent, content_type="multipart/form-data")
        response.request.environ["wsgi.input"].close()
        return response

    def fill_in(self, url: str, *, by: str = "officer33", **typed: str) -> TestResponse:
        """Open a form, and send it with what is typed."""
        shown = self.fields(self.browser(by).get(url)).to_dict()
        return self.browser(by).send(url, shown | typed)

    def page_of(self, number: str = "0071", by: str = "officer33") -> TestResponse:
        """Open the page of a person."""
        return self.browser(by).get(f"/personal/{self.people[number]}")

    def words_after(self, response: TestResponse, by: str = "officer33") -> str:
        """Follow a redirect, and return the words of the page it leads to."""
        assert response.status_code == 302, text_of(response)
        return unescape(text_of(self.browser(by).get(response.location)))

    def rows(self, *columns: Any) -> list[Any]:
        """Return these columns of a table, in the order of its rows; single ones as values."""
        table = columns[0].class_
        order = table.id if hasattr(table, "id") else table.certificate_id
        query = select(*columns).order_by(order)
        with self.app.app_context():
            found = db.session.execute(query)
            return [tuple(row) if len(columns) > 1 else row[0] for row in found]

    def count(self, *tables: type) -> list[int]:
        """Return how many rows these tables have."""
        with self.app.app_context():
            return [db.session.scalar(select(func.count()).select_from(one)) for one in tables]

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that is stored about trainings, to see that nothing was written."""
        queries = {one.__name__: select(*inspect(one).columns) for one in TABLES}
        queries["AuditEvent"] = queries["AuditEvent"].where(AuditEvent.action != Action.LOGIN)
        with self.app.app_context():
            return {
                name: sorted(map(tuple, db.session.execute(query)), key=repr)
                for name, query in queries.items()
            }

    def state(self, number: str = "0071", by: str = "officer33") -> State:
        """Return how the list of people shows somebody today."""
        with self.app.app_context():
            user = db.session.scalars(select(User).where(User.email == self.world.email(by))).one()
            standings = list_standings(user, CURRENT_MANDATE, day=today())
            (found,) = [one for one in standings if one.number == number]
            return found.state

    def scan_with(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Configure the address of the virus scanner."""
        config = replace(self.app.extensions["selfcheck"], clamd=address)
        monkeypatch.setitem(self.app.extensions, "selfcheck", config)

    @staticmethod
    def fields(page: TestResponse) -> MultiDict[str, str]:
        """Return what stands in the fields of a page."""
        reader = _FieldReader()
        reader.feed(page.text)
        return reader.found

    @staticmethod
    def check_refused(page: TestResponse, field: str, sentence: str) -> None:
        """Check that a form is shown again with the sentence beside its field and on top."""
        assert page.status_code == 400, text_of(page)
        text = unescape(page.text)
        assert f'id="{field}-error"' in text, text_of(page)
        beside = text.split(f'id="{field}-error"', 1)[1].split("</p>", 1)[0]
        assert sentence in beside
        summary = text.split("error-summary", 1)[1].split("</ul>", 1)[0]
        assert sentence in summary
        target = summary.split(sentence, 1)[0].rsplit('href="#', 1)[1].split('"', 1)[0]
        assert target in {field, f"{field}-0"}
        assert f'id="{target}"' in text, "the link in the summary leads to the field"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def office(app: Flask, world: World, client_of: Callable[[str], Client], clock: Any) -> Office:
    return Office(app, world, client_of, clock)
