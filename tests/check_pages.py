"""The Selbstcheck seen from a browser and from the database."""

import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

from client import Client
from factories import World
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.models import Answer, SelfCheck
from selfcheck.checks.scoring import Answers
from selfcheck.checks.service import answers_of
from selfcheck.db import db
from selfcheck.organisation.service import close_unit, find_unit_by_number

STATEMENTS = tuple(f"s{number}" for number in range(1, 9))


def filled_in(
    world: World, unit: str = "33", points: int | dict[str, int] | None = 3, **changes: Any
) -> dict[str, Any]:
    """Return what a new form sends; ``points`` for all statements, or by their ids."""
    if isinstance(points, int):
        points = dict.fromkeys(STATEMENTS, points)
    return {
        "unit": str(world.unit_ids[unit]),
        "checked_on": "2026-11-02",
        "form_id": str(uuid4()),
        "version": "2025-05-07",
        **{key: str(value) for key, value in (points or {}).items()},
        **changes,
    }


def continued(client: Client, address: str, filled: dict[str, Any]) -> dict[str, Any]:
    """Return what is sent by somebody who opens a draft and fills this in."""
    return {**fields_of(client.get(address)), **filled}


def address_of(check_id: UUID) -> str:
    return f"/selbstchecks/{check_id}/bearbeiten"


def new_address() -> tuple[UUID, str]:
    """Return an id that no check has, and where its form is sent."""
    check_id = uuid4()
    return check_id, address_of(check_id)


class _FormReader(HTMLParser):
    """Collects what a browser would send: ticked, chosen and typed values of the page's form."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, Any] = {}
        self.action = ""
        self._is_inside = False
        self._textarea = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":  # not that of the user menu, which has no class
            self._is_inside = "form" in given.get("class", "").split()
            self.action = given.get("action", "") if self._is_inside else self.action
        if not self._is_inside:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and given["type"] == "checkbox":
            self.sent.setdefault(name, [])
            self.sent[name] += [value] * ("checked" in given)
        elif tag == "input" and given["type"] == "hidden" and name in self.sent:  # a list
            known = self.sent[name]
            self.sent[name] = [*(known if isinstance(known, list) else [known]), value]
        elif tag == "input" and (given["type"] != "radio" or "checked" in given):
            self.sent[name] = value
        elif tag == "textarea":
            self._textarea, self.sent[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in self.sent or "selected" in given):
            self.sent[self._select] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        if tag == "textarea" and self._textarea:
            text = self.sent[self._textarea].replace("\r\n", "\n")
            self.sent[self._textarea] = text.removeprefix("\n")
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.sent[self._textarea] += data


def fields_of(page: TestResponse) -> dict[str, Any]:
    """Return what a browser would send if nothing were changed on the page."""
    return _read(page).sent


def target_of(page: TestResponse) -> str:
    """Return where the page's form is sent."""
    return _read(page).action


def _read(page: TestResponse) -> _FormReader:
    reader = _FormReader()
    reader.feed(page.text)
    assert reader.action, f"no form, but {page.status}"
    return reader


def rows_of(page: TestResponse) -> list[list[str]]:
    """Return the rows of the list as the words of their cells."""
    body = page.text.split("<tbody")[1].split("</tbody>")[0] if "<tbody" in page.text else ""
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [
            re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", cell))).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def find_stored(app: Flask, check_id: UUID) -> SelfCheck | None:
    """Return a check with its answers, detached."""
    with app.app_context():
        check = db.session.get(SelfCheck, check_id)
        if check is not None:
            check.answers  # noqa: B018  (loads them)
            db.session.expunge_all()
        return check


def stored_answers(app: Flask, check_id: UUID) -> Answers:
    check = find_stored(app, check_id)
    assert check is not None
    return answers_of(check)


def count_rows(app: Flask) -> tuple[int, int]:
    """Return how many checks and answers there are."""
    with app.app_context():
        kinds = (SelfCheck.id, Answer.check_id)
        checks, answers = (db.session.scalar(select(func.count(kind))) for kind in kinds)
        return checks, answers


def list_subjects(app: Flask, action: Action) -> list[str]:
    """Return what the audit trail says was submitted, or discarded."""
    with app.app_context():
        query = select(AuditEvent.subject).where(AuditEvent.action == action.value)
        return list(db.session.scalars(query.order_by(AuditEvent.id)))


def close(app: Flask, number: str) -> None:
    """Close a unit."""
    with app.app_context():
        unit = find_unit_by_number(number)
        assert unit is not None
        close_unit(unit, last_day=date(2026, 10, 31), actor_id=None)
        db.session.commit()
